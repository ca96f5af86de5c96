"""What proves the ledger: sums at every level before a day is sealed, sealed days as the rules hash them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shangwu.prepaid.models import Batch, OperatorDay
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.ledger.days import SealedDay
from shangwu.prepaid.vocabulary import RecordKind

ROWS = """
SELECT operator_id, day, count(*), coalesce(sum(issued_fen), 0), coalesce(sum(redeemed_fen), 0),
    coalesce(sum(refunded_fen), 0)
FROM prepaid_cardday WHERE day = ANY(%s) AND operator_id = ANY(%s) GROUP BY operator_id, day
"""
# Every card of the operators, and the operator's last balance by days.
CARDS = """
SELECT d.operator_id, d.day, d.balance_fen, coalesce(c.balance_fen, 0)
FROM (
    SELECT DISTINCT ON (operator_id) operator_id, day, balance_fen FROM prepaid_operatorday
    WHERE operator_id = ANY(%s) ORDER BY operator_id, day DESC
) d LEFT JOIN (
    SELECT operator_id, sum(balance_fen) AS balance_fen FROM prepaid_cardbalance
    WHERE operator_id = ANY(%s) GROUP BY operator_id
) c USING (operator_id)
WHERE d.balance_fen <> coalesce(c.balance_fen, 0)
"""
# Cards whose last row is of one of the days, and whose balance is not what that row closed at; a row of an earlier
# day that was booked afterwards explains it.
CLOSINGS = """
SELECT last.operator_id, last.day, last.sequence, last.closing_fen, b.balance_fen
FROM (
    SELECT DISTINCT ON (operator_id, card, day) operator_id, day, card, batch_id, sequence, closing_fen
    FROM prepaid_cardday WHERE day = ANY(%s) AND operator_id = ANY(%s)
    ORDER BY operator_id, card, day, batch_id DESC, sequence DESC
) last JOIN prepaid_cardbalance b USING (operator_id, card)
WHERE b.last_day = last.day AND b.balance_fen <> last.closing_fen AND NOT EXISTS (
    SELECT FROM prepaid_cardday later WHERE later.operator_id = last.operator_id AND later.card = last.card
        AND later.day < last.day AND later.batch_id > last.batch_id
) LIMIT 100
"""


@dataclass(frozen=True)
class Fault:
    """Where the ledger does not agree with itself; `place` is the operator's day that stays open for it."""

    place: tuple[int, date]
    sentence: str


def faults_of(rows: Sequence[OperatorDay]) -> list[Fault]:
    """Return where rows, cards and days differ by a fen; nobody but the platform is to blame for it.

    Unit: fen.
    """
    days = sorted({row.day for row in rows})
    operators = sorted({row.operator_id for row in rows})
    return [
        *_rows_and_days(rows, days, operators),
        *_cards_and_days(operators),
        *_rows_and_cards(days, operators),
    ]


def sealed_days(rows: Sequence[OperatorDay]) -> Iterator[SealedDay]:
    """Return days as they are hashed, with the roots of their batches in the order of storing."""
    roots: dict[tuple[int, date | None], list[bytes]] = {}
    batches = Batch.objects.filter(
        kind=RecordKind.CARD_DAY,
        root__isnull=False,
        operator__in={row.operator_id for row in rows},
        day__in={row.day for row in rows},
    )
    for operator, day, root in batches.order_by("pk").values_list("operator_id", "day", "root"):
        roots.setdefault((operator, day), []).append(bytes(root or b""))
    for row in rows:
        yield SealedDay(
            operator=row.operator.uscc,
            day=row.day,
            rows=row.rows,
            cards=row.cards,
            issued=row.issued_fen,
            redeemed=row.redeemed_fen,
            refunded=row.refunded_fen,
            balance=row.balance_fen,
            batches=tuple(roots.get((row.operator_id, row.day), ())),
        )


def _rows_and_days(
    rows: Iterable[OperatorDay], days: list[date], operators: list[int]
) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [days, operators])
        found = {(one[0], one[1]): tuple(map(int, one[2:])) for one in cursor.fetchall()}
    for row in rows:
        kept = (row.rows, row.issued_fen, row.redeemed_fen, row.refunded_fen)
        if found.get((row.operator_id, row.day), (0, 0, 0, 0)) != kept:
            told = f"经营者 {row.operator.number} {row.day} 的日账与逐卡记录不符"
            yield Fault((row.operator_id, row.day), told)


def _cards_and_days(operators: list[int]) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(CARDS, [operators, operators])
        for operator, day, of_days, of_cards in cursor.fetchall():
            told = (
                f"经营者 {operator} {day} 余额 {yuan(of_days)}，各卡余额之和 {yuan(int(of_cards))}"
            )
            yield Fault((operator, day), told)


def _rows_and_cards(days: list[date], operators: list[int]) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(CLOSINGS, [days, operators])
        for operator, day, sequence, closing, balance in cursor.fetchall():
            told = (
                f"经营者 {operator} {day} 第 {sequence} 号日终余额 {yuan(closing)}，"
                f"卡余额 {yuan(balance)}"
            )
            yield Fault((operator, day), told)
