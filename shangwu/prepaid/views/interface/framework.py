"""What the framework would answer a program by a page: an unknown address, a wrong method, a body beyond the limit."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.views.interface.api import refused_answer

ADDRESSES = "/api/"
CODES = {
    400: "REQUEST",
    404: "ADDRESS",
    405: "METHOD",
    413: "TOO-LARGE",
    500: "INTERNAL",
}


class PlainAnswers:
    """Middleware: under the addresses of programs every error has the one form of the interface."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        code = CODES.get(answer.status_code)
        is_own = "json" in answer.headers.get("Content-Type", "")
        if code is None or is_own or not request.path.startswith(ADDRESSES):
            return answer
        facts: dict[str, Any] = (
            {"limit": settings.UPLOAD_REQUEST_BYTES} if answer.status_code == 413 else {}
        )
        own = refused_answer(MessageRefused(code, **facts))
        if "Allow" in answer.headers:
            own.headers["Allow"] = answer.headers["Allow"]
        return own
