"""One's own card by number and secret, and what differs from the slip. Both are sent in the body, and only there."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.law import Refused
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.consumers import CardForm, DifferenceForm
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.complaints import receive_difference
from shangwu.prepaid.operations.lookups import look_up_card, look_up_request
from shangwu.prepaid.queries.consumers.proofs import card_proof
from shangwu.prepaid.queries.finding import named_operator
from shangwu.prepaid.views.consumers import tickets
from shangwu.prepaid.views.consumers.shell import in_two_languages, private, refuse_in

PAGE = "prepaid/consumer/card.html"


@sensitive_post_parameters("number", "secret")
@entry(allow=PUBLIC, writes=True)
@in_two_languages
def card(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret, and show what the ledger has."""
    form = CardForm(request.POST or None, initial={"operator": request.GET.get("operator", "")})
    if request.method != "POST" or not form.is_valid():
        about = named_operator(request.GET.get("operator", ""))
        return private(render(request, PAGE, {"form": form, "about": about}))
    operator = form.cleaned_data["operator"]
    answer = look_up_card(
        operator=operator,
        number=form.cleaned_data["number"],
        secret=form.cleaned_data["secret"],
        address=source_address(request),
        at=timezone.localtime(),
    )
    found = answer.balance_fen if answer.is_found else None
    seen = tickets.SeenCard(operator.pk, answer.card, found, answer.known_until)
    context = {"operator": operator, "answer": answer, "note": tickets.card_note(seen)}
    return private(render(request, "prepaid/consumer/card_answer.html", context))


@entry(allow=PUBLIC, writes=True)
@require_POST
@in_two_languages
def proof(request: HttpRequest) -> HttpResponse:
    """Give the holder the proof of the card's last entry, to keep and to check without the platform."""
    seen = tickets.read_card_note(request.POST.get("card", ""))
    now = timezone.localtime()
    look_up_request(address=source_address(request), at=now)
    found = card_proof(
        Operator.objects.get(pk=seen.operator),
        seen.card,
        how=request.build_absolute_uri(reverse("prepaid:proofs")),
        at=now,
    )
    if found is None:
        raise Refused("这张卡还没有可以证明的记录。", code="PREPAID-NO-PROOF")
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="card-proof.json"'
    return private(response)


@entry(allow=PUBLIC, writes=True)
@require_POST
@in_two_languages
def difference(request: HttpRequest) -> HttpResponse:
    """Ask what the slip says, take it, and give number and code to follow it."""
    now = timezone.localtime()
    if "ticket" not in request.POST:
        form = _slip_form(request.POST.get("card", ""), now.date())
    else:
        form = DifferenceForm(request.POST, today=now.date())
    if form.is_valid():
        said = form.cleaned_data
        seen = tickets.read_card_note(said["card"])
        try:
            receipt = receive_difference(
                ticket=tickets.read_ticket(said["ticket"]),
                sender=tickets.sender_of(request),
                operator=Operator.objects.get(pk=seen.operator),
                card=seen.card,
                found=seen.found,
                known_until=seen.known_until,
                stated=said["stated"],
                day=said["day"],
                text=said["text"],
                address=source_address(request),
                at=now,
            )
        except Refused as refused:
            refuse_in(form, refused)
        else:
            return private(render(request, "prepaid/consumer/receipt.html", {"receipt": receipt}))
    return private(render(request, "prepaid/consumer/difference.html", {"form": form}))


def _slip_form(note: str, today: date) -> DifferenceForm:
    start = {
        "card": note,
        "ticket": tickets.new_ticket(),
        "day": tickets.read_card_note(note).known_until or today,
    }
    return DifferenceForm(today=today, initial=start)
