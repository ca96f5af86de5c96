"""The pages that show: overview, project, target, evidence and its export."""

from collections.abc import Sequence
from datetime import date

from django.core.cache import cache
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.documents import Column, Sheet, write_csv, write_report, write_xlsx
from shangwu.foundation.web.entry import entry
from shangwu.targets.forms.acts import (
    BindingForm,
    ChangeForm,
    CompletionForm,
    DayForm,
    DecisionForm,
    RatingForm,
    ReasonForm,
)
from shangwu.targets.forms.issue import AlertDayForm
from shangwu.targets.measure import registry
from shangwu.targets.models import Declaration, Indicator, Outlook, StoredReading
from shangwu.targets.operations.judgements import possible_levels
from shangwu.targets.queries import overview as overviews
from shangwu.targets.queries import pages
from shangwu.targets.queries.charts import history_chart, status_chart, years_money_chart
from shangwu.targets.queries.findings import recompute
from shangwu.targets.queries.monitoring.charts import course_chart
from shangwu.targets.queries.overview_charts import money_time_chart, years_chart
from shangwu.targets.queries.paper.project import paper_of
from shangwu.targets.queries.review import review_of
from shangwu.targets.queries.workbench import waiting as waiting_for
from shangwu.targets.rules.describe import grounds
from shangwu.targets.vocabulary import DeclarationStatus

FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)
BODY_SECONDS = 3600
EVIDENCE_HEADER = ("编号", "发生日期", "登记时间", "内容", "计入分子", "计入分母")


@entry(allow=STAFF, writes=False)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the year at a glance: money against time, targets at risk, what is due, each project."""
    now = timezone.localtime()
    found = overviews.overview(
        year=year_of(request), page=request.GET.get("page"), on=now.date(), at=now
    )
    lines = list(found.lines)
    elapsed = overviews.time_share([line.declaration for line in lines], on=now.date())
    context = {
        "page": found,
        "chart": status_chart(found.counts),
        "money_chart": money_time_chart(lines, elapsed=elapsed),
        "years_chart": years_chart(overviews.year_by_year()),
        "at_risk": overviews.at_risk(year=found.year),
        "due": overviews.due_soon(on=now.date()),
        "reports_due": overviews.reports_due(on=now.date()),
        **_duties(request),
    }
    return render(request, "targets/overview.html", context)


@entry(allow=EDITORS, writes=False)
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for approval or rating, each line a link to where it is done."""
    found = waiting_for()
    return render(request, "targets/waiting.html", {"waiting": found})


@entry(allow=STAFF, writes=False)
def project(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show one project: declaration, money, every target with its raw text beside it."""
    declaration = get_object_or_404(
        Declaration.objects.select_related(
            "project", "created_by", "submitted_by", "decided_by"
        ).prefetch_related("subprojects"),
        project__number=number,
        year=year,
    )
    context = {
        "declaration": declaration,
        "body": _project_body(declaration, timezone.localdate()),
        "decision_form": DecisionForm(),
        "review": ()
        if declaration.status == DeclarationStatus.APPROVED
        else review_of(declaration),
        "alert_form": AlertDayForm(),
        **_duties(request),
    }
    return render(request, "targets/project.html", context)


def _project_body(declaration: Declaration, on: date) -> SafeString:
    """Return what everybody sees of a project, laid out once for each state of its record."""
    key = f"project-body:{pages.record_state(declaration=declaration, until=on)}"
    body: SafeString | None = cache.get(key)
    if body is None:
        found = pages.project_page(declaration=declaration, until=on)
        body = render_to_string(
            "targets/project_body.html",
            {
                "page": found,
                "declaration": declaration,
                "status_chart": status_chart(found.counts),
                "money_chart": years_money_chart(declaration),
            },
        )
        cache.set(key, body, BODY_SECONDS)
    return body


@entry(allow=STAFF, writes=False)
def project_paper(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Give the project page as a paper to print and file."""
    declaration = get_object_or_404(
        Declaration.objects.select_related("project").prefetch_related("subprojects"),
        project__number=number,
        year=year,
    )
    now = timezone.localtime()
    found = pages.project_page(declaration=declaration, until=now.date())
    return HttpResponse(
        write_report(paper_of(found, at=now), at=now),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="project-{number}-{year}.pdf"'},
    )


@entry(allow=STAFF, writes=False)
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one target: typed beside raw, history, readings, binding, ratings, completions."""
    indicator = get_object_or_404(
        Indicator.objects.select_related("declaration__project").prefetch_related("versions"), pk=pk
    )
    now = timezone.localtime()
    found = pages.target_page(indicator=indicator, until=now.date())
    binding, newest = found.binding, found.line.reading
    outlook = Outlook.objects.filter(reading=newest).first() if newest else None
    context = {
        "page": found,
        "indicator": indicator,
        "measure": registry().get(binding.measure) if binding else None,
        "grounds": list(dict.fromkeys(grounds(part) for part in found.line.version.target.parts)),
        "chart": history_chart(found.readings),
        "outlook": outlook,
        "course": course_chart(
            found.readings,
            outlook,
            unit=newest.unit if newest else "",
            ends_on=indicator.declaration.ends_on,
        ),
        **_forms(possible_levels(indicator, on=now.date(), at=now)),
        **_duties(request),
    }
    return render(request, "targets/target.html", context)


@entry(allow=STAFF, writes=False)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a reading down to its rows, recomputed as known when it was taken, and compare the digest."""
    stored = _reading(pk)
    finding = recompute(stored)
    context = {
        "reading": stored,
        "value": pages.shown_value(stored),
        "rows": finding.rows,
        "measure": finding.measure,
        "same": finding.digest == stored.evidence_sha256,
        "drawer": bool(request.headers.get("HX-Request")),
    }
    return render(request, "targets/evidence.html", context)


@entry(allow=STAFF, writes=False)
def evidence_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the evidence rows of a reading as a table file."""
    stored = _reading(pk)
    rows = [
        (
            row.key,
            row.happened_on.isoformat(),
            timezone.localtime(row.recorded_at).isoformat(timespec="seconds"),
            row.summary,
            pages.plain(row.numerator),
            pages.plain(row.denominator),
        )
        for row in recompute(stored).rows
    ]
    return table_file(f"evidence-{stored.pk}", kind, EVIDENCE_HEADER, rows)


def table_file(
    name: str, kind: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> HttpResponse:
    """Return a table as a download, `kind` csv or xlsx.

    Raises: Http404 for any other kind.
    """
    if kind not in FILE_TYPES:
        raise Http404
    sheet = Sheet(title=name, columns=tuple(Column(label, width=24) for label in header), rows=rows)
    body = write_csv(sheet) if kind == "csv" else write_xlsx(sheet)
    return HttpResponse(
        body,
        content_type=FILE_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _forms(levels: tuple[str, ...]) -> dict[str, Form]:
    """Return the forms of a target page; each names its fields for itself, so that labels find their own."""
    return {
        "rating_form": RatingForm(levels=levels, auto_id="rating-%s"),
        "completion_form": CompletionForm(auto_id="completion-%s"),
        "binding_form": BindingForm(auto_id="binding-%s"),
        "change_form": ChangeForm(auto_id="change-%s"),
        "decision_form": DecisionForm(auto_id="decision-%s"),
        "reason_form": ReasonForm(auto_id="withdrawal-%s"),
        "day_form": DayForm(),
    }


def _duties(request: HttpRequest) -> dict[str, bool]:
    """Return what the person may do here, so that a page offers no button that would be refused."""
    return {
        "may_edit": EDITORS.admits(request.user),
        "may_review": REVIEWERS.admits(request.user),
    }


def _reading(pk: int) -> StoredReading:
    return get_object_or_404(
        StoredReading.objects.select_related("indicator__declaration__project", "taken_by"), pk=pk
    )


def year_of(request: HttpRequest) -> int | None:
    """Return the year that the address asks for, None where it asks for none."""
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
