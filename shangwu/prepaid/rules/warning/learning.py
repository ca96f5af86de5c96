"""What a world teaches while it is watched: operators that fell silent correct the weights learned elsewhere.

The weights of the model file are the prior; each failure seen, and a sample of those who trade on, moves them a
little. Nothing later than the week in hand is used, and the same weeks always give the same weights.

Source: 0017
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole

Rows = NDArray[np.float32]
# A row is kept every so many weeks, until it is too old to be a sign of a failure found today.
STEP, KEPT = 4, 8
SOONEST, LATEST = 3, 26
FEWEST_FAILURES = 8
SAMPLE, MOST_ROWS = 2_000, 16_000
# Those who trade on count together as so many failures for each failure.
CONTRAST = 4.0
ROUNDS = 12


@dataclass(frozen=True)
class Weights:
    """What a model gives each feature."""

    intercept: float
    of: Floats

    def logit(self, rows: Rows) -> Floats:
        """Return the weighed sum of each row."""
        return np.asarray(rows @ self.of.astype(np.float32) + self.intercept, dtype=np.float64)


class Learner:
    """Corrects weights by the failures of one world."""

    def __init__(self, prior: Weights, *, stiffness: float, rising: Flags) -> None:
        self.prior = self.weights = prior
        self.failures = 0
        self._stiffness, self._rising = stiffness, rising
        self._past: deque[tuple[int, NDArray[np.float16], Flags]] = deque(maxlen=KEPT)
        self._bad: list[tuple[Rows, float]] = []
        self._good: list[Rows] = []

    def add(self, week: int, rows: Rows, here: Flags, *, fallen: Flags, since: Whole) -> None:
        """Take in one week: who has newly fallen and since when; learn anew every fourth week."""
        for who in np.flatnonzero(fallen):
            self._take(int(who), int(since[who]))
        if week % STEP:
            return
        if len(self._past) == KEPT:
            self._retire(self._past[0], here)
        self._past.append((week, rows.astype(np.float16), here.copy()))
        if self.failures >= FEWEST_FAILURES:
            self.weights = self._fit(here)

    def _take(self, who: int, failed: int) -> None:
        found = [
            rows[who]
            for week, rows, here in self._past
            if here[who] and SOONEST <= failed - week <= LATEST
        ]
        if found:
            self.failures += 1
            self._bad.append((np.stack(found).astype(np.float32), 1 / len(found)))

    def _retire(self, old: tuple[int, NDArray[np.float16], Flags], here: Flags) -> None:
        self._good.append(_sample(old, here))
        while sum(map(len, self._good)) > MOST_ROWS:
            self._good.pop(0)

    def _fit(self, here: Flags) -> Weights:
        bad = np.concatenate([rows for rows, _ in self._bad])
        share = np.concatenate([np.full(len(rows), each) for rows, each in self._bad])
        # Half a look-ahead must have passed before somebody counts as trading on.
        good = np.concatenate(self._good + [_sample(one, here) for one in list(self._past)[:5]])
        rows = np.concatenate([bad, good]).astype(np.float64)
        rows = np.column_stack([np.ones(len(rows)), rows])
        weigh = np.concatenate([share, np.full(len(good), CONTRAST * self.failures / len(good))])
        truth = np.arange(len(rows)) < len(bad)
        start = np.concatenate([[self.prior.intercept], self.prior.of])
        hold = np.full(len(start), self._stiffness)
        hold[0] = 1e-3
        found = _newton(rows, truth.astype(np.float64), weigh, start, hold)
        of = np.where(self._rising, np.maximum(found[1:], 0), found[1:])
        return Weights(float(found[0]), of)


def _sample(past: tuple[int, NDArray[np.float16], Flags], here: Flags) -> Rows:
    """Every so-manieth of those who traded then and still do: the same each time, no chance in it."""
    week, rows, then = past
    still = np.flatnonzero(then & here)
    step = max(1, len(still) // SAMPLE)
    return rows[still[week // STEP % step :: step]].astype(np.float32)


def _newton(rows: Floats, truth: Floats, weigh: Floats, start: Floats, hold: Floats) -> Floats:
    """Return the weights that explain the rows best without going far from where they start."""
    found = start.copy()
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weigh * (chance - truth)) + hold * (found - start)
        curve = (rows * (weigh * chance * (1 - chance))[:, None]).T @ rows + np.diag(hold)
        step = np.linalg.solve(curve, slope)
        found = found - step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return found
