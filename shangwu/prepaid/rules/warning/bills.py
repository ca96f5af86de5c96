"""Unpaid bills, kind by kind: how long the longest has waited, how many kinds wait, and for how much longer than usual.

Source: 0017
"""

from collections.abc import Sequence

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats, Whole
from shangwu.prepaid.rules.warning.memory import Average, Course

# Who tells of one kind may do so every few weeks: a kind told of nobody has not been asked after, for so long.
TOLD_WEEKS = 4
# Where arrears are told only now and then, the last word fades instead of vanishing.
FADES = 0.85
# Kinds kept apart; more words than these are taken together.
MOST_KINDS, REST = 12, ""


class Bills:
    """What each operator owes, as far as somebody tells."""

    def __init__(self, count: int) -> None:
        self.longest, self.kinds = np.zeros(count), np.zeros(count)
        self.owing, self.course = Average(count, 6.0), Course(count)
        self._weeks: dict[str, Floats] = {}
        self._owes: dict[str, Floats] = {}
        self._told: dict[str, int] = {}

    def add(self, week: int, who: Whole, kinds: Sequence[str], weeks: Floats) -> None:
        """Take in one week's file: a row for each operator and kind of bill that waits."""
        count = len(self.longest)
        known = np.nan_to_num(weeks, nan=1.0)
        kinds = [self._kept(kind) for kind in kinds]
        of = np.array(kinds, dtype=object)
        for kind in sorted(self._weeks):
            rows = of == kind
            if rows.any():
                self._told[kind] = week
            elif week - self._told[kind] < TOLD_WEEKS:
                continue
            longest = np.zeros(count)
            np.maximum.at(longest, who[rows], known[rows])
            owes = (np.bincount(who[rows], minlength=count) > 0).astype(float)
            self._weeks[kind] = np.maximum(longest, self._weeks[kind] * FADES)
            self._owes[kind] = np.maximum(owes, self._owes[kind] * FADES)
        none = np.zeros((1, count))
        self.longest = np.max([*self._weeks.values(), none[0]], axis=0)
        self.kinds = np.sum([*self._owes.values(), none[0]], axis=0)
        owing = np.max([*self._owes.values(), none[0]], axis=0) >= 1
        self.owing.add(owing.astype(float))
        self.course.add(np.where(owing, np.log1p(self.longest), 0.0))

    def _kept(self, kind: str) -> str:
        """Return under which name a kind is kept."""
        if kind not in self._weeks:
            kind = kind if len(self._weeks) < MOST_KINDS else REST
            self._weeks.setdefault(kind, np.zeros(len(self.longest)))
            self._owes.setdefault(kind, np.zeros(len(self.longest)))
            self._told.setdefault(kind, 0)
        return kind
