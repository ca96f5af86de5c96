"""What is done at the till. An answer is shown at once: sent again with its key, the page gets the same answer."""

from typing import Any

import segno
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.till import (
    ConfirmRefundForm,
    IssueForm,
    LookForm,
    RedeemForm,
    RefundForm,
    TopUpForm,
)
from shangwu.prepaid.models import Operator, TillAct
from shangwu.prepaid.operations import till
from shangwu.prepaid.operations.till.cards import find_card
from shangwu.prepaid.queries.till import by_people, held_of, offered
from shangwu.prepaid.rules.till import settle, shown_units
from shangwu.prepaid.views.shared import SHOPS
from shangwu.prepaid.views.till.board import own_till
from shangwu.prepaid.vocabulary import Fault, SaleKind, TillActKind


@entry(allow=SHOPS, writes=True)
def till_issue(request: HttpRequest) -> HttpResponse:
    """Sell a card and show its slip, once."""
    operator = own_till(request)
    form = IssueForm(request.POST or None, operator=operator, on=timezone.localdate())
    if request.method != "POST" or not form.is_valid():
        more = {"has_plans": offered(operator).exists()}
        return _form(request, form, operator, "售卡", "prepaid/till/issue.html", more)
    issued = till.issue_card(
        plan=int(form.cleaned_data["plan"]),
        buyer=_buyer(form),
        request=_request(request, form),
        starts_on=form.cleaned_data.get("starts_on"),
    )
    code = segno.make(issued.slip.scanned, error="m")
    context = {
        **_told(issued.act),
        "operator": operator,
        "slip": issued.slip,
        "qr": code.svg_data_uri(scale=6, border=2),
        "lookup": request.build_absolute_uri(reverse("prepaid:card")),
    }
    return render(request, "prepaid/till/slip.html", context)


@entry(allow=SHOPS, writes=True)
def till_redeem(request: HttpRequest) -> HttpResponse:
    """Redeem an amount or a number of visits."""
    operator = own_till(request)
    form = RedeemForm(request.POST or None, operator=operator)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, operator, "兑付", "prepaid/till/redeem.html")
    given = form.cleaned_data
    units = given["amount"] if given["amount"] is not None else given["count"]
    act = till.redeem(code=given["code"], units=units, request=_request(request, form))
    return render(request, "prepaid/till/done.html", {**_told(act), "operator": operator})


@entry(allow=SHOPS, writes=True)
def till_top_up(request: HttpRequest) -> HttpResponse:
    """Sell the card's plan once more onto the card."""
    operator = own_till(request)
    form = TopUpForm(request.POST or None, operator=operator, on=timezone.localdate())
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, operator, "充值", "prepaid/till/top_up.html")
    act = till.top_up(
        code=form.cleaned_data["code"],
        buyer=_buyer(form),
        request=_request(request, form),
        starts_on=form.cleaned_data.get("starts_on"),
    )
    return render(request, "prepaid/till/done.html", {**_told(act), "operator": operator})


@entry(allow=SHOPS, writes=True)
def till_look(request: HttpRequest) -> HttpResponse:
    """Show what a card holds; by POST, so that number and secret stand in no address."""
    operator = own_till(request)
    if request.method != "POST":
        # Whoever opens the address again, or comes back to it, is asked for the card anew.
        return redirect("prepaid:till-redeem")
    form = LookForm(request.POST)
    if not form.is_valid():
        again = RedeemForm(request.POST, operator=operator)
        return _form(request, again, operator, "兑付", "prepaid/till/redeem.html")
    card = find_card(operator, form.cleaned_data["code"])
    context = {
        "operator": operator,
        "card": card,
        "left": shown_units(card.plan.kind, card.left_units),
        "acts": by_people(card.acts.all())[:10],
    }
    return render(request, "prepaid/till/card.html", context)


@entry(allow=SHOPS, writes=True)
def till_refund(request: HttpRequest) -> HttpResponse:
    """Ask whose doing it is, and show the sum with its formula before anything is paid."""
    operator = own_till(request)
    form = RefundForm(request.POST or None, operator=operator)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, operator, "退款", "prepaid/till/refund.html")
    given = form.cleaned_data
    card = find_card(operator, given["code"])
    found = settle(held_of(card), fault=Fault(given["fault"]), on=timezone.localdate())
    context = {
        "operator": operator,
        "card": card,
        "found": found,
        "left": shown_units(card.plan.kind, card.left_units),
        "fault": Fault(given["fault"]).label,
        "form": ConfirmRefundForm(
            initial={**given, "expected_fen": found.refund}, operator=operator
        ),
    }
    return render(request, "prepaid/till/refund_sum.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def till_refund_pay(request: HttpRequest) -> HttpResponse:
    """End the card with the sum that was shown."""
    operator = own_till(request)
    form = ConfirmRefundForm(request.POST, operator=operator)
    if not form.is_valid():
        return _form(request, form, operator, "退款", "prepaid/till/refund.html")
    act = till.refund_card(
        code=form.cleaned_data["code"],
        fault=form.cleaned_data["fault"],
        expected_fen=form.cleaned_data["expected_fen"],
        request=_request(request, form),
    )
    return render(request, "prepaid/till/done.html", {**_told(act), "operator": operator})


def _form(
    request: HttpRequest,
    form: Form,
    operator: Operator,
    title: str,
    template: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {"form": form, "operator": operator, "title": title, **(more or {})}
    return render(request, template, context, status=200 if request.method == "GET" else 422)


def _request(request: HttpRequest, form: Form) -> till.Request:
    return till.Request(
        operator=own_till(request),
        outlet=form.cleaned_data["outlet"],
        key=form.cleaned_data["key"],
        remark=form.cleaned_data["remark"],
        by=signed_in(request),
        at=timezone.now(),
    )


def _buyer(form: Form) -> till.Buyer:
    given = form.cleaned_data
    return till.Buyer(
        given["buyer"],
        given["is_identified"],
        given["is_by_transfer"],
        given.get("other_cards", ()),
    )


def _told(act: TillAct) -> dict[str, Any]:
    kind = act.card.plan.kind
    is_let_in = act.kind == TillActKind.REDEEM and kind == SaleKind.MEMBERSHIP
    return {
        "act": act,
        "plan": act.card.plan,
        "moved": "可以入场" if is_let_in else shown_units(kind, act.units),
        "left": shown_units(kind, act.left_units),
    }
