"""Papers of cases: as files for the office, as letters for the operator, who reads and answers them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.cases import DELIVERIES, DeliveryForm, ReplyForm
from shangwu.prepaid.models import CaseLetter, CaseStep
from shangwu.prepaid.operations import letters as acts
from shangwu.prepaid.queries.cases import cases_of, letters_of
from shangwu.prepaid.queries.letters import letter_content
from shangwu.prepaid.queries.scope import own_operator
from shangwu.prepaid.rules.papers.supervision import letter_paper
from shangwu.prepaid.rules.supervision import LETTERS
from shangwu.prepaid.views.cases import EVIDENCE_BYTES, EVIDENCE_KINDS, OFFICERS, VIEWERS
from shangwu.prepaid.views.governance_files import paper_file
from shangwu.prepaid.vocabulary import CaseState, StepStatus

SHOP = any_of(Role.PREPAID_SHOP)


@entry(allow=VIEWERS, writes=False)
def letter_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give a signed paper as it was frozen."""
    found = get_object_or_404(letters_of(signed_in(request), on=timezone.localdate()), pk=pk)
    return _file(found, kind)


@entry(allow=VIEWERS, writes=False)
def draft_file(request: HttpRequest, number: str, step: int, kind: str) -> HttpResponse:
    """Give the paper of a draft, marked as one, as it would be signed today."""
    today = timezone.localdate()
    case = get_object_or_404(cases_of(signed_in(request), on=today), number=number)
    draft = get_object_or_404(
        CaseStep.objects.select_related("drafted_by", "signed_by"),
        pk=step,
        case=case,
        status=StepStatus.DRAFTED,
        act__in=LETTERS,
    )
    # Of an interview the notice is what binds; the record is signed at the meeting.
    paper = LETTERS[draft.act][-1]
    content = letter_content(case, draft, paper, number="", on=today)
    return paper_file(letter_paper(content), f"{paper.label}-{case.number}-草稿", kind)


@entry(allow=OFFICERS, writes=True)
@require_POST
def letter_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how a paper was delivered, or by which receipt a hand-over was taken over."""
    found = get_object_or_404(letters_of(signed_in(request), on=timezone.localdate()), pk=pk)
    form = DELIVERIES.get(found.kind, DeliveryForm)(request.POST)
    if is_filled_in(request, form, about=found.number):
        acts.deliver_letter(
            letter=found.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, f"{found.number}已登记{form.DONE}。")
    return redirect("prepaid:case", found.case.number)


@entry(allow=SHOP, writes=False)
def shop_letters(request: HttpRequest) -> HttpResponse:
    """Show the operator its letters, what is to be done first."""
    operator = own_operator(signed_in(request), on=timezone.localdate())
    found = _own(operator).order_by("-issued_on", "-pk")
    context = {"letters": found, "operator": operator, "today": timezone.localdate()}
    return render(request, "prepaid/shop/letters.html", context)


@entry(allow=SHOP, writes=True, records_reading=True)
def shop_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the operator one letter; opening it is recorded, answering it goes to the officer."""
    person, now = signed_in(request), timezone.localtime()
    operator = own_operator(person, on=now.date())
    found = get_object_or_404(_own(operator), pk=pk)
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with files.uploads_for_an_act(
            form.cleaned_data["evidence"],
            by=person,
            at=now,
            allow=EVIDENCE_KINDS,
            max_bytes=EVIDENCE_BYTES,
        ) as stored:
            acts.reply_to_letter(
                letter=found.pk, text=form.cleaned_data["text"], files=stored, by=person, at=now
            )
        messages.success(request, "答复已提交，监管部门会核查。")
        return redirect("prepaid:shop-letter", pk)
    if request.method == "GET":
        found = acts.read_letter(letter=found.pk, by=person, at=now)
    context: dict[str, Any] = {
        "letter": found,
        "content": found.content,
        "replies": found.replies.prefetch_related("files__file").order_by("pk"),
        "form": form,
        "may_reply": found.case.state != CaseState.CLOSED,
    }
    return render(request, "prepaid/shop/letter.html", context)


@entry(allow=SHOP, writes=False)
def shop_letter_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the operator its letter as a file."""
    operator = own_operator(signed_in(request), on=timezone.localdate())
    return _file(get_object_or_404(_own(operator), pk=pk), kind)


def _own(operator: Any) -> Any:
    """Return the papers addressed to the operator; a hand-over is between agencies."""
    rows = CaseLetter.objects.filter(case__operator=operator, kind__in=acts.TO_OPERATOR)
    return rows.select_related("case")


def _file(found: CaseLetter, kind: str) -> HttpResponse:
    paper = letter_paper(found.content, digest=found.content_sha256)
    return paper_file(paper, f"{found.get_kind_display()}-{found.number}", kind)
