"""The audit administrator's pages: the record of acts, one act, the chain."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.audit.models import Act
from shangwu.foundation.documents import Column as SheetColumn
from shangwu.foundation.documents import Sheet, write_csv, write_xlsx
from shangwu.foundation.oversight import operations, queries
from shangwu.foundation.oversight.forms import DaysForm
from shangwu.foundation.oversight.vocabulary import ACT_LABELS, label_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.tables import Column, Filter, build_table, exported, narrowed

AUDITORS = any_of(Role.AUDIT_ADMIN)
EXPORTED_ROWS = 100_000
COLUMNS = (
    Column(
        "at", "时间", lambda act: timezone.localtime(act.at).strftime("%Y-%m-%d %H:%M:%S"), "at"
    ),
    Column("actor", "主体", queries.actor_of, "actor_name"),
    Column(
        "act",
        "行为",
        lambda act: label_of(act.act),
        "act",
        link=lambda act: reverse("oversight:act", args=[act.pk]),
        heads_row=True,
    ),
    Column("subject", "对象", lambda act: act.subject),
    Column("source", "来源地址", lambda act: act.source_address),
)
FILTERS = (Filter("act", "行为", "act", tuple(ACT_LABELS.items())),)
SEARCH = ("actor_name", "subject", "act")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@entry(allow=AUDITORS, writes=True, records_reading=True)
def acts(request: HttpRequest) -> HttpResponse:
    """Show the record of acts, newest first, or give what was asked for as a file."""
    form = DaysForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {}
    found = queries.acts_between(days.get("first"), days.get("last"))
    if (kind := request.GET.get("format", "")) in TYPES:
        return _file(request, kind, found)
    table = build_table(
        found,
        key="acts",
        caption="操作记录",
        asked=request.GET,
        columns=COLUMNS,
        filters=FILTERS,
        search=SEARCH,
        export=request.path,
    )
    return render(request, "oversight/acts.html", {"table": table, "form": form})


@entry(allow=AUDITORS, writes=True, records_reading=True)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one act with its facts before and after; the look itself is recorded."""
    found = get_object_or_404(Act, pk=pk)
    operations.open_act(act=found, by=signed_in(request), at=timezone.localtime())
    context = {
        "act": found,
        "label": label_of(found.act),
        "actor": queries.actor_of(found),
        "facts": queries.facts_of(found),
    }
    return render(request, "oversight/act.html", context)


@entry(allow=AUDITORS, writes=True)
def chain(request: HttpRequest) -> HttpResponse:
    """Show how the chain stands; a POST walks it and shows the verdict."""
    verdict = None
    if request.method == "POST":
        verdict = operations.verify_record(by=signed_in(request), at=timezone.localtime())
    context = {"state": queries.chain_state(), "verdict": verdict}
    return render(request, "oversight/chain.html", context)


def _file(request: HttpRequest, kind: str, found: QuerySet[Act]) -> HttpResponse:
    rows = narrowed(found, asked=request.GET, columns=COLUMNS, filters=FILTERS, search=SEARCH)[
        :EXPORTED_ROWS
    ]
    head, body = exported(rows, COLUMNS)
    operations.export_acts(
        rows=len(body),
        asked=request.GET.urlencode(),
        by=signed_in(request),
        at=timezone.localtime(),
    )
    sheet = Sheet(
        title="操作记录",
        columns=tuple(SheetColumn(label, width=24) for label in head),
        rows=[tuple(str(cell) for cell in row) for row in body],
    )
    return HttpResponse(
        write_csv(sheet) if kind == "csv" else write_xlsx(sheet),
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="acts.{kind}"'},
    )
