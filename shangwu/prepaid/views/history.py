"""History: statistics by month, sector and district, and how the archive stands."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web import tables
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.table_files import TYPES
from shangwu.prepaid.forms.history import StatisticsForm
from shangwu.prepaid.models import ArchivedDay
from shangwu.prepaid.operations.history.statistics import ask_for_statistics
from shangwu.prepaid.queries.history import charts, page
from shangwu.prepaid.views.exports import note_export
from shangwu.prepaid.views.shared import table_file

READERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.LEADER)
MEBIBYTE = 1024 * 1024
DAY_COLUMNS = (
    tables.Column("day", "业务日期", lambda day: day.day, sort="day", heads_row=True),
    tables.Column("closing", "关账批次", lambda day: day.closing),
    tables.Column("rows", "卡日行数", lambda day: f"{day.rows:,}", sort="rows", number=True),
    tables.Column("operators", "经营者", lambda day: f"{day.operators:,}", number=True),
    tables.Column("files", "文件", lambda day: len(day.files), number=True),
    tables.Column(
        "bytes", "大小（MB）", lambda day: f"{day.bytes / MEBIBYTE:.2f}", sort="bytes", number=True
    ),
    tables.Column("checked", "最近核验", lambda day: _checked(day)),
    tables.Column("whole", "核验结果", lambda day: _verdict(day)),
)


@entry(allow=READERS, writes=False, records_files=True)
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures that the person may see, or give them as a file, which is an act on record."""
    account, today = signed_in(request), timezone.localdate()
    newest = page.newest_month(account, on=today)
    form = StatisticsForm(request.GET or None)
    found = None
    if newest is not None:
        first, last, by = form.range_and_grouping(newest=newest)
        found = page.figures(account, first=first, last=last, by=by, on=today)
        if (kind := request.GET.get("format", "")) in TYPES:
            name = f"预付卡历史统计-{found.first:%Y%m}-{found.last:%Y%m}"
            rows = charts.file_rows(found)
            note_export(request, title=name, rows=len(rows))
            return table_file(name, kind, charts.HEADER, rows)
    asked = request.GET.copy()
    asked.pop("format", None)
    context = {
        "form": form if form.is_bound else StatisticsForm(initial=_shown(found)),
        "figures": found,
        "chart": charts.money_chart(found) if found and found.lines else None,
        "archive": page.archive_state(today=today),
        "task": page.run_progress(reverse("prepaid:history-progress")),
        "query": asked.urlencode(),
    }
    return render(request, "prepaid/history/statistics.html", context)


@entry(allow=READERS, writes=True)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the statistics to be computed anew, in the background."""
    ask_for_statistics(by=signed_in(request), at=timezone.localtime())
    messages.success(request, "已提出统计，正在后台按历史文件计算。")
    return redirect("prepaid:history")


@entry(allow=READERS, writes=False, counts_as_activity=False)
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the computation has come: a fragment that the page polls."""
    task = page.run_progress(reverse("prepaid:history-progress"))
    return render(request, "prepaid/history/progress.html", {"task": task})


@entry(allow=READERS, writes=False)
def days(request: HttpRequest) -> HttpResponse:
    """Show the archived days with their files and newest verification."""
    table = tables.build_table(
        page.archived_days(),
        key="archived-days",
        caption="归档日",
        asked=request.GET,
        columns=DAY_COLUMNS,
    )
    context = {"table": table, "archive": page.archive_state(today=timezone.localdate())}
    return render(request, "prepaid/history/days.html", context)


def _shown(found: page.Figures | None) -> dict[str, object]:
    return {"first": found.first, "last": found.last, "by": found.by} if found else {}


def _checked(day: ArchivedDay) -> str:
    checked = getattr(day, "checked", None)
    return f"{timezone.localtime(checked):%Y-%m-%d %H:%M}" if checked else ""


def _verdict(day: ArchivedDay) -> str:
    whole = getattr(day, "whole", None)
    return "尚未核验" if whole is None else "完整一致" if whole else "与记录不一致"
