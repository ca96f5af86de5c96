"""Closings and collapses at the office: announce, tell, end; propose, sign, decide claims, pay."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.components import CountedDay, DueDate
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.closing import (
    ClosingForm,
    CollapseForm,
    DecideClaimForm,
    PaidForm,
    ReasonForm,
    ToldForm,
)
from shangwu.prepaid.models import Closing, Collapse, RefundClaim, RefundPlan
from shangwu.prepaid.operations import closing as closings
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.operations import refund_plans as plans
from shangwu.prepaid.queries import closing as reading
from shangwu.prepaid.queries import refund_plans as refunds
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.exports import note_export
from shangwu.prepaid.views.shared import table_file
from shangwu.prepaid.vocabulary import ClosingState, CollapseState

READERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)
OFFICERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER)
REVIEWERS = any_of(Role.PREPAID_REVIEWER)
CLAIMS_SHOWN = 100


@entry(allow=READERS, writes=False)
def board(request: HttpRequest) -> HttpResponse:
    """Show the closings and collapses of the operators that the person supervises."""
    operators = operators_of(signed_in(request), on=timezone.localdate())
    context = {
        "closings": reading.closings_of(operators)[:200],
        "collapses": reading.collapses_of(operators)[:50],
        "may_act": OFFICERS.admits(request.user),
    }
    return render(request, "prepaid/closing/board.html", context)


@entry(allow=OFFICERS, writes=True)
def closing_new(request: HttpRequest) -> HttpResponse:
    """Publish the closing of an operator."""
    now = timezone.localtime()
    allowed = operators_of(signed_in(request), on=now.date())
    form = ClosingForm(request.POST or None, allowed=allowed)
    if request.method == "POST" and form.is_valid():
        found = closings.announce_closing(
            operator=form.cleaned_data["operator"].pk,
            said=form.said(),
            by=signed_in(request),
            at=now,
            on=now.date(),
        )
        messages.success(request, "公告已发布，公众可以看到。请督促经营者逐一告知持卡人。")
        return redirect("prepaid:closing", found.number)
    return render(request, "prepaid/closing/new.html", {"form": form})


@entry(allow=READERS, writes=False)
def closing(request: HttpRequest, number: str) -> HttpResponse:
    """Show one closing: its term, who was told, what is left on the cards."""
    found = _closing(request, number)
    today = timezone.localdate()
    due = closings.notice_due(found.kind, found.takes_effect_on, on=found.announced_on)
    context = {
        "closing": found,
        "now": reading.holding(found.operator),
        "due": DueDate(
            found.notice_by,
            today,
            due.sentence,
            due.citation.source,
            done_on=found.announced_on,
            trace=[CountedDay(day.date, day.counted, day.why) for day in due.trace],
        ),
        "told_form": ToldForm(),
        "reason_form": ReasonForm(),
        "is_open": found.state == ClosingState.ANNOUNCED,
        "may_act": OFFICERS.admits(request.user),
        "may_end": REVIEWERS.admits(request.user),
    }
    return render(request, "prepaid/closing/closing.html", context)


@entry(allow=OFFICERS, writes=True)
@require_POST
def closing_told(request: HttpRequest, number: str) -> HttpResponse:
    """Note how many holders were told."""
    form = ToldForm(request.POST)
    found = _closing(request, number)
    if is_filled_in(request, form, about="告知情况"):
        closings.record_told(
            closing=found.pk, by=signed_in(request), at=timezone.localtime(), **form.cleaned_data
        )
        messages.success(request, "告知情况已登记。")
    return redirect("prepaid:closing", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def closing_end(request: HttpRequest, number: str) -> HttpResponse:
    """End a closing after its day."""
    now, form = timezone.localtime(), ReasonForm(request.POST)
    found = _closing(request, number)
    if is_filled_in(request, form):
        closings.end_closing(
            closing=found.pk, **form.cleaned_data, by=signed_in(request), at=now, on=now.date()
        )
        messages.success(request, "公告已办结。停止兑付的经营者已退出，对接标识已收回。")
    return redirect("prepaid:closing", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def closing_void(request: HttpRequest, number: str) -> HttpResponse:
    """Take an announcement back."""
    found, form = _closing(request, number), ReasonForm(request.POST)
    if is_filled_in(request, form):
        closings.void_closing(
            closing=found.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, "公告已撤回，理由已记录。")
    return redirect("prepaid:closing", number)


@entry(allow=OFFICERS, writes=True)
def collapse_new(request: HttpRequest) -> HttpResponse:
    """Propose that a chain has collapsed."""
    now = timezone.localtime()
    allowed = operators_of(signed_in(request), on=now.date())
    form = CollapseForm(request.POST or None, allowed=allowed)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = collapses.open_collapse(
            name=given["name"],
            operators=[one.pk for one in given["operators"]],
            cause=given["cause"],
            advice=given["advice"],
            by=signed_in(request),
            at=now,
        )
        messages.success(request, "处置已提出，等待复核岗签发。签发前不停止销售，也不公开。")
        return redirect("prepaid:collapse", found.number)
    return render(request, "prepaid/closing/collapse_new.html", {"form": form})


@entry(allow=READERS, writes=False)
def collapse(request: HttpRequest, number: str) -> HttpResponse:
    """Show one collapse: holders and money by district, claims, plan, payments."""
    found = _collapse(request, number)
    sums = reading.by_district(found)
    is_paying = found.state == CollapseState.PAYING
    today = timezone.localdate()
    context = {
        "collapse": found,
        "members": reading.members(found),
        "districts": sums,
        "chart": reading.district_chart(sums) if sums else None,
        "counts": reading.claim_counts(found),
        "matching": reading.matching_claims(found).count(),
        "to_decide": reading.claims_to_decide(found)[:CLAIMS_SHOWN],
        "plans": [(one, reading.plan_progress(one)) for one in refunds.shown_plans(found)],
        "open_claims": refunds.open_claims(found) if is_paying else None,
        "obstacles": list(refunds.obstacles(found, on=today)) if is_paying else [],
        "is_term_over": refunds.is_term_over(found, on=today),
        "decide_form": DecideClaimForm(),
        "paid_form": PaidForm(),
        "may_act": OFFICERS.admits(request.user),
        "may_sign": REVIEWERS.admits(request.user),
    }
    return render(request, "prepaid/closing/collapse.html", context)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def collapse_sign(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze the chain and open the public notice."""
    now = timezone.localtime()
    collapses.sign_collapse(
        collapse=_collapse(request, number).pk, by=signed_in(request), at=now, on=now.date()
    )
    messages.success(request, "处置已签发：停止销售，余额已冻结，公众可以登记。")
    return redirect("prepaid:collapse", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def collapse_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Confirm matching claims, make a plan, or end the settlement."""
    acts: dict[str, Callable[[Collapse, HttpRequest], str]] = {
        "confirm": _confirm,
        "plan": _plan,
        "end": _end,
    }
    found = _collapse(request, number)
    if act in acts:
        messages.success(request, acts[act](found, request))
    return redirect("prepaid:collapse", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def claim_decide(request: HttpRequest, number: str, claim: str) -> HttpResponse:
    """Decide a claim that differs from the ledger."""
    found = _collapse(request, number)
    form = DecideClaimForm(request.POST)
    if is_filled_in(request, form, about=f"登记 {claim}"):
        chosen = get_object_or_404(RefundClaim, collapse=found, number=claim)
        collapses.decide_claim(
            claim=chosen.pk, by=signed_in(request), at=timezone.localtime(), **form.cleaned_data
        )
        messages.success(request, f"登记 {claim} 已认定。")
    return redirect("prepaid:collapse", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def plan_sign(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """Sign the plan; the bank may pay."""
    plan = get_object_or_404(RefundPlan, collapse=_collapse(request, number), version=version)
    plans.sign_plan(plan=plan.pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "清退方案已签发，可以交存管银行发放。")
    return redirect("prepaid:collapse", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def plan_paid(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """Note what the bank has paid."""
    plan = get_object_or_404(RefundPlan, collapse=_collapse(request, number), version=version)
    form = PaidForm(request.POST)
    if is_filled_in(request, form, about="发放清单"):
        count = plans.confirm_paid(
            plan=plan.pk,
            numbers=form.cleaned_data["numbers"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, f"新登记发放 {count} 笔。")
    return redirect("prepaid:collapse", number)


@entry(allow=READERS, writes=True, records_reading=True)
@require_safe
def plan_file(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """Give the plan as a table for the bank; it names cards and claims, nobody's name. Taking it is an act on record."""
    plan = get_object_or_404(RefundPlan, collapse=_collapse(request, number), version=version)
    name, rows = f"清退方案-{number}-第{version}版", list(reading.plan_rows(plan))
    note_export(request, title=name, rows=len(rows))
    return table_file(name, "csv", reading.PLAN_HEADER, rows)


def _confirm(found: Collapse, request: HttpRequest) -> str:
    count = collapses.confirm_matching(
        collapse=found.pk, by=signed_in(request), at=timezone.localtime()
    )
    return f"已确认 {count} 笔与账面一致的登记。"


def _plan(found: Collapse, request: HttpRequest) -> str:
    now = timezone.localtime()
    plan = plans.make_plan(collapse=found.pk, by=signed_in(request), at=now, on=now.date())
    return f"清退方案第 {plan.version} 版已编制，等待另一位同事签发。"


def _end(found: Collapse, request: HttpRequest) -> str:
    now = timezone.localtime()
    plans.end_collapse(collapse=found.pk, by=signed_in(request), at=now, on=now.date())
    return "处置已办结。"


def _closing(request: HttpRequest, number: str) -> Closing:
    operators = operators_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(reading.closings_of(operators), number=number)


def _collapse(request: HttpRequest, number: str) -> Collapse:
    operators = operators_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(reading.collapses_of(operators), number=number)
