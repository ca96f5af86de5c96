"""Early warning: the alerts of an area, and the decision not to follow one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.warning import AlertFilterForm, DismissForm
from shangwu.prepaid.operations.warning import dismiss
from shangwu.prepaid.queries.warning.page import alert_page, alerts_of
from shangwu.prepaid.queries.warning.tested import model_record
from shangwu.prepaid.views.desks import OFFICERS, SUPERVISORS


@entry(allow=SUPERVISORS, writes=False)
def alerts(request: HttpRequest) -> HttpResponse:
    """Show the alerts of the account's area, what came of them, and how the model was tested."""
    form = AlertFilterForm(request.GET)
    page = alert_page(signed_in(request), on=timezone.localdate(), state=form.asked())
    context = {
        "page": page,
        "form": form,
        "dismiss_form": DismissForm(),
        "record": model_record(),
        "may_act": OFFICERS.admits(request.user),
    }
    return render(request, "prepaid/warning/alerts.html", context)


@entry(allow=OFFICERS, writes=True)
@require_POST
def alert_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that an alert is not followed, with the reason."""
    mine = alerts_of(signed_in(request), on=timezone.localdate())
    found = get_object_or_404(mine, pk=pk)
    form = DismissForm(request.POST)
    if is_filled_in(request, form):
        dismiss(
            alert=found.pk,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已登记不予跟进，理由记入操作记录，计入误报统计。")
    return redirect("prepaid:alerts")
