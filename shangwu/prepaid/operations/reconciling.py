"""Compare the three witnesses every night: what operators, banks and consumers say must fit together.

Each check finds what differs today; the open observations of its kind that it does not find again are settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit, workdays
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import NightlyCheck, Observation
from shangwu.prepaid.operations.observations import Sighting, observe_all, settle_cured
from shangwu.prepaid.operations.standings import CLOCK
from shangwu.prepaid.operations.summaries import keep_the_night, refresh
from shangwu.prepaid.queries import witnesses
from shangwu.prepaid.queries.facts import quarter_start
from shangwu.prepaid.queries.quarters import QUARTERS_BACK, number_of
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.deadlines import quarter_report_due, row_due
from shangwu.prepaid.rules.onboarding import connecting_dues
from shangwu.prepaid.rules.reconciling import custody_drop, reconciling_law
from shangwu.prepaid.rules.routing import must_connect_forms
from shangwu.prepaid.vocabulary import ObservationKind, ObservationState, OperatorStatus

ONE_DAY = timedelta(days=1)
Kind = ObservationKind


@dataclass(frozen=True)
class Checked:
    """What one check found, and from which day on it looked: older observations are not its business."""

    kind: str
    since: date
    sightings: Sequence[Sighting]


def reconcile(*, at: datetime) -> int:
    """Compare the witnesses as of the day that has begun; return how many observations are new.

    Safe to run twice. Source: law/prepaid.toml#reconciling.look_back
    """
    today = timezone.localtime(at).date()
    since = today - reconciling_law(today).look_back.value * ONE_DAY
    until = _due_until(today)
    with transaction.atomic():
        new = sum(
            _keep(checked, at=at)
            for checked in (
                _missing_days(since, until),
                _sums_apart(since, today),
                _reports_missing(today),
                _custody_dropped(today, at),
                _not_connected(today),
            )
        )
        new += _late_days(since, today, at)
        refresh(None, on=today, at=at)
        keep_the_night(day=today)
        NightlyCheck.objects.update_or_create(day=today, defaults={"observed": new, "done_at": at})
        audit.record(
            act="prepaid.reconcile",
            by=CLOCK,
            at=at,
            subject="prepaid-witnesses",
            after={"day": today.isoformat(), "new": new},
        )
    return new


def _keep(checked: Checked, *, at: datetime) -> int:
    """Write down what a check found and settle what it no longer finds."""
    new = observe_all(checked.kind, checked.sightings, at=at)
    found = {(one.operator, one.day, one.subject) for one in checked.sightings}
    live = Observation.objects.filter(
        kind=checked.kind, state=ObservationState.OPEN, day__gte=checked.since
    ).values_list("pk", "operator_id", "day", "subject")
    cured = [pk for pk, *key in live if tuple(key) not in found]
    settle_cured(checked.kind, cured, at=at)
    return new


def _missing_days(since: date, until: date) -> Checked:
    """Name the runs of days whose term is over; a run grows each night and is one observation.

    A run that reaches back beyond the look-back is the same silence as the one written down then.
    """
    older = dict(
        Observation.objects.filter(
            kind=Kind.MISSING_DAY, state=ObservationState.OPEN, day__lt=since
        ).values_list("operator_id", "day")
    )
    sightings = []
    for gap in witnesses.gaps(since=since, until=until):
        start = older.get(gap.operator, since) if gap.starts_on == since else gap.starts_on
        days = (gap.until - start).days
        when = f"{start}" if days == 1 else f"{start} 至 {gap.until - ONE_DAY} 共 {days} 日"
        sightings.append(
            Sighting(
                operator=gap.operator,
                day=start,
                at_stake_fen=gap.balance_fen,
                sentence=(
                    f"{when}的日数据到期未报送；最近一次报送的余额为 {yuan(gap.balance_fen)}。"
                    "没有业务的日期也须报送零。"
                ),
                facts={"until": gap.until.isoformat(), "days": days},
            )
        )
    return Checked(Kind.MISSING_DAY, date.min, sightings)


def _late_days(since: date, until: date, at: datetime) -> int:
    """Write down days that came late; what has come is cured, so that it counts and waits for nobody."""
    sightings = [
        Sighting(
            operator=operator,
            day=day,
            at_stake_fen=0,
            sentence=f"{day} 的日数据于 {timezone.localtime(came):%Y-%m-%d %H:%M} 收到，逾期。",
            found_fen=balance,
        )
        for operator, day, balance, came in witnesses.late_days(since=since, until=until)
    ]
    known = set(
        Observation.objects.filter(kind=Kind.LATE_DAY, day__gte=since).values_list(
            "operator_id", "day"
        )
    )
    fresh = [one for one in sightings if (one.operator, one.day) not in known]
    new = observe_all(Kind.LATE_DAY, fresh, at=at)
    live = Observation.objects.filter(kind=Kind.LATE_DAY, state=ObservationState.OPEN)
    settle_cured(Kind.LATE_DAY, live.values_list("pk", flat=True), at=at)
    return new


def _sums_apart(since: date, until: date) -> Checked:
    sightings = [
        Sighting(
            operator=operator,
            day=day,
            at_stake_fen=max(abs(stated - found), moved),
            expected_fen=found,
            found_fen=stated,
            sentence=(
                f"{day} 逐卡合计的余额 {yuan(found)}，经营者日汇总所报 {yuan(stated)}；"
                f"发行、兑付、退款合计相差 {yuan(moved)}。"
            ),
        )
        for operator, day, stated, found, moved in witnesses.mismatches(since=since, until=until)
    ]
    return Checked(Kind.SUM_MISMATCH, since, sightings)


def _reports_missing(today: date) -> Checked:
    """Name who owes the report of a quarter whose term is over, of the last four quarters."""
    calendar = workdays.load_calendar()
    quarter_end = quarter_start(today)
    sightings: list[Sighting] = []
    for _ in range(QUARTERS_BACK):
        quarter = quarter_start(quarter_end - ONE_DAY)
        number = number_of(quarter)
        try:
            due = quarter_report_due(quarter.year, number, calendar=calendar).due
        except Refused:
            break  # before the regulation nobody owed a report
        if due < today:
            sightings += [
                Sighting(
                    operator=operator,
                    day=quarter,
                    at_stake_fen=balance,
                    sentence=(
                        f"{quarter.year} 年第 {number} 季度预收资金支出情况应于 {due} 前报告，尚未收到。"
                    ),
                )
                for operator, balance in witnesses.unreported_quarter(
                    quarter=quarter, quarter_end=quarter_end, on=today
                )
            ]
        quarter_end = quarter
    return Checked(Kind.REPORT_MISSING, quarter_end, sightings)


def _custody_dropped(today: date, at: datetime) -> Checked:
    """Name accounts that lost money which was neither redeemed nor refunded.

    A drop is dated by the day that it is seen for; it is settled once that day's money is accounted for, that is
    when a correction of bank or operator explains it.
    """
    law = reconciling_law(today)
    sightings = []
    first = today - law.drop_days.value * ONE_DAY
    for n in range(law.drop_days.value):
        day = first + n * ONE_DAY
        since = day - law.drop_days.value * ONE_DAY
        if not witnesses.has_custody_feed(day):
            continue
        for move in witnesses.moves(before=since, day=day, known_at=at):
            drop = custody_drop(
                before=move.before,
                after=move.after,
                balance_before=move.balance_before,
                balance_after=move.balance_after,
                since=since,
                on=day,
            )
            if drop is not None:
                sightings.append(
                    Sighting(
                        operator=move.operator,
                        day=day,
                        at_stake_fen=drop.unexplained,
                        expected_fen=drop.before - drop.explained,
                        found_fen=drop.after,
                        sentence=drop.sentence,
                    )
                )
    return Checked(Kind.CUSTODY_DROP, first, _once(sightings, law.drop_days.value))


def _not_connected(today: date) -> Checked:
    """Name who must connect and is past its day; it is dated by the day that it was due."""
    found = witnesses.unconnected(forms=must_connect_forms(today))
    dues = connecting_dues(
        [known for *_, known in found], on=today, calendar=workdays.load_calendar()
    )
    sightings = []
    for (operator, status, _), due in zip(found, dues, strict=True):
        if due is not None and due.due < today:
            sightings.append(
                Sighting(
                    operator=operator,
                    day=due.due,
                    at_stake_fen=0,
                    sentence=(
                        f"应当对接而未对接，{due.due} 到期：{due.sentence}"
                        f"目前“{OperatorStatus(status).label}”，尚未完成信息对接。"
                    ),
                    facts={"article": due.citation.text},
                )
            )
    return Checked(Kind.NOT_CONNECTED, date.min, sightings)


def _once(sightings: Sequence[Sighting], days: int) -> list[Sighting]:
    """Leave out what an earlier day has told: one withdrawal shows on every day of the interval."""
    told: dict[int, set[date]] = {}
    seen = Observation.objects.filter(
        kind=Kind.CUSTODY_DROP, operator_id__in={one.operator for one in sightings}
    )
    for operator, day in seen.values_list("operator_id", "day"):
        told.setdefault(operator, set()).add(day)
    kept = []
    for one in sorted(sightings, key=lambda sighting: sighting.day):
        earlier = told.setdefault(one.operator, set())
        if not any(timedelta() < one.day - day < days * ONE_DAY for day in earlier):
            kept.append(one)
            earlier.add(one.day)
    return kept


def _due_until(today: date) -> date:
    """Return the day before which every day's rows should have come by the start of today."""
    calendar = workdays.load_calendar()
    day = today
    while row_due(day - ONE_DAY, calendar=calendar).due >= today:
        day -= ONE_DAY
    return day
