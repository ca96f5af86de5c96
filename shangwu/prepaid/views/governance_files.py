"""Papers and tables of supervision as files."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from shangwu.foundation.documents import (
    Column,
    Official,
    Sheet,
    write_csv,
    write_official_docx,
    write_official_pdf,
    write_xlsx,
)
from shangwu.foundation.web import tables

EXPORTED_ROWS = 20_000
PAPERS: dict[str, tuple[str, Callable[[Official], bytes]]] = {
    "pdf": ("application/pdf", write_official_pdf),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        write_official_docx,
    ),
}
TABLES: dict[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
}


def paper_file(paper: Official, name: str, kind: str) -> HttpResponse:
    """Return an official paper as a PDF to look at, or a Word file to keep.

    Raises: Http404 for any other kind.
    """
    if kind not in PAPERS:
        raise Http404
    media, write = PAPERS[kind]
    disposition = content_disposition_header(as_attachment=kind != "pdf", filename=f"{name}.{kind}")
    return HttpResponse(
        write(paper), content_type=media, headers={"Content-Disposition": disposition or ""}
    )


def table_download(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    title: str,
    columns: Sequence[tables.Column],
    filters: Sequence[tables.Filter] = (),
    search: Sequence[str] = (),
) -> HttpResponse | None:
    """Return the asked rows as the file that the address asks for, or None when it asks for a page."""
    kind = request.GET.get("format", "")
    if kind not in TABLES:
        return None
    found = tables.narrowed(
        rows, asked=request.GET, columns=columns, filters=filters, search=search
    )
    head, body = tables.exported(found[:EXPORTED_ROWS], columns)
    sheet = Sheet(
        title=title,
        columns=tuple(Column(label, width=20) for label in head),
        rows=[tuple("" if cell is None else str(cell) for cell in row) for row in body],
    )
    media, write = TABLES[kind]
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.{kind}")
    return HttpResponse(
        write(sheet), content_type=media, headers={"Content-Disposition": disposition or ""}
    )
