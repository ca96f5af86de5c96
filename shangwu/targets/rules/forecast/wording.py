"""Numbers and phrases of the sentences that explain a forecast."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from shangwu.targets.rules.forecast.facts import Question
from shangwu.targets.rules.forecast.pace import Pace

METHODS = {
    "count": "近期增量推算（负二项分布）",
    "completion": "近期增量推算，以总数为限（负二项分布）",
    "share": "比率推算（贝塔—二项分布）",
    "in_time": "逐件时限推算（贝塔—二项分布）",
    "amount": "近期数额推算（对数正态分布）",
    "spending": "近期支出推算，以预算为限（对数正态分布）",
    "planned_spending": "支出计划推算，以预算为限（对数正态分布）",
}
_EXACT = Decimal("0.00000001")


def rounded(value: Fraction) -> Decimal:
    """Return the value as a decimal with eight places at most, half up, without idle zeros."""
    found = (Decimal(value.numerator) / value.denominator).quantize(_EXACT, ROUND_HALF_UP)
    whole = found.to_integral_value()
    return whole if whole == found else found.normalize()


def plain(value: Fraction) -> str:
    """Return the value with two decimals at most, half up: 46.67, 280."""
    return two_places(value).removesuffix(".00")


def two_places(value: Fraction) -> str:
    """Return the value with two decimals, half up: 200.54, 24.50."""
    found = Decimal(value.numerator) / value.denominator
    return format(found.quantize(Decimal("0.01"), ROUND_HALF_UP), "f")


def percent(value: Fraction) -> str:
    """Return the share as a percentage with two decimals, half up."""
    return f"{two_places(value * 100)}%"


def so_far(question: Question) -> str:
    """Return until when the record reaches."""
    return f"截至 {question.known[-1].on} "


def in_words(question: Question, found: Pace, rest: Fraction) -> str:
    """Return what a total has reached, how fast it grows, and what that adds by the horizon."""
    reached = plain(Fraction(question.known[-1].numerator))
    added = "、".join(plain(step.added) for step in found.used)
    rate = (
        f"假定每月新增 {plain(found.rate)}"
        if found.is_assumed
        else f"最近 {len(found.used)} 期新增 {added}，平均每月 {plain(found.rate)}"
    )
    return (
        f"{so_far(question)}累计 {reached}；{rate}；距 {question.horizon} 还有 {plain(rest)} 个月，"
        f"预计再增 {plain(found.rate * rest)}。"
    )
