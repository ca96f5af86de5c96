"""The gate before the parser: a request body that is too large is refused before it is read."""

from collections.abc import Callable
from typing import BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Read and thrown away, so that the browser finishes sending and shows the sentence instead of
# "connection reset". Neither memory nor disk is used. Beyond this the connection is simply closed.
DRAINED_BYTES = 512 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class UploadGate:
    """Middleware: answers 413 with a kind page when the announced body exceeds the limit.

    A body without an announced length is empty to WSGI, so the announced length is the whole truth.
    Addresses under STREAMED_ADDRESSES read their bodies as they stream and set their own limits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size, limit = _announced_size(request), settings.UPLOAD_REQUEST_BYTES
        if size <= limit or request.path.startswith(settings.STREAMED_ADDRESSES):
            return self._get_response(request)
        _drain(cast(BinaryIO, request.META.get("wsgi.input")), min(size, DRAINED_BYTES))
        context = {"size_mb": size // (1024 * 1024), "limit_mb": limit // (1024 * 1024)}
        return render(request, "files/too_large.html", context, status=413)


def _announced_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _drain(body: BinaryIO | None, size: int) -> None:
    while body is not None and size > 0:
        chunk = body.read(min(CHUNK_BYTES, size))
        if not chunk:
            return
        size -= len(chunk)
