"""What-if: suppose another course of one target and see forecast and score move. It reads only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shangwu.foundation.accounts.roles import STAFF
from shangwu.foundation.web.entry import entry
from shangwu.targets.forms.whatif import WhatIfForm
from shangwu.targets.queries import whatif
from shangwu.targets.queries.monitoring.charts import rehearsal_chart
from shangwu.targets.rules.forecast.facts import NoForecast


@entry(allow=STAFF, writes=False)
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Show forecast and score as things stand, and as they would be."""
    indicator = whatif.readable(pk)
    if indicator is None:
        raise Http404
    now = timezone.localtime()
    newest = indicator.readings.order_by("-on").first()
    usual = min(newest.on if newest else now.date(), now.date())
    form = WhatIfForm(request.GET if "on" in request.GET else {"on": usual.isoformat()})
    found, refusal = None, ""
    if form.is_valid():
        answer = whatif.rehearse(
            indicator, on=form.cleaned_data["on"], known_at=now, change=form.change()
        )
        if isinstance(answer, NoForecast):
            refusal = answer.why
        else:
            found = answer
    context = {
        "indicator": indicator,
        "form": form,
        "found": found,
        "refusal": refusal,
        "chart": rehearsal_chart(found) if found else None,
    }
    return render(request, "targets/whatif.html", context)
