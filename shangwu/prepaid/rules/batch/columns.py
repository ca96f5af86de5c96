"""Many card-day rows of one operator and day as columns of numbers, so that a million are judged in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from shangwu.prepaid.rules.batch.rows import CardDay
from shangwu.prepaid.vocabulary import CardKind

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
KINDS: tuple[str, ...] = tuple(CardKind.values)
EPOCH = date(1970, 1, 1)
EPOCH_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TOKEN_BYTES = 32
# No day at all, where a day may be missing; below every day that a date can be.
NO_DAY = -(2**31)


@dataclass(frozen=True)
class Columns:
    """Rows as columns, in fen, days since 1970 and microseconds since 1970.

    `position` is the place of a row in what was sent, from 1. `kind` and `outlet` are places in KINDS and
    `outlets`. Remarks are few: they stand by position. `reverses_sequence` is 0 where nothing is reversed.
    """

    operator: str
    day: date
    outlets: Sequence[str]
    remarks: Mapping[int, str]
    card: Bytes
    position: Numbers
    sequence: Numbers
    kind: Numbers
    outlet: Numbers
    issued: Numbers
    redeemed: Numbers
    refunded: Numbers
    closing: Numbers
    valid_to: Numbers
    sent_at: Numbers
    reverses_day: Numbers
    reverses_sequence: Numbers

    def __len__(self) -> int:
        return len(self.sequence)

    def take(self, chosen: Numbers | Flags | slice) -> "Columns":
        """Return the chosen rows, in that order."""
        arrays: dict[str, Any] = {name: getattr(self, name)[chosen] for name in ARRAYS}
        return replace(self, **arrays)

    def row(self, at: int) -> CardDay:
        """Return one row as the exact rule reads it."""
        reversed_sequence = int(self.reverses_sequence[at])
        return CardDay(
            operator=self.operator,
            outlet=self.outlets[int(self.outlet[at])],
            day=self.day,
            sequence=int(self.sequence[at]),
            card=self.card[at].tobytes().hex(),
            issued=int(self.issued[at]),
            redeemed=int(self.redeemed[at]),
            refunded=int(self.refunded[at]),
            closing=int(self.closing[at]),
            sent_at=EPOCH_MOMENT + MICROSECOND * int(self.sent_at[at]),
            kind=KINDS[int(self.kind[at])],
            valid_to=day_of(int(self.valid_to[at])),
            remark=self.remarks.get(int(self.position[at]), ""),
            reverses=(EPOCH + timedelta(int(self.reverses_day[at])), reversed_sequence)
            if reversed_sequence
            else None,
        )


ARRAYS = tuple(
    field.name
    for field in fields(Columns)
    if field.name not in {"operator", "day", "outlets", "remarks"}
)


def join(parts: Sequence[Columns]) -> Columns:
    """Return the rows of several pieces of one batch as one; the last piece knows every outlet so far."""
    if len(parts) == 1:
        return parts[0]
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS
    }
    remarks = {position: text for part in parts for position, text in part.remarks.items()}
    return replace(parts[-1], remarks=remarks, **arrays)


def day_of(days: int) -> date | None:
    """Return the day of a number of days since 1970, or None for NO_DAY."""
    return None if days == NO_DAY else EPOCH + timedelta(days)


def total(numbers: Numbers) -> int:
    """Return the exact sum; that of some thousand of the greatest amounts has no place in 64 bits."""
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFF_FFFF).sum())


def by_card(columns: Columns) -> tuple[Numbers, Flags]:
    """Return the order by card and, within a card, by sequence; and where in it each card begins."""
    words = np.ascontiguousarray(columns.card).view(">u8")
    # Tokens are random: their first eight bytes decide, unless somebody makes them alike on purpose.
    order = np.lexsort((columns.sequence, words[:, 0]))
    firsts = _starts(words[order])
    if firsts.sum() != _starts(words[order, :1]).sum():
        order = np.lexsort((columns.sequence, *(words[:, n] for n in (3, 2, 1, 0))))
        firsts = _starts(words[order])
    return order.astype(np.int64), firsts


def _starts(sorted_words: npt.NDArray[np.uint64]) -> Flags:
    starts = np.ones(len(sorted_words), dtype=np.bool_)
    starts[1:] = (sorted_words[1:] != sorted_words[:-1]).any(axis=1)
    return starts
