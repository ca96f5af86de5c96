"""What another course would change: pace, share, a moved milestone, a payment plan, a budget. Pure: nothing is kept."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from shangwu.targets.rules.forecast.accepted import accepted
from shangwu.targets.rules.forecast.facts import (
    CannotForecast,
    Due,
    Forecast,
    NoForecast,
    Question,
)
from shangwu.targets.rules.forecast.forecast import countable, forecast
from shangwu.targets.rules.forecast.law import ForecastLaw
from shangwu.targets.rules.forecast.pace import rest_of_time
from shangwu.targets.rules.forecast.wording import percent, plain
from shangwu.targets.rules.numerals import exact


@dataclass(frozen=True)
class Change:
    """What is supposed to be otherwise; what is left out stays as it is.

    `pace` is what each month adds from now on, `share` the share of items to come that succeed, `milestone`
    another day and total for the condition, `payments` another payment plan, `budget` another budget.
    """

    pace: Decimal | None = None
    share: Decimal | None = None
    milestone: Due | None = None
    payments: tuple[Due, ...] | None = None
    budget: Decimal | None = None


@dataclass(frozen=True)
class Required:
    """What each month must add from now on; `whole` rounds it up where only whole cases count."""

    rest: Fraction
    monthly: Fraction
    whole: int | None
    why: str


@dataclass(frozen=True)
class WhatIf:
    """The forecast as things stand and as they would, with the pace that each asks for."""

    before: Forecast | NoForecast
    after: Forecast | NoForecast
    required_before: Required | None
    required_after: Required | None
    why: str


def what_if(question: Question, change: Change, law: ForecastLaw) -> WhatIf:
    """Return what the change would do to the forecast, without touching the record.

    Source: 0012
    """
    changed = apply(question, change)
    first, second = forecast(question, law), forecast(changed, law)
    return WhatIf(
        first,
        second,
        required(question),
        required(changed),
        _compared(question, change, first, second),
    )


def apply(question: Question, change: Change) -> Question:
    """Return the question as it would be after the change."""
    changed = replace(
        question,
        pace=question.pace if change.pace is None else change.pace,
        share=question.share if change.share is None else change.share,
        payments=question.payments if change.payments is None else change.payments,
    )
    if change.milestone is not None:
        moved = replace(
            question.part,
            by=change.milestone.on.isoformat(),
            value=exact(Fraction(change.milestone.total)),
        )
        changed = replace(changed, part=moved)
    if change.budget is not None:
        observations = tuple(
            replace(one, denominator=change.budget) for one in question.observations
        )
        changed = replace(changed, observations=observations)
    return changed


def required(question: Question) -> Required | None:
    """Return what each month must add to keep the condition: the rest over the remaining time.

    Nothing where no least value is asked for, where the whole grows as well, or when no time is left.
    """
    try:
        asked = countable(question)
    except CannotForecast:
        return None
    wanted = accepted(asked.part)
    last = asked.known[-1]
    wholes = {one.denominator for one in asked.known}
    if wanted.low is None or last.denominator <= 0 or len(wholes) > 1:
        return None
    whole, months = Fraction(last.denominator), rest_of_time(asked)
    rest = wanted.low * whole - Fraction(last.numerator)
    is_counted = asked.part.dim in {"count", "ratio"} and not asked.is_spending
    if is_counted:
        rest = Fraction(floor(rest) + 1 if wanted.is_open else ceil(rest))
    rest = max(rest, Fraction(0))
    monthly = rest / months
    least = ceil(monthly) if is_counted else None
    rounded_up = f"（按整数为 {least}）" if least is not None and least != monthly else ""
    why = (
        f"还差 {plain(rest)}，距 {asked.horizon} 还有 {plain(months)} 个月，"
        f"平均每月须新增 {plain(monthly)}{rounded_up}。"
        if rest
        else "已经达到，无须再增。"
    )
    return Required(rest, monthly, least, why)


def _compared(
    question: Question, change: Change, first: Forecast | NoForecast, second: Forecast | NoForecast
) -> str:
    if isinstance(first, Forecast) and isinstance(second, Forecast):
        ratio = first.method not in {"count", "amount"}
        middles = [
            percent(Fraction(one.median)) if ratio else f"{one.median:f}" for one in (first, second)
        ]
        chances = [percent(Fraction(one.probability)) for one in (first, second)]
        moved = (
            f"中位数由 {middles[0]} 变为 {middles[1]}，达成的概率由 {chances[0]} 变为 {chances[1]}"
        )
    else:
        moved = second.why.rstrip("。")
    return f"假设{_supposed(change)}：{moved}。这是推演，不改变任何记录。"


def _supposed(change: Change) -> str:
    found = []
    if change.pace is not None:
        found.append(f"每月新增 {change.pace:f}")
    if change.share is not None:
        found.append(f"今后 {percent(Fraction(change.share))} 符合")
    if change.milestone is not None:
        found.append(f"到 {change.milestone.on} 累计 {change.milestone.total:f}")
    if change.payments is not None:
        found.append("改用另一支出计划")
    if change.budget is not None:
        found.append(f"预算改为 {change.budget:f}")
    return "，".join(found) or "一切照旧"
