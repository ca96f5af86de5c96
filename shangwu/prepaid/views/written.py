"""What an officer records for a party without an account: a statement, a petition, an answer to a paper, all on paper."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.credit import WrittenForm, WrittenPetitionForm
from shangwu.prepaid.operations.letters import TO_OPERATOR, reply_to_letter
from shangwu.prepaid.operations.listings import state_case
from shangwu.prepaid.operations.petitions import file_petition
from shangwu.prepaid.operations.written import Written
from shangwu.prepaid.queries.cases import letters_of
from shangwu.prepaid.views.cases import EVIDENCE_BYTES, EVIDENCE_KINDS, OFFICERS
from shangwu.prepaid.views.listings import listing_numbered


@entry(allow=OFFICERS, writes=True)
@require_POST
def written_statement(request: HttpRequest, number: str) -> HttpResponse:
    """Record what a party says in its defence on paper."""
    found, form = listing_numbered(request, number), WrittenForm(request.POST, request.FILES)

    def state(**said: Any) -> str:
        state_case(listing=found.pk, **said)
        return "已代为登记书面陈述、申辩，由另一位复核人员答复、决定。"

    _record(request, form, state)
    return redirect("prepaid:listing", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def written_petition(request: HttpRequest, number: str) -> HttpResponse:
    """Record an objection or a request for repair on paper."""
    found = listing_numbered(request, number)
    form = WrittenPetitionForm(request.POST, request.FILES)

    def file(**said: Any) -> str:
        row = file_petition(listing=found.pk, **said)
        return f"已代为登记，自 {row.received_on} 收到之日起算，应于 {row.decide_due} 前处理。"

    _record(request, form, file)
    return redirect("prepaid:listing", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def written_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an answer to a paper of a case."""
    mine = letters_of(signed_in(request), on=timezone.localdate())
    letter = get_object_or_404(mine, pk=pk, kind__in=TO_OPERATOR)
    form = WrittenForm(request.POST, request.FILES)

    def reply(**said: Any) -> str:
        reply_to_letter(letter=letter.pk, files=(), **said)
        return f"已代为登记对{letter.number}的书面答复，并固定为证据。"

    _record(request, form, reply, about=letter.number)
    return redirect("prepaid:case", letter.case.number)


def _record(request: HttpRequest, form: Form, act: Callable[..., str], *, about: str = "") -> None:
    """Store the paper and do the act; when it is refused, the paper does not stay. It bears names: opening is recorded."""
    if not is_filled_in(request, form, about=about):
        return
    said, by, at = dict(form.cleaned_data), signed_in(request), timezone.localtime()
    with files.uploads_for_an_act(
        [said.pop("paper")],
        by=by,
        at=at,
        allow=EVIDENCE_KINDS,
        max_bytes=EVIDENCE_BYTES,
        is_personal=True,
    ) as (paper,):
        written = Written(said.pop("received_on"), said.pop("handed_in_by"), paper)
        told = act(**said, written=written, by=by, at=at)
    messages.success(request, told)
