"""Which final values keep a condition: an interval with open or closed ends."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from shangwu.targets.rules.forecast.distributions import Amount, Lattice, Remainder
from shangwu.targets.rules.lexicon import target_words
from shangwu.targets.rules.numerals import fraction
from shangwu.targets.rules.target import Part


@dataclass(frozen=True)
class Accepted:
    """The values from `low` to `high`; an open end is not among them, an absent end has no limit."""

    low: Fraction | None = None
    high: Fraction | None = None
    is_open: bool = False

    def holds(self, value: Fraction) -> bool:
        """Return whether the value is accepted."""
        if self.is_open:
            return (self.low is None or value > self.low) and (
                self.high is None or value < self.high
            )
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def rest(self, scale: Fraction, reached: Fraction) -> "Accepted":
        """Return what is still to be added to `reached`, when the value is the sum over `scale`."""
        low, high = (
            None if end is None else end * scale - reached for end in (self.low, self.high)
        )
        return Accepted(low, high, self.is_open)

    def among(self, numbers: Lattice) -> float:
        """Return the probability that a whole number is accepted."""
        low, high = self.low, self.high
        above = below = 0.0
        if low is not None:
            below = numbers.at_most(floor(low) if self.is_open else ceil(low) - 1)
        if high is not None:
            above = 1 - numbers.at_most(ceil(high) - 1 if self.is_open else floor(high))
        return min(max(1 - below - above, 0.0), 1.0)

    def within(self, amounts: Amount | Remainder) -> float:
        """Return the probability that an amount is accepted."""
        above = below = 0.0
        if self.low is not None:
            below = (
                amounts.at_most(float(self.low))
                if self.is_open
                else amounts.less_than(float(self.low))
            )
        if self.high is not None:
            above = 1 - (
                amounts.less_than(float(self.high))
                if self.is_open
                else amounts.at_most(float(self.high))
            )
        return min(max(1 - below - above, 0.0), 1.0)


def accepted(part: Part) -> Accepted:
    """Return the values that keep the condition, as `comparison.holds` decides them."""
    goal = fraction(part.value)
    if part.cmp == "range":
        return Accepted(goal, fraction(part.upper))
    if part.cmp == "approx":
        margin = abs(goal) * Fraction(target_words().approximate_margin.value)
        return Accepted(goal - margin, goal + margin)
    if part.cmp == "eq":
        whole = part.dim == "ratio" and goal == 1
        return Accepted(goal, None if whole else goal)
    is_open = part.cmp in {"gt", "lt"}
    return (
        Accepted(goal, None, is_open) if part.cmp in {"ge", "gt"} else Accepted(None, goal, is_open)
    )
