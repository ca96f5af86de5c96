"""Desks of supervisors: the area at a glance, the big screen, observations, and one of them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import build_table
from shangwu.prepaid.forms.standings import SettleForm
from shangwu.prepaid.models import Case, Observation
from shangwu.prepaid.operations.observations import settle
from shangwu.prepaid.queries.consumers.desk import reports_of
from shangwu.prepaid.queries.desks import desk as desks
from shangwu.prepaid.queries.desks import operators
from shangwu.prepaid.queries.desks.charts import course_chart, kinds_chart, sector_chart
from shangwu.prepaid.queries.scope import operators_of, reach_of
from shangwu.prepaid.rules.amounts import rough_yuan
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.vocabulary import ObservationState, Sector

SUPERVISORS = any_of(Role.PREPAID_LINKAGE, Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.LEADER)
OFFICERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER)


@entry(allow=SUPERVISORS, writes=False)
def desk(request: HttpRequest) -> HttpResponse:
    """Show the account's area: coverage, money, shortfalls, observations, what is due this week."""
    return render(request, "prepaid/desks/desk.html", _desk(request))


@entry(allow=SUPERVISORS, writes=False)
def screen(request: HttpRequest) -> HttpResponse:
    """Show the area on a wall, to be read from three metres."""
    return render(request, "prepaid/desks/screen.html", _wall(request))


@entry(allow=SUPERVISORS, writes=False, counts_as_activity=False)
def screen_body(request: HttpRequest) -> HttpResponse:
    """Give the wall its figures anew; it asks by itself every minute."""
    return render(request, "prepaid/desks/screen_body.html", _wall(request))


@entry(allow=SUPERVISORS, writes=False, records_files=True)
def observations(request: HttpRequest) -> HttpResponseBase:
    """List what differs in the account's area, or give it as a file."""
    today = timezone.localdate()
    account = signed_in(request)
    rows = operators.observations(account, on=today)
    shape = operators.observation_shape(account, on=today)
    if (file := table_download(request, rows, title="异常记录", **shape)) is not None:
        return file
    table = build_table(
        rows,
        key="observations",
        caption="异常记录",
        asked=request.GET,
        export=request.path,
        **shape,
    )
    return render(request, "prepaid/desks/observations.html", {"table": table})


@entry(allow=SUPERVISORS, writes=False)
def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one difference with its grounds."""
    found = _observation(request, pk)
    context = {
        "observation": found,
        "case": Case.objects.filter(evidence__observation=found).first(),
        "form": SettleForm(),
        "reports": reports_of(found, signed_in(request), on=timezone.localdate()),
        "may_settle": OFFICERS.admits(request.user) and found.state == ObservationState.OPEN,
    }
    return render(request, "prepaid/desks/observation.html", context)


@entry(allow=OFFICERS, writes=True)
@require_POST
def observation_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a difference with the reason."""
    found = _observation(request, pk)
    form = SettleForm(request.POST)
    if is_filled_in(request, form):
        settle(
            observation=found.pk,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已了结，理由已记入操作记录。")
    return redirect("prepaid:observation", found.pk)


def _observation(request: HttpRequest, pk: int) -> Observation:
    """Return the observation, absent for an account that does not supervise the operator."""
    here = operators_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(
        Observation.objects.select_related("operator"), pk=pk, operator__in=here
    )


def _wall(request: HttpRequest) -> dict[str, Any]:
    """Return the desk with its money as it is read from afar."""
    context = _desk(request)
    total = context["desk"].total
    context["wall"] = {
        "balance": rough_yuan(total.balance_fen),
        "required": rough_yuan(total.required_fen),
        "shortfall": rough_yuan(total.shortfall_fen),
    }
    return context


def _desk(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    asked = {
        "district": _chosen(request, "district", districts(today)),
        "sector": _chosen(request, "sector", dict(Sector.choices)),
    }
    account = signed_in(request)
    places, lines = reach_of(account, on=today)
    found = desks.desk(account, on=today, **asked)
    return {
        "desk": found,
        "asked": asked,
        "query": request.GET.urlencode(),
        "districts": list(places.items()),
        "sectors": lines,
        "now": timezone.localtime(),
        "course_chart": course_chart(found.course),
        "sector_chart": sector_chart(found.by_sector),
        "kinds_chart": kinds_chart(found.kinds),
    }


def _chosen(request: HttpRequest, name: str, known: Mapping[str, str]) -> str:
    """Return what the address asks for where it exists."""
    value = request.GET.get(name, "")
    return value if value in known else ""
