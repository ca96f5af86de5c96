"""What officers read of early warning: the alerts of their area by week, what came of them, and the last week judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models import Operator, WarningAlert, WarningRun
from shangwu.prepaid.queries.scope import area_of
from shangwu.prepaid.queries.warning.ties import Tie, ties_of
from shangwu.prepaid.rules.warning.feeds import FEED_NAMES
from shangwu.prepaid.vocabulary import CaseOrigin, Sector, WarningState

# Half a year of weeks: what is older is found in the operator's file.
SHOWN_WEEKS, MOST_ALERTS, LONGEST_SUMMARY = 26, 200, 500
CLEAR = 3.0
LINES = ("预收资金余额 20 万元", "上年主营业务收入的 20%")
LOOKS = {
    WarningState.OPEN: "PENDING",
    WarningState.IN_CASE: "FLAGGED",
    WarningState.DISMISSED: "DISCARDED",
}


@dataclass(frozen=True)
class Shown:
    """An alert as it is shown, with its ties to failed operators and the door to a case."""

    alert: WarningAlert
    look: str
    ties: Sequence[Tie]
    case_link: str


@dataclass(frozen=True)
class Outcome:
    """What became of the alerts of one line of business on this platform."""

    label: str
    alerts: int
    in_case: int
    dismissed: int
    open: int


@dataclass(frozen=True)
class Crowd:
    """How balances lie around one threshold, in words."""

    label: str
    sentence: str
    is_clear: bool


@dataclass(frozen=True)
class AlertPage:
    """The alerts of an area, week by week, the newest first; the last run, if there was any."""

    run: WarningRun | None
    pace: str
    missing: Sequence[str]
    weeks: Sequence[tuple[date, Sequence[Shown]]]
    outcomes: Sequence[Outcome]
    crowding: Sequence[Crowd]
    is_cut: bool


def alerts_of(account: Account, *, on: date) -> QuerySet[WarningAlert]:
    """Return the alerts about operators that the account supervises that day."""
    return WarningAlert.objects.filter(
        area_of(account, on=on, through="operator__")
    ).select_related("operator", "decided_by", "case")


def alert_page(account: Account, *, on: date, state: str = "") -> AlertPage:
    """Return the page of alerts, narrowed to a state, in as many statements for many as for few."""
    run = WarningRun.objects.order_by("-week").first()
    mine = alerts_of(account, on=on)
    newest = run.week if run else on
    rows = mine.filter(week__gt=newest - timedelta(weeks=SHOWN_WEEKS)) | mine.filter(
        state=WarningState.OPEN
    )
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-week", "-score", "pk")[: MOST_ALERTS + 1])
    shown = shown_alerts(found[:MOST_ALERTS])
    return AlertPage(
        run=run,
        pace=_pace(run),
        missing=_missing(run),
        weeks=[
            (week, list(alerts)) for week, alerts in groupby(shown, key=lambda one: one.alert.week)
        ],
        outcomes=_outcomes(mine),
        crowding=crowds(run),
        is_cut=len(found) > MOST_ALERTS,
    )


def shown_alerts(alerts: Iterable[WarningAlert], *, with_ties: bool = True) -> list[Shown]:
    """Return alerts with what belongs to them, in one more statement for the ties."""
    alerts = list(alerts)
    ties = ties_of([one.operator for one in alerts]) if with_ties else {}
    return [
        Shown(one, LOOKS[WarningState(one.state)], ties.get(one.operator_id, ()), case_link(one))
        for one in alerts
    ]


def case_link(alert: WarningAlert) -> str:
    """Return the door to a new case about an alert."""
    asked = {
        "operator": alert.operator.number,
        "origin": CaseOrigin.ALERT.value,
        "reference": alert.reference,
    }
    return f"{reverse('prepaid:case-new')}?{urlencode(asked)}"


def alert_reasons(operator: Operator, reference: str) -> str:
    """Return the reasons of the operator's alert of that reference, as far as a case's summary holds them."""
    found = (one for one in operator.warning_alerts.all() if one.reference == reference)
    return next((one.reasons for one in found), "")[:LONGEST_SUMMARY]


def crowds(run: WarningRun | None) -> list[Crowd]:
    """Return what the test of balances around each threshold says; it names nobody."""
    found = []
    for label, one in zip(LINES, run.crowding if run else (), strict=False):
        if not one["z"] and not one["excess"]:
            sentence = f"线下 {one['below']} 家、线上 {one['above']} 家，太少，不作判断。"
        else:
            sentence = (
                f"线下百分之五以内 {one['below']} 家，线上百分之五以内 {one['above']} 家，"
                f"偏离 {one['z']:.1f} 个标准误。"
            )
        is_clear = one["z"] >= CLEAR
        if is_clear:
            sentence += f"线下约有 {one['excess']:.0%} 不像偶然，宜抽查余额是否如实。"
        found.append(Crowd(label, sentence, is_clear))
    return found


def _pace(run: WarningRun | None) -> str:
    """Return how many alerts a week may bring, by the budget of decision 0017."""
    if run is None or not run.operators:
        return ""
    each = run.operators // 1000
    return f"每周最多 {each} 条" if each else f"每 {-(-1000 // run.operators)} 周 1 条"


def _missing(run: WarningRun | None) -> list[str]:
    """Return in words which feeds did not come, and for how long."""
    if run is None:
        return []
    counted: Mapping[str, Any] = run.missing
    return [
        f"{FEED_NAMES[name]}{'从未收到' if weeks == run.weeks else f'缺 {weeks} 周'}"
        for name, weeks in counted.items()
    ]


def _outcomes(mine: QuerySet[WarningAlert]) -> list[Outcome]:
    labels = dict(Sector.choices)
    counted = (
        mine.select_related(None)
        .order_by("operator__sector")
        .values_list("operator__sector", "state")
        .annotate(Count("pk"))
    )
    by_sector: dict[str, dict[str, int]] = {}
    for sector, state, count in counted:
        by_sector.setdefault(sector, {})[state] = count
    return [
        Outcome(
            labels.get(sector, sector),
            sum(found.values()),
            found.get(WarningState.IN_CASE, 0),
            found.get(WarningState.DISMISSED, 0),
            found.get(WarningState.OPEN, 0),
        )
        for sector, found in by_sector.items()
    ]
