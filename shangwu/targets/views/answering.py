"""Answering a survey: without an account, once from a browser, naming nobody."""

import hashlib
import hmac
import secrets
from decimal import Decimal

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import entry
from shangwu.targets.forms.survey import AnswerForm
from shangwu.targets.models import Survey
from shangwu.targets.operations.surveys import answer_survey
from shangwu.targets.queries import surveys as reading
from shangwu.targets.queries.charts import answers_chart
from shangwu.targets.vocabulary import SurveyStatus

SALT = "shangwu.survey"
TICKET_SECONDS = 24 * 3600
COOKIE_SECONDS = 120 * 24 * 3600


@entry(allow=PUBLIC, writes=True)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Show the questionnaire and take one answer."""
    survey = _published(number)
    now = timezone.localtime()
    if survey.status == SurveyStatus.CLOSED:
        return redirect("targets:survey-results", number)
    if _answered(survey) in request.COOKIES:
        return redirect("targets:survey-thanks", number)
    form = AnswerForm(
        request.POST or None,
        survey=survey,
        initial={"ticket": _new_ticket(number, now.timestamp())},
    )
    context = {
        "survey": survey,
        "form": form,
        "open": survey.opens_on <= now.date() <= survey.closes_on,
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "targets/survey/answer.html", context)
    nonce, opened = _read_ticket(number, form.cleaned_data["ticket"])
    if not nonce:
        form.renew_ticket(_new_ticket(number, opened or now.timestamp()))
        return render(request, "targets/survey/answer.html", context)
    answer_survey(
        survey=survey.pk,
        ticket=hashlib.sha256(nonce.encode()).hexdigest(),
        stratum=form.cleaned_data.get("stratum", ""),
        ranks=form.ranks(),
        device=_device(request, survey),
        seconds=Decimal(max(round((now.timestamp() - opened) * 10), 0)) / 10,
        at=now,
    )
    return _thanked(request, survey)


@entry(allow=PUBLIC, writes=False)
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """Thank for the answer."""
    return render(request, "targets/survey/thanks.html", {"survey": _published(number)})


@entry(allow=PUBLIC, writes=False)
def public_results(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a closed survey found, with the number of answers and the intervals."""
    survey = get_object_or_404(
        Survey.objects.select_related("declaration__project"),
        number=number,
        status=SurveyStatus.CLOSED,
    )
    now = timezone.localtime()
    found = reading.results(survey, on=now.date(), known_at=now)
    context = {
        "survey": survey,
        "results": found,
        "questions": [
            (result, reading.version_rows(result), answers_chart(result))
            for result in found.questions
        ],
    }
    return render(request, "targets/survey/public_results.html", context)


def _thanked(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Lead to the thanks, and remember in the browser that it has answered."""
    response = redirect("targets:survey-thanks", survey.number)
    response.set_cookie(
        _answered(survey),
        "1",
        max_age=COOKIE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _published(number: str) -> Survey:
    survey = get_object_or_404(Survey.objects.select_related("declaration__project"), number=number)
    if survey.status == SurveyStatus.DRAFT:
        raise Http404
    return survey


def _answered(survey: Survey) -> str:
    return f"answered-{survey.number}"


def _new_ticket(number: str, opened: float) -> str:
    return signing.dumps([number, secrets.token_urlsafe(16), opened], salt=SALT)


def _read_ticket(number: str, ticket: str) -> tuple[str, float]:
    """Return the once-only number, "" where it counts no more, and the moment of opening, 0 if nobody knows."""
    try:
        of, nonce, opened = signing.loads(ticket, salt=SALT)
        if of != number:
            return "", 0.0
        signing.loads(ticket, salt=SALT, max_age=TICKET_SECONDS)
    except signing.SignatureExpired:
        return "", float(opened)
    except signing.BadSignature:
        return "", 0.0
    return str(nonce), float(opened)


def _device(request: HttpRequest, survey: Survey) -> str:
    """Return a keyed digest that tells one device from another, until the key is destroyed at closing."""
    said = "\n".join(
        (
            source_address(request),
            request.headers.get("User-Agent", ""),
            request.headers.get("Accept-Language", ""),
        )
    )
    return hmac.new(bytes(survey.device_key or b""), said.encode(), "sha256").hexdigest()
