"""Amounts that are not counted in whole cases: budget execution, money, areas and weights."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import inf

from shangwu.targets.rules.forecast.accepted import accepted
from shangwu.targets.rules.forecast.distributions import (
    NOTHING,
    Amount,
    Remainder,
    amount,
    interval,
)
from shangwu.targets.rules.forecast.facts import CannotForecast, Predicted, Question
from shangwu.targets.rules.forecast.law import ForecastLaw
from shangwu.targets.rules.forecast.pace import STANDING, pace, rest_of_time, steps
from shangwu.targets.rules.forecast.wording import in_words, percent, plain, so_far

# However well a plan was kept, something of the rest may still fall through.
MOST_KEPT = Fraction(99, 100)


@dataclass(frozen=True)
class _Course:
    """What is still expected, by which method, and the sentence that says so."""

    method: str
    future: Amount | Remainder
    why: str


def predict_amount(question: Question, law: ForecastLaw) -> Predicted:
    """Return what an amount comes to at the pace of the last increments."""
    whole = Fraction(1)
    return _predict(question, _by_pace(question, law, "amount", whole, inf), law, whole)


def predict_spending(question: Question, law: ForecastLaw) -> Predicted:
    """Return the budget execution: what the plan leaves to pay, kept as so far, else the recent pace.

    Where more is better spending stops at the budget, which payment control does not let it exceed.
    """
    whole, paid = (
        Fraction(getattr(question.known[-1], name)) for name in ("denominator", "numerator")
    )
    if whole <= 0:
        raise CannotForecast("没有预算数，不能推算执行率。")
    by_end = _total(question, question.horizon)
    if not question.less_is_better:
        by_end = min(by_end, whole)
    if question.pace is None and by_end > paid:
        course = _by_plan(question, by_end, law)
    else:
        cap = inf if question.less_is_better else float(max(whole - paid, Fraction(0)))
        course = _by_pace(question, law, "spending", whole, cap)
    found = _predict(question, course, law, whole)
    wanted = accepted(question.part).low
    asks_for_all = wanted is not None and wanted >= 1 and by_end >= whole
    if course.method == "planned_spending" and asks_for_all:
        return _to_the_last_fen(question, found)
    return found


def _to_the_last_fen(question: Question, found: Predicted) -> Predicted:
    """Return the forecast of a promise to spend everything: as likely as the plan's dates were met in full so far.

    A continuous shortfall is never exactly nothing, and a payment plan often is kept exactly.
    """
    due = [one for one in question.payments if one.on <= question.known[-1].on]
    kept = sum(_reached(question, one.on) >= one.total for one in due)
    # Half a date met and half a date missed are assumed seen (Jeffreys' prior).
    probability = (kept + 0.5) / (len(due) + 1)
    why = f"{found.why}承诺全额支出：已到期的 {len(due)} 笔计划有 {kept} 笔按期足额支出，达成概率按此估计。"
    return replace(found, probability=probability, why=why)


def _reached(question: Question, day: date) -> Decimal:
    """Return what had been paid when the record first speaks after a day."""
    return next((one.numerator for one in question.known if one.on >= day), Decimal(0))


def _by_pace(
    question: Question, law: ForecastLaw, method: str, whole: Fraction, cap: float
) -> _Course:
    totals = tuple(one.numerator for one in question.known)
    found = pace(question, steps(question, totals), law.light.value.increments)
    rest = rest_of_time(question)
    mean = float(found.rate * rest)
    why = in_words(question, found, rest) + "区间按各月多少的差别推算（对数正态分布）。"
    if mean <= 0:
        if not accepted(question.part).holds(Fraction(totals[-1]) / whole):
            raise CannotForecast(STANDING)
        return _Course(method, NOTHING, why)
    deviation = found.uncertainty(rest, law.amounts.value)
    future = amount(mean, mean * mean * deviation, cap)
    return _Course(method, future, why)


def _by_plan(question: Question, by_end: Fraction, law: ForecastLaw) -> _Course:
    """Expect of what the plan leaves to pay, arrears among it, the share that was kept so far.

    Little evidence stays near the share that law assumes.
    """
    assumed = law.planned.value
    last = question.known[-1]
    planned = _total(question, last.on)
    paid, weight = Fraction(last.numerator), by_end * Fraction(assumed.weight)
    kept = (paid + weight * Fraction(assumed.kept)) / (planned + weight)
    kept, open_plan = min(kept, MOST_KEPT), by_end - paid
    why = (
        f"{so_far(question)}按计划应支出 {plain(planned)}，实际支出 {plain(paid)}；"
        f"到 {question.horizon} 按计划还应支出 {plain(open_plan)}（含以前未付的），"
        f"参照已有的落实情况按 {percent(kept)} 推算。区间按计划落空部分的差别推算（对数正态分布）。"
    )
    whole, missing = float(open_plan), float(open_plan * (1 - kept))
    spread = missing * missing * float(assumed.variation)
    return _Course("planned_spending", Remainder(whole, amount(missing, spread, whole)), why)


def _total(question: Question, day: date) -> Fraction:
    """Return what the payment plan has reached by a day."""
    return Fraction(max((due.total for due in question.payments if due.on <= day), default=0))


def _predict(question: Question, course: _Course, law: ForecastLaw, whole: Fraction) -> Predicted:
    reached = Fraction(question.known[-1].numerator)
    missing = accepted(question.part).rest(whole, reached)
    low, high = interval(course.future, float(law.light.value.interval))
    median, low, high = (
        (reached + end) / whole for end in (Fraction(course.future.quantile(0.5)), low, high)
    )
    return Predicted(course.method, median, low, high, missing.within(course.future), course.why)
