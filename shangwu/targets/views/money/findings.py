"""The negative list of a declaration: every finding with its rows, the answers, and who cleared them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.money.decisions import AnswerForm
from shangwu.targets.operations.money import payments
from shangwu.targets.queries.money.findings import ShownHit, findings_page
from shangwu.targets.views.money import CLERKS, declaration_of, duties, stored


@entry(allow=STAFF, writes=False)
def findings(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show the whole list, check by check, with what was found and answered."""
    declaration, now = declaration_of(number, year), timezone.localtime()
    page = findings_page(declaration, on=now.date(), known_at=now)
    context = {
        "declaration": declaration,
        "page": page,
        "found": [
            (check, [(hit, _answer_form(hit)) for hit in check.hits]) for check in page.found
        ],
        **duties(request, declaration),
    }
    return render(request, "targets/money/findings.html", context)


@entry(allow=CLERKS, writes=True)
@require_POST
def answer(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Take an explanation or a correction of one finding."""
    declaration, now = declaration_of(number, year), timezone.localtime()
    form = AnswerForm(request.POST, request.FILES)
    if is_filled_in(request, form):
        given = dict(form.cleaned_data)
        with stored(request, given.pop("file")) as files:
            payments.respond_to_hit(
                declaration=declaration.pk,
                **given,
                file=files[0] if files else None,
                on=now.date(),
                by=signed_in(request),
                at=now,
            )
        messages.success(request, "答复已提交，等待复核人员核销。")
    return redirect("targets:money-findings", number, year)


def _answer_form(hit: ShownHit) -> AnswerForm:
    digest = hit.state.hit.digest
    return AnswerForm(auto_id=f"answer-{digest[:12]}-%s", initial={"digest": digest})
