"""From answers to figures: three versions of a satisfaction side by side, each with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from statistics import NormalDist

Counts = Mapping[int, int]


@dataclass(frozen=True)
class Share:
    """How many of all valid answers, with the Wilson interval of the proportion behind them."""

    reached: int
    n: int
    low: Decimal
    high: Decimal

    @property
    def value(self) -> Fraction:
        """The share itself."""
        return Fraction(self.reached, self.n)


@dataclass(frozen=True)
class Outcome:
    """What the answers to one question say. `score` is out of 100, `mean` is in ranks."""

    n: int
    counts: tuple[tuple[int, int], ...]
    top_two: Share
    top_three: Share
    score: Fraction
    mean: Fraction


@dataclass(frozen=True)
class Stratum:
    """A part of the people asked (a district, a window): answers wanted and answers there."""

    name: str
    wanted: int
    got: int

    @property
    def missing(self) -> int:
        """How many answers the quota still lacks."""
        return max(self.wanted - self.got, 0)


def outcome(
    counts: Counts, *, ranks: Sequence[int], points: Sequence[Decimal], confidence: Decimal
) -> Outcome | None:
    """Return what the counts by rank say, or None without a valid answer.

    `ranks` are the scale's, best first. A scale shorter than the points takes points at equal
    distances between the best and the worst.
    Source: law/surveys.toml#points
    Source: law/surveys.toml#confidence
    """
    n = sum(counts.get(rank, 0) for rank in ranks)
    if n == 0:
        return None
    worth = _worth(ranks, points)
    return Outcome(
        n=n,
        counts=tuple((rank, counts.get(rank, 0)) for rank in ranks),
        top_two=_top(counts, ranks, 2, n, confidence),
        top_three=_top(counts, ranks, 3, n, confidence),
        score=sum((worth[r] * counts.get(r, 0) for r in ranks), Fraction(0)) / n,
        mean=Fraction(sum(r * counts.get(r, 0) for r in ranks), n),
    )


def best_ranks(ranks: Sequence[int], levels: int) -> Sequence[int]:
    """Return the ranks that count as good: the best two or three of five, of fewer the better half."""
    return ranks[:levels] if len(ranks) >= 5 else ranks[: (len(ranks) + 1) // 2]


def wilson(reached: int, n: int, *, confidence: Decimal) -> tuple[Decimal, Decimal]:
    """Return the Wilson score interval of a proportion, within [0, 1].

    Unit: ratio. Asserts at least one trial.
    """
    assert 0 <= reached <= n and n > 0
    with localcontext() as context:
        context.prec = 30
        z = Decimal(repr(NormalDist().inv_cdf(float((1 + confidence) / 2))))
        share, size = Decimal(reached) / n, Decimal(n)
        middle = share + z * z / (2 * size)
        reach = z * (share * (1 - share) / size + z * z / (4 * size * size)).sqrt()
        scale = 1 + z * z / size
        low, high = (middle - reach) / scale, (middle + reach) / scale
    # At the ends the formula gives exactly 0 or 1; rounding must not step outside.
    return low if reached else Decimal(0), high if reached < n else Decimal(1)


def weighted_by_quota(shares: Mapping[str, Share], strata: Sequence[Stratum]) -> Fraction | None:
    """Return the share with each stratum counted by its quota, or None while a stratum has no answer."""
    wanted = [stratum for stratum in strata if stratum.wanted]
    if not wanted or any(stratum.name not in shares for stratum in wanted):
        return None
    total = sum(stratum.wanted for stratum in wanted)
    return sum((shares[s.name].value * s.wanted for s in wanted), Fraction(0)) / total


def _worth(ranks: Sequence[int], points: Sequence[Decimal]) -> dict[int, Fraction]:
    if len(ranks) == len(points):
        return {rank: Fraction(point) for rank, point in zip(ranks, points, strict=True)}
    best, worst = Fraction(points[0]), Fraction(points[-1])
    step = (best - worst) / (len(ranks) - 1)
    return {rank: best - step * place for place, rank in enumerate(ranks)}


def _top(counts: Counts, ranks: Sequence[int], levels: int, n: int, confidence: Decimal) -> Share:
    reached = sum(counts.get(rank, 0) for rank in best_ranks(ranks, levels))
    low, high = wilson(reached, n, confidence=confidence)
    return Share(reached, n, low, high)
