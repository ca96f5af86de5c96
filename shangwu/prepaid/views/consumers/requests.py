"""Complaints and questions, and following them by number and code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.law import Refused
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.consumers import ComplaintForm, FollowForm, QuestionForm
from shangwu.prepaid.operations.complaints import receive_complaint, receive_question
from shangwu.prepaid.operations.lookups import look_up_request
from shangwu.prepaid.queries.consumers.questions import own_request, published_questions
from shangwu.prepaid.queries.finding import named_operator
from shangwu.prepaid.rules.consumers.english import DISTRICTS, district, term
from shangwu.prepaid.views.consumers import tickets
from shangwu.prepaid.views.consumers.shell import in_two_languages, private, refuse_in
from shangwu.prepaid.vocabulary import Agency, RequestKind, RequestState

RECEIPT = "prepaid/consumer/receipt.html"


@entry(allow=PUBLIC, writes=True)
@in_two_languages
def complain(request: HttpRequest) -> HttpResponse:
    """Take a complaint."""
    start = {"ticket": tickets.new_ticket(), "operator": request.GET.get("operator", "")}
    form = ComplaintForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            receipt = receive_complaint(
                ticket=tickets.read_ticket(said["ticket"]),
                sender=tickets.sender_of(request),
                subject=said["subject"],
                operator=said["operator"],
                named_operator=said["named_operator"],
                sector=said["sector"],
                district=said["district"],
                text=said["text"],
                amount=said["amount"],
                address=source_address(request),
                at=timezone.localtime(),
            )
        except Refused as refused:
            refuse_in(form, refused)
        else:
            return private(render(request, RECEIPT, {"receipt": receipt}))
    return private(
        render(
            request,
            "prepaid/consumer/complain.html",
            {"form": form, "about": named_operator(start["operator"])},
        )
    )


@entry(allow=PUBLIC, writes=True)
@in_two_languages
def questions(request: HttpRequest) -> HttpResponse:
    """Show answered questions and take a new one."""
    start = {"ticket": tickets.new_ticket(), "operator": request.GET.get("operator", "")}
    form = QuestionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            receipt = receive_question(
                ticket=tickets.read_ticket(said["ticket"]),
                sender=tickets.sender_of(request),
                operator=said["operator"],
                text=said["text"],
                address=source_address(request),
                at=timezone.localtime(),
            )
        except Refused as refused:
            refuse_in(form, refused)
        else:
            return private(render(request, RECEIPT, {"receipt": receipt}))
    context = {"form": form, "questions": published_questions()}
    return private(render(request, "prepaid/consumer/questions.html", context))


@sensitive_post_parameters("secret")
@entry(allow=PUBLIC, writes=True)
@in_two_languages
def follow(request: HttpRequest) -> HttpResponse:
    """Show how far a request has come, to who has its number and code."""
    form = FollowForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        look_up_request(address=source_address(request), at=timezone.localtime())
        found = own_request(form.cleaned_data["number"], form.cleaned_data["secret"])
        context["asked"] = True
        if found is not None:
            unit = found.unit_district in DISTRICTS
            context |= {
                "found": found,
                "kind": term(RequestKind(found.kind)),
                "state": term(RequestState(found.state)),
                "agency": term(Agency(found.unit_agency)),
                "district": district(found.unit_district) if unit else ("市", "City"),
            }
    return private(render(request, "prepaid/consumer/follow.html", context))
