"""What the watcher remembers of each operator: averages of three lengths, so that past weeks need not be kept."""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats

# Weeks after which a week counts half: what is new, what lasts, what is usual.
FAST, MID, USUAL = 2.0, 6.0, 20.0
# What is usual is told from weeks at least so long ago that trouble cannot make itself usual at once.
LAG = 8
LEAST_WEEKS = 4.0


class Average:
    """An average that forgets; an unknown week changes nothing."""

    def __init__(self, count: int, half_life: float) -> None:
        self.keep = 0.5 ** (1 / half_life)
        self.sum = np.zeros(count)
        self.weight = np.zeros(count)

    def add(self, values: Floats) -> None:
        """Take in one week."""
        known = np.isfinite(values)
        self.sum[known] = self.keep * self.sum[known] + values[known]
        self.weight[known] = self.keep * self.weight[known] + 1

    def mean(self, least: float = 1.0) -> Floats:
        """Return the averages, NaN where fewer weeks than `least` are known."""
        enough = self.weight >= min(least, 0.9 / (1 - self.keep))
        return np.where(enough, self.sum / np.maximum(self.weight, 1e-9), np.nan)


class Course:
    """The course of one figure: new, lasting and usual, and how far weeks usually lie from the usual."""

    def __init__(self, count: int) -> None:
        self._fast = Average(count, FAST)
        self._mid = Average(count, MID)
        self._usual = Average(count, USUAL)
        self._apart = Average(count, USUAL)
        self._waiting = np.full((LAG, count), np.nan)
        self._week = 0
        self.last = np.full(count, np.nan)

    def add(self, values: Floats) -> None:
        """Take in one week; NaN where nothing is known."""
        usual = self.usual
        self._fast.add(values)
        self._mid.add(values)
        turn = self._week % LAG
        old = self._waiting[turn].copy()
        self._usual.add(old)
        self._apart.add(np.abs(old - usual))
        self._waiting[turn] = values
        self._week += 1
        self.last = np.where(np.isfinite(values), values, self.last)

    @property
    def fast(self) -> Floats:
        """The last weeks."""
        return self._fast.mean()

    @property
    def mid(self) -> Floats:
        """The last quarter."""
        return self._mid.mean()

    @property
    def usual(self) -> Floats:
        """What was usual before that."""
        return self._usual.mean(LEAST_WEEKS)

    @property
    def apart(self) -> Floats:
        """How far single weeks usually lie from the usual."""
        return self._apart.mean(LEAST_WEEKS)


def spread(count: int, who: Floats, values: Floats, empty: float) -> Floats:
    """Return one value for each operator: the sum of its rows, `empty` where it has none."""
    places = who.astype(np.int64)
    known = np.isfinite(values)
    found = np.bincount(places[known], values[known], count)
    rows = np.bincount(places[known], minlength=count)
    return np.where(rows > 0, found, empty)
