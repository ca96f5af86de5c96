"""What the public pages share: never kept where something personal is shown, refusals in both languages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from shangwu.foundation.law import Refused
from shangwu.foundation.web.language import in_its_language, said
from shangwu.prepaid.rules.consumers.refusals import sentence

View = Callable[..., HttpResponse]
# A refusal that time cures.
PATIENCE = {"PREPAID-LOOKUP-OFTEN": 429, "PREPAID-REQUESTS-MANY": 429}
CONFLICT = 409


def in_two_languages(view: View) -> Callable[..., HttpResponseBase]:
    """Have the view speak the page's language, and say a refusal in it."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            context = {"sentence": said(sentence(refused))}
            status = PATIENCE.get(refused.code, CONFLICT)
            return private(render(request, "prepaid/consumer/refused.html", context, status=status))

    return in_its_language(answering)


def asked_beside_language(request: HttpRequest) -> str:
    """Return what the address asks for but the language, so that the other language shows the same."""
    asked = request.GET.copy()
    asked.pop("lang", None)
    return asked.urlencode()


def private(response: HttpResponse) -> HttpResponse:
    """Return the page with the word that nobody may keep a copy."""
    response.headers["Cache-Control"] = "no-store, private"
    return response


def refuse_in(form: Form, refused: Refused) -> None:
    """Say a refusal above the form, so that nothing typed is lost."""
    form.add_error(None, said(sentence(refused)))
