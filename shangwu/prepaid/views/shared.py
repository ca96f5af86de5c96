"""What views of prepaid cards share: whose operator it is, uploads, and answers to small forms."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.documents import write_csv, write_xlsx
from shangwu.foundation.files import operations as files
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.table_files import TYPES, sheet_of
from shangwu.prepaid.forms.fields import LARGEST_FILE_MB
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.scope import operators_of, own_operator

SUPERVISING = any_of(Role.PREPAID_LINKAGE, Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.LEADER)
CLERKS = any_of(Role.PREPAID_LINKAGE)
REVIEWERS = any_of(Role.PREPAID_REVIEWER)
SHOPS = any_of(Role.PREPAID_SHOP)
FILE_KINDS = frozenset({"pdf", "docx", "xlsx", "png", "jpeg"})


def supervised(request: HttpRequest, number: str) -> Operator:
    """Return the operator with that number, if the person supervises it. Raises: Http404."""
    mine = operators_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(mine, number=number)


def own(request: HttpRequest) -> Operator:
    """Return the business for which the person acts. Raises: Refused PREPAID-NO-BUSINESS."""
    return own_operator(signed_in(request), on=timezone.localdate())


def done(
    request: HttpRequest, form: Form, act: Callable[..., Any], told: str, to: str, *args: object
) -> HttpResponse:
    """Do the act with what the form holds, say so, and go to the page; a wrong field is said there too."""
    if is_filled_in(request, form):
        act(**form.cleaned_data, by=signed_in(request), at=timezone.now())
        messages.success(request, told)
    return redirect(to, *args)


@contextmanager
def stored(
    request: HttpRequest, uploads: "Sequence[UploadedFile[bytes]]", *, at: datetime
) -> Iterator[list[StoredFile]]:
    """Store uploads for the act of a `with` block."""
    with files.uploads_for_an_act(
        uploads,
        by=signed_in(request),
        at=at,
        allow=FILE_KINDS,
        max_bytes=LARGEST_FILE_MB * 1024 * 1024,
    ) as kept:
        yield kept


def table_file(
    name: str, kind: str, header: Sequence[str], rows: Sequence[Sequence[object]]
) -> HttpResponse:
    """Return a table as a download, `kind` csv or xlsx; numbers and days stay numbers and days.

    Raises: Http404 for any other kind.
    """
    if kind not in TYPES:
        raise Http404
    sheet = sheet_of(name, header, rows)
    body = write_csv(sheet) if kind == "csv" else write_xlsx(sheet)
    return file_answer(body, TYPES[kind], f"{name}.{kind}")


def file_answer(body: bytes, media_type: str, name: str, *, shown: bool = False) -> HttpResponse:
    """Return bytes as a download, or shown in the browser where it can."""
    disposition = content_disposition_header(as_attachment=not shown, filename=name)
    return HttpResponse(
        body, content_type=media_type, headers={"Content-Disposition": disposition or ""}
    )
