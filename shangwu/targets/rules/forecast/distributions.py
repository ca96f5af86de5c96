"""Distributions of what is still to come, by their mean and variance. Nothing here is drawn at random.

Whole numbers lie on a lattice of cells: one number a cell as a rule, several where the spread is so wide that
single numbers no longer matter. Amounts follow a lognormal distribution and may stop at a cap.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

# How many cells one standard deviation has at most, and the log of what counts as nothing.
_CELLS, _NOTHING = 25, 26.0


@dataclass(frozen=True)
class Lattice:
    """Probabilities of whole numbers: cells of `width` numbers from `start`, and their running sums."""

    start: int
    width: int
    sums: tuple[float, ...]
    cap: int | None = None

    def at_most(self, number: float) -> float:
        """Return the probability of `number` or less."""
        if self.cap is not None and number >= self.cap:
            return 1.0
        cell, inside = divmod(int(number) - self.start, self.width)
        if cell < 0:
            return 0.0
        if cell >= len(self.sums):
            return 1.0
        before = self.sums[cell - 1] if cell else 0.0
        return before + (self.sums[cell] - before) * (inside + 1) / self.width

    def less_than(self, number: float) -> float:
        """Return the probability of less than a whole number."""
        return self.at_most(int(number) - 1)

    def quantile(self, probability: float) -> int:
        """Return the least number whose `at_most` reaches the probability."""
        cell = min(bisect_left(self.sums, probability), len(self.sums) - 1)
        before = self.sums[cell - 1] if cell else 0.0
        share = (probability - before) / (self.sums[cell] - before)
        inside = max(ceil(share * self.width - 1e-9), 1) - 1
        found = self.start + cell * self.width + inside
        return found if self.cap is None else min(found, self.cap)


@dataclass(frozen=True)
class Amount:
    """An amount above zero, lognormal, that stops at the cap where there is one."""

    middle: float
    spread: float
    cap: float = inf

    def at_most(self, amount: float) -> float:
        """Return the probability of the amount or less."""
        return 1.0 if amount >= self.cap else self.less_than(amount)

    def less_than(self, amount: float) -> float:
        """Return the probability of less than the amount; much of it may lie exactly at the cap."""
        if amount > self.cap:
            return 1.0
        return NormalDist().cdf((log(amount) - self.middle) / self.spread) if amount > 0 else 0.0

    def quantile(self, probability: float) -> float:
        """Return the amount that is not exceeded with the probability."""
        return min(exp(self.middle + self.spread * NormalDist().inv_cdf(probability)), self.cap)


# The amount that is still to come where nothing is.
NOTHING = Amount(0.0, 1.0, cap=0.0)


@dataclass(frozen=True)
class Remainder:
    """What is left of a whole after an amount is missing from it."""

    whole: float
    missing: Amount

    def at_most(self, amount: float) -> float:
        """Return the probability of the amount or less."""
        return 1 - self.missing.less_than(self.whole - amount)

    def less_than(self, amount: float) -> float:
        """Return the probability of less than the amount."""
        return 1 - self.missing.at_most(self.whole - amount)

    def quantile(self, probability: float) -> float:
        """Return the amount that is not exceeded with the probability."""
        return self.whole - self.missing.quantile(1 - probability)


def interval(future: Lattice | Amount | Remainder, confidence: float) -> tuple[Fraction, Fraction]:
    """Return two ends that hold the result with the confidence, and with little more.

    Each tail gets half of the rest; what one cannot use, since whole numbers or a cap leave it less, goes to
    the other.
    """
    tail = (1 - confidence) / 2
    low, high = future.quantile(tail), future.quantile(1 - tail)
    below, above = future.less_than(low), 1 - future.at_most(high)
    if above < below:
        low = future.quantile(2 * tail - above)
    else:
        high = future.quantile(1 - 2 * tail + below)
    return Fraction(low), Fraction(high)


def poisson(mean: float, cap: int | None = None) -> Lattice:
    """Return the Poisson distribution."""
    if mean <= 0:
        return Lattice(0, 1, (1.0,), cap)
    return _lattice(lambda k: k * log(mean) - lgamma(k + 1), mean, sqrt(mean), cap=cap)


def negative_binomial(mean: float, variance: float, cap: int | None = None) -> Lattice:
    """Return the negative binomial distribution; without extra variance it is Poisson's."""
    if mean <= 0 or variance <= mean * (1 + 1e-9):
        return poisson(mean, cap)
    size = mean * mean / (variance - mean)
    miss = log(1 - mean / variance)
    return _lattice(
        lambda k: lgamma(k + size) - lgamma(k + 1) + k * miss, mean, sqrt(variance), cap=cap
    )


def beta_binomial(trials: int, hit: float, alike: float) -> Lattice:
    """Return how many of `trials` succeed when each does with probability `hit` and they resemble each other.

    `alike` is the correlation of two trials, above 0 and below 1.
    """
    if not 0 < hit < 1:
        return Lattice(round(hit) * trials, 1, (1.0,))
    total = 1 / alike - 1
    a, b = hit * total, (1 - hit) * total
    spread = sqrt(trials * hit * (1 - hit) * (1 + (trials - 1) * alike))

    def weight(k: float) -> float:
        chosen = -lgamma(k + 1) - lgamma(trials - k + 1)
        return chosen + lgamma(k + a) + lgamma(trials - k + b)

    return _lattice(weight, trials * hit, spread, most=trials)


def amount(mean: float, variance: float, cap: float = inf) -> Amount:
    """Return the distribution of an amount with this mean and variance, before the cap."""
    wide = log(1 + variance / mean**2)
    return Amount(log(mean) - wide / 2, max(sqrt(wide), 1e-9), cap)


def _lattice(
    weight: Callable[[float], float],
    mean: float,
    spread: float,
    *,
    most: int | None = None,
    cap: int | None = None,
) -> Lattice:
    """Add up the weights on both sides of the mean until they no longer matter."""
    width = max(int(spread / _CELLS), 1)
    middle = int(mean) // width
    last = inf if most is None else most // width

    def logs(cell: int, step: int) -> list[float]:
        found, highest = [], -inf
        while 0 <= cell <= last:
            centre = cell * width + (width - 1) / 2
            one = weight(centre if most is None else min(centre, most))
            found.append(one)
            highest = max(highest, one)
            if one < highest - _NOTHING:
                break
            cell += step
        return found

    below = logs(middle - 1, -1)
    all_logs = [*reversed(below), *logs(middle, 1)]
    highest = max(all_logs)
    weights = [exp(one - highest) for one in all_logs]
    whole = sum(weights)
    sums = [min(one / whole, 1.0) for one in accumulate(weights)]
    return Lattice((middle - len(below)) * width, width, (*sums[:-1], 1.0), cap)
