"""The audit administrator's pages: the record of acts, one act, the chain."""

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.audit.models import Act
from shangwu.foundation.oversight import operations, queries
from shangwu.foundation.oversight.forms import DaysForm
from shangwu.foundation.oversight.vocabulary import ACT_LABELS, label_of
from shangwu.foundation.web import table_files
from shangwu.foundation.web.entry import entry, read_only
from shangwu.foundation.web.tables import Column, Filter, build_table, narrowed

AUDITORS = any_of(Role.AUDIT_ADMIN)
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


@entry(allow=AUDITORS, writes=True, records_reading=True)
def acts(request: HttpRequest) -> HttpResponseBase:
    """Show the record of acts, newest first, or give what was asked for as a file."""
    form = DaysForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {}
    found = queries.acts_between(days.get("first"), days.get("last"))
    if (kind := request.GET.get("format", "")) in table_files.TYPES:
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


def _file(request: HttpRequest, kind: str, found: QuerySet[Act]) -> FileResponse:
    rows = narrowed(found, asked=request.GET, columns=COLUMNS, filters=FILTERS, search=SEARCH)
    with read_only():
        file, count = table_files.written(rows, COLUMNS, kind=kind, title="操作记录")
    operations.export_acts(
        rows=count,
        asked=request.GET.urlencode(),
        by=signed_in(request),
        at=timezone.localtime(),
    )
    return table_files.file_response(file, kind, "acts")
