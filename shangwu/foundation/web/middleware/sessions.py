"""Sessions end by themselves: after idleness, and after a working day however busy."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shangwu.foundation.web import typed

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# The moment of last activity is stored at most this often, so that reading does not mean writing.
SEEN_EVERY_SECONDS = 60

IDLE = "您有一段时间没有操作，为安全起见已经退出登录。请重新登录。"
LONG = "本次登录时间已满，为安全起见已经退出登录。请重新登录。"


class SessionExpiry:
    """Middleware: signs out a session that was idle, or lasted, too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and request.user.is_authenticated:
            now = _now()
            if sentence := _expired(request, now):
                typed.note_signed_out(request)
                logout(request)
                messages.info(request, sentence)
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Note the activity, unless the page was asked for by itself."""
        declared = getattr(view, "entry", None)
        if declared is not None and not declared.counts_as_activity:
            return
        if not request.session.session_key or not request.user.is_authenticated:
            return
        now = _now()
        if now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY_SECONDS:
            request.session.setdefault(SIGNED_IN_AT, now)
            request.session[SEEN_AT] = now


def _expired(request: HttpRequest, now: int) -> str:
    session = request.session
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_ABSOLUTE_SECONDS:
        return LONG
    if now - session.get(SEEN_AT, now) >= settings.SESSION_IDLE_SECONDS:
        return IDLE
    return ""


def _now() -> int:
    # How long a person sat still is real time, also where a demonstration rehearses days in minutes.
    return int(time.time())
