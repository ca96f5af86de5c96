"""`entry`: the only way into a view.

It declares who may enter and whether SQL writes are permitted, and enforces both. Requests by safe
methods, and every request of a view with `writes=False`, run in a READ ONLY transaction: PostgreSQL
itself refuses the write. A `Refused` raised inside becomes a page that says why.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, reverse

from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web import typed
from shangwu.foundation.web.addresses import page_before
from shangwu.foundation.web.audiences import OUTSIDE_CODES, Audience

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KNOWN_METHODS = SAFE_METHODS | {"POST"}
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a view declared about itself; the route test and the permission matrix read it."""

    allow: Audience
    writes: bool
    records_reading: bool
    records_files: bool
    counts_as_activity: bool


def entry(
    *,
    allow: Audience,
    writes: bool,
    records_reading: bool = False,
    records_files: bool = False,
    counts_as_activity: bool = True,
) -> Callable[[View], View]:
    """Return the decorator that lets `allow` into a view.

    `writes=True` admits unsafe methods, which may write; safe methods stay read-only unless
    `records_reading`, for pages whose opening is itself an act to record. A list with `records_files` is read-only
    until it is asked for a file, which is an act to record (`table_files`). A page that a browser polls
    by itself says `counts_as_activity=False`, so that it does not keep an idle session alive.
    """
    declared = Entry(allow, writes, records_reading, records_files, counts_as_activity)

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (answer := _stop(request, declared)) is not None:
                return answer
            typed.forget(request)
            try:
                if _may_write(request, declared):
                    return view(request, *args, **kwargs)
                return _read_only(view, request, *args, **kwargs)
            except Refused as refused:
                return refusal(request, refused)
            except ObjectDoesNotExist as absent:
                # What the address names went away, or never was: the visitor's case, not a defect.
                raise Http404 from absent

        entered.entry = declared  # type: ignore[attr-defined]
        return entered

    return decorate


def entry_all(
    patterns: Iterable[URLPattern | URLResolver],
    *,
    allow: Audience,
    writes: bool,
    records_reading: bool = False,
    only: Collection[str] | None = None,
) -> list[URLPattern | URLResolver]:
    """Return the patterns of a third party, each of their views behind `entry`.

    With `only`, the named routes; the others wait for another call. What has an entry keeps it.
    """
    decorate = entry(allow=allow, writes=writes, records_reading=records_reading)
    wrapped = list(patterns)
    for pattern in _flat(wrapped):
        if (only is None or pattern.name in only) and not hasattr(pattern.callback, "entry"):
            pattern.callback = decorate(pattern.callback)
    return wrapped


def _flat(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            # A resolver caches its patterns, so wrapping them in place lasts.
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern


def refusal(request: HttpRequest, refused: Refused, *, status: int = 0) -> HttpResponse:
    """Return the page that says why an act was refused, and what to do."""
    status = status or (400 if request.method in SAFE_METHODS else 409)
    context = {
        "title": "没有办成",
        "sentence": refused.sentence,
        "code": refused.code,
        # The place of a rule in law/ is for programmers; the sentence names the article.
        "source": "" if refused.source.startswith("law/") else refused.source,
        "back": page_before(request),
        "is_kept": typed.keep(request, why=refused.sentence),
        "had_files": bool(request.FILES),
    }
    return render(request, "web/refused.html", context, status=status)


def _stop(request: HttpRequest, declared: Entry) -> HttpResponseBase | None:
    """Return the answer to somebody who may not enter (yet), or None."""
    if request.method not in KNOWN_METHODS:
        return HttpResponseNotAllowed(sorted(KNOWN_METHODS))
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        # No text that we store holds NUL, and PostgreSQL refuses to look for one.
        raise Http404
    allow = declared.allow
    if not allow.admits(request.user):
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return _not_admitted(request, allow)
    if allow.has_duties_first and (first := _duty_first(request.user)):
        return _go(request, reverse(first))
    if not declared.writes and request.method not in SAFE_METHODS:
        return HttpResponseNotAllowed(sorted(SAFE_METHODS))
    return None


def _duty_first(user: Any) -> str:
    """Name the page that a person must visit before any work; the office needs a second factor."""
    if user.must_change_password:
        return "account_change_password"
    of_the_office = user.roles_today() - OUTSIDE_CODES
    if settings.DEMONSTRATION or user.has_second_factor() or not of_the_office:
        return ""
    return "mfa_index"


@contextmanager
def read_only() -> Iterator[None]:
    """Run a block in a transaction in which PostgreSQL itself refuses writes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _may_write(request: HttpRequest, declared: Entry) -> bool:
    if declared.records_files and request.method == "GET" and "format" in request.GET:
        return True
    if not declared.writes:
        return False
    return declared.records_reading or request.method not in SAFE_METHODS


def _read_only(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    with read_only():
        response = view(request, *args, **kwargs)
        # A template or a stream evaluated later would escape the guard.
        if callable(finish := getattr(response, "render", None)):
            return finish()  # type: ignore[no-any-return]
        if response.streaming and not isinstance(response, FileResponse):
            raise TypeError("a read-only view may stream a file only")
        return response


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    # After signing in a person can be sent back to a page, not to the middle of an act.
    page = request.get_full_path() if request.method in SAFE_METHODS else page_before(request)
    typed.keep(request)
    response = redirect_to_login(page)
    return _go(request, response.url)


def _go(request: HttpRequest, address: str) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _not_admitted(request: HttpRequest, allow: Audience) -> HttpResponse:
    context = {
        "title": "没有权限",
        "sentence": (
            f"这个页面只对{allow.name}开放，您的账号目前没有相应的岗位。"
            "如果工作需要，请联系安全管理员任命岗位。"
        ),
        "code": "not_admitted",
        "source": "",
        "back": page_before(request),
    }
    return render(request, "web/refused.html", context, status=403)
