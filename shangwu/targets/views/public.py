"""What citizens see: the promises of approved declarations and the actuals."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.targets.models import Declaration
from shangwu.targets.queries import overview as overviews
from shangwu.targets.queries import pages
from shangwu.targets.queries.charts import status_chart
from shangwu.targets.queries.evaluation import published_evaluation
from shangwu.targets.views.pages import table_file, year_of
from shangwu.targets.vocabulary import DeclarationStatus

HEADER = (
    "行号",
    "一级指标",
    "二级指标",
    "绩效指标",
    "指标目标值",
    "状态",
    "实绩",
    "截至日期",
    "说明",
)


@entry(allow=PUBLIC, writes=False)
def promises(request: HttpRequest) -> HttpResponse:
    """Show the approved projects of a year."""
    now = timezone.localtime()
    found = overviews.overview(
        year=year_of(request),
        page=request.GET.get("page"),
        on=now.date(),
        at=now,
        approved_only=True,
    )
    return render(
        request,
        "targets/public_overview.html",
        {"page": found, "chart": status_chart(found.counts)},
    )


@entry(allow=PUBLIC, writes=False)
def promise(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show one approved project's promises beside the actuals."""
    found = _page(number, year)
    context = {
        "page": found,
        "declaration": found.declaration,
        "chart": status_chart(found.counts),
        "evaluated": published_evaluation(found.declaration) is not None,
    }
    return render(request, "targets/public_project.html", context)


@entry(allow=PUBLIC, writes=False)
def promise_export(request: HttpRequest, number: str, year: int, kind: str) -> HttpResponse:
    """Give one approved project's promises and actuals as csv, xlsx or json."""
    found = _page(number, year)
    rows = [_row(line) for line in found.lines]
    name = f"promises-{number}-{year}"
    if kind == "json":
        return JsonResponse(
            {
                "project": found.declaration.project.name,
                "year": year,
                "budget_year_fen": found.declaration.budget_year_fen,
                "targets": [dict(zip(HEADER, row, strict=True)) for row in rows],
            },
            json_dumps_params={"ensure_ascii": False},
        )
    if kind not in {"csv", "xlsx"}:
        raise Http404
    return table_file(name, kind, HEADER, rows)


def _row(line: pages.TargetLine) -> tuple[str, ...]:
    reading = line.reading
    return (
        str(line.indicator.row),
        line.indicator.level1,
        line.indicator.level2,
        line.indicator.name,
        line.version.raw,
        line.status_label,
        line.value,
        reading.on.isoformat() if reading else "",
        reading.why if reading else "尚无读数。",
    )


def _page(number: str, year: int) -> pages.ProjectPage:
    declaration = get_object_or_404(
        Declaration.objects.select_related("project").prefetch_related("subprojects"),
        project__number=number,
        year=year,
        status=DeclarationStatus.APPROVED,
    )
    return pages.project_page(declaration=declaration, until=timezone.localdate())
