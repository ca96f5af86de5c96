"""Reads of the ledger: rows as the rules know them, an operator's balance, a card's entries, proofs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from shangwu.prepaid.models import (
    Batch,
    CardDay,
    DayClosing,
    Operator,
    OperatorDay,
    Outlet,
)
from shangwu.prepaid.queries.proofs import sealed_days
from shangwu.prepaid.rules.batch.columns import EPOCH_MOMENT
from shangwu.prepaid.rules.batch.rows import CardDay as Row
from shangwu.prepaid.rules.batch.rows import Finding, Place
from shangwu.prepaid.rules.batch.validation import gap
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.days import GENESIS
from shangwu.prepaid.rules.ledger.proofs import ClosingFacts, Proof
from shangwu.prepaid.vocabulary import DayState

NAMED = """
SELECT d.reverses_day, d.reverses_sequence
FROM unnest(%s::date[], %s::int[]) AS given(day, sequence)
JOIN prepaid_cardday d ON d.operator_id = %s AND d.reverses_day = given.day
    AND d.reverses_sequence = given.sequence
"""

GAPS = """
SELECT before + 1, sequence FROM (
    SELECT sequence, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before
    FROM prepaid_cardday WHERE operator_id = %s AND day = %s
) AS numbered WHERE sequence > before + 1 ORDER BY sequence LIMIT %s
"""
GAPS_NAMED = 100
# Asked five hundred times a second after a rumour: one look into one index, and nothing around it.
HELD = "SELECT balance_fen, last_day FROM prepaid_cardbalance WHERE operator_id = %s AND card = %s"


def as_row(stored: CardDay, operator: Operator) -> Row:
    """Return a stored row as the rules know it; when it was sent is not kept."""
    reverses = None
    if stored.reverses_day is not None and stored.reverses_sequence is not None:
        reverses = stored.reverses_day, stored.reverses_sequence
    return Row(
        operator=operator.uscc,
        outlet=stored.outlet,
        day=stored.day,
        sequence=stored.sequence,
        card=bytes(stored.card).hex(),
        issued=stored.issued_fen,
        redeemed=stored.redeemed_fen,
        refunded=stored.refunded_fen,
        closing=stored.closing_fen,
        sent_at=EPOCH_MOMENT,
        kind=stored.kind,
        valid_to=stored.valid_to,
        remark=stored.remark,
        reverses=reverses,
    )


def stored_rows(operator: Operator, places: Collection[Place]) -> dict[Place, Row]:
    """Return those rows of an operator that are stored."""
    found: dict[Place, Row] = {}
    for day in {day for day, _ in places}:
        numbers = {sequence for one, sequence in places if one == day}
        between = (min(numbers), max(numbers))
        rows = CardDay.objects.filter(operator=operator, day=day, sequence__range=between)
        found |= {
            (day, row.sequence): as_row(row, operator)
            for row in rows.iterator()
            if row.sequence in numbers
        }
    return found


def reversed_places(operator: Operator, places: Collection[Place]) -> frozenset[Place]:
    """Return which of the rows were reversed before."""
    if not places:
        return frozenset()
    days, numbers = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [list(days), list(numbers), operator.pk])
        return frozenset(cursor.fetchall())


def outlet_numbers(operator: Operator) -> frozenset[str]:
    """Return the platform numbers of an operator's outlets, those closed by now too."""
    return frozenset(Outlet.objects.filter(operator=operator).values_list("number", flat=True))


def highest_sequence(operator: Operator, day: date) -> int:
    """Return the highest number stored of a day, 0 where there is none."""
    rows = CardDay.objects.filter(operator=operator, day=day)
    return rows.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def gaps_of(day: OperatorDay) -> list[Finding]:
    """Return where numbers of a day are missing, at most GAPS_NAMED places (E07)."""
    if highest_sequence(day.operator, day.day) == day.rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [day.operator_id, day.day, GAPS_NAMED])
        return [gap(expected, sequence) for expected, sequence in cursor.fetchall()]


def is_closed(operator: Operator, day: date) -> bool:
    """Return whether the day, or a later one, of the operator is closed: days are closed in order."""
    closed = OperatorDay.objects.filter(operator=operator, day__gte=day, state=DayState.CLOSED)
    return closed.exists()


def operator_balance(operator: Operator, on: date) -> int | None:
    """Return what an operator owed its holders at the end of a day; None before its first report.

    Unit: fen.
    """
    last = OperatorDay.objects.filter(operator=operator, day__lte=on).order_by("-day").first()
    return last.balance_fen if last else None


@dataclass(frozen=True)
class Holding:
    """What a card holds, in fen, and the last day on which it moved."""

    balance_fen: int
    last_day: date


def card_balance(operator: Operator, card: bytes) -> Holding | None:
    """Return what a card holds, or None for a card that was never reported; `card` is its token, 32 bytes.

    Unit: fen.
    """
    with connection.cursor() as cursor:
        cursor.execute(HELD, [operator.pk, card])
        found = cursor.fetchone()
    return Holding(*found) if found else None


def card_entries(operator: Operator, card: bytes, since: date) -> Iterable[CardDay]:
    """Return the rows of one card from a day on, in the order in which they were booked."""
    rows = CardDay.objects.filter(operator=operator, card=card, day__gte=since)
    return rows.order_by("day", "sequence")


def inclusion_proof(operator: Operator, day: date, sequence: int) -> Proof:
    """Return the proof of one stored row; of a closed day it leads to the closing of the whole ledger.

    Raises: CardDay.DoesNotExist where there is no such row.
    """
    stored = CardDay.objects.get(operator=operator, day=day, sequence=sequence)
    batch = Batch.objects.get(pk=stored.batch_id)
    ours = CardDay.objects.filter(operator=operator, day=day, batch_id=batch.pk)
    place = ours.filter(sequence__lt=sequence).count()
    proof = Proof(
        row=as_row(stored, operator),
        in_batch=tuple(tree.path(leaves_of(batch), place)),
        batch=bytes(batch.root or b""),
    )
    own = OperatorDay.objects.filter(operator=operator, day=day, state=DayState.CLOSED).first()
    if own is None or own.closed_at is None:
        return proof
    closing = DayClosing.objects.get(closed_at=own.closed_at)
    beside = list(closed_with(closing))
    [sealed] = sealed_days([own])
    roots = [bytes(one.root or b"") for one in beside]
    at = [one.pk for one in beside].index(own.pk)
    return replace(
        proof, day=sealed, in_closing=tuple(tree.path(roots, at)), closing=facts_of(closing)
    )


def leaves_of(batch: Batch) -> list[bytes]:
    """Return the leaves of a batch's tree, in the order of its rows' numbers."""
    plain = bytes(batch.leaves or b"")
    return [plain[at : at + 32] for at in range(0, len(plain), 32)]


def closed_with(closing: DayClosing) -> QuerySet[OperatorDay]:
    """Return the operators' days that a closing sealed, in the order in which they are hashed."""
    rows = OperatorDay.objects.filter(closed_at=closing.closed_at, state=DayState.CLOSED)
    return rows.select_related("operator").order_by("operator_id", "day")


def facts_of(closing: DayClosing) -> ClosingFacts:
    """Return a closing as the rules hash it."""
    return ClosingFacts(
        day=closing.day,
        previous=bytes(closing.previous or GENESIS),
        operators=closing.operators,
        rows=closing.rows,
        balance=closing.balance_fen,
        root=bytes(closing.root),
    )
