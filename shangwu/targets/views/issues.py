"""The board of issues, one issue, and the acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.issue import (
    AlertDayForm,
    AssignForm,
    CorrectionForm,
    EffectForm,
    ExplainForm,
    IssueForm,
    SettleForm,
)
from shangwu.targets.models import Declaration, Issue
from shangwu.targets.operations import issues as acts
from shangwu.targets.queries.monitoring import board as boards
from shangwu.targets.views.acts import EVIDENCE_BYTES, EVIDENCE_KINDS
from shangwu.targets.views.pages import year_of

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)


@entry(allow=STAFF, writes=False)
def board(request: HttpRequest) -> HttpResponse:
    """Show the issues of a year by state."""
    project = request.GET.get("project", "")
    found = boards.board(year=year_of(request), project=project, today=timezone.localdate())
    declarations = Declaration.objects.filter(year=found.year, status="APPROVED")
    context = {
        "page": found,
        "project": project,
        "declarations": declarations.select_related("project").order_by("project__number"),
    }
    return render(request, "targets/issue/board.html", context)


@entry(allow=STAFF, writes=False)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one issue with all that happened to it."""
    found = _found(pk)
    today = timezone.localdate()
    stated = {"cause": found.cause, "detail": found.cause_detail, "action": found.action}
    context = {
        "issue": found,
        "card": boards.card_of(found, today=today),
        "moments": boards.moments(found),
        "proofs": found.steps.filter(evidence__isnull=False).prefetch_related("evidence__file"),
        "assign_form": AssignForm(on=today, initial={"instead_of": found.owner_id}),
        "explain_form": ExplainForm(on=today, initial=stated),
        "correction_form": CorrectionForm(),
        "settle_form": SettleForm(),
        "effect_form": EffectForm(),
        "is_owner": found.owner_id == signed_in(request).pk,
        "may_review": REVIEWERS.admits(request.user),
    }
    return render(request, "targets/issue/page.html", context)


@entry(allow=EDITORS, writes=True)
def issue_new(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Open an issue that a person found."""
    declaration = _declaration(number, year)
    form = IssueForm(
        request.POST or None, declaration=declaration, initial={"on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        indicator = form.cleaned_data["indicator"]
        found = acts.open_issue(
            declaration=declaration.pk,
            indicator=indicator.pk if indicator else None,
            sentence=form.cleaned_data["sentence"],
            on=form.cleaned_data["on"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "问题已登记，等待指派责任人。")
        return redirect("targets:issue", found.pk)
    context = {"form": form, "declaration": declaration}
    return render(request, "targets/issue/new.html", context)


@entry(allow=EDITORS, writes=True)
@require_POST
def issue_check(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Let the alert rules look at the figures of a day now."""
    declaration = _declaration(number, year)
    form = AlertDayForm(request.POST)
    if is_filled_in(request, form):
        now = timezone.localtime()
        new = acts.raise_alerts(
            declaration=declaration.pk,
            on=form.cleaned_data["on"] or now.date(),
            by=signed_in(request),
            at=now,
        )
        told = f"检查完成，新登记 {len(new)} 个问题。" if new else "检查完成，没有新的问题。"
        messages.success(request, told)
    return redirect("targets:project", number, year)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def issue_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who answers for the correction."""
    form = AssignForm(request.POST, on=timezone.localdate())
    return _acted(request, pk, form, acts.assign_issue, "已指派责任人。")


@entry(allow=EDITORS, writes=True)
@require_POST
def issue_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """State cause and action."""
    form = ExplainForm(request.POST, on=timezone.localdate())
    return _acted(request, pk, form, acts.explain_issue, "原因和措施已记录。")


@entry(allow=EDITORS, writes=True)
@require_POST
def issue_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report the correction as done, with proof."""
    form = CorrectionForm(request.POST, request.FILES)

    def act(**said: Any) -> None:
        with files.uploads_for_an_act(
            said.pop("evidence"),
            by=said["by"],
            at=said["at"],
            allow=EVIDENCE_KINDS,
            max_bytes=EVIDENCE_BYTES,
        ) as proof:
            acts.report_issue(**said, files=proof)

    return _acted(request, pk, form, act, "整改结果已报送，等待核验。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def issue_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the issue, or send the correction back."""
    close = "close" in request.POST

    def act(**said: Any) -> None:
        acts.settle_issue(**said, close=close)

    done = "问题已销号。" if close else "已退回继续整改。"
    return _acted(request, pk, SettleForm(request.POST), act, done)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def issue_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the correction helped."""
    form = EffectForm(request.POST)
    return _acted(request, pk, form, acts.check_effect, "成效复查已登记。")


def _acted(
    request: HttpRequest, pk: int, form: Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    _found(pk)
    if is_filled_in(request, form):
        act(issue=pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime())
        messages.success(request, done)
    return redirect("targets:issue", pk)


def _declaration(number: str, year: int) -> Declaration:
    return get_object_or_404(
        Declaration.objects.select_related("project"), project__number=number, year=year
    )


def _found(pk: int) -> Issue:
    return get_object_or_404(
        Issue.objects.select_related("declaration__project", "indicator", "owner", "closed_by"),
        pk=pk,
    )
