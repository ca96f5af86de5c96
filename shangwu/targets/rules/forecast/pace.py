"""How fast the record grows, how evenly, and how far that leaves the rest of the time uncertain."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from shangwu.targets.rules.forecast.facts import CannotForecast, Question
from shangwu.targets.rules.forecast.law import Spread
from shangwu.targets.rules.forecast.months import before, between

# So many cases are expected of idle months before they are read as work that had not begun: chance leaves
# as many empty one time in twenty.
MANY = 3.0
STANDING = "最近几期没有新增，看不出今后的速度，不作推算；请说明原因和后续安排。"


@dataclass(frozen=True)
class Step:
    """What one stretch between two observations added. Unit: months."""

    months: Fraction
    added: Fraction

    @property
    def monthly(self) -> float:
        """What was added per month."""
        return float(self.added / self.months)


@dataclass(frozen=True)
class Pace:
    """The last steps since work began, and what they add per month.

    `active` are the steps that show how uneven months are; `plain_rate` is the mean of the last steps, idle
    ones included.
    """

    used: tuple[Step, ...]
    active: tuple[Step, ...]
    rate: Fraction
    plain_rate: Fraction
    is_assumed: bool = False

    @property
    def window(self) -> Fraction:
        """How long the steps took that the rate is the mean of. Unit: months."""
        return sum((step.months for step in self.used), Fraction(0))

    def variation(self, law: Spread, *, of_chance: float = 0.0) -> float:
        """Return the squared relative deviation between months, beyond what chance alone gives.

        What is assumed weighs as many months as law says; the record's own months join it.
        """
        weight, assumed = float(law.weight), float(law.variation)
        rates = [step.monthly for step in self.active]
        mean = sum(rates) / len(rates) if rates else 0.0
        free = len(rates) - 1
        if free < 1 or mean <= 0:
            return assumed
        spread = sum((one - mean) ** 2 for one in rates) / free
        seen = max(spread - of_chance * mean, 0.0) / mean**2
        return (weight * assumed + free * seen) / (weight + free)

    def uncertainty(self, rest: Fraction, law: Spread, *, of_chance: float = 0.0) -> float:
        """Return the squared relative deviation of what the rest of the time adds.

        Three sources: uneven months to come, the pace being known from few months only, and its drift.
        """
        months, window = float(rest), float(self.window)
        uneven = self.variation(law, of_chance=of_chance)
        known_from = 0.0 if self.is_assumed else 1 / window
        drift = 0.0 if self.is_assumed else float(law.drift) * (months + window) / 2
        chance = of_chance / float(self.rate) if self.rate > 0 else 0.0
        return (uneven + chance) * (1 / months + known_from) + drift


def steps(question: Question, values: tuple[Decimal, ...]) -> tuple[Step, ...]:
    """Return what each stretch of the record added, from the start of the period on."""
    days = [before(question.starts_on), *(one.on for one in question.known)]
    totals = [Decimal(0), *values]
    return tuple(
        Step(between(*two_days), Fraction(after) - Fraction(prior))
        for two_days, (prior, after) in zip(pairwise(days), pairwise(totals), strict=True)
    )


def pace(question: Question, found: tuple[Step, ...], increments: int) -> Pace:
    """Return the pace of the last steps; unevenness is read from twice as many.

    Raises: CannotForecast when the record has fewer steps than that, or work has only just begun.
    """
    if len(found) < increments:
        raise CannotForecast(
            f"只有 {len(found)} 期记录，至少要有 {increments} 期才能推算，请待记录积累后再看。"
        )
    last = found[-increments:]
    active = _since_work_began(question, found)[-2 * increments :]
    used = active[-increments:]
    rate = Fraction(question.pace) if question.pace is not None else _mean(used)
    assumed = question.pace is not None
    return Pace(used, active, rate, rate if assumed else _mean(last), assumed)


def _since_work_began(question: Question, found: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps without the idle ones before the first, and without the first, which is rarely whole.

    Idle steps that chance alone may leave empty say nothing of a beginning; nor do they where less is better.
    """
    began = next((place for place, step in enumerate(found) if step.added), 0)
    idle, active = found[:began], found[began:]
    if not idle or question.less_is_better:
        return found
    whole = active[1:] or active
    if _mean(whole) * sum(step.months for step in idle) < MANY:
        return found
    if len(active) == 1:
        raise CannotForecast("工作刚刚开始，还没有完整的一期，看不出速度，请待下一期记录后再看。")
    return whole


def _mean(found: tuple[Step, ...]) -> Fraction:
    return sum((step.added for step in found), Fraction(0)) / sum(step.months for step in found)


def rest_of_time(question: Question) -> Fraction:
    """Return the time from the last observation to the horizon. Unit: months."""
    known = question.known
    return between(known[-1].on if known else before(question.starts_on), question.horizon)
