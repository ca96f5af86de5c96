"""What the public reads of the list of seriously dishonest operators, and what an operator sees of its own credit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.language import language_of, said
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, build_table
from shangwu.prepaid.forms.credit import PetitionForm, StatementForm
from shangwu.prepaid.models import CreditListing, Operator
from shangwu.prepaid.operations.listings import state_case
from shangwu.prepaid.operations.petitions import file_petition
from shangwu.prepaid.queries.listings import credit_page, petition_cards, published
from shangwu.prepaid.queries.scope import own_operator
from shangwu.prepaid.rules.bilingual import day
from shangwu.prepaid.rules.consumers import listing as english
from shangwu.prepaid.rules.consumers.english import article, district, term
from shangwu.prepaid.rules.governance import governance, standing_note
from shangwu.prepaid.views.consumers.shell import asked_beside_language, in_two_languages
from shangwu.prepaid.views.letters import SHOP
from shangwu.prepaid.vocabulary import Sector

SEARCH = ("operator__name", "operator__uscc", "number")


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def dishonest(request: HttpRequest) -> HttpResponse:
    """Show the public list."""
    today = timezone.localdate()
    rows = published(today=today)
    table = build_table(
        rows,
        key="list",
        caption=said(("严重失信名单", "List of serious dishonesty")),
        asked=request.GET,
        columns=_columns(request),
        search=SEARCH,
    )
    law = governance(today).terms
    note = standing_note(law)
    context = {
        "table": table,
        "is_empty": not rows.exists(),
        "terms": english.terms([row.text for row in law.value], law.value),
        "basis": (note, article(note)),
        "source": law.source,
        "rest": asked_beside_language(request),
    }
    return render(request, "prepaid/public/dishonest.html", context)


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def dishonest_entry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one public entry: the ground, the reasons, how to leave the list, how to object."""
    today = timezone.localdate()
    found = get_object_or_404(published(today=today), number=number)
    known = governance(found.decided_on or today).terms.value
    context = {
        "listing": found,
        "listed_on": day(found.decided_on) if found.decided_on else ("—", "—"),
        "visible_until": day(found.visible_until) if found.visible_until else None,
        "ground": english.ground(found.ground, found.ground_label),
        "citation": (found.citation, article(found.citation)),
        "terms": english.terms(found.terms, known),
        "sector": term(Sector(found.operator.sector)),
        "district": district(found.operator.district),
    }
    return render(request, "prepaid/public/dishonest_entry.html", context)


def _columns(request: HttpRequest) -> list[Column]:
    is_english = language_of(request) == "en"
    return [
        Column(
            "operator",
            said(("经营者", "Operator")),
            lambda row: row.operator.name,
            sort="operator__name",
            link=lambda row: f"{row.number}/{'?lang=en' if is_english else ''}",
            heads_row=True,
            is_chinese=True,
        ),
        Column(
            "uscc",
            said(("统一社会信用代码", "Social credit code")),
            lambda row: row.operator.uscc,
        ),
        Column(
            "ground",
            said(("列入情形", "Ground")),
            lambda row: said(english.ground(row.ground, row.ground_label)) or row.ground_label,
        ),
        Column(
            "on", said(("列入日期", "Listed on")), lambda row: row.decided_on, sort="decided_on"
        ),
        Column(
            "objected",
            said(("异议", "Objection")),
            lambda row: said(("处理中", "Being examined") if row.is_objected else ("无", "None")),
        ),
    ]


@entry(allow=SHOP, writes=False)
def shop_credit(request: HttpRequest) -> HttpResponse:
    """Show an operator its own grade with every reason, and what it may say about the list."""
    today = timezone.localdate()
    operator = own_operator(signed_in(request), on=today)
    entry_now = _standing(operator)
    context = {
        "operator": operator,
        "page": credit_page(operator, today=today),
        "listing": entry_now,
        "petitions": petition_cards(entry_now, today=today) if entry_now else [],
        "statement_form": StatementForm(),
        "petition_form": PetitionForm(),
        "today": today,
    }
    return render(request, "prepaid/shop/credit.html", context)


@entry(allow=SHOP, writes=True)
@require_POST
def shop_statement(request: HttpRequest) -> HttpResponse:
    """Keep the party's statement on a proposal."""
    found, form = _own_listing(request), StatementForm(request.POST)
    if is_filled_in(request, form):
        state_case(
            listing=found.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, "陈述、申辩已提交。")
    return redirect("prepaid:shop-credit")


@entry(allow=SHOP, writes=True)
@require_POST
def shop_petition(request: HttpRequest) -> HttpResponse:
    """Take in an objection or a request for repair."""
    found, form = _own_listing(request), PetitionForm(request.POST)
    if is_filled_in(request, form):
        row = file_petition(
            listing=found.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, f"申请已收到，应于 {row.decide_due} 前处理。")
    return redirect("prepaid:shop-credit")


def _own_listing(request: HttpRequest) -> CreditListing:
    operator = own_operator(signed_in(request), on=timezone.localdate())
    return get_object_or_404(operator.listings.filter(state__in=["NOTICED", "LISTED"]))


def _standing(operator: Operator) -> CreditListing | None:
    return operator.listings.filter(state__in=["NOTICED", "LISTED"]).first()
