"""What every made-up year is built from: months, levels, unevenness, and draws from a seeded source."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import cos, exp, log, pi
from random import Random

from shangwu.targets.rules.forecast.facts import Observation, Question

YEAR = 2019
STARTS_ON, ENDS_ON = date(YEAR, 1, 1), date(YEAR, 12, 31)
COURSES = ("steady", "uneven", "seasonal", "late", "drifting", "year_end")


@dataclass(frozen=True)
class Made:
    """A question as it stood at the cut, and what the year then gave."""

    course: str
    question: Question
    result: Fraction


def month_end(month: int) -> date:
    """Return the last day of a month."""
    return date(YEAR, month, calendar.monthrange(YEAR, month)[1])


def observed(numerators: list[int], denominators: list[int], cut: int) -> tuple[Observation, ...]:
    """Return the running totals at the month ends up to the cut."""
    found, above, below = [], 0, 0
    for month in range(1, cut + 1):
        above += numerators[month - 1]
        below += denominators[month - 1]
        found.append(Observation(month_end(month), Decimal(above), Decimal(below)))
    return tuple(found)


def course(rng: Random, name: str) -> list[float]:
    """Return how much each month weighs, 1 being the usual month."""
    if name == "seasonal":
        swing, top = rng.uniform(0.1, 0.4), rng.uniform(0, 12)
        months = [1 + swing * cos(2 * pi * (month - top) / 12) for month in range(1, 13)]
        months[1] *= 0.7  # the Spring Festival
        return months
    if name == "late":
        idle = rng.randint(1, 4)
        return [0.0] * idle + [0.4, 0.8] + [1.0] * (10 - idle)
    if name == "drifting":
        step = rng.uniform(-0.06, 0.06)
        return [(1 + step) ** month for month in range(12)]
    if name == "year_end":
        rush = rng.uniform(1.2, 1.8)
        return [1.0] * 10 + [rush, rush]
    return [1.0] * 12


def unevenness(rng: Random, name: str) -> float:
    """Return the squared relative deviation between months."""
    return rng.uniform(0.15, 0.5) if name == "uneven" else rng.uniform(0.0, 0.12)


def level(rng: Random, low: float, high: float) -> float:
    """Return a level whose logarithm is uniform."""
    return exp(rng.uniform(log(low), log(high)))


def shaken(rng: Random, mean: float, uneven: float) -> float:
    """Return the month's own mean: gamma about the level."""
    return mean * rng.gammavariate(1 / uneven, uneven) if uneven > 1e-6 and mean > 0 else mean


def poisson(rng: Random, mean: float) -> int:
    """Return a draw of Poisson's distribution, in stretches short enough for exp."""
    count = 0
    while mean > 0:
        part = min(mean, 50.0)
        mean -= part
        product, floor = rng.random(), exp(-part)
        while product > floor:
            count += 1
            product *= rng.random()
    return count


def binomial(rng: Random, items: int, share: float) -> int:
    """Return how many of the items succeed."""
    if share < 0.01 and items > 500:
        return min(poisson(rng, items * share), items)
    return sum(rng.random() < share for _ in range(items))


def stepped(value: float, step: float) -> Fraction:
    """Return the value as a planner writes it, in whole steps."""
    return round(value / step) * Fraction(str(step))
