"""Counts and running totals with milestones: what is still added is a whole number of cases."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.rules.forecast.accepted import Accepted, accepted
from shangwu.targets.rules.forecast.distributions import (
    Lattice,
    interval,
    negative_binomial,
    poisson,
)
from shangwu.targets.rules.forecast.facts import CannotForecast, Predicted, Question, Reference
from shangwu.targets.rules.forecast.law import ForecastLaw, Spread
from shangwu.targets.rules.forecast.pace import STANDING, Pace, pace, rest_of_time, steps
from shangwu.targets.rules.forecast.wording import in_words, rounded

# A count without any case so far is not proof that none will come: half a case is assumed.
HALF = Fraction(1, 2)


def predict_count(question: Question, law: ForecastLaw) -> Predicted:
    """Return what a count comes to: mean of the last increments, spread as uneven as the months were."""
    return _predict(question, accepted(question.part), law, whole=Fraction(1), cap=None)


def predict_completion(question: Question, law: ForecastLaw) -> Predicted:
    """Return what a share of a fixed whole comes to: the cases still added, none above the whole."""
    whole = Fraction(question.known[-1].denominator)
    return _predict(question, accepted(question.part), law, whole=whole, cap=whole)


def _predict(
    question: Question, wanted: Accepted, law: ForecastLaw, *, whole: Fraction, cap: Fraction | None
) -> Predicted:
    known = question.known
    reached = Fraction(known[-1].numerator)
    found = pace(
        question, steps(question, tuple(one.numerator for one in known)), law.light.value.increments
    )
    if found.rate <= 0 and not question.less_is_better and not wanted.holds(reached / whole):
        raise CannotForecast(STANDING)
    rest = rest_of_time(question)
    limit = None if cap is None else max(int(cap - reached), 0)
    spread = law.milestones.value if question.part.by else law.counts.value
    future = _future(found, rest, spread, limit)
    missing = wanted.rest(whole, reached)
    confidence = float(law.light.value.interval)
    low, high = interval(future, confidence)
    return Predicted(
        "completion" if cap is not None else "count",
        (reached + future.quantile(0.5)) / whole,
        (reached + low) / whole,
        (reached + high) / whole,
        missing.among(future),
        in_words(question, found, rest) + "区间按各月多少的差别和平均数的误差推算（负二项分布）。",
        _reference(
            poisson(float(found.plain_rate * rest), limit), missing, reached, whole, confidence
        ),
    )


def _future(found: Pace, rest: Fraction, law: Spread, limit: int | None) -> Lattice:
    rate = max(found.rate, Fraction(0) if found.is_assumed else HALF / found.window)
    mean = float(rate * rest)
    spread = replace(found, rate=rate).uncertainty(rest, law, of_chance=1.0)
    return negative_binomial(mean, mean * mean * spread, limit)


def _reference(
    future: Lattice,
    missing: Accepted,
    reached: Fraction,
    whole: Fraction,
    confidence: float,
) -> Reference:
    """Return the handbook's method: Poisson at the mean of the last increments, an equal tail on each side."""
    ends = (0.5, (1 - confidence) / 2, (1 + confidence) / 2)
    median, low, high = (rounded((reached + future.quantile(end)) / whole) for end in ends)
    return Reference(median, low, high, Decimal(f"{missing.among(future):.8f}"))
