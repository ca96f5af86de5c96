"""The language of a public page: Chinese, or English where the address says `lang=en`.

Texts stand as pairs (Chinese, English) where they are read; there is no catalogue that could drift from them.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

CODES = {"zh": "zh-hans", "en": "en"}
# Django's own mark of the language takes longer to read than a text takes to write, and a page has a hundred.
_PLACE: ContextVar[int] = ContextVar("place in a pair", default=0)
View = Callable[..., HttpResponseBase]


def language_of(request: HttpRequest) -> str:
    """Return "en" where the address asks for English, else "zh"."""
    return "en" if request.GET.get("lang") == "en" else "zh"


def said(pair: tuple[str, str]) -> str:
    """Return the text in the language that is spoken now."""
    return pair[_PLACE.get()]


def in_its_language(view: View) -> View:
    """Have the view, its forms and its template speak the language that the address asks for."""

    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        before = _PLACE.set(int(language == "en"))
        try:
            with translation.override(CODES[language]):
                return view(request, *args, **kwargs)
        finally:
            _PLACE.reset(before)

    return speaking
