"""An operator's day as batches come in: opened, added to, compared with what the operator states."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Operator, OperatorDay
from shangwu.prepaid.operations.observations import observe
from shangwu.prepaid.queries.ledger import gaps_of, operator_balance
from shangwu.prepaid.rules.batch.day import mismatches
from shangwu.prepaid.rules.batch.rows import Finding
from shangwu.prepaid.rules.batch.rows import OperatorDay as Sums
from shangwu.prepaid.vocabulary import BatchCode, DayState, ObservationKind

SUMS = ("cards", "issued", "redeemed", "refunded", "balance")


@dataclass(frozen=True)
class Addition:
    """What a batch adds to a day, in fen; cards are those that move for the first time on the day."""

    rows: int
    cards: int
    issued: int
    redeemed: int
    refunded: int


@dataclass(frozen=True)
class LockedDays:
    """An operator's day, None where nothing came yet, and those after it, kept from being closed meanwhile."""

    operator: Operator
    day: date
    own: OperatorDay | None
    is_last: bool
    is_closed: bool


def lock_days(operator: Operator, day: date) -> LockedDays:
    """Keep closings away from the day and those after it; it is closed when one of them is.

    Call it under `lock_operator`, so that no day is added meanwhile.
    """
    days = OperatorDay.objects.filter(operator=operator, day__gte=day).order_by("day")
    rows = list(days.select_for_update(of=("self",), no_key=True))
    return LockedDays(
        operator,
        day,
        own=next((row for row in rows if row.day == day), None),
        is_last=all(row.day == day for row in rows),
        is_closed=any(row.state == DayState.CLOSED for row in rows),
    )


def add_to_day(
    days: LockedDays, added: Addition, *, before: Fen, is_late: bool, at: datetime
) -> OperatorDay:
    """Add a batch to its day and carry the balance through the days after it, which are all open.

    `before` is the balance of the day before.

    Unit: fen.
    """
    movement = added.issued - added.redeemed - added.refunded
    row = days.own or _opened(days.operator, days.day, before, is_late=is_late, at=at)
    row.rows += added.rows
    row.cards += added.cards
    row.issued_fen += added.issued
    row.redeemed_fen += added.redeemed
    row.refunded_fen += added.refunded
    row.balance_fen += movement
    row.save()
    if movement and not days.is_last:
        later = OperatorDay.objects.filter(operator=days.operator, day__gt=days.day)
        later.update(balance_fen=F("balance_fen") + movement)
    return row


def state_day(
    operator: Operator, day: date, stated: Sums, *, is_late: bool, at: datetime
) -> OperatorDay:
    """Keep what the operator says the day came to; of an open day the last statement counts."""
    row = OperatorDay.objects.filter(operator=operator, day=day).first()
    if row is None:
        before = operator_balance(operator, day) or 0
        row = _opened(operator, day, before, is_late=is_late, at=at)
    row.stated = {name: getattr(stated, name) for name in SUMS}
    row.save()
    return row


def settle(row: OperatorDay, *, highest: int) -> list[Finding]:
    """Hold the day open where numbers are missing or the sums differ, and return why (E07, E08).

    `highest` is the highest number stored of the day.
    """
    found = [*gaps_of(row, highest=highest), *_mismatches(row)]
    state = DayState.HELD if found else DayState.OPEN
    if row.state != state:
        row.state = state
        row.save(update_fields=["state"])
    return found


def differences(operator: Operator, day: date, stated: Sums) -> list[Finding]:
    """Return where a statement differs from the rows of its day, once there are any (E08)."""
    row = OperatorDay.objects.filter(operator=operator, day=day, rows__gt=0).first()
    return list(mismatches(sums_of(row), stated)) if row else []


def sums_of(row: OperatorDay) -> Sums:
    """Return what the ledger has of the day."""
    return Sums(row.cards, row.issued_fen, row.redeemed_fen, row.refunded_fen, row.balance_fen)


def _mismatches(row: OperatorDay) -> list[Finding]:
    if row.stated is None:
        return []
    return list(mismatches(sums_of(row), Sums(**{name: row.stated[name] for name in SUMS})))


def _opened(
    operator: Operator, day: date, before: Fen, *, is_late: bool, at: datetime
) -> OperatorDay:
    """A day of which nothing came yet, with the balance before it; the caller adds to it and saves it."""
    if is_late:
        observe(
            operator=operator,
            kind=ObservationKind.LATE_DAY,
            day=day,
            at_stake_fen=0,
            sentence=f"{day} 的数据逾期报送（{BatchCode.E09}）。",
            at=at,
        )
    return OperatorDay(
        operator=operator,
        day=day,
        state=DayState.OPEN,
        balance_fen=before,
        first_received_at=at,
        is_late=is_late,
    )
