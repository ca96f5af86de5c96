"""Rows held against the leaves that were sealed with their batches, wherever the rows lie by now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from shangwu.prepaid.models import Batch, CardDay, OperatorDay
from shangwu.prepaid.queries.ledger import as_row, leaves_of
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.leaves import leaf
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


@dataclass
class _Found:
    """What the rows of an operator's day come to: numbers and leaves by batch, sums by column."""

    numbers: dict[int, list[int]] = field(default_factory=dict)
    leaves: dict[int, list[bytes]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUMS, 0))


def broken_rows(own: OperatorDay, rows: Iterable[CardDay]) -> Iterator[Broken]:
    """Name each row of an operator's day that is not what its batch sealed, was added or is gone; rows come by number."""
    found = _Found()
    for row in rows:
        found.numbers.setdefault(row.batch_id, []).append(row.sequence)
        found.leaves.setdefault(row.batch_id, []).append(leaf(as_row(row, own.operator)))
        for name in SUMS:
            found.sums[name] += getattr(row, name)
    batches = Batch.objects.filter(
        operator=own.operator, day=own.day, kind=RecordKind.CARD_DAY, root__isnull=False
    )
    known = set()
    for batch in batches.order_by("pk"):
        known.add(batch.pk)
        yield from _batch(own, batch, found)
    strangers = [
        number
        for batch, numbers in found.numbers.items()
        if batch not in known
        for number in numbers
    ]
    for number in sorted(strangers):
        yield Broken(own.operator.uscc, own.day, number, "该行不属于任何批次，是后来添加的")


def _batch(own: OperatorDay, batch: Batch, found: _Found) -> Iterator[Broken]:
    sealed = leaves_of(batch)
    if not sealed or tree.root(sealed) != bytes(batch.root or b""):
        yield Broken(own.operator.uscc, own.day, None, f"批次 {batch.pk} 的行摘要与树根不符")
    leaves = found.leaves.get(batch.pk, [])
    if leaves != sealed:
        numbers = found.numbers.get(batch.pk, [])
        yield from _differences(own, sealed, leaves, numbers, found.sums)


def _differences(
    own: OperatorDay,
    sealed: list[bytes],
    found: list[bytes],
    numbers: list[int],
    sums: Mapping[str, int],
) -> Iterator[Broken]:
    """Name rows that were changed or added, and places from which rows were taken out."""
    before, now = set(sealed), set(found)
    gone = len([one for one in sealed if one not in now])
    new = [number for number, one in zip(numbers, found, strict=True) if one not in before]
    for number in new:
        what = _what(own, sums) if gone else "该行是后来添加的"
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


def _what(own: OperatorDay, sums: Mapping[str, int]) -> str:
    """Say what differs as far as the day's sealed sums tell it."""
    told = [
        f"{label}合计与日账差 {sums[name] - kept} 分（{name}）"
        for name, label in SUMS.items()
        if sums[name] != (kept := getattr(own, name))
    ]
    return "内容与入账时不同：" + (
        "、".join(told) or "日终余额、卡、门店、有效期、冲正或者备注有改动"
    )
