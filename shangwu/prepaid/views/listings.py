"""The list of seriously dishonest operators: the desk, one entry and the acts on it, objections and repair."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, Filter, build_table
from shangwu.prepaid.forms.cases import VersionForm
from shangwu.prepaid.forms.credit import (
    DecideForm,
    EndForm,
    ForwardForm,
    PetitionDecisionForm,
    RemoveForm,
    ResponsibleForm,
    WrittenForm,
    WrittenPetitionForm,
)
from shangwu.prepaid.models import CreditListing, CreditPetition
from shangwu.prepaid.operations import listings as acts
from shangwu.prepaid.operations import petitions
from shangwu.prepaid.queries import listings as queries
from shangwu.prepaid.queries.governance import shop_accounts
from shangwu.prepaid.rules.papers.listing import listing_paper
from shangwu.prepaid.views.cases import OFFICERS, REVIEWERS, VIEWERS
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.views.governance_files import paper_file
from shangwu.prepaid.vocabulary import ListingState

SEARCH = ("number", "operator__name", "operator__uscc")
FILTERS = (Filter("state", "状态", "state", ListingState.choices),)
COLUMNS = (
    Column(
        "number",
        "名单记录",
        lambda row: row.number,
        sort="number",
        link=lambda row: reverse("prepaid:listing", args=[row.number]),
        heads_row=True,
    ),
    Column("operator", "经营者", lambda row: row.operator.name, sort="operator__name"),
    Column("ground", "情形", lambda row: row.ground_label),
    Column("state", "状态", lambda row: row.get_state_display(), status=lambda row: row.state),
    Column("until", "陈述申辩至", lambda row: row.statement_until, sort="statement_until"),
    Column("decided", "决定日期", lambda row: row.decided_on, sort="decided_on"),
)


@entry(allow=VIEWERS, writes=False, records_files=True)
def listings(request: HttpRequest) -> HttpResponseBase:
    """Show proposals and entries over the operators that the person supervises."""
    rows = queries.listings_of(signed_in(request), on=timezone.localdate()).order_by("-pk")
    shape: dict[str, Any] = {"columns": COLUMNS, "filters": FILTERS, "search": SEARCH}
    if (file := table_download(request, rows, title="严重失信名单", **shape)) is not None:
        return file
    table = build_table(
        rows,
        key="listings",
        caption="严重失信名单",
        asked=request.GET,
        export=request.path,
        **shape,
    )
    return render(request, "prepaid/credit/listings.html", {"table": table})


@entry(allow=VIEWERS, writes=False)
def listing(request: HttpRequest, number: str) -> HttpResponse:
    """Show one entry: ground, reasons, hearing, decision, objections."""
    found, today = listing_numbered(request, number), timezone.localdate()
    person, seen = signed_in(request), {"version": found.version}
    reviews = REVIEWERS.admits(request.user)
    context = {
        "listing": found,
        "moments": queries.listing_moments(found),
        "petitions": queries.petition_cards(found, today=today),
        "version_form": VersionForm(initial=seen),
        "decide_form": DecideForm(initial=seen),
        "end_form": EndForm(initial=seen | {"ended_on": found.ended_on}),
        "remove_form": RemoveForm(initial=seen),
        "forward_form": ForwardForm(),
        "answer_form": PetitionDecisionForm(),
        "responsible_form": ResponsibleForm(
            initial=seen
            | {
                "principal": found.principal,
                "responsible_persons": found.responsible_persons,
            }
        ),
        "has_account": bool(shop_accounts(found.operator, on=today)),
        "statement_source": queries.statement_source(found),
        "written_form": WrittenForm(auto_id="written_%s"),
        "written_petition_form": WrittenPetitionForm(auto_id="written_%s"),
        "may_act": OFFICERS.admits(request.user),
        "may_review": reviews,
        "may_decide": reviews
        and person.pk
        not in {found.noticed_by_id, found.proposed_by_id, found.statement_recorded_by_id},
    }
    return render(request, "prepaid/credit/listing.html", context)


@entry(allow=VIEWERS, writes=False)
def listing_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give the notice or the decision as an official paper."""
    found = listing_numbered(request, number)
    paper = listing_paper(queries.listing_content(found))
    return paper_file(paper, f"严重失信名单-{found.number}", kind)


@entry(allow=OFFICERS, writes=True)
@require_POST
def listing_responsible(request: HttpRequest, number: str) -> HttpResponse:
    """Name whom the entry marks beside the legal representative."""
    return _acted(request, number, ResponsibleForm, acts.name_responsible, "已登记责任人员。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def listing_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Give the party prior notice."""
    return _acted(request, number, VersionForm, acts.notice_listing, "已告知当事人。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def listing_decide(request: HttpRequest, number: str) -> HttpResponse:
    """List, or decline to list."""
    list_it = "list" in request.POST

    def decide(**said: Any) -> None:
        acts.decide_listing(list_it=list_it, **said)

    done = "已列入名单并公布，已报公共信用信息平台。" if list_it else "已决定不予列入。"
    return _acted(request, number, DecideForm, decide, done)


@entry(allow=OFFICERS, writes=True)
@require_POST
def listing_end(request: HttpRequest, number: str) -> HttpResponse:
    """Record when the conduct ended."""
    return _acted(request, number, EndForm, acts.record_end, "已登记，查询期限已确定。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def listing_remove(request: HttpRequest, number: str) -> HttpResponse:
    """Take the entry off the list."""
    return _acted(request, number, RemoveForm, acts.remove_listing, "已移出名单，公示已撤下。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def petition_mark(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Mark the entry as objected to."""
    petition = _petition(request, number, pk)
    petitions.mark_petition(petition=petition.pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "已标注，公示页写明异议处理中。")
    return redirect("prepaid:listing", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def petition_forward(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Send an objection on to who provided the information."""
    petition, form = _petition(request, number, pk), ForwardForm(request.POST)
    if is_filled_in(request, form):
        petitions.forward_petition(
            petition=petition.pk,
            **form.cleaned_data,
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已转交信息提供单位。")
    return redirect("prepaid:listing", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def petition_decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer an objection or a request for repair."""
    petition, form = _petition(request, number, pk), PetitionDecisionForm(request.POST)
    if is_filled_in(request, form):
        petitions.decide_petition(
            petition=petition.pk,
            uphold="uphold" in request.POST,
            **form.cleaned_data,
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已答复当事人。")
    return redirect("prepaid:listing", number)


def _acted(
    request: HttpRequest, number: str, shape: type[Form], act: Callable[..., Any], done: str
) -> HttpResponse:
    found, form = listing_numbered(request, number), shape(request.POST)
    if is_filled_in(request, form):
        act(listing=found.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime())
        messages.success(request, done)
    return redirect("prepaid:listing", number)


def listing_numbered(request: HttpRequest, number: str) -> CreditListing:
    """Return an entry over an operator that the person supervises, or 404."""
    seen = queries.listings_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(
        seen.select_related(
            *("proposed_by", "noticed_by", "decided_by", "statement_recorded_by"),
            "statement_paper",
        ),
        number=number,
    )


def _petition(request: HttpRequest, number: str, pk: int) -> CreditPetition:
    return get_object_or_404(CreditPetition, pk=pk, listing=listing_numbered(request, number))
