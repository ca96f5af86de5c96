"""The quarterly report of a shop with a till: what is due, and the form."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.till import QuarterForm
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations import till
from shangwu.prepaid.queries.quarters import Quarter, movements, quarters
from shangwu.prepaid.views.shared import SHOPS
from shangwu.prepaid.views.till.board import own_till


@entry(allow=SHOPS, writes=False)
def till_quarters(request: HttpRequest) -> HttpResponse:
    """Show the quarters that are over, when each report is due, and what was reported."""
    operator = own_till(request)
    context = {"operator": operator, "quarters": quarters(operator, on=timezone.localdate())}
    return render(request, "prepaid/till/quarters.html", context)


@entry(allow=SHOPS, writes=True)
def till_quarter(request: HttpRequest, start: str) -> HttpResponse:
    """Report a quarter; what was reported before can be put right by reporting again."""
    operator = own_till(request)
    quarter = _quarter(operator, start)
    known = movements(operator, quarter)
    form = QuarterForm(request.POST or None, known=known, report=quarter.report)
    if request.method == "POST" and form.is_valid():
        made = till.report_quarter(
            operator=operator.pk,
            figures=form.figures(quarter.start),
            key=form.cleaned_data["key"],
            by=signed_in(request),
            at=timezone.now(),
        )
        is_late = timezone.localtime(made.received_at).date() > made.due_on
        told = f"已过 {made.due_on}，记为逾期报送。" if is_late else ""
        messages.success(request, f"{quarter.label}的报告已报送。{told}")
        return redirect("prepaid:till-quarters")
    context = {"operator": operator, "quarter": quarter, "known": known, "form": form}
    status = 200 if request.method == "GET" else 422
    return render(request, "prepaid/till/quarter.html", context, status=status)


def _quarter(operator: Operator, start: str) -> Quarter:
    for one in quarters(operator, on=timezone.localdate()):
        if one.start.isoformat() == start:
            return one
    raise Http404
