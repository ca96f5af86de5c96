"""Bunching (扎堆): too many balances just under a threshold for it to be chance.

Source: 0017
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats

WIDTH = 0.05
FEWEST = 10


@dataclass(frozen=True)
class Bunching:
    """How many lie just under a threshold and just above, and how unlikely that is in standard errors.

    `excess` is the share of those just under who would not be there by chance.
    """

    below: int
    above: int
    z: float
    excess: float


def bunching(distance: Floats, *, width: float = WIDTH) -> Bunching:
    """Return whether balances crowd under a threshold; `distance` is balance / threshold - 1.

    Without bunching a smooth population has as many in the strip below as the mean of the strips on
    either side of both strips says; the test compares the step at the threshold with that slope.

    Unit: shares of the threshold.
    """
    known = distance[np.isfinite(distance)]
    strips = [
        int(((known >= low * width) & (known < (low + 1) * width)).sum()) for low in (-2, -1, 0, 1)
    ]
    further, below, above, beyond = strips
    if below + above < FEWEST:
        return Bunching(below, above, 0.0, 0.0)
    # A straight line through the outer strips would fall by a third of their difference at the threshold.
    step = (below - above) - (further - beyond) / 3
    error = sqrt(below + above + (further + beyond) / 9)
    expected = max(below - step / 2, 0.0)
    return Bunching(below, above, step / error, max(0.0, 1 - expected / below) if below else 0.0)


def just_under(distance: Floats, *, width: float = WIDTH) -> Flags:
    """Return who lies in the strip just under the threshold."""
    with np.errstate(invalid="ignore"):
        return np.asarray((distance < 0) & (distance >= -width))
