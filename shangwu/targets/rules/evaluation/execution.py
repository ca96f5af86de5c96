"""预算执行率: outlay against the adjusted budget, counted once and never again as an indicator."""

from fractions import Fraction

from shangwu.targets.rules.evaluation.facts import (
    Actual,
    Budget,
    Execution,
    Flag,
    Level,
    Rule,
    State,
)
from shangwu.targets.rules.evaluation.framework import NATIONAL, Placed
from shangwu.targets.rules.evaluation.law import EvaluationLaw, framework_rows
from shangwu.targets.rules.evaluation.printing import half_up, shown_value


def execution_of(
    budget: Budget | None, listed: tuple[Placed, ...], *, weight: Fraction, law: EvaluationLaw
) -> Execution:
    """Return the execution row: from the budget's figures, else from the row that lists the rate.

    Source: law/targets.toml#framework.national-2020
    """
    flags = list(_twice(budget, listed, weight))
    rate = _rate(budget)
    stated = next((rate for item in listed if (rate := _stated(item)) is not None), None)
    if rate is None:
        rate = stated
    elif stated is not None and half_up(stated, 4) != half_up(rate, 4):
        message = (
            f"表内填的预算执行率 {shown_value(stated, 'ratio')} 与按预算数计算的"
            f" {shown_value(rate, 'ratio')} 不一致，按计算值计。"
        )
        flags.append(Flag("EXECUTION-DIFFERS", message, Level.ERROR))
    if rate is None:
        flags.append(
            Flag("EXECUTION-UNKNOWN", "没有调整后预算数或执行数，预算执行率无数据，总分为暂定。")
        )
        return Execution(None, weight, None, (), tuple(flags))
    flags += _limits(rate, law)
    counted = min(rate, Fraction(1))
    points = half_up(counted * weight)
    sentence = f"预算执行率 {shown_value(rate, 'ratio')}，得 {points} 分（满分 {half_up(weight)} 分），只计一次。"
    rule = Rule.of(framework_rows(NATIONAL), sentence)
    return Execution(rate, weight, counted * weight, (rule,), tuple(flags))


def _rate(budget: Budget | None) -> Fraction | None:
    if budget is None or not budget.adjusted or budget.executed is None:
        return None
    return budget.executed / budget.adjusted


def _stated(item: Placed) -> Fraction | None:
    actual: Actual = item.row.actuals[0]
    return actual.value if actual.state == State.FOUND else None


def _twice(budget: Budget | None, listed: tuple[Placed, ...], weight: Fraction) -> list[Flag]:
    weighted = [item for item in listed if item.row.weight]
    if budget is not None and listed:
        names = "、".join(f"“{item.row.name}”" for item in listed)
        counted = (
            f"，另列权重 {half_up(sum((i.row.weight or Fraction(0) for i in weighted), Fraction(0)))} 分"
            if weighted
            else ""
        )
        message = f"预算执行率既单列又作为指标{names}列出{counted}，只按单列的 {half_up(weight)} 分计一次。"
        return [Flag("EXECUTION-TWICE", message, Level.ERROR if weighted else Level.NOTE)]
    if len(listed) > 1:
        return [Flag("EXECUTION-TWICE", "表内有几行都是预算执行率，只计一次。", Level.ERROR)]
    return []


def _limits(rate: Fraction, law: EvaluationLaw) -> list[Flag]:
    if rate > 1:
        message = f"执行数超过调整后预算（{shown_value(rate, 'ratio')}），请核查；得分以满分为限。"
        return [Flag("EXECUTION-ABOVE-BUDGET", message, Level.ERROR)]
    least = Fraction(law.execution_reason_below.value)
    if rate < least:
        message = f"预算执行率低于 {shown_value(least, 'ratio')}，须说明原因。"
        return [Flag("EXECUTION-REASON", message)]
    return []
