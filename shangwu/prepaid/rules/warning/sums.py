"""Sums that grow while events come more often than is ordinary, and fall back to nothing when they do not (CUSUM).

Of all rules with as many false alarms, such a sum finds a lasting change of a rate soonest; it suits rare events.
"""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats

MOST = 30.0


class Rising:
    """One sum for each operator."""

    def __init__(self, count: int) -> None:
        self.sum = np.zeros(count)

    def add(self, events: Floats, ordinary: Floats, raised: Floats) -> None:
        """Take in one week: events, and how many were to be expected if all is well, and if not."""
        least = np.maximum(ordinary, 1e-6)
        more = events * np.log(np.maximum(raised, 1e-6) / least) - (raised - ordinary)
        self.sum = np.clip(self.sum + np.where(np.isfinite(more), more, 0.0), 0, MOST)
