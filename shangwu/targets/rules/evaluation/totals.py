"""Total and grade: the exact sum, rounded once; the grade read from what is printed."""

from collections.abc import Sequence
from fractions import Fraction

from shangwu.targets.rules.evaluation.facts import (
    NOT_APPLICABLE,
    Execution,
    Flag,
    Level,
    Role,
    Rule,
    ScoredRow,
    Totals,
)
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.printing import half_up, printed
from shangwu.targets.rules.numerals import exact
from shangwu.targets.vocabulary import TargetStatus

ZERO = Fraction(0)


def total_up(
    rows: Sequence[ScoredRow], execution: Execution | None, *, proposed: bool, law: EvaluationLaw
) -> Totals:
    """Return total, bounds and grade.

    Source: law/targets.toml#rule.grade_table
    """
    factor, rescaled = _factor(rows, execution, law)
    least = most = ZERO
    if execution is not None:
        known = execution.rate is not None
        points = min(execution.rate or ZERO, Fraction(1)) * execution.weight
        least, most = points, points if known else execution.weight
    lowest = (least + sum((row.least for row in rows), ZERO)) * factor
    highest = (most + sum((row.most for row in rows), ZERO)) * factor
    total = None if proposed or factor == 0 else lowest
    flags = list(_footnote(rows, execution, total, factor, law))
    if proposed:
        grade = ""
    else:
        grade, gates = _grade(rows, lowest, highest, law)
        flags += gates
        if lowest != highest:
            message = f"有指标尚无数据、未到期或待评定，总分为暂定：最低 {half_up(lowest)}，最高 {half_up(highest)}。"
            flags.append(Flag("PROVISIONAL", message))
    rules = [*rescaled, Rule.of(law.rounding, "总分为各项精确得分之和，再四舍五入到两位小数。")]
    if grade:
        sentence = f"总分 {half_up(lowest)}，按等次表为“{grade}”。"
        rules.append(Rule.of(law.grade_table, sentence))
    return Totals(total, lowest, highest, grade, tuple(rules), tuple(flags))


def grade_of(total: Fraction, law: EvaluationLaw) -> str:
    """Return the grade that a total earns, read from its printed form.

    Source: law/targets.toml#rule.grade_table
    """
    shown = printed(total, law.rounding.value.places)
    return next(row.grade for row in law.grade_table.value if shown >= row.at_least)


def _factor(
    rows: Sequence[ScoredRow], execution: Execution | None, law: EvaluationLaw
) -> tuple[Fraction, list[Rule]]:
    weighed = [row for row in rows if row.role == Role.INDICATOR]
    dropped = sum(
        (row.weight or ZERO for row in weighed if row.outcome.status == NOT_APPLICABLE), ZERO
    )
    if not dropped:
        return Fraction(1), []
    base = sum((row.weight or ZERO for row in weighed), execution.weight if execution else ZERO)
    kept = base - dropped
    sentence = (
        f"不适用的指标共 {exact(dropped)} 分，剔除后按 {exact(base)}÷{exact(kept)} 折算总分。"
    )
    return (base / kept if kept else ZERO), [Rule.of(law.not_applicable, sentence)]


def _grade(
    rows: Sequence[ScoredRow], lowest: Fraction, highest: Fraction, law: EvaluationLaw
) -> tuple[str, list[Flag]]:
    low, high = grade_of(lowest, law), grade_of(highest, law)
    blocked = str(law.management_rows.value["blocks_grade"])
    gates = [row for row in rows if row.role == Role.GATE]
    failed = [
        row for row in gates if row.outcome.status in {TargetStatus.MISSED, TargetStatus.PARTIAL}
    ]
    waiting = [
        row
        for row in gates
        if row not in failed and row.outcome.status not in {TargetStatus.MET, NOT_APPLICABLE}
    ]
    flags = [
        Flag(
            "GATE-FAILED",
            f"门槛指标“{row.row.name}”不合格，不得评“{blocked}”，并列入问题清单。",
            Level.ERROR,
        )
        for row in failed
    ] + [
        Flag("GATE-OPEN", f"门槛指标“{row.row.name}”尚无结论，不能评“{blocked}”。")
        for row in waiting
    ]
    if failed and blocked in {low, high}:
        grades = [row.grade for row in law.grade_table.value]
        below = grades[grades.index(blocked) + 1]
        low, high = (below if grade == blocked else grade for grade in (low, high))
    if waiting and low == blocked:
        return "", flags
    return (low if low == high else ""), flags


def _footnote(
    rows: Sequence[ScoredRow],
    execution: Execution | None,
    total: Fraction | None,
    factor: Fraction,
    law: EvaluationLaw,
) -> list[Flag]:
    """Say so where printed items do not add up to the printed total (D1)."""
    if total is None or factor != 1 or not law.rounding.value.footnote_when_items_differ:
        return []
    items = [row.score for row in rows if row.score is not None]
    if execution is not None and execution.score is not None:
        items.append(execution.score)
    shown = sum((printed(item) for item in items), ZERO)
    if shown == printed(total):
        return []
    message = f"单项得分四舍五入后合计 {half_up(shown)}，总分按精确值合计为 {half_up(total)}。"
    return [Flag("ROUNDING-FOOTNOTE", message, Level.NOTE)]
