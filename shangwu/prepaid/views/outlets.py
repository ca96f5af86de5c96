"""An operator's outlets: the list, another one, what is said of one, and its closing."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.onboarding import OutletChangeForm, OutletCloseForm, OutletForm
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations import applications
from shangwu.prepaid.operations import outlets as acts
from shangwu.prepaid.operations.applications import NewOutlet
from shangwu.prepaid.operations.outlets import OutletFacts
from shangwu.prepaid.queries.register import outlet_chart
from shangwu.prepaid.views.shared import SHOPS, done, own


@entry(allow=SHOPS, writes=False)
def outlets(request: HttpRequest) -> HttpResponse:
    """Show the shops of the business on the map, and the form for another."""
    operator, on = own(request), timezone.localdate()
    context = {
        "operator": operator,
        "outlets": operator.outlets.order_by("number"),
        "chart": outlet_chart(Operator.objects.filter(pk=operator.pk), on=on),
        "form": OutletForm(on=on),
        "may_change": True,
    }
    return render(request, "prepaid/shop/outlets.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def outlet_add(request: HttpRequest) -> HttpResponse:
    """Add a shop."""
    operator = own(request)

    def do(by: Any, at: Any, **given: Any) -> None:
        applications.add_outlet(operator=operator.pk, given=NewOutlet(**given), by=by, at=at)

    form = OutletForm(request.POST, on=timezone.localdate())
    return done(request, form, do, "门店已登记。", "prepaid:shop-outlets")


@entry(allow=SHOPS, writes=False)
def outlet(request: HttpRequest, number: str) -> HttpResponse:
    """Show one shop with the forms that change and close it."""
    operator, on = own(request), timezone.localdate()
    found = get_object_or_404(operator.outlets, number=number)
    facts = {name: getattr(found, name) for name in acts.LABELS}
    context = {
        "operator": operator,
        "outlet": found,
        "form": OutletChangeForm(on=on, initial=facts),
        "close_form": OutletCloseForm(auto_id="close_%s", initial={"closed_on": on}),
    }
    return render(request, "prepaid/shop/outlet.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def outlet_change(request: HttpRequest, number: str) -> HttpResponse:
    """Bring what is said of a shop up to date."""
    operator = own(request)

    def do(by: Any, at: Any, **given: Any) -> None:
        acts.change_outlet(
            operator=operator.pk, number=number, given=OutletFacts(**given), by=by, at=at
        )

    form = OutletChangeForm(request.POST, on=timezone.localdate())
    return done(request, form, do, "门店信息已变更。", "prepaid:shop-outlet", number)


@entry(allow=SHOPS, writes=True)
@require_POST
def outlet_close(request: HttpRequest, number: str) -> HttpResponse:
    """Close a shop."""
    operator = own(request)

    def do(closed_on: date, **who: Any) -> None:
        acts.close_outlet(operator=operator.pk, number=number, closed_on=closed_on, **who)

    told = "已登记停业。收银台不再列出这家门店，以前的记录不变。"
    return done(request, OutletCloseForm(request.POST), do, told, "prepaid:shop-outlet", number)
