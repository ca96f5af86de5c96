"""Rates of money: exact quotients of fen; without a denominator there is no rate, never 100 %."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from shangwu.targets.rules.money.facts import MoneyFacts
from shangwu.targets.rules.money.law import ProgressLight


@dataclass(frozen=True)
class Rate:
    """A quotient of amounts. Unit: fen over fen."""

    numerator_fen: int
    denominator_fen: int

    @property
    def value(self) -> Fraction | None:
        """The exact rate; None without a denominator."""
        if self.denominator_fen == 0:
            return None
        return Fraction(self.numerator_fen, self.denominator_fen)


@dataclass(frozen=True)
class Planned:
    """An amount that was planned for a day (支出计划, 到位计划)."""

    due_on: date
    amount_fen: int


@dataclass(frozen=True)
class Received:
    """An amount that arrived on a day (资金到位); negative when it was taken back."""

    received_on: date
    amount_fen: int


@dataclass(frozen=True)
class Progress:
    """Spending beside what it should be by the day, and which clock says so."""

    executed: Rate
    expected: Rate
    clock: str

    @property
    def gap(self) -> Fraction | None:
        """How far spending is behind the expectation, as a share of the adjusted budget."""
        if self.executed.value is None or self.expected.value is None:
            return None
        return self.expected.value - self.executed.value

    @property
    def ratio(self) -> Fraction | None:
        """Executed over expected; None where nothing was expected yet."""
        if not self.expected.numerator_fen:
            return None
        return Fraction(self.executed.numerator_fen, self.expected.numerator_fen)


def execution(facts: MoneyFacts) -> Rate:
    """Return 预算执行率: what was paid over the budget after approved adjustments and carry-over."""
    return Rate(facts.executed_fen, facts.adjusted_fen)


def earmarked(facts: MoneyFacts) -> Rate:
    """Return 专款专用率: spending of approved project, sub-project and use over all spending.

    No spending gives no rate.
    """
    matching = sum(p.amount_fen for p in facts.standing if facts.is_matching(p))
    return Rate(matching, sum(payment.amount_fen for payment in facts.standing))


def progress(facts: MoneyFacts, plan: Sequence[Planned]) -> Progress:
    """Return 支出进度 against the declared payment plan; without a plan, against elapsed time.

    Elapsed time counts whole days, both ends included, and gives whole fen, rounded down.
    """
    if plan:
        due = sum(point.amount_fen for point in plan if point.due_on <= facts.on)
        return Progress(execution(facts), Rate(due, facts.adjusted_fen), "支出计划")
    days = (facts.ends_on - facts.starts_on).days + 1
    past = min(max((facts.on - facts.starts_on).days + 1, 0), days)
    expected = facts.adjusted_fen * past // days
    return Progress(execution(facts), Rate(expected, facts.adjusted_fen), "时间进度")


def light(found: Progress, law: ProgressLight) -> str:
    """Return green, yellow or red; blank where nothing was expected yet."""
    if found.ratio is None:
        return ""
    if found.ratio >= Fraction(law.green_from):
        return "green"
    return "yellow" if found.ratio >= Fraction(law.yellow_from) else "red"


def in_place(facts: MoneyFacts, plan: Sequence[Planned], received: Sequence[Received]) -> Rate:
    """Return 资金到位率: received over planned by the day; without a plan, over the adjusted budget."""
    got = sum(one.amount_fen for one in received if one.received_on <= facts.on)
    due = sum(one.amount_fen for one in plan if one.due_on <= facts.on)
    return Rate(got, due if plan else facts.adjusted_fen)


def in_time(plan: Sequence[Planned], received: Sequence[Received], *, on: date) -> Rate:
    """Return 资金到位及时率: what had arrived on each due day, over what was due by `on`.

    Arrivals serve the oldest due amount first; what comes after its due day is not in time.
    """
    timely = due = 0
    for point in sorted((one for one in plan if one.due_on <= on), key=lambda one: one.due_on):
        due += point.amount_fen
        arrived = sum(one.amount_fen for one in received if one.received_on <= point.due_on)
        served = due - point.amount_fen
        timely += max(min(arrived - served, point.amount_fen), 0)
    return Rate(timely, due)


def month_ends(starts_on: date, until: date) -> list[date]:
    """Return the last day of each month from the one of `starts_on` to the one of `until`."""
    found, first = [], starts_on.replace(day=1)
    while first <= until:
        following = (first + timedelta(days=32)).replace(day=1)
        found.append(following - timedelta(days=1))
        first = following
    return found


def percent(value: Fraction) -> str:
    """Return the share as a percentage with two decimals, half up."""
    shown = Decimal(value.numerator * 100) / value.denominator
    return f"{shown.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
