"""Reads of the ledger: rows as the rules know them, an operator's balance, proofs."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Min, QuerySet

from shangwu.foundation.workdays import local
from shangwu.prepaid.models import (
    Batch,
    BatchLeaves,
    CardDay,
    DayClosing,
    Operator,
    OperatorDay,
)
from shangwu.prepaid.queries.proofs import sealed_days
from shangwu.prepaid.rules.batch.columns import EPOCH_MOMENT
from shangwu.prepaid.rules.batch.day import gap, opening_day
from shangwu.prepaid.rules.batch.rows import CardDay as Row
from shangwu.prepaid.rules.batch.rows import Finding, Place
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.days import GENESIS
from shangwu.prepaid.rules.ledger.proofs import ClosingFacts, Proof
from shangwu.prepaid.vocabulary import DayState

STORED_FIELDS = tuple(
    field.attname for field in CardDay._meta.concrete_fields if field.column is not None
)
# However many days are named, one statement: a look into the index for each place (OFFSET 0), whatever the statistics say.
STORED = f"""
SELECT d.* FROM unnest(%s::date[], %s::int[]) AS given(day, sequence)
CROSS JOIN LATERAL (
    SELECT {", ".join(STORED_FIELDS)} FROM prepaid_cardday
    WHERE operator_id = %s AND day = given.day AND sequence = given.sequence OFFSET 0
) AS d
"""  # noqa: S608 - the names of our own fields
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
KNOWN_BEFORE = """
SELECT ARRAY(SELECT number FROM prepaid_outlet WHERE operator_id = %s),
    coalesce((SELECT max(sequence) FROM prepaid_cardday WHERE operator_id = %s AND day = %s), 0),
    coalesce((SELECT balance_fen FROM prepaid_operatorday WHERE operator_id = %s AND day < %s
              ORDER BY day DESC LIMIT 1), 0)
"""


# Asked five hundred times a second after a rumour: one look into one index, and nothing around it.


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


def opening_on(operator: Operator) -> date | None:
    """Return the day on which the operator brought its old cards to the platform, or None where it did not."""
    sent = OperatorDay.objects.filter(operator=operator, rows__gt=0)
    return opening_day(
        sent.aggregate(first=Min("day"))["first"],
        connected_on=operator.connected_on,
        taken_in_on=local(operator.registered_at)[0],
    )


def stored_rows(operator: Operator, places: Collection[Place]) -> dict[Place, Row]:
    """Return those rows of an operator that are stored."""
    if not places:
        return {}
    days, numbers = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(STORED, [list(days), list(numbers), operator.pk])
        rows = [CardDay(**dict(zip(STORED_FIELDS, row, strict=True))) for row in cursor.fetchall()]
    return {(row.day, row.sequence): as_row(row, operator) for row in rows}


def reversed_places(operator: Operator, places: Collection[Place]) -> frozenset[Place]:
    """Return which of the rows were reversed before."""
    if not places:
        return frozenset()
    days, numbers = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [list(days), list(numbers), operator.pk])
        return frozenset(cursor.fetchall())


@dataclass(frozen=True)
class KnownBefore:
    """What is known of an operator before rows of a day come.

    Its outlets by platform number, closed ones too; the highest number stored of the day, 0 for none; what it owed
    its holders at the end of the day before, in fen.
    """

    outlets: frozenset[str]
    highest: int
    balance_fen: int


def known_before(operator: Operator, day: date) -> KnownBefore:
    """Return what rows of the day are judged by and added to, in one statement."""
    pk = operator.pk
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_BEFORE, [pk, pk, day, pk, day])
        numbers, highest, balance = cursor.fetchone()
    return KnownBefore(frozenset(numbers), int(highest), int(balance))


def highest_sequence(operator_id: int, day: date) -> int:
    """Return the highest number stored of a day, 0 where there is none."""
    rows = CardDay.objects.filter(operator=operator_id, day=day)
    return rows.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def gaps_of(day: OperatorDay, *, highest: int) -> list[Finding]:
    """Return where numbers of a day are missing below the highest stored, at most GAPS_NAMED places (E07)."""
    if highest == day.rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [day.operator_id, day.day, GAPS_NAMED])
        return [gap(expected, sequence) for expected, sequence in cursor.fetchall()]


def operator_balance(operator: Operator, on: date) -> int | None:
    """Return what an operator owed its holders at the end of a day; None before its first report.

    Unit: fen.
    """
    last = OperatorDay.objects.filter(operator=operator, day__lte=on).order_by("-day").first()
    return last.balance_fen if last else None


def inclusion_proof(operator: Operator, stored: CardDay, *, place: int) -> Proof:
    """Return the proof of a row, the `place`-th of its batch from 0; of a closed day it leads to the ledger's closing."""
    batch = Batch.objects.get(pk=stored.batch_id)
    proof = Proof(
        row=as_row(stored, operator),
        in_batch=tuple(tree.path(leaves_of(batch), place)),
        batch=bytes(batch.root or b""),
    )
    closed = OperatorDay.objects.filter(operator=operator, day=stored.day, state=DayState.CLOSED)
    own = closed.first()
    if own is None or own.closed_at is None:
        return proof
    closing = DayClosing.objects.get(closed_at=own.closed_at)
    # Of a city's operators: their roots alone, and no row of them made.
    beside = list(closed_with(closing).values_list("pk", "root"))
    [sealed] = sealed_days([own])
    roots = [bytes(root or b"") for _, root in beside]
    at = [pk for pk, _ in beside].index(own.pk)
    return replace(
        proof, day=sealed, in_closing=tuple(tree.path(roots, at)), closing=facts_of(closing)
    )


def leaves_of(batch: Batch) -> list[bytes]:
    """Return the leaves of a batch's tree, in the order of its rows' numbers."""
    parts = BatchLeaves.objects.filter(operator=batch.operator_id, batch=batch).order_by("part")
    plain = b"".join(bytes(part) for part in parts.values_list("leaves", flat=True))
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
