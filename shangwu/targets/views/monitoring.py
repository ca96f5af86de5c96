"""Monitoring reports: the year, one report with its lines, and the acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.typed import Together
from shangwu.targets.forms.acts import DecisionForm, ReasonForm
from shangwu.targets.forms.monitoring import PeriodForm, line_forms
from shangwu.targets.models import Declaration, MonitoringReport
from shangwu.targets.operations import monitoring as acts
from shangwu.targets.queries.monitoring import board
from shangwu.targets.queries.monitoring import report as reading
from shangwu.targets.queries.monitoring.charts import dual_chart
from shangwu.targets.views.pages import year_of

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)


@entry(allow=STAFF, writes=False)
def report_list(request: HttpRequest) -> HttpResponse:
    """Show the year's projects with their monitoring reports."""
    year, years, rows = board.year_reports(year=year_of(request), today=timezone.localdate())
    context = {
        "page": {"year": year, "years": years},
        "rows": [(row, _period_form(row)) for row in rows],
        "may_edit": EDITORS.admits(request.user),
    }
    return render(request, "targets/monitoring/list.html", context)


@entry(allow=EDITORS, writes=True)
@require_POST
def report_new(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Draft the report of a period."""
    declaration = get_object_or_404(Declaration, project__number=number, year=year)
    form = PeriodForm(request.POST)
    if not is_filled_in(request, form):
        return redirect(f"{reverse('targets:monitoring')}?year={year}")
    found = acts.draft_report(
        declaration=declaration,
        **form.cleaned_data,
        by=signed_in(request),
        at=timezone.localtime(),
    )
    messages.success(request, "监控报告已按读数建立。请逐项确认完成可能性，写明偏差原因后提交。")
    return redirect("targets:monitoring-report", found.pk)


@entry(allow=STAFF, writes=False)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report; an approved one as it was approved."""
    found = _found(pk)
    approvals = list(found.approvals.select_related("by").order_by("-revision"))
    shown = None if found.is_open or not approvals else approvals[0]
    content = shown.content if shown else reading.content_of(found)
    lines = line_forms(reading.lines_of(found), on=found.ends_on)
    context = {
        "report": found,
        "declaration": found.declaration,
        "content": content,
        "money_labels": [(label, content["money"][key]) for key, label in reading.MONEY_LABELS],
        "rows": list(zip(content["lines"], lines, strict=True)),
        "line_forms": Together([form for _, form in lines]),
        "chart": dual_chart(content),
        "approvals": approvals,
        "reopenings": found.reopenings.select_related("by").order_by("-revision"),
        "decision_form": DecisionForm(),
        "reason_form": ReasonForm(),
        "may_edit": EDITORS.admits(request.user),
        "may_review": REVIEWERS.admits(request.user),
    }
    return render(request, "targets/monitoring/page.html", context)


@entry(allow=STAFF, writes=False)
def report_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report's figures as known when it was approved beside what the facts say now."""
    found = _found(pk)
    newest = found.approvals.order_by("-revision").first()
    known = newest.content if newest else reading.content_of(found)
    now = reading.content_now(found, at=timezone.localtime())
    context = {
        "report": found,
        "declaration": found.declaration,
        "known_at": newest.at if newest else found.known_at,
        "money": [
            (label, known["money"][key], now["money"][key]) for key, label in reading.MONEY_LABELS
        ],
        "differences": reading.differences(known, now),
        "now": now,
    }
    return render(request, "targets/monitoring/now.html", context)


@entry(allow=EDITORS, writes=True)
@require_POST
def report_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the targets of a draft again."""
    return _acted(request, pk, Form(request.POST), acts.refresh_report, "读数已更新。")


@entry(allow=EDITORS, writes=True)
@require_POST
def report_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what the officer says of the lines."""
    found = _found(pk)
    forms = line_forms(reading.lines_of(found), on=found.ends_on, data=request.POST)
    # Every form is looked at, so that one visit shows all that is wrong.
    valid = [is_filled_in(request, form, about=item.line.indicator.name) for item, form in forms]
    if all(valid):
        acts.state_lines(
            report=pk,
            statements={item.line.pk: form.statement() for item, form in forms},
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "各项已确认并保存。")
    return redirect("targets:monitoring-report", pk)


@entry(allow=EDITORS, writes=True)
@require_POST
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report to the reviewers."""
    return _acted(request, pk, Form(request.POST), acts.submit_report, "监控报告已提交，等待审核。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def report_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and lock, or send back."""
    form = DecisionForm(request.POST)
    if "approve" in request.POST:
        return _acted(request, pk, form, acts.approve_report, "监控报告已批准，期间已锁定。")
    return _acted(request, pk, form, acts.return_report, "监控报告已退回。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def report_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a locked period again, with a reason."""
    done = "期间已重开，原批准内容保留。"
    return _acted(request, pk, ReasonForm(request.POST), acts.reopen_report, done)


def _period_form(row: board.ProjectReports) -> PeriodForm:
    period = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    return PeriodForm(initial=period, auto_id=f"period-{row.declaration.pk}-%s")


def _acted(
    request: HttpRequest, pk: int, form: Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    _found(pk)
    if is_filled_in(request, form):
        act(report=pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime())
        messages.success(request, done)
    return redirect("targets:monitoring-report", pk)


def _found(pk: int) -> MonitoringReport:
    return get_object_or_404(
        MonitoringReport.objects.select_related(
            "declaration__project", "drafted_by", "submitted_by"
        ),
        pk=pk,
    )
