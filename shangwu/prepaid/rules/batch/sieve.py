"""Tell the rows that are plainly good from those that the exact rule must look at, many at a time.

The rule alone decides (validation.py): what passes the sieve would have been accepted by it without a finding, and
no row that passes shares a card or a number with one that does not. A test holds both together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from shangwu.foundation.workdays import local
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.batch.bounds import lowest_limits
from shangwu.prepaid.rules.batch.columns import (
    EPOCH_MOMENT,
    KINDS,
    MICROSECOND,
    Columns,
    Flags,
    Numbers,
)
from shangwu.prepaid.rules.batch.records import personal_data
from shangwu.prepaid.rules.screening import is_harmless


@dataclass(frozen=True)
class Circumstances:
    """What rows are judged by that is the same for all: who receives what, when, under which law.

    `last_stored` is the highest number stored of the day, 0 where none is.
    """

    received_at: datetime
    sector: str
    outlets: Collection[str]
    is_closed: bool = False
    last_stored: int = 0
    jurisdiction: str = "shanghai"


def sieve(
    columns: Columns, prior: Numbers, given: Circumstances, *, order: Numbers, firsts: Flags
) -> Flags:
    """Return which rows the exact rule would accept without a finding.

    `prior` is the balance of the row's card before the batch, -1 where the card is not known; `order` and
    `firsts` are those of `by_card`.

    Unit: fen.
    """
    good = _by_itself(columns, given) & ~_repeats_a_number(columns)
    good[order] &= _keeps_the_balance(columns, prior, order, firsts)
    cards = np.cumsum(firsts) - 1
    doubtful = np.bincount(cards, weights=~good[order]) > 0
    good[order] &= ~doubtful[cards]
    return good


def _by_itself(columns: Columns, given: Circumstances) -> Flags:
    if given.is_closed or columns.day > local(given.received_at)[0]:
        return np.zeros(len(columns), dtype=np.bool_)
    skew = timedelta(seconds=law.settings(columns.day).clock_skew.value)
    latest = (given.received_at + skew - EPOCH_MOMENT) // MICROSECOND
    limits = lowest_limits(columns.day, given.sector, given.jurisdiction)
    known = [
        outlet in given.outlets and not personal_data({"outlet": outlet})
        for outlet in columns.outlets
    ]
    amounts = (columns.issued, columns.redeemed, columns.refunded, columns.closing)
    good: Flags = np.minimum.reduce(amounts) >= 0
    good &= columns.closing <= np.array([limits[kind] for kind in KINDS])[columns.kind]
    good &= columns.sent_at <= latest
    good &= np.array(known, dtype=np.bool_)[columns.outlet]
    good &= columns.reverses_sequence == 0
    good &= columns.sequence > given.last_stored
    told = [at for at, text in columns.remarks.items() if not _tells_nothing(text)]
    if told:
        good &= ~np.isin(columns.position, np.array(told))
    return good


def _tells_nothing(text: str) -> bool:
    return is_harmless(text) or not personal_data({"remark": text})


def _repeats_a_number(columns: Columns) -> Flags:
    order = np.argsort(columns.sequence, kind="stable")
    same = np.diff(columns.sequence[order]) == 0
    repeats = np.zeros(len(columns), dtype=np.bool_)
    repeats[order[1:]] |= same
    repeats[order[:-1]] |= same
    return repeats


def _keeps_the_balance(columns: Columns, prior: Numbers, order: Numbers, firsts: Flags) -> Flags:
    """Whether each row, by card and sequence, closes at the balance before it and its movement."""
    closing, issued = columns.closing[order], columns.issued[order]
    known = prior[order]
    before = np.empty_like(closing)
    before[1:] = closing[:-1]
    before[firsts] = np.maximum(known[firsts], 0)
    movement = issued - columns.redeemed[order] - columns.refunded[order]
    is_new = firsts & (known < 0) & (issued == 0)
    kept: Flags = (closing == before + movement) & ~is_new
    return kept
