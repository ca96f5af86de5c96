"""The model charter and contract, to read and to take along."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.documents import Official, write_official_docx, write_official_pdf
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.keeping import kept
from shangwu.foundation.web.language import language_of, said
from shangwu.prepaid.rules.papers.models import MODEL_TEXTS, basis, paper, sections
from shangwu.prepaid.views.consumers.pages import KEPT_SECONDS
from shangwu.prepaid.views.consumers.shell import in_two_languages

WRITERS: dict[str, tuple[Callable[[Official], bytes], str]] = {
    "pdf": (write_official_pdf, "application/pdf"),
    "docx": (
        write_official_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@kept(seconds=KEPT_SECONDS, by=("lang",))
@entry(allow=PUBLIC, writes=False)
@in_two_languages
def model_texts(request: HttpRequest) -> HttpResponse:
    """Show both model texts with the items that the law names today."""
    today = timezone.localdate()
    texts = [
        (name, text, sections(text, on=today), basis(text, on=today))
        for name, text in MODEL_TEXTS.items()
    ]
    return render(request, "prepaid/consumer/models.html", {"texts": texts})


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def model_file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Give one model text as PDF or Word."""
    if name not in MODEL_TEXTS or kind not in WRITERS:
        raise Http404
    text = MODEL_TEXTS[name]
    write, content_type = WRITERS[kind]
    language = int(language_of(request) == "en")
    disposition = content_disposition_header(
        as_attachment=kind != "pdf", filename=f"{said(text.title)}.{kind}"
    )
    return HttpResponse(
        write(paper(text, on=timezone.localdate(), language=language)),
        content_type=content_type,
        headers={"Content-Disposition": disposition or ""},
    )
