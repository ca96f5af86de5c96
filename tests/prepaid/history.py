"""Closed days for the tests of history: card-days of operators in batches, their sums, and the closing."""

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from shangwu.prepaid.models import Batch, BatchLeaves, CardDay, DayClosing, Operator, OperatorDay
from shangwu.prepaid.queries.ledger import as_row
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.leaves import leaf
from shangwu.prepaid.vocabulary import BatchState, DayState, RecordKind

COLUMNS = ("issued_fen", "redeemed_fen", "refunded_fen")


def card(number: int) -> bytes:
    """Return the token of a card that does not exist."""
    return hashlib.sha256(f"card {number}".encode()).digest()


class Ledger:
    """A ledger that is filled day by day; balances go on from day to day."""

    def __init__(self) -> None:
        self.operators: dict[int, int] = defaultdict(int)
        self.cards: dict[tuple[int, int], int] = defaultdict(int)
        self.previous: bytes | None = None

    def close(
        self, day: date, moves: dict[Operator, list[tuple[int, int, int, int]]], **facts: object
    ) -> DayClosing:
        """Store and close a day: for each operator its (card, issued, redeemed, refunded), in fen."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT prepaid_open_month(%s)", [day])
        at = datetime.combine(day + timedelta(days=1), time(18), UTC)
        for operator, rows in moves.items():
            self._operator_day(operator, day, rows, at, facts)
        root = hashlib.sha256(f"{day}".encode()).digest()
        closing = DayClosing.objects.create(
            day=day,
            operators=len(moves),
            rows=sum(len(rows) for rows in moves.values()),
            balance_fen=sum(self.operators[operator.pk] for operator in moves),
            root=root,
            previous=self.previous,
            proof={},
            closed_at=at,
        )
        self.previous = root
        return closing

    def _operator_day(self, operator, day, rows, at, facts):
        stored = []
        for sequence, (number, issued, redeemed, refunded) in enumerate(rows, start=1):
            self.cards[operator.pk, number] += issued - redeemed - refunded
            row = CardDay(
                operator=operator,
                day=day,
                sequence=sequence,
                card=card(number),
                kind="registered",
                outlet="A0001",
                issued_fen=issued,
                redeemed_fen=redeemed,
                refunded_fen=refunded,
                closing_fen=self.cards[operator.pk, number],
                **{"valid_to": date(2020, 1, 1), "remark": "", **facts},
            )
            stored.append(row)
        leaves = [leaf(as_row(row, operator)) for row in stored]
        batch = Batch.objects.create(
            operator=operator,
            key=f"{day}",
            kind=RecordKind.CARD_DAY,
            day=day,
            state=BatchState.STORED,
            digest=bytes(32),
            rows=len(rows),
            accepted=len(rows),
            received_at=at,
            receipt={},
            root=tree.root(leaves) if leaves else None,
        )
        BatchLeaves.objects.create(operator=operator, batch=batch, part=1, leaves=b"".join(leaves))
        for row in stored:
            row.batch = batch
        CardDay.objects.bulk_create(stored)
        sums = [sum(row[place] for row in rows) for place in (1, 2, 3)]
        self.operators[operator.pk] += sums[0] - sums[1] - sums[2]
        OperatorDay.objects.create(
            operator=operator,
            day=day,
            state=DayState.CLOSED,
            rows=len(rows),
            cards=len({row[0] for row in rows}),
            balance_fen=self.operators[operator.pk],
            **dict(zip(COLUMNS, sums, strict=True)),
            first_received_at=at,
            root=hashlib.sha256(f"{operator.pk} {day}".encode()).digest(),
            closed_at=at,
        )
