"""Points for figures: full when reached, in proportion when missed, never above the weight (N10, D3, D12)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from shangwu.foundation.law import Value
from shangwu.targets.rules.comparison import holds
from shangwu.targets.rules.describe import describe
from shangwu.targets.rules.evaluation.facts import Actual, Flag, Outcome, Rule
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.printing import shown_value
from shangwu.targets.rules.numerals import fraction
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import TargetStatus

FULL, NOTHING = Fraction(1), Fraction(0)


def score_quantity(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return the share of the points that a figure earns.

    Source: law/targets.toml#rule.quantitative_scoring
    """
    value = actual.value
    if value is None:
        return Outcome(TargetStatus.NO_DATA, None, actual.why or "没有数值，无数据，不计为达成。")
    asked = f"承诺{describe(part)}"
    shown = f"实际值 {shown_value(value, part.unit)}，{asked}，"
    reached, boundary = holds(part, value)
    if reached:
        rule = Rule.of(law.quantitative, f"{shown}达成，得满分。")
        return _explained(Outcome(TargetStatus.MET, FULL, rule.sentence, (rule,)), part, value, law)
    if boundary:
        sentence = f"{shown}恰为目标值而目标不含本数，未达成（边界），完成比例为 1，须说明原因。"
        rule = Rule.of(law.strict_boundary, sentence)
        flag = Flag("BOUNDARY", "恰为目标值而目标不含本数，状态为未达成，须说明原因。")
        return Outcome(TargetStatus.MISSED, FULL, sentence, (rule,), (flag,))
    ratio, formula, source = _missed(part, value, law)
    rule = Rule.of(source, f"{shown}未达成，按{formula}计 {shown_value(ratio, 'ratio')}。")
    return Outcome(TargetStatus.MISSED, ratio, rule.sentence, (rule,))


def _missed(part: Part, value: Fraction, law: EvaluationLaw) -> tuple[Fraction, str, Value[Any]]:
    goal = fraction(part.value)
    if part.cmp == "range":
        bound = goal if value < goal else fraction(part.upper)
        return _nearness(value, bound), "实际值与区间较近一端之比", law.equality_missed
    if part.cmp in {"eq", "approx"} and not (part.dim == "ratio" and goal == 1):
        return _nearness(value, goal), "实际值÷目标值与目标值÷实际值中较小者", law.equality_missed
    if part.cmp in {"le", "lt"}:
        if goal <= 0:
            return NOTHING, "目标为0而未达成不得分的规则", law.quantitative
        return _within(goal / value), "目标值÷实际值", law.quantitative
    ratio = _within(value / goal) if goal > 0 else NOTHING
    return ratio, "实际值÷目标值", law.quantitative


def _nearness(value: Fraction, goal: Fraction) -> Fraction:
    return min(value / goal, goal / value) if value > 0 and goal > 0 else NOTHING


def _within(ratio: Fraction) -> Fraction:
    return max(NOTHING, min(FULL, ratio))


def _explained(outcome: Outcome, part: Part, value: Fraction, law: EvaluationLaw) -> Outcome:
    """Cap an over-achievement at full points; far above the target it must be explained (D3)."""
    goal = fraction(part.value)
    if part.polarity == "lower" or part.cmp not in {"ge", "gt"} or goal <= 0:
        return outcome
    uncapped, over = value / goal, law.over_achievement.value
    limit, slope = Fraction(over.explain_above), Fraction(over.deduct_slope)
    if uncapped <= 1:
        return outcome
    taken = _within(max(NOTHING, uncapped - limit) * slope)
    effect = "超过目标的部分不加分，封顶为满分" if not taken else "按偏离程度扣减"
    rules = [*outcome.rules, Rule.of(law.over_achievement, f"{effect}。")]
    flags = outcome.flags
    if uncapped > limit:
        percent = shown_value(uncapped, "ratio")
        message = f"实际值为目标值的 {percent}，超过 {shown_value(limit, 'ratio')}，须说明原因。"
        flags = (*flags, Flag("OVER-ACHIEVED", message))
        rules[-1] = replace(rules[-1], sentence=f"{effect}；{message}")
    ratio = FULL - taken
    return replace(outcome, ratio=ratio, rules=tuple(rules), flags=flags, uncapped=uncapped)
