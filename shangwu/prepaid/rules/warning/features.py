"""From signals to what a model weighs: how rare each is this week, what comes together, and since when.

Source: 0017
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.feeds import Flags, Floats
from shangwu.prepaid.rules.warning.memory import Average
from shangwu.prepaid.rules.warning.peers import surprise
from shangwu.prepaid.rules.warning.seen import Seen

# Independent kinds of evidence, and the signals of each.
KINDS: Mapping[str, tuple[str, ...]] = {
    "selling": ("issue_surge", "issue_unusual", "issue_now", "issue_over_more", "balance_grows"),
    "redeeming": ("redeem_falls", "pace_falls", "pace_low"),
    "terms": (
        *("discount_more", "long_more", "discount_high", "long_high"),
        *("discount_now", "long_now"),
    ),
    "reports": ("late", "late_more", "gap"),
    "custody": ("custody_falls", "custody_fell", "custody_low", "custody_out", "bond_gone"),
    "lookups": (
        *("mismatch", "mismatch_long", "mismatch_more", "lookups_more", "lookups_many"),
        *("mismatch_sum", "mismatch_share"),
    ),
    "complaints": ("complaints", "complaints_more", "complaints_new", "complaints_sum"),
    "arrears": ("arrears", "arrears_kinds", "arrears_last"),
    "changes": ("person", "changes", "phoenix"),
}
# Signals of these kinds that the counts of kinds leave out: they say the same again, later or surer.
ALSO: Mapping[str, str] = {
    "issued_climbs": "selling",
    "pace_rises": "redeeming",
    "discount_climbs": "terms",
    "long_climbs": "terms",
    "late_climbs": "reports",
    "arrears_more": "arrears",
    "grave": "complaints",
    "grave_more": "complaints",
    "grave_sum": "complaints",
}
# Two that count only together.
PAIRS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cash": (
        ("issue_surge", "issue_unusual", "issue_now"),
        ("discount_more", "long_more", "long_high", "discount_now", "long_now"),
    ),
    "bold": (("discount_more", "discount_now"), ("long_more", "long_now")),
    "takes": (("issue_surge", "issue_unusual", "issue_now"), ("custody_falls",)),
    "drain": (
        ("redeem_falls", "pace_falls"),
        ("custody_falls", "late", "complaints_more", "arrears"),
    ),
    "secret": (
        ("mismatch", "mismatch_long", "mismatch_more", "mismatch_sum"),
        ("lookups_more", "custody_falls", "custody_rises", "complaints_more"),
    ),
    "leaves": (("winds_up",), ("balance_falls", "closing")),
    "sells_on": (("issue_surge", "issue_over_more"), ("redeem_falls", "custody_falls", "late")),
    "unpaid": (("arrears",), ("complaints_more", "late", "custody_falls", "redeem_falls")),
    "hands": (
        ("person", "changes"),
        ("issue_surge", "issue_unusual", "discount_more", "custody_falls", "late_more"),
    ),
    "returns": (("phoenix",), ("young",)),
}
# What who sells no more pays back is a duty kept, not a sign of trouble.
EXCUSED, BY = ("refund_rises", "refund_high"), "winds_up"
TOGETHER = (*PAIRS, "breadth", "worst", "lasting", "rising")
# A signal begins when it is among the highest tenth and ends when it is back in the upper half's middle.
BEGINS, ENDS = 0.7, 0.3
CLEAR = 0.9
WORST = 3
LONG, SHORT = 10.0, 3.0


class Features:
    """Keeps what a row of features needs to remember."""

    def __init__(self, count: int, names: Sequence[str]) -> None:
        self.names = (*names, *TOGETHER)
        self._signals = tuple(names)
        self.since = np.zeros((count, len(names)), np.int16)
        self._long, self._short = Average(count, LONG), Average(count, SHORT)

    def add(self, week: int, seen: Mapping[str, Seen], here: Flags) -> NDArray[np.float32]:
        """Return one row for each operator: 0 is ordinary or unknown, 4 at most."""
        rare = {name: surprise(one.raw, here) for name, one in seen.items()}
        for name in EXCUSED:
            rare[name] = rare[name] * np.clip(1 - rare[BY], 0, 1)
        high = np.stack([rare[name] for name in self._signals], axis=1)
        begun = np.where(self.since > 0, self.since, np.int16(week))
        going = (high >= BEGINS) | ((self.since > 0) & (high >= ENDS))
        self.since = np.where(going, begun, np.int16(0)).astype(np.int16)
        together = self._together(rare, here)
        return np.concatenate([high, together], axis=1).astype(np.float32)

    def _together(self, rare: Mapping[str, Floats], here: Flags) -> Floats:
        kinds = np.stack([_most(rare, names) for names in KINDS.values()], axis=1)
        worst = np.sort(kinds, axis=1)[:, -WORST:].mean(axis=1)
        for average in (self._long, self._short):
            average.add(np.where(here, worst, np.nan))
        lasting, lately = np.nan_to_num(self._long.mean(4)), np.nan_to_num(self._short.mean())
        pairs = [np.sqrt(_most(rare, one) * _most(rare, other)) for one, other in PAIRS.values()]
        breadth = (kinds >= CLEAR).sum(axis=1) / 2
        rising = np.clip(lately - lasting, -1, 2)
        return np.stack([*pairs, breadth, worst, lasting, rising], axis=1)


def _most(rare: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    return np.asarray(np.max([rare[name] for name in names], axis=0))
