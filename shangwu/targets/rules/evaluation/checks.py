"""What printed practice gets wrong: each row and table is held against what was computed (handbook 3.3)."""

from collections.abc import Sequence
from fractions import Fraction

from shangwu.targets.rules.evaluation.facts import (
    Execution,
    Flag,
    Level,
    Outcome,
    Role,
    Row,
    ScoredRow,
    Table,
    Totals,
)
from shangwu.targets.rules.evaluation.framework import BENEFIT, OUTPUT
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.printing import half_up, printed, shown_value
from shangwu.targets.vocabulary import TargetStatus

_OPEN = {TargetStatus.NO_DATA, TargetStatus.NOT_DUE, TargetStatus.NEEDS_RATING}
_SHORT = {TargetStatus.MISSED, TargetStatus.PARTIAL}
_MONEY_KINDS = {"DEPARTMENT", "FINANCE"}


def row_flags(row: Row, outcome: Outcome, weight: Fraction, score: Fraction | None) -> list[Flag]:
    """Return what a person must answer for on one row: printed marks, causes that are missing."""
    flags = list(_against_print(row, outcome, weight, score))
    if weight == 0:
        flags.append(Flag("WEIGHT-ZERO", "权重为 0，不影响得分。", Level.NOTE))
    codes = {flag.code for flag in outcome.flags}
    if outcome.status in _SHORT and not (row.cause and row.remedy):
        message = "未完全达到目标，须填写偏差原因分析及改进措施。"
        flags.append(Flag("CAUSE-REQUIRED", message))
    elif "OVER-ACHIEVED" in codes and not row.cause:
        flags.append(Flag("CAUSE-REQUIRED", "明显超过目标，须说明原因。"))
    return flags


def _against_print(
    row: Row, outcome: Outcome, weight: Fraction, score: Fraction | None
) -> list[Flag]:
    given = row.printed
    if given is None or weight == 0:
        return []
    if given > weight:
        return [
            _error(
                "PRINTED-ABOVE-WEIGHT", f"所列得分 {half_up(given)} 超过权重 {half_up(weight)}。"
            )
        ]
    full = given == weight
    if outcome.status in _SHORT and outcome.ratio != 1 and full:
        lower = any(part.cmp in {"le", "lt"} for part in row.target.parts)
        if lower:
            return [_error("MAXIMUM-EXCEEDED", "实际值超过允许的最高值，却打了满分。")]
        return [_error("MISSED-FULL-MARKS", "目标未达成，却打了满分。")]
    if outcome.status in _OPEN and given > 0:
        return [_error("UNPROVEN-MARKS", f"没有可以核对的实际值，却打了 {half_up(given)} 分。")]
    if outcome.status == TargetStatus.MET and outcome.ratio == 1 and not full and not row.deduction:
        return [
            _error("MET-MARKED-DOWN", f"目标已达成，却只打了 {half_up(given)} 分，没有扣分理由。")
        ]
    if score is not None and printed(given) != printed(score):
        message = f"所列得分 {half_up(given)}，按规则计算为 {half_up(score)}。"
        return [_error("PRINTED-DIFFERS", message)]
    return []


def table_flags(
    table: Table,
    rows: Sequence[ScoredRow],
    execution: Execution | None,
    totals: Totals,
    law: EvaluationLaw,
) -> list[Flag]:
    """Return what is wrong with the table as a whole."""
    flags = list(_money_without_output(rows, execution, law))
    flags += _printed_totals(table, rows, totals)
    given = table.budget.printed if table.budget else None
    if given is not None and execution and execution.score is not None:
        if printed(given) != printed(execution.score):
            message = (
                f"所列预算执行率得分 {half_up(given)}，按规则计算为 {half_up(execution.score)}。"
            )
            flags.append(_error("PRINTED-EXECUTION", message))
    if table.kind in _MONEY_KINDS:
        flags += _output_benefit_share(rows, law)
    return flags


def _money_without_output(
    rows: Sequence[ScoredRow], execution: Execution | None, law: EvaluationLaw
) -> list[Flag]:
    """Compare the share of money spent with the share of output reached (both on one clock)."""
    if execution is None or not execution.rate:
        return []
    known = [
        (row.weight or Fraction(0), row.outcome.ratio)
        for row in rows
        if row.category == OUTPUT and row.role == Role.INDICATOR and row.outcome.ratio is not None
    ]
    total = sum((weight for weight, _ in known), Fraction(0))
    if not total:
        return []
    output = sum((weight * ratio for weight, ratio in known), Fraction(0)) / total
    gap = (min(execution.rate, Fraction(1)) - output) * 100
    if gap <= Fraction(law.money_output_gap.value):
        return []
    message = (
        f"资金已支出 {shown_value(execution.rate, 'ratio')}，产出只完成 {shown_value(output, 'ratio')}，"
        f"相差 {half_up(gap)} 个百分点，须说明钱花在何处。"
    )
    return [_error("MONEY-WITHOUT-OUTPUT", message)]


def _printed_totals(table: Table, rows: Sequence[ScoredRow], totals: Totals) -> list[Flag]:
    flags = []
    given = table.printed_total
    if given is not None:
        items = [(row.row.printed, row.row.weight) for row in rows if row.row.printed is not None]
        twice = sum(((p or Fraction(0)) * (w or Fraction(0)) / 100 for p, w in items), Fraction(0))
        if items and given != totals.total and abs(twice - given) < Fraction(1, 100):
            flags.append(_error("WEIGHTED-TWICE", "所列总分是单项得分再乘一次权重，重复加权。"))
        elif totals.total is not None and printed(given) != printed(totals.total):
            message = f"所列总分 {half_up(given)}，按规则计算为 {half_up(totals.total)}。"
            flags.append(_error("PRINTED-TOTAL", message))
    if table.printed_grade and totals.grade and table.printed_grade != totals.grade:
        message = f"所列等次“{table.printed_grade}”，按总分和等次表应为“{totals.grade}”。"
        flags.append(_error("PRINTED-GRADE", message))
    return flags


def _output_benefit_share(rows: Sequence[ScoredRow], law: EvaluationLaw) -> list[Flag]:
    if law.output_benefit_share is None:
        return []
    least = Fraction(law.output_benefit_share.value) * 100
    found = sum(
        (row.weight or Fraction(0) for row in rows if row.category in {OUTPUT, BENEFIT}),
        Fraction(0),
    )
    if found >= least:
        return []
    message = (
        f"产出与效益权重合计 {half_up(found)} 分，部门评价和财政评价不得低于 {half_up(least)} 分。"
    )
    return [_error("OUTPUT-BENEFIT-SHARE", message)]


def _error(code: str, message: str) -> Flag:
    return Flag(code, message, Level.ERROR)
