"""Comparing a figure with a promised quantity or duration, exactly, with the sentence that says so."""

from datetime import date
from fractions import Fraction

from shangwu.targets.rules.describe import actual_in_words, describe
from shangwu.targets.rules.facts import Facts, Judgement
from shangwu.targets.rules.lexicon import target_words
from shangwu.targets.rules.numerals import fraction
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import TargetStatus

ARTICLE = "《民法典》第一千二百五十九条"


def quantity_reached(part: Part, facts: Facts, on: date) -> Judgement:
    """Return whether the figure keeps the promised comparison on the day."""
    value = facts.value
    waits = bool(part.by) and on <= date.fromisoformat(part.by)
    if value is None:
        if waits:
            return Judgement(TargetStatus.NOT_DUE, f"期限 {part.by} 未到，尚无可以计算的记录。")
        return Judgement(TargetStatus.NO_DATA, "没有可以计算的记录，无数据，不计为达成。")
    shown = actual_in_words(value, part.unit, goal=fraction(part.value))
    if part.dim == "ratio":
        shown += f"（{facts.numerator:f}÷{facts.denominator:f}）"
        if value > 1 and part.polarity == "higher" and fraction(part.value) <= 1:
            return Judgement(TargetStatus.NO_DATA, f"实际值 {shown} 超过 100%，数据有误，待核查。")
    reached, boundary = holds(part, value)
    sentence = f"实际值 {shown}，承诺{describe(part)}，"
    if reached:
        return Judgement(TargetStatus.MET, f"{sentence}达成。", Fraction(1))
    if waits:
        return Judgement(TargetStatus.NOT_DUE, f"{sentence}期限未到。", _ratio(part, value))
    if boundary:
        why = f"{sentence}恰好等于承诺值，而承诺不包括本数（{ARTICLE}），未达成。"
        return Judgement(TargetStatus.MISSED, why, Fraction(1))
    if _may_still_grow(part, facts, on):
        return Judgement(
            TargetStatus.NOT_DUE, f"{sentence}年度未结束，尚可完成。", _ratio(part, value)
        )
    return Judgement(TargetStatus.MISSED, f"{sentence}未达成。", _ratio(part, value))


def _may_still_grow(part: Part, facts: Facts, on: date) -> bool:
    growing = (part.dim == "count" or facts.may_rise) and part.polarity == "higher" and not part.by
    return growing and facts.period_ends_on is not None and on < facts.period_ends_on


def holds(part: Part, value: Fraction) -> tuple[bool, bool]:
    """Return whether the comparison holds, and whether it fails at exact equality."""
    goal = fraction(part.value)
    if part.cmp == "range":
        return goal <= value <= fraction(part.upper), False
    if part.cmp == "approx":
        return abs(value - goal) <= abs(goal) * Fraction(
            target_words().approximate_margin.value
        ), False
    bounded = part.cmp == "eq" and part.dim == "ratio" and goal == 1
    reached = {
        "ge": value >= goal,
        "gt": value > goal,
        "le": value <= goal,
        "lt": value < goal,
        "eq": value >= goal if bounded else value == goal,
    }[part.cmp]
    return reached, not reached and value == goal


def _ratio(part: Part, value: Fraction) -> Fraction:
    goal = fraction(part.value)
    if part.polarity == "lower":
        return min(goal / value, Fraction(1)) if value else Fraction(1)
    return max(min(value / goal, Fraction(1)), Fraction(0)) if goal else Fraction(0)


def duration_reached(part: Part, facts: Facts, on: date) -> Judgement:
    """Return whether enough items kept the promised time; without a share, every item must."""
    value = facts.value
    if value is None:
        return Judgement(TargetStatus.NO_DATA, "没有可以计算的记录，无数据，不计为达成。")
    if facts.unit != "ratio":
        return quantity_reached(part, facts, on)
    share = fraction(part.share or "1")
    shown = f"{facts.numerator:f} 件在时限内，共 {facts.denominator:f} 件"
    asked = f"承诺{describe(part)}" + ("" if part.share else "，逐件达标")
    if value >= share:
        return Judgement(TargetStatus.MET, f"{shown}，{asked}，达成。", Fraction(1))
    return Judgement(TargetStatus.MISSED, f"{shown}，{asked}，未达成。", value / share)
