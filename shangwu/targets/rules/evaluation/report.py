"""An evaluation for machines: the shape that design.md settles, with what explains it."""

from fractions import Fraction
from typing import Any

from shangwu.targets.rules.describe import describe
from shangwu.targets.rules.evaluation.facts import Execution, Flag, Result, Rule, ScoredRow
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.numerals import exact


def as_json(result: Result) -> dict[str, Any]:
    """Return the evaluation; scores with two decimals half up, ratios and weights as decimal strings."""
    totals = result.totals
    return {
        "framework": result.table.framework,
        "indicators": [_row(row) for row in result.rows],
        "execution": _execution(result.execution),
        "total": None if totals.total is None else half_up(totals.total),
        "grade": totals.grade or None,
        "provisional": result.is_provisional,
        "lowest": half_up(totals.lowest),
        "highest": half_up(totals.highest),
        "weights_proposed": result.weights_proposed,
        "on": result.table.on.isoformat(),
        "jurisdiction": result.table.jurisdiction,
        "rules": [_rule(rule) for rule in result.rules],
        "flags": [_flag(flag) for flag in result.flags],
    }


def decimal_text(value: Fraction) -> str:
    """Return an exact decimal string, or six decimals half up where no finite decimal is exact."""
    text = exact(value)
    return half_up(value, 6) if "/" in text else text


def _row(row: ScoredRow) -> dict[str, Any]:
    return {
        "name": row.row.name,
        "level1": row.row.level1,
        "level2": row.row.level2,
        "category": row.category,
        "role": row.role.value,
        "target": row.row.target.raw,
        "typed": [describe(part) for part in row.row.target.parts],
        "actual": row.row.actual_text,
        "status": str(row.outcome.status),
        "ratio": None if row.outcome.ratio is None else decimal_text(row.outcome.ratio),
        "weight": None if row.weight is None else decimal_text(row.weight),
        "score": None if row.score is None else half_up(row.score),
        "lowest": half_up(row.least),
        "highest": half_up(row.most),
        "why": row.outcome.why,
        "rules": [_rule(rule) for rule in row.rules],
        "flags": [_flag(flag) for flag in row.flags],
    }


def _execution(found: Execution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "rate": None if found.rate is None else decimal_text(found.rate),
        "weight": decimal_text(found.weight),
        "score": None if found.score is None else half_up(found.score),
        "rules": [_rule(rule) for rule in found.rules],
        "flags": [_flag(flag) for flag in found.flags],
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {"key": rule.key, "sentence": rule.sentence, "source_status": rule.source_status}


def _flag(flag: Flag) -> dict[str, str]:
    return {"code": flag.code, "message": flag.message, "level": flag.level.value}
