"""Ratios whose whole still grows, and promises that every item keeps its time: items succeed or they do not."""

from fractions import Fraction
from math import ceil

from shangwu.targets.rules.forecast.accepted import accepted
from shangwu.targets.rules.forecast.distributions import Lattice, beta_binomial, interval
from shangwu.targets.rules.forecast.facts import CannotForecast, Predicted, Question
from shangwu.targets.rules.forecast.law import ForecastLaw, Spread
from shangwu.targets.rules.forecast.pace import Pace, Step, pace, rest_of_time, steps
from shangwu.targets.rules.forecast.wording import percent, plain, so_far

# The success and the failure that every share is assumed to have seen half of (Jeffreys' prior).
HALF = Fraction(1, 2)
# Items never resemble each other more than this: below it most periods are not all one or all the other.
_LEAST_ALIKE, _MOST_ALIKE = 1e-7, 0.3


def predict_share(question: Question, law: ForecastLaw) -> Predicted:
    """Return what a share comes to, from the items so far and as many more as the pace brings."""
    return _predict(question, law, law.shares.value, "share")


def predict_in_time(question: Question, law: ForecastLaw) -> Predicted:
    """Return what the share of items within their time comes to; late ones come together more than others."""
    return _predict(question, law, law.in_time.value, "in_time")


def _predict(question: Question, law: ForecastLaw, spread: Spread, method: str) -> Predicted:
    known = question.known
    hits, items = known[-1].numerator, known[-1].denominator
    growth = steps(question, tuple(one.denominator for one in known))
    found = pace(question, growth, law.light.value.increments)
    rest = rest_of_time(question)
    more = ceil(found.rate * rest)
    if items <= 0 or more <= 0:
        raise CannotForecast("最近几期没有新的记录，看不出今后还有多少件，不作推算。")
    future = _future(question, growth, int(hits), int(items), more, rest, spread)
    total = Fraction(items) + more
    wanted = accepted(question.part).rest(total, Fraction(hits))
    low, high = interval(future, float(law.light.value.interval))
    # How many items will come is itself an estimate: the ends lie half an item further out.
    median, low, high = (
        min(max((Fraction(hits) + end) / total, Fraction(0)), Fraction(1))
        for end in (Fraction(future.quantile(0.5)), low - HALF, high + HALF)
    )
    why = _why(question, found, rest, more)
    return Predicted(method, median, low, high, wanted.among(future), why)


def _future(
    question: Question,
    growth: tuple[Step, ...],
    hits: int,
    items: int,
    more: int,
    rest: Fraction,
    law: Spread,
) -> Lattice:
    """Return how many of the items still to come succeed.

    They resemble each other as months differ, as the share is known from few items only, and as it drifts.
    """
    share = float((hits + HALF) / (items + 2 * HALF) if question.share is None else question.share)
    months = float(sum((step.months for step in growth if step.added), Fraction(0)))
    uneven = _unevenness(question, growth, share, law)
    own = share * (1 - share)
    alike = uneven * own / float(rest)
    if question.share is None:
        drift = float(law.drift) * (float(rest) + months) / 2
        alike += 1 / (items + 1) + (uneven / max(months, 1.0) + drift) * own
    return beta_binomial(more, share, min(max(alike, _LEAST_ALIKE), _MOST_ALIKE))


def _unevenness(question: Question, growth: tuple[Step, ...], share: float, law: Spread) -> float:
    """Return the squared relative deviation of the odds between months, beyond what chance alone gives."""
    parts = steps(question, tuple(one.numerator for one in question.known))
    months = [
        (float(part.added), float(step.added))
        for part, step in zip(parts, growth, strict=True)
        if step.added > 0
    ]
    own = share * (1 - share)
    excess = sum((hit - share * size) ** 2 - own * size for hit, size in months)
    scale = own * own * sum(size * size - size for _, size in months)
    seen = max(excess / scale, 0.0) if scale > 0 else 0.0
    free = max(len(months) - 1, 0)
    weight = float(law.weight)
    return (weight * float(law.variation) + free * seen) / (weight + free)


def _why(question: Question, found: Pace, rest: Fraction, more: int) -> str:
    last = question.known[-1]
    share = Fraction(last.numerator) / Fraction(last.denominator)
    ahead = "" if question.share is None else f"假定其中 {percent(Fraction(question.share))} 符合；"
    rate = "假定" if found.is_assumed else f"最近 {len(found.used)} 期平均"
    return (
        f"{so_far(question)}{plain(Fraction(last.numerator))} 件符合，共 {plain(Fraction(last.denominator))} 件，"
        f"占 {percent(share)}；{rate}每月 {plain(found.rate)} 件，距 {question.horizon} 还有 {plain(rest)} 个月，"
        f"约再有 {more} 件。{ahead}其中符合的多少按已有比率、各月差别和件数推算（贝塔—二项分布）。"
    )
