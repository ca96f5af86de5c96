"""Which operator an act concerns: taken from the address, or chosen by name among those that the person supervises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from shangwu.foundation.accounts.models import signed_in
from shangwu.prepaid.forms.cases import OperatorForm
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.finding import matching
from shangwu.prepaid.queries.scope import operators_of

MOST_SHOWN = 20


def choose_operator(request: HttpRequest, title: str) -> Operator | HttpResponse:
    """Return the operator that the address names, or the page that asks for it and shows those that fit."""
    asked = request.GET.get("operator", "").strip()
    mine = operators_of(signed_in(request), on=timezone.localdate())
    fitting = list(matching(mine, asked).order_by("name", "pk")[: MOST_SHOWN + 1]) if asked else []
    if len(fitting) == 1:
        return fitting[0]
    others = [(name, str(value)) for name, value in request.GET.items() if name != "operator"]
    context = {
        "title": title,
        "form": OperatorForm(initial={"operator": asked}),
        "asked": asked,
        "others": others,
        "fitting": [
            (one, urlencode([*others, ("operator", one.number)])) for one in fitting[:MOST_SHOWN]
        ],
        "has_more": len(fitting) > MOST_SHOWN,
    }
    return render(request, "prepaid/parts/choose.html", context)
