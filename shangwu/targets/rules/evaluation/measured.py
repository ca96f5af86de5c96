"""Figures in the actual column: a number in the unit of the target, or honestly nothing.

An inequality, a range or a share of the work done is not a measurement (TG-1, rule 8). A missing or
different unit is never repaired silently: each assumption is a flag.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from shangwu.targets.rules.evaluation.facts import Actual, Flag, Level, State
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.lexicon import words
from shangwu.targets.rules.numerals import ARABIC, NUMBER, fraction, number
from shangwu.targets.rules.quantities import Found, quantity
from shangwu.targets.rules.target import Part

_PAIR = re.compile(rf"(?P<above>{ARABIC})\D{{0,4}}[/÷](?P<below>\d[\d,.]*)\D{{0,4}}")
_NEGATED = re.compile(r"[不未无没缺差欠]")
_MOVED = re.compile(r"增长|提高|上升|提升|增加|下降|降低|减少")
_HOURS = {
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "d": Fraction(24),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "year": Fraction(12),
}
_CLOCKS = ({"min", "h", "d"}, {"month", "quarter", "year"})
_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Asked:
    """What an actual has to answer: the condition, and where it stands in the table."""

    part: Part
    target_text: str
    name: str
    unit: str
    year: int | None
    law: EvaluationLaw


def unreadable(text: str, why: str, *, code: str = "ACTUAL-UNREADABLE") -> Actual:
    """Return an actual that says nothing, with the reason."""
    flag = Flag(code, f"实际值“{text}”{why}", Level.ERROR)
    return Actual(text, State.UNREADABLE, why=f"实际值“{text}”{why}", flags=(flag,))


def measured(text: str, body: str, asked: Asked) -> Actual:
    """Return the figure that the actual states, in the unit of the target."""
    part = asked.part
    sign, body = _signed(body)
    if (pair := _PAIR.fullmatch(body)) and (part.dim in {"ratio", "duration"} or not part.per):
        return _quotient(text, pair, sign, asked)
    found = quantity(
        _stripped(body, asked), name=asked.name, unit=asked.unit, law=words(asked.year)
    )
    if found is None or (trouble := _head_trouble(body, found, asked)):
        return unreadable(text, "读不出数值，请填写实际完成的数值和单位。")
    if found.part.cmp_source == "explicit" and found.part.cmp != "approx":
        return unreadable(
            text, "是不等式或区间，不是实际完成值，请填写测得的数值。", code="ACTUAL-INEQUALITY"
        )
    flags: tuple[Flag, ...] = ()
    if found.part.cmp == "approx":
        message = f"实际值“{text}”是约数，请填写准确数值。"
        flags = (Flag("ACTUAL-APPROXIMATE", message),)
    del trouble
    answer = _in_unit_of_target(text, found, asked)
    if answer.value is not None:
        answer = replace(answer, value=answer.value * sign)
    return replace(answer, flags=(*flags, *answer.flags))


def _signed(body: str) -> tuple[int, str]:
    if body[:1] in {"-", "\u2212"} and body[1:2].isdigit():
        return -1, body[1:]
    return 1, body.removeprefix("+")


def _stripped(body: str, asked: Asked) -> str:
    """Return the text without the indicator's name and the verbs in front of the figure."""
    body = body.removeprefix(asked.name)
    verbs = sorted(asked.law.verbs.value, key=len, reverse=True)
    while True:
        body = body.lstrip(":： ")
        verb = next((word for word in verbs if body.startswith(word) and body != word), None)
        if verb is None:
            return body
        body = body.removeprefix(verb)


def _head_trouble(body: str, found: Found, asked: Asked) -> bool:
    place = re.search(NUMBER, body)
    head = body[: place.start()] if place else ""
    if found.part.cmp_source == "explicit":
        return False
    moved = _MOVED.search(head) and not _MOVED.search(asked.name)
    return bool(_NEGATED.search(head) or (moved and asked.part.kind != "trend"))


def _quotient(text: str, pair: re.Match[str], sign: int, asked: Asked) -> Actual:
    above, below = number(pair["above"]), number(pair["below"].rstrip("."))
    if above is None or not below:
        return unreadable(text, "分母为零或读不出，没有数据。")
    share = asked.part.kind == "duration"
    return _bounded(Actual(text, value=sign * above / below, is_share=share), asked)


def _in_unit_of_target(text: str, found: Found, asked: Asked) -> Actual:
    part, value = found.part, fraction(found.part.value)
    goal = asked.part
    bare = part.unit_source in {"none", "name"} and part.dim in {"count", "ratio"}
    if bare and "分之" not in text and not text.endswith("成"):
        return _bare(text, value, asked)
    if goal.kind == "duration":
        return _time(text, part, value, asked)
    if part.dim != goal.dim:
        return _other_dimension(text, part, asked)
    if part.unit != goal.unit and goal.unit:
        if part.dim != "count":
            return unreadable(
                text, f"的单位与目标的单位“{goal.unit}”不同，不能比较。", code="UNIT-CONFLICT"
            )
        flag = Flag("UNIT-DIFFERS", f"实际值写“{part.unit}”，目标写“{goal.unit}”，请核对。")
        return _per(Actual(text, value=value, flags=(flag,)), part, asked)
    return _bounded(_per(Actual(text, value=value), part, asked), asked)


def _bare(text: str, value: Fraction, asked: Asked) -> Actual:
    """Read a figure without a unit on the scale on which the target is written."""
    factor = _scale_of_target(asked)
    if asked.part.dim == "ratio" and asked.part.kind != "duration":
        if factor == 1:
            return _bounded(Actual(text, value=value), asked)
        value = _nearer(value, value * factor, fraction(asked.part.value))
        shown = f"{float(value * 100):g}%"
        flag = Flag("UNIT-ASSUMED", f"实际值“{text}”没有写单位，按 {shown} 计算，请核对。")
        return _bounded(Actual(text, value=value, flags=(flag,)), asked)
    if factor != 1:
        message = f"实际值“{text}”没有写单位，按目标值的单位计算，请核对。"
        return Actual(text, value=value * factor, flags=(Flag("UNIT-ASSUMED", message),))
    if asked.part.unit and asked.part.dim != "count":
        flag = Flag(
            "UNIT-ASSUMED", f"实际值“{text}”没有写单位，按目标值的单位计算，请核对。", Level.NOTE
        )
        return Actual(text, value=value, flags=(flag,))
    return Actual(text, value=value)


def _nearer(as_ratio: Fraction, as_percent: Fraction, goal: Fraction) -> Fraction:
    """Return which of two readings of a bare figure is meant: above 1 a percentage, else the nearer one."""
    if as_ratio > 1 or goal == 0:
        return as_percent
    far = [
        max(value / goal, goal / value) if value > 0 else None for value in (as_ratio, as_percent)
    ]
    return as_ratio if far[0] is None or far[1] is None or far[0] <= far[1] else as_percent


def _scale_of_target(asked: Asked) -> Fraction:
    """Return what one unit, written the way the target is written, amounts to."""
    if asked.part.kind == "duration":
        return Fraction(1)
    single = re.sub(NUMBER, "1", asked.target_text, count=1)
    found = quantity(single, name=asked.name, unit=asked.unit, law=words(asked.year))
    if found is None or found.part.dim not in {asked.part.dim, "count"}:
        return Fraction(1)
    factor = fraction(found.part.value)
    written_as_percent = asked.part.dim == "ratio" and found.part.unit_source == "name"
    if written_as_percent and factor == 1 and (printed := re.search(NUMBER, asked.target_text)):
        above_one = (number(printed[0]) or 0) > 1
        return Fraction(1, 100) if above_one else factor
    return factor


def _time(text: str, part: Part, value: Fraction, asked: Asked) -> Actual:
    if part.dim == "ratio":
        return _bounded(Actual(text, value=value, is_share=True), asked)
    unit = asked.part.unit
    if part.unit == unit:
        return Actual(text, value=value)
    if any({part.unit, unit} <= clock for clock in _CLOCKS):
        return Actual(text, value=value * _HOURS[part.unit] / _HOURS[unit])
    return unreadable(
        text, "与目标的时间单位不同（工作日、自然日、月不能互换），不能比较。", code="UNIT-CONFLICT"
    )


def _other_dimension(text: str, part: Part, asked: Asked) -> Actual:
    if part.dim == "ratio":
        return unreadable(
            text, "只说完成的比例，没有实际数量，不是测得的数值。", code="ACTUAL-NOT-MEASURED"
        )
    return unreadable(text, "与目标值不是同一种量，不能比较，请核对单位。", code="UNIT-CONFLICT")


def _per(actual: Actual, part: Part, asked: Asked) -> Actual:
    goal = asked.part
    if part.per == goal.per or actual.value is None:
        return actual
    if goal.per in _A_YEAR and (not part.per or part.per in _A_YEAR):
        times = Fraction(_A_YEAR[part.per or "year"], _A_YEAR[goal.per])
        basis = "按折算后的频次" if part.per else "没有写周期，按全年合计折算"
        flag = Flag("PERIOD-ASSUMED", f"实际值“{actual.text}”{basis}与目标比较，请核对。")
        return replace(actual, value=actual.value * times, flags=(*actual.flags, flag))
    flag = Flag("PER-DIFFERS", f"实际值“{actual.text}”与目标值的计量口径写法不同，请核对。")
    return replace(actual, flags=(*actual.flags, flag))


def _bounded(actual: Actual, asked: Asked) -> Actual:
    """Refuse a share above 100 % where the rate cannot exceed it (TG-1, rule 5)."""
    part = asked.part
    ratio = part.dim == "ratio" or actual.is_share
    if not ratio or actual.value is None or actual.value <= 1 or part.polarity == "lower":
        return actual
    growing = any(word in asked.name for word in asked.law.unbounded_rates.value)
    if growing or (part.value and fraction(part.value) > 1 and not actual.is_share):
        return actual
    return replace(
        unreadable(actual.text, "超过 100%，数据有误，请核查。", code="RATIO-ABOVE-ONE"),
        flags=(
            *actual.flags,
            Flag(
                "RATIO-ABOVE-ONE",
                f"实际值“{actual.text}”超过 100%，数据有误，请核查。",
                Level.ERROR,
            ),
        ),
    )
