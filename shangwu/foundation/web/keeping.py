"""Public pages kept for a moment: by browsers and proxies, with a mark to ask again, and in this process.

A page is the same for everybody, or it must not be kept: what it says of the visitor would reach another.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from shangwu.foundation.web.entry import SAFE_METHODS

View = Callable[..., HttpResponseBase]
OK = 200


def kept(*, seconds: int, by: Sequence[str]) -> Callable[[View], View]:
    """Return the decorator that keeps a public page; `by` names the fields of the address that it depends on.

    It stands outside `entry`, whose check of a public page lets everybody in: a page that is kept asks the
    database for nothing. Only whole pages that were found are kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in SAFE_METHODS or "\0" in request.path:
                return view(request, *args, **kwargs)
            key = _key(request, by)
            if (page := caches["pages"].get(key)) is None:
                made = view(request, *args, **kwargs)
                if made.status_code != OK or not isinstance(made, HttpResponse):
                    return made
                page = (made.content, str(made.headers.get("Content-Type", "")))
                caches["pages"].set(key, page, seconds)
            content, kind = page
            return _answer(request, content, kind, seconds)

        return keeping

    return decorate


def _key(request: HttpRequest, by: Sequence[str]) -> str:
    asked = urlencode([(name, request.GET.get(name, "")) for name in by])
    # Whoever can choose the address must not be able to choose the key.
    return hashlib.sha256(f"{request.get_host()}|{request.path}?{asked}".encode()).hexdigest()


def _answer(request: HttpRequest, content: bytes, kind: str, seconds: int) -> HttpResponseBase:
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=kind)
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return get_conditional_response(request, etag=mark, response=response) or response
