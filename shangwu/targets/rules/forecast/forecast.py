"""The one door: what a condition of a target will come to, by the method of its kind."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.rules.forecast.amounts import predict_amount, predict_spending
from shangwu.targets.rules.forecast.counts import predict_completion, predict_count
from shangwu.targets.rules.forecast.facts import (
    CannotForecast,
    Forecast,
    NoForecast,
    Predicted,
    Question,
)
from shangwu.targets.rules.forecast.law import ForecastLaw
from shangwu.targets.rules.forecast.shares import predict_in_time, predict_share
from shangwu.targets.rules.forecast.wording import METHODS, rounded
from shangwu.targets.rules.numerals import exact, fraction
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import Light

PER_YEAR = {"month": 12, "quarter": 4, "year": 1}
JUDGED = "这项目标由责任人评定，不能由数字推算，请由责任人说明完成的可能性。"
NOT_OF_CASES = "这项比率不是“符合的件数÷总件数”，不能按件推算，请以实际结果为准。"
UNFORESEEN = {
    "deadline": "能否按期完成不能由数字推算，请由责任人说明完成的可能性。",
    "period": "期间类目标到期由人评定，不能由数字推算。",
}


def forecast(question: Question, law: ForecastLaw) -> Forecast | NoForecast:
    """Return what the condition will come to by its day, how surely, and from what; or why nobody can say.

    Source: 0012
    """
    try:
        asked = countable(question)
        found = _method(asked)(asked, law)
    except CannotForecast as reason:
        return NoForecast(str(reason))
    probability = Decimal(f"{found.probability:.8f}")
    return Forecast(
        method=found.method,
        method_label=METHODS[found.method],
        horizon=asked.horizon,
        median=rounded(found.median),
        low=rounded(found.low),
        high=rounded(found.high),
        probability=probability,
        light=light_of(probability, law),
        word=word_of(probability, law),
        why=found.why,
        confidence=law.light.value.interval,
        reference=found.reference,
    )


def light_of(probability: Decimal, law: ForecastLaw) -> Light:
    """Return the light of a probability of attainment.

    Source: law/targets.toml#light.forecast
    """
    if probability >= law.light.value.green_from:
        return Light.GREEN
    return Light.YELLOW if probability >= law.light.value.yellow_from else Light.RED


def word_of(probability: Decimal, law: ForecastLaw) -> str:
    """Return the word that is proposed for the monitoring form; a person confirms it.

    Source: law/targets.toml#light.likelihood
    """
    words = law.words.value
    if probability >= words.certain_from:
        return words.certain
    return words.impossible if probability < words.impossible_below else words.possible


def countable(question: Question) -> Question:
    """Return the question with a condition that figures can answer.

    Raises: CannotForecast when only a person can judge, nothing is on record, or the day has come.
    """
    part = _as_quantity(question.part, question)
    asked = replace(question, part=part)
    if not asked.known:
        raise CannotForecast("期内还没有记录，无数据可以推算。")
    if asked.on >= asked.horizon or asked.known[-1].on >= asked.horizon:
        raise CannotForecast(f"期限 {asked.horizon} 已到，请按实际结果评价，不再预测。")
    return asked


def _as_quantity(part: Part, question: Question) -> Part:
    if part.kind == "trend":
        return _against_base(part, question)
    if part.kind == "bands":
        return replace(part, kind="quant", cmp="ge", value=part.bands[0][1])
    if part.kind == "ref" and part.base == "@budget" and question.is_spending:
        return replace(part, kind="quant", cmp="le", value="1", dim="ratio", unit="ratio")
    if part.kind == "duration" and part.dim != "ratio":
        return replace(part, cmp="ge", value=part.share or "1", dim="ratio", unit="ratio")
    if part.kind not in {"quant", "duration"}:
        raise CannotForecast(UNFORESEEN.get(part.kind, JUDGED))
    if part.per and part.dim in {"count", "money"}:
        return _whole_period(part, question)
    return part


def _against_base(part: Part, question: Question) -> Part:
    """Return a trend as the value it asks for: last year's, moved by what was promised."""
    if part.every or part.cmp not in {"ge", "gt", "le", "lt"}:
        raise CannotForecast("逐期变化的目标要等各期数值齐全后比较，不能由期内记录推算。")
    if question.base is None:
        raise CannotForecast("没有上年数值，无法与之比较，不作推算。")
    size = fraction(part.value or "0")
    falls = part.polarity == "lower" and part.cmp in {"ge", "gt"}
    moved = Fraction(question.base)
    change = size / 100 if part.unit == "pp" else size * abs(moved)
    cmp = {"ge": "le", "gt": "lt"}[part.cmp] if falls else part.cmp
    is_ratio = part.unit == "pp" or any(one.denominator != 1 for one in question.observations)
    return Part(
        "quant",
        cmp=cmp,
        value=exact(moved - change if falls else moved + change),
        dim="ratio" if is_ratio else "count",
        unit="ratio" if is_ratio else "",
        polarity=part.polarity,
    )


def _whole_period(part: Part, question: Question) -> Part:
    """Return a promise per month or quarter as what it amounts to in the whole period."""
    times = PER_YEAR.get(part.per)
    if times is None:
        raise CannotForecast("按单位计的标准不随时间累计，不能推算。")
    months = (question.ends_on.year - question.starts_on.year) * 12
    months += question.ends_on.month - question.starts_on.month + 1
    return replace(part, value=exact(fraction(part.value) * times * months / 12), per="")


def _method(question: Question) -> Callable[[Question, ForecastLaw], Predicted]:
    part, known = question.part, question.known
    if question.is_spending:
        return predict_spending
    if part.dim == "ratio":
        if not _is_of_cases(question):
            raise CannotForecast(NOT_OF_CASES)
        if part.kind == "duration":
            return predict_in_time
        return predict_completion if _has_fixed_whole(question) else predict_share
    if part.dim == "count" and not any(one.numerator % 1 for one in known):
        return predict_count
    if part.cmp == "eq":
        raise CannotForecast("承诺恰好等于某个数额，不能推算恰好相等的可能性。")
    return predict_amount


def _is_of_cases(question: Question) -> bool:
    last = question.known[-1]
    is_whole = last.numerator % 1 == 0 and last.denominator % 1 == 0
    return question.is_counted and is_whole and last.numerator <= last.denominator


def _has_fixed_whole(question: Question) -> bool:
    """Whether the record counts towards a whole that was fixed from the start: 9 of 12 courses."""
    wholes = {one.denominator for one in question.known}
    return len(question.known) > 1 and len(wholes) == 1
