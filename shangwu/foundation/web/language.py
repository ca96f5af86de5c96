"""The language of a public page: Chinese, or English where the address says `lang=en`.

Texts stand as pairs (Chinese, English) where they are read; there is no catalogue that could drift from them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

CODES = {"zh": "zh-hans", "en": "en"}
View = Callable[..., HttpResponseBase]


def language_of(request: HttpRequest) -> str:
    """Return "en" where the address asks for English, else "zh"."""
    return "en" if request.GET.get("lang") == "en" else "zh"


def said(pair: tuple[str, str]) -> str:
    """Return the text in the language that is spoken now."""
    return pair[1] if translation.get_language() == CODES["en"] else pair[0]


def in_its_language(view: View) -> View:
    """Have the view, its forms and its template speak the language that the address asks for."""

    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(CODES[language_of(request)]):
            return view(request, *args, **kwargs)

    return speaking
