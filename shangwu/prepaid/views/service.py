"""Publicity of the platform: what was published where, and when."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.service import PublicityForm
from shangwu.prepaid.models import Publicity
from shangwu.prepaid.operations.service import record_publicity, withdraw_publicity

READERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)
SAMPLE_KINDS = frozenset({"pdf", "png", "jpeg"})
SAMPLE_BYTES = 20 * 1024 * 1024
WRITERS = any_of(Role.PREPAID_LINKAGE, Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER)


@entry(allow=READERS, writes=True)
def publicity(request: HttpRequest) -> HttpResponse:
    """Show what was published, and take a further record."""
    form = PublicityForm(request.POST or None, request.FILES or None)
    may_write = WRITERS.admits(request.user)
    if request.method == "POST" and may_write and form.is_valid():
        now, given = timezone.localtime(), dict(form.cleaned_data)
        upload = given.pop("file")
        with files.uploads_for_an_act(
            [upload] if upload else [],
            by=signed_in(request),
            at=now,
            allow=SAMPLE_KINDS,
            max_bytes=SAMPLE_BYTES,
        ) as stored:
            sample = stored[0] if stored else None
            record_publicity(file=sample, by=signed_in(request), at=now, on=now.date(), **given)
        messages.success(request, "宣传记录已登记。")
        return redirect("prepaid:publicity")
    context = {
        "rows": Publicity.objects.filter(withdraws__isnull=True)
        .select_related("by", "withdrawn_by")
        .order_by("-published_on", "-pk")[:200],
        "form": form,
        "may_write": may_write,
    }
    return render(request, "prepaid/publicity.html", context)


@entry(allow=WRITERS, writes=True)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a mistaken record."""
    withdraw_publicity(publicity=pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "已撤销，两条记录都保留。")
    return redirect("prepaid:publicity")
