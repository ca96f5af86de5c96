"""A whole evaluation: rows placed, weighed and scored, execution counted once, total and grade read."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from shangwu.targets.rules.evaluation.checks import row_flags, table_flags
from shangwu.targets.rules.evaluation.execution import execution_of
from shangwu.targets.rules.evaluation.facts import (
    NOT_APPLICABLE,
    Outcome,
    Result,
    Role,
    Rule,
    ScoredRow,
    Table,
)
from shangwu.targets.rules.evaluation.framework import Placed, place
from shangwu.targets.rules.evaluation.law import EvaluationLaw, evaluation_law
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.evaluation.scoring import score_part, together
from shangwu.targets.rules.evaluation.totals import total_up
from shangwu.targets.rules.evaluation.weights import weigh

ZERO = Fraction(0)


def evaluate(table: Table) -> Result:
    """Return the table scored, every applied rule named.

    Unit: points of 100, exact; printed with two decimals, half up.
    Source: law/targets.toml#rule.rounding
    """
    law = evaluation_law(table.on, table.jurisdiction)
    placed = [place(row, law) for row in table.rows]
    listed = tuple(item for item in placed if item.role == Role.EXECUTION)
    weights = weigh(
        placed,
        has_execution=table.budget is not None or bool(listed),
        signed_off=table.weights_signed_off,
        law=law,
    )
    execution = (
        execution_of(table.budget, listed, weight=weights.execution, law=law)
        if weights.execution or listed or table.budget is not None
        else None
    )
    rows = tuple(
        _scored(item, weight, table, law, waits=n in weights.proposed)
        for n, (item, weight) in enumerate(zip(placed, weights.rows, strict=True))
    )
    proposed = bool(weights.proposed)
    if proposed and execution is not None and not _declared(placed):
        execution = replace(execution, score=None)
    totals = total_up(rows, execution, proposed=proposed, law=law)
    flags = (
        *table.flags,
        *weights.flags,
        *(execution.flags if execution else ()),
        *totals.flags,
        *table_flags(table, rows, execution, totals, law),
    )
    return Result(table, rows, execution, totals, proposed, (*weights.rules, *totals.rules), flags)


def _declared(placed: Sequence[Placed]) -> bool:
    return any(item.row.weight is not None for item in placed if item.role == Role.INDICATOR)


def _scored(
    item: Placed, weight: Fraction | None, table: Table, law: EvaluationLaw, *, waits: bool
) -> ScoredRow:
    row = item.row
    outcomes = [
        score_part(part, actual, law=law, budget=table.budget, on=table.on)
        for part, actual in zip(row.target.parts, row.actuals, strict=True)
    ]
    outcome = together(outcomes, law)
    rules = (*item.rules, *outcome.rules)
    flags = (*row.flags, *item.flags, *outcome.flags)
    if item.role == Role.EXECUTION:
        once = replace(outcome, why=item.rules[0].sentence)
        return ScoredRow(
            row, item.category, item.role, None, once, None, ZERO, ZERO, item.rules, row.flags
        )
    if item.role == Role.GATE:
        return ScoredRow(
            row, item.category, item.role, None, outcome, None, ZERO, ZERO, rules, flags
        )
    points = weight or ZERO
    score, least, most, deducted = _points(row_outcome=outcome, points=points, item=item)
    if waits:
        score = None
    checked = row_flags(row, outcome, points, score)
    return ScoredRow(
        row,
        item.category,
        item.role,
        weight,
        outcome,
        score,
        least,
        most,
        (*rules, *deducted),
        (*flags, *checked),
    )


def _points(
    *, row_outcome: Outcome, points: Fraction, item: Placed
) -> tuple[Fraction | None, Fraction, Fraction, tuple[Rule, ...]]:
    """Return the exact score (None while open), the lowest and highest possible, and the deduction's rule."""
    if row_outcome.status == NOT_APPLICABLE:
        return None, ZERO, ZERO, ()
    if row_outcome.ratio is None:
        return (None if points else ZERO), points * row_outcome.least, points * row_outcome.most, ()
    score = points * row_outcome.ratio
    deduction = item.row.deduction
    if deduction is None:
        return score, score, score, ()
    score = max(ZERO, score - deduction.points)
    sentence = f"评审人扣 {half_up(deduction.points)} 分：{deduction.reason}"
    rule = Rule("law/targets.toml#rule.over_achievement", sentence, "proposal")
    return score, score, score, (rule,)
