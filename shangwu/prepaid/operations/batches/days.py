"""An operator's day as batches come in: opened, added to, compared with what the operator states."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from shangwu.prepaid.models import Operator, OperatorDay
from shangwu.prepaid.operations.observations import observe
from shangwu.prepaid.queries.ledger import gaps_of, is_closed
from shangwu.prepaid.rules.batch.rows import Finding
from shangwu.prepaid.rules.batch.rows import OperatorDay as Sums
from shangwu.prepaid.rules.batch.validation import mismatches
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


def lock_days(operator: Operator, day: date) -> bool:
    """Keep closings away from the day and those after it, and return whether the day is closed already."""
    days = OperatorDay.objects.filter(operator=operator, day__gte=day).order_by("day")
    list(days.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    return is_closed(operator, day)


def add_to_day(
    operator: Operator, day: date, added: Addition, *, is_late: bool, at: datetime
) -> OperatorDay:
    """Add a batch to its day and carry the balance through the days after it, which are all open.

    Unit: fen.
    """
    movement = added.issued - added.redeemed - added.refunded
    row = _day(operator, day, is_late=is_late, at=at)
    row.rows += added.rows
    row.cards += added.cards
    row.issued_fen += added.issued
    row.redeemed_fen += added.redeemed
    row.refunded_fen += added.refunded
    row.balance_fen += movement
    row.save()
    if movement:
        later = OperatorDay.objects.filter(operator=operator, day__gt=day)
        later.update(balance_fen=F("balance_fen") + movement)
    return row


def state_day(
    operator: Operator, day: date, stated: Sums, *, is_late: bool, at: datetime
) -> OperatorDay:
    """Keep what the operator says the day came to; of an open day the last statement counts."""
    row = _day(operator, day, is_late=is_late, at=at)
    row.stated = {name: getattr(stated, name) for name in SUMS}
    row.save(update_fields=["stated"])
    return row


def settle(row: OperatorDay) -> list[Finding]:
    """Hold the day open where numbers are missing or the sums differ, and return why (E07, E08)."""
    found = [*gaps_of(row), *_mismatches(row)]
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


def _day(operator: Operator, day: date, *, is_late: bool, at: datetime) -> OperatorDay:
    found = OperatorDay.objects.filter(operator=operator, day=day).first()
    if found is not None:
        return found
    before = OperatorDay.objects.filter(operator=operator, day__lt=day).order_by("-day").first()
    if is_late:
        observe(
            operator=operator,
            kind=ObservationKind.LATE_DAY,
            day=day,
            at_stake_fen=0,
            sentence=f"{day} 的数据逾期报送（{BatchCode.E09}）。",
            at=at,
        )
    return OperatorDay.objects.create(
        operator=operator,
        day=day,
        state=DayState.OPEN,
        balance_fen=before.balance_fen if before else 0,
        first_received_at=at,
        is_late=is_late,
    )
