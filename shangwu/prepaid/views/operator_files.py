"""The operators of an area: the list, the same as a file, and one operator's file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.documents import Column, Sheet, write_csv, write_xlsx
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.tables import exported
from shangwu.prepaid.queries.desks import operators
from shangwu.prepaid.queries.desks.operator_file import operator_file as file_of
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.desks import SUPERVISORS

FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@entry(allow=SUPERVISORS, writes=False)
def operator_list(request: HttpRequest) -> HttpResponse:
    """List the operators of the account's area."""
    table = operators.table(signed_in(request), asked=request.GET, on=timezone.localdate())
    return render(request, "prepaid/desks/operator_list.html", {"table": table})


@entry(allow=SUPERVISORS, writes=False)
def operator_list_export(request: HttpRequest) -> HttpResponse:
    """Give the list as it is narrowed as a file."""
    today = timezone.localdate()
    found = operators.asked_for(signed_in(request), asked=request.GET, on=today)
    header, rows = exported(found, operators.file_columns(today))
    return table_file(f"operators-{today}", request.GET.get("format", ""), header, rows)


@entry(allow=SUPERVISORS, writes=False)
def operator_file(request: HttpRequest, number: str) -> HttpResponse:
    """Show one operator of the account's area; any other is absent."""
    today = timezone.localdate()
    operator = get_object_or_404(operators_of(signed_in(request), on=today), number=number)
    return render(
        request, "prepaid/desks/operator_file.html", {"file": file_of(operator, on=today)}
    )


def table_file(name: str, kind: str, header: list[str], rows: list[list[object]]) -> HttpResponse:
    """Return a table as a download, `kind` csv or xlsx.

    Raises: Http404 for any other kind.
    """
    if kind not in FILE_TYPES:
        raise Http404
    sheet = Sheet(
        title=name,
        columns=tuple(Column(label, width=20) for label in header),
        rows=[tuple("" if cell is None else str(cell) for cell in row) for row in rows],
    )
    return HttpResponse(
        write_csv(sheet) if kind == "csv" else write_xlsx(sheet),
        content_type=FILE_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
