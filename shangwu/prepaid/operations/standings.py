"""Work standings out anew whenever something that matters happened, and keep every version.

Event time and known time are kept apart: news of the tenth about the first changes what held on the first and on
the days after, and leaves the older rows, which say what was known before.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    CustodyStanding,
    NightlyCheck,
    Observation,
    RestateRequest,
)
from shangwu.prepaid.operations.observations import Sighting, observe_all, settle_cured
from shangwu.prepaid.operations.summaries import refresh
from shangwu.prepaid.queries.facts import Ids, effective, facts_on
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.reconciling import reconciling_law
from shangwu.prepaid.rules.standing import Standing, cause_of_the_night, stand
from shangwu.prepaid.vocabulary import ObservationKind, ObservationState, StandingCause

ONE_DAY, ONE_TICK = timedelta(days=1), timedelta(microseconds=1)
CLOCK = audit.Actor("system", "schedule", "定时任务")
COLUMNS = (
    *("operator_id", "day", "known_at", "cause", "balance_fen", "required_fen", "counted_fen"),
    *("custody_fen", "shortfall_fen", "is_complete", "basis", "sentences"),
)
# Every batch asks.
ASK = """
INSERT INTO prepaid_restaterequest (operator_id, day, cause, asked_at)
SELECT unnest(%s::bigint[]), %s, %s, %s
"""


@dataclass
class Outcome:
    """What a run came to: rows stored, whom it looked at, and who has too little at its end, since when.

    Of the others nothing is kept: a hundred thousand standings are made and let go one by one.
    """

    stored: int = 0
    seen: set[int] = field(default_factory=set)
    short: dict[int, tuple[date, Standing]] = field(default_factory=dict)


def ask_to_restate(operator_ids: Iterable[int] | None, *, day: date, cause: str) -> None:
    """Ask for the standings of these operators, of all for None, from that day on; within a minute they are done.

    Call it in the transaction that brings the news: it is asked only if the news is kept.
    """
    ids: list[int | None] = [None] if operator_ids is None else [*sorted(set(operator_ids))]
    with connection.cursor() as cursor:
        cursor.execute(ASK, [ids, day, str(cause), timezone.localtime()])


def restate_asked(*, at: datetime) -> int:
    """Do what has been asked for since the last time; return how many standings changed.

    A request goes in the transaction that answers it, so none is lost when the worker dies.
    """
    stored = 0
    with transaction.atomic():
        rows = list(
            RestateRequest.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        )
        for day, cause, ids in _grouped(rows, timezone.localtime(at).date()):
            stored += restate(ids, day=day, cause=cause, at=at)
        RestateRequest.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return stored


def restate_nightly(*, at: datetime) -> int:
    """Work out every standing of the day that has begun: bonds end, firms turn one year old, rules change.

    Nights on which the platform stood still are made up for, day by day.
    """
    today = timezone.localtime(at).date()
    last = NightlyCheck.objects.order_by("-day").values_list("day", flat=True).first()
    earliest = today - reconciling_law(today).look_back.value * ONE_DAY
    since = max(min(last + ONE_DAY, today), earliest) if last else today
    with transaction.atomic():
        stored = restate(None, day=since, cause=StandingCause.NIGHTLY, at=at)
        NightlyCheck.objects.update_or_create(day=today, defaults={"stored": stored, "done_at": at})
    return stored


def restate(operator_ids: Ids, *, day: date, cause: str, at: datetime) -> int:
    """Work standings out anew from that day to today, and return how many were stored.

    Stored is only what differs from what was known before. With each run the shortfalls are written down or
    settled, and the summaries renewed.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-REG18-15-2
    Raises: Refused PREPAID-RESTATE-FUTURE for a day that has not come yet.
    """
    today = timezone.localtime(at).date()
    if day > today:
        raise Refused(
            f"{day} 还没有到，不能核算将来的存管情况。请选择今天或者以前的日期。",
            code="PREPAID-RESTATE-FUTURE",
        )
    outcome = Outcome()
    with transaction.atomic():
        _take_turns()
        for n in range((today - day).days + 1):
            _restate_day(operator_ids, day + n * ONE_DAY, cause, at, outcome)
        _observe_shortfalls(operator_ids, outcome, today, at)
        refresh(operator_ids, on=today, at=at)
        audit.record(
            act="prepaid.restate",
            by=CLOCK,
            at=at,
            subject="prepaid-standings:all" if operator_ids is None else _subject(operator_ids),
            after={
                "day": day.isoformat(),
                "cause": cause,
                "operators": len(outcome.seen),
                "stored": outcome.stored,
            },
        )
    return outcome.stored


def _take_turns() -> None:
    """Wait until another run has ended: two at once would each write down the same shortfall as new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('prepaid-restate', 0))")


def _restate_day(ids: Ids, day: date, cause: str, at: datetime, outcome: Outcome) -> None:
    """Work out one day and copy what differs into the table, each row as soon as it is worked out."""
    known = effective(ids, day=day)
    facts = facts_on(ids, day=day, known_at=at)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY prepaid_custodystanding ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for pk, one in facts.items():
            standing = stand(one, on=day)
            _note(outcome, pk, standing)
            before = known.get(pk)
            if before is None and one.balance is None:
                continue  # nothing has been reported yet, so there is nothing to secure
            if before is None or before[2] != standing.figures:
                # Two versions of one day are told apart by when they were known.
                known_at = max(at, before[1] + ONE_TICK) if before and before[0] == day else at
                copy.write_row(_row(pk, known_at, _cause(standing, cause), standing))
                outcome.stored += 1


def _note(outcome: Outcome, pk: int, standing: Standing) -> None:
    """Note who has too little, since the first day of the run on which it has lasted."""
    outcome.seen.add(pk)
    if standing.figures.shortfall:
        since, _ = outcome.short.get(pk, (standing.on, standing))
        outcome.short[pk] = (since, standing)
    else:
        outcome.short.pop(pk, None)


def _cause(standing: Standing, cause: str) -> str:
    if cause == StandingCause.NIGHTLY:
        return cause_of_the_night(standing.facts, on=standing.on).value
    return str(cause)


def _row(pk: int, known_at: datetime, cause: str, standing: Standing) -> tuple[object, ...]:
    """The values of `COLUMNS`."""
    one = standing.figures
    return (
        *(pk, standing.on, known_at, cause, one.balance, one.required, one.counted),
        *(one.custody, one.shortfall, one.is_complete, one.basis),
        json.dumps(standing.sentences, ensure_ascii=False),
    )


def _observe_shortfalls(ids: Ids, outcome: Outcome, today: date, at: datetime) -> None:
    """Write down who has too little, and settle who has enough."""
    live = Observation.objects.filter(kind=ObservationKind.UNDER_SECURED).exclude(
        state=ObservationState.SETTLED
    )
    if ids is not None:
        live = live.filter(operator_id__in=ids)
    lasting = {pk: (row, day) for pk, row, day in live.values_list("operator_id", "pk", "day")}
    accepted = _accepted(ids)
    sightings = [
        _sighting(pk, standing, lasting[pk][1] if pk in lasting else since)
        for pk, (since, standing) in outcome.short.items()
        if not _is_stale(standing, today) and standing.figures.shortfall > accepted.get(pk, 0)
    ]
    cured = [
        row for pk, (row, _) in lasting.items() if pk in outcome.seen and pk not in outcome.short
    ]
    observe_all(ObservationKind.UNDER_SECURED, sightings, at=at)
    settle_cured(ObservationKind.UNDER_SECURED, cured, at=at)


def _accepted(ids: Ids) -> dict[int, int]:
    """Return up to which shortfall, in fen, a person has settled one that has lasted ever since."""
    cured = CustodyStanding.objects.filter(
        operator=OuterRef("operator"), day__gte=OuterRef("day"), shortfall_fen=0
    )
    rows = Observation.objects.filter(
        ~Exists(cured), kind=ObservationKind.UNDER_SECURED, facts__has_key="settled_because"
    )
    if ids is not None:
        rows = rows.filter(operator_id__in=ids)
    return dict(rows.order_by("at_stake_fen").values_list("operator_id", "at_stake_fen"))


def _sighting(pk: int, standing: Standing, since: date) -> Sighting:
    figures, cover = standing.figures, standing.cover
    return Sighting(
        operator=pk,
        day=since,
        at_stake_fen=figures.shortfall,
        expected_fen=cover.cash_needed,
        found_fen=figures.custody,
        sentence=(
            f"应存管 {yuan(figures.required)}，履约保证冲抵 {yuan(figures.counted)}，"
            f"账户内 {yuan(figures.custody or 0)}，缺 {yuan(figures.shortfall)}"
            f"（{standing.required.citations[0].text}）。{''.join(standing.doubts)}"
        )[:400],
        facts={"basis": figures.basis, "on": standing.on.isoformat()},
    )


def _is_stale(standing: Standing, today: date) -> bool:
    """Whether the bank has fallen silent: then nobody is said to have too little."""
    told = standing.facts.custody_on
    return told is not None and (today - told).days > reconciling_law(today).custody_age.value


def _grouped(
    rows: Sequence[RestateRequest], today: date
) -> list[tuple[date, str, list[int] | None]]:
    """Bring requests together: each operator once, from the earliest day on; a request for all takes them all."""
    everybody = [row for row in rows if row.operator_id is None]
    if everybody:
        first = min(everybody, key=lambda row: row.day)
        return [(min(row.day for row in rows), first.cause, None)]
    earliest: dict[int, RestateRequest] = {}
    for row in rows:
        if row.operator_id is not None and (
            row.operator_id not in earliest or row.day < earliest[row.operator_id].day
        ):
            earliest[row.operator_id] = row
    groups: dict[tuple[date, str], list[int]] = {}
    for pk, row in earliest.items():
        groups.setdefault((min(row.day, today), row.cause), []).append(pk)
    return [(day, cause, ids) for (day, cause), ids in sorted(groups.items())]


def _subject(ids: Sequence[int]) -> str:
    return f"prepaid-operator:{ids[0]}" if len(ids) == 1 else f"prepaid-standings:{len(ids)}"
