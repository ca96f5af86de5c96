"""Recompute the ledger's seals from its rows, and name the row that is not what it was."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from shangwu.prepaid.models import CardDay, DayClosing, OperatorDay, ThinnedMonth
from shangwu.prepaid.queries.history.rows import archived_rows
from shangwu.prepaid.queries.ledger import closed_with, facts_of
from shangwu.prepaid.queries.proofs import sealed_days
from shangwu.prepaid.queries.sealed_rows import Broken, broken_rows
from shangwu.prepaid.rules.ledger.days import GENESIS, closing_root, operator_root, over_days
from shangwu.prepaid.rules.ledger.proofs import ClosingFacts


@dataclass(frozen=True)
class LedgerVerdict:
    """What a verification found; `rows` and operators' `days` are those that were looked at."""

    rows: int
    days: int
    broken: tuple[Broken, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was sealed."""
        return not self.broken

    def to_json(self) -> dict[str, Any]:
        """Return what machines read."""
        found = [asdict(one) | {"day": one.day.isoformat()} for one in self.broken]
        return {"ok": self.ok, "rows": self.rows, "days": self.days, "broken": found}


def verify_ledger(day: date | None = None) -> LedgerVerdict:
    """Walk all closings, or one business day, from the rows up, and tell what differs."""
    rows = days = 0
    broken: list[Broken] = []
    closings = DayClosing.objects.order_by("day")
    previous: ClosingFacts | None = None
    for closing in closings:
        facts = facts_of(closing)
        if day is None:
            broken += _chain(closing, facts, previous)
        previous = facts
        for own in closed_with(closing):
            if day is not None and own.day != day:
                continue
            days += 1
            rows += own.rows
            broken += _operator_day(own)
    return LedgerVerdict(rows, days, tuple(broken))


def _chain(
    closing: DayClosing, facts: ClosingFacts, before: ClosingFacts | None
) -> Iterator[Broken]:
    if facts.previous != (before.root if before else GENESIS):
        yield Broken("", closing.day, None, "关账记录没有接在前一日之后")
    own = list(closed_with(closing))
    moved = sum(one.issued_fen - one.redeemed_fen - one.refunded_fen for one in own)
    if facts.balance != (before.balance if before else 0) + moved:
        yield Broken("", closing.day, None, "全部余额不等于前一次余额加发行减兑付减退款")
    root = closing_root(
        day=facts.day,
        previous=facts.previous,
        over=over_days([bytes(one.root or b"") for one in own]),
        operators=len(own),
        rows=facts.rows,
        balance=facts.balance,
    )
    if root != facts.root:
        yield Broken("", closing.day, None, "关账摘要与各经营者日摘要不符")


def _operator_day(own: OperatorDay) -> Iterator[Broken]:
    [sealed] = sealed_days([own])
    if operator_root(sealed) != bytes(own.root or b""):
        yield Broken(own.operator.uscc, own.day, None, "经营者日账或者批次摘要与日摘要不符")
    yield from broken_rows(own, _rows(own))


def _rows(own: OperatorDay) -> Iterable[CardDay]:
    """The operator's rows of a day, from the files once its month left the database."""
    if ThinnedMonth.objects.filter(month=own.day.replace(day=1)).exists():
        return archived_rows(own)
    rows = CardDay.objects.filter(operator=own.operator, day=own.day)
    return rows.order_by("sequence").iterator(chunk_size=10_000)
