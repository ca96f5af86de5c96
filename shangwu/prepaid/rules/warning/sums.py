"""Sums that grow while a week lies above the ordinary, and fall back to nothing when it does not (CUSUM).

Of all rules with as many false alarms, such a sum finds a lasting change soonest: of a rate, which suits rare events,
or of a level, held against how far single weeks usually lie apart.
"""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats

MOST = 30.0
# What a climb lets pass each week, and the most that one week may add, in usual distances.
PASSES, LEAP = 0.5, 3.0


class Rising:
    """One sum for each operator."""

    def __init__(self, count: int) -> None:
        self.sum = np.zeros(count)

    def add(self, events: Floats, ordinary: Floats, raised: Floats) -> None:
        """Take in one week: events, and how many were to be expected if all is well, and if not."""
        least = np.maximum(ordinary, 1e-6)
        more = events * np.log(np.maximum(raised, 1e-6) / least) - (raised - ordinary)
        self.sum = np.clip(self.sum + np.where(np.isfinite(more), more, 0.0), 0, MOST)


class Climb:
    """A sum for each operator of how far each week lies above the usual, beyond what passes as chance."""

    def __init__(self, count: int) -> None:
        self.sum = np.zeros(count)

    def add(self, above: Floats) -> None:
        """Take in one week, in usual distances; an unknown week changes nothing."""
        more = np.clip(above, -LEAP, LEAP) - PASSES
        self.sum = np.clip(self.sum + np.where(np.isfinite(more), more, 0.0), 0, MOST)
