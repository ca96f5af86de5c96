"""What waits for a second person about money, and the decision on each."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.money.decisions import NoteForm
from shangwu.targets.operations.money import budget, payments
from shangwu.targets.queries.money.approvals import pending
from shangwu.targets.queries.money.workbench import projects, waiting_statements
from shangwu.targets.views.money import CLERKS, REVIEWERS

# Kind of proposal -> the act on it, and the argument that names the proposal.
DECISIONS: dict[str, tuple[Callable[..., object], str]] = {
    "adjustment": (budget.decide_adjustment, "adjustment"),
    "use": (budget.decide_use, "use"),
    "payment": (payments.decide_payment, "proposal"),
    "answer": (payments.decide_hit, "response"),
}


@entry(allow=STAFF, writes=False)
def approvals(request: HttpRequest) -> HttpResponse:
    """List every proposal that waits, the statements to confirm, and the projects with their execution."""
    groups, now = pending(), timezone.localtime()
    context = {
        "groups": groups,
        "total": sum(len(group.items) for group in groups),
        "statements": waiting_statements(),
        "projects": projects(on=now.date(), known_at=now),
        "form": NoteForm(),
        "may_decide": REVIEWERS.admits(request.user),
        "may_enter": CLERKS.admits(request.user),
    }
    return render(request, "targets/money/approvals.html", context)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def decide(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Approve or refuse one proposal of somebody else."""
    if kind not in DECISIONS:
        raise Http404
    act, name = DECISIONS[kind]
    form, approve = NoteForm(request.POST), "approve" in request.POST
    if is_filled_in(request, form):
        act(
            **{name: pk},
            approve=approve,
            note=form.cleaned_data["note"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已同意。" if approve else "已退回，理由已记录。")
    return redirect("targets:money-approvals")
