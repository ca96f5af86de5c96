"""The rhythm of batches: who sends sums every few weeks only, and sums that hold the weeks before them as well.

Without it a till that is read once a month looks like three weeks of ruin and one of plenty.

Source: 0017
"""

from collections.abc import Mapping

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole
from shangwu.prepaid.rules.warning.memory import Average

FLOWS = ("issued", "redeemed", "refunded", "cards")
# A till that is read less often than monthly is not waited for.
LONGEST = 3
REMEMBERS, LEAST_ROWS = 17.0, 3.0


class Rhythm:
    """How many weeks each operator usually lets pass between two sums, and how many have passed since the last."""

    def __init__(self, count: int) -> None:
        self._rests = Average(count, REMEMBERS)
        self._passed = np.zeros(count, np.int64)
        self._begun, self._zeros = np.zeros(count, bool), np.zeros(count, bool)

    @property
    def rest(self) -> Whole:
        """The weeks that usually pass between two sums: 0 for who sends some every week."""
        usual = np.nan_to_num(self._rests.mean(LEAST_ROWS))
        return np.minimum(np.floor(usual + 0.5), LONGEST).astype(np.int64)

    def skip(self) -> None:
        """Let a week pass in which nobody's batches came."""
        self._passed += 1

    def spread(
        self, sent: Flags, moves: Flags, told: Mapping[str, Floats], redeemed: Floats
    ) -> dict[str, Floats]:
        """Return the week's sums, each spread over the weeks that it holds; unknown in a week of usual rest.

        `sent` says who sent a row, `moves` who sent sums other than zero, `redeemed` what is usually redeemed in a week: more than sales,
        redemptions keep their level, so by them a sum of two weeks is told from one of a single week.
        """
        rest, passed = self.rest, np.minimum(self._passed, LONGEST)
        with np.errstate(invalid="ignore"):
            several = told["redeemed"] > np.sqrt(passed + 1) * redeemed
        # Before anything is usual, a sum after weeks without a row is taken to hold them.
        several = several | (np.isnan(redeemed) & ~self._zeros)
        whole = moves & self._begun & (passed > 0) & ((rest > 0) | several)
        over = np.where(whole, passed + 1.0, 1.0)
        rests = ~moves & (self._passed < rest)
        self._rests.add(np.where(moves & self._begun, passed.astype(float), np.nan))
        self._begun |= moves
        self._zeros = (self._zeros | sent) & ~moves
        self._passed = np.where(moves, 0, self._passed + 1)
        return {name: np.where(rests, np.nan, told[name] / over) for name in FLOWS}
