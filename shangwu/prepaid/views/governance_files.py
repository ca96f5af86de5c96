"""Papers of supervision as files."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from shangwu.foundation.documents import Official, write_official_docx, write_official_pdf

PAPERS: dict[str, tuple[str, Callable[[Official], bytes]]] = {
    "pdf": ("application/pdf", write_official_pdf),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        write_official_docx,
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
