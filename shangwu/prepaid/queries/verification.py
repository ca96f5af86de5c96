"""Recompute the ledger's seals from its rows, and name the row that is not what it was."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from shangwu.prepaid.models import Batch, CardDay, DayClosing, Operator, OperatorDay
from shangwu.prepaid.queries.ledger import as_row, closed_with, facts_of, leaves_of
from shangwu.prepaid.queries.proofs import sealed_days
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.days import GENESIS, closing_root, operator_root, over_days
from shangwu.prepaid.rules.ledger.leaves import leaf
from shangwu.prepaid.rules.ledger.proofs import ClosingFacts
from shangwu.prepaid.vocabulary import RecordKind

SUMS = {
    "issued_fen": "发行",
    "redeemed_fen": "兑付",
    "refunded_fen": "退款",
}


@dataclass(frozen=True)
class Broken:
    """One place where rows and seals differ: whose, which day, which row if it is one, and what differs."""

    operator: str
    day: date
    sequence: int | None
    what: str


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
    batches = Batch.objects.filter(
        operator=own.operator, day=own.day, kind=RecordKind.CARD_DAY, root__isnull=False
    )
    known = set()
    for batch in batches.order_by("pk"):
        known.add(batch.pk)
        yield from _batch(own, batch)
    strangers = CardDay.objects.filter(operator=own.operator, day=own.day)
    for row in strangers.exclude(batch_id__in=known).order_by("sequence"):
        yield Broken(own.operator.uscc, own.day, row.sequence, "该行不属于任何批次，是后来添加的")


def _batch(own: OperatorDay, batch: Batch) -> Iterator[Broken]:
    sealed = leaves_of(batch)
    if not sealed or tree.root(sealed) != bytes(batch.root or b""):
        yield Broken(own.operator.uscc, own.day, None, f"批次 {batch.pk} 的行摘要与树根不符")
    numbers, found = [], []
    for row in _rows(own.operator, batch):
        numbers.append(row.sequence)
        found.append(leaf(as_row(row, own.operator)))
    if found == sealed:
        return
    yield from _differences(own, sealed, found, numbers)


def _rows(operator: Operator, batch: Batch) -> Iterator[CardDay]:
    rows = CardDay.objects.filter(operator=operator, day=batch.day or date.min, batch_id=batch.pk)
    yield from rows.order_by("sequence").iterator(chunk_size=10_000)


def _differences(
    own: OperatorDay, sealed: list[bytes], found: list[bytes], numbers: list[int]
) -> Iterator[Broken]:
    """Name rows that were changed or added, and places from which rows were taken out."""
    before, now = set(sealed), set(found)
    gone = len([one for one in sealed if one not in now])
    new = [number for number, one in zip(numbers, found, strict=True) if one not in before]
    for number in new:
        what = _what(own) if gone else "该行是后来添加的"
        gone -= 1 if gone else 0
        yield Broken(own.operator.uscc, own.day, number, what)
    if gone > 0:
        for number in _missing(sealed, found, numbers):
            yield Broken(own.operator.uscc, own.day, number, "该行已被删除")


def _missing(sealed: list[bytes], found: list[bytes], numbers: list[int]) -> Iterator[int]:
    """The numbers that lay where a sealed leaf has no row any more."""
    place = dict(zip(found, numbers, strict=True))
    last = 0
    for one in sealed:
        last = place.get(one, last + 1)
        if one not in place and last not in numbers:
            yield last


def _what(own: OperatorDay) -> str:
    """Say what differs as far as the day's sealed sums tell it."""
    rows = CardDay.objects.filter(operator=own.operator, day=own.day)
    told = []
    for name, label in SUMS.items():
        now = sum(rows.values_list(name, flat=True))
        if now != (kept := getattr(own, name)):
            told.append(f"{label}合计与日账差 {now - kept} 分（{name}）")
    return "内容与入账时不同：" + (
        "、".join(told) or "日终余额、卡、门店、有效期、冲正或者备注有改动"
    )
