"""Lists of the office as files: every row that the page's search and filters leave, and a record of who took them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web import table_files, tables
from shangwu.foundation.web.entry import read_only
from shangwu.prepaid.operations.exports import record_export


def table_download(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    title: str,
    columns: Sequence[tables.Column],
    filters: Sequence[tables.Filter] = (),
    search: tables.Search = (),
) -> FileResponse | None:
    """Return the asked rows as the file that the address asks for, or None when it asks for a page.

    The view declares `records_files`; a request for the head alone is read-only and leaves no record.
    Raises: Refused EXPORT-LONG for a workbook that is too long, rather than leave rows out.
    """
    kind = request.GET.get("format", "")
    if kind not in table_files.TYPES:
        return None
    found = tables.narrowed(
        rows, asked=request.GET, columns=columns, filters=filters, search=search
    )
    with read_only():
        file, count = table_files.written(found, columns, kind=kind, title=title)
    note_export(request, title=title, rows=count)
    return table_files.file_response(file, kind, title)


def note_export(request: HttpRequest, *, title: str, rows: int) -> None:
    """Record that the person takes so many rows away: for tables that are computed and no list of a page.

    Who asks for the head alone is told how large the file is, and takes no row away.
    """
    if request.method == "GET":
        record_export(
            title=title,
            rows=rows,
            asked=request.GET.urlencode(),
            by=signed_in(request),
            at=timezone.localtime(),
        )
