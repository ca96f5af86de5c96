"""Weights: as declared, or proposed by rule and marked as a proposal until somebody signs for them (D7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shangwu.targets.rules.evaluation.facts import Flag, Level, Role, Rule
from shangwu.targets.rules.evaluation.framework import (
    BENEFIT,
    EXECUTION,
    OUTPUT,
    SATISFACTION,
    Placed,
    points_of,
)
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.numerals import exact

HUNDRED = Fraction(100)
CENTS = 100
PARTS = (OUTPUT, BENEFIT, SATISFACTION)


@dataclass(frozen=True)
class Weights:
    """The weight of each row in order (None: no points, a gate or the execution row) and of execution."""

    rows: tuple[Fraction | None, ...]
    execution: Fraction
    proposed: frozenset[int]
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def total(self) -> Fraction:
        """What all weights add up to."""
        return self.execution + sum((weight or Fraction(0) for weight in self.rows), Fraction(0))


def weigh(
    placed: Sequence[Placed], *, has_execution: bool, signed_off: bool, law: EvaluationLaw
) -> Weights:
    """Return the weights of a table; what the table does not declare is proposed.

    Unit: points of 100.
    Source: law/targets.toml#rule.undeclared_weights
    """
    counted = [n for n, item in enumerate(placed) if item.role == Role.INDICATOR]
    declared = {n: weight for n in counted if (weight := placed[n].row.weight) is not None}
    if counted and not declared:
        return _proposed(placed, counted, signed_off=signed_off, law=law)
    total = sum(declared.values(), Fraction(0))
    points = Fraction(points_of(EXECUTION))
    execution = points if has_execution or total != HUNDRED else Fraction(0)
    missing = [n for n in counted if n not in declared]
    rest = dict(
        zip(
            missing,
            _split(max(HUNDRED - execution - total, Fraction(0)), len(missing)),
            strict=True,
        )
    )
    rows = tuple(declared.get(n, rest.get(n)) for n in range(len(placed)))
    found = Weights(rows, execution, frozenset() if signed_off else frozenset(missing))
    flags = [*_wrong_sum(found), *(_missing(len(missing)) if missing else ())]
    return Weights(rows, execution, found.proposed, (), tuple(flags))


def largest_remainder(shares: Sequence[Fraction], total: Fraction) -> tuple[Fraction, ...]:
    """Return shares in hundredths of a point that add up to the total exactly.

    What is left after rounding down goes one hundredth each to the largest remainders, earlier rows first.
    """
    whole = [share * CENTS // 1 for share in shares]
    left = int(total * CENTS) - sum(whole)
    order = sorted(range(len(shares)), key=lambda n: (whole[n] - shares[n] * CENTS, n))
    extra = set(order[:left])
    return tuple(Fraction(whole[n] + (n in extra), CENTS) for n in range(len(shares)))


def _split(total: Fraction, count: int) -> tuple[Fraction, ...]:
    return largest_remainder([total / count] * count, total) if count else ()


def _proposed(
    placed: Sequence[Placed], counted: Sequence[int], *, signed_off: bool, law: EvaluationLaw
) -> Weights:
    members = {part: [n for n in counted if placed[n].category == part] for part in PARTS}
    if not any(members.values()):
        members = {"": list(counted)}
    filled = [part for part, rows in members.items() if rows]
    points = {
        part: Fraction(points_of(part)) if part else HUNDRED - points_of(EXECUTION)
        for part in filled
    }
    execution = Fraction(points_of(EXECUTION))
    base, rest = sum(points.values(), Fraction(0)), HUNDRED - execution
    scaled = largest_remainder([points[part] * rest / base for part in filled], rest)
    rows: dict[int, Fraction] = {}
    for part, total in zip(filled, scaled, strict=True):
        rows |= dict(zip(members[part], _split(total, len(members[part])), strict=True))
    rules = [
        Rule.of(
            law.undeclared_weights,
            "申报表没有列权重：按全国框架各部分分值，类内平分，最大余额法凑足100分。",
        )
    ]
    flags = []
    if empty := [part for part in PARTS if part not in filled and filled != [""]]:
        sentence = (
            f"没有{'、'.join(f'“{part}”' for part in empty)}类指标，其分值按比例并入其余部分。"
        )
        rules.append(Rule.of(law.not_applicable, sentence))
        flags.append(Flag("CATEGORY-EMPTY", f"{sentence}这是建议，须经确认。"))
    if not signed_off:
        flags.append(
            Flag(
                "WEIGHTS-PROPOSED",
                "权重为本平台建议，签认前不计分；请由负责人核对并签认。",
                Level.WARNING,
            )
        )
    unplaced = [n for n in counted if n not in rows]
    if unplaced:
        flags.append(
            Flag("WEIGHTS-UNPLACED", f"{len(unplaced)} 项指标无法归类，没有建议权重。", Level.ERROR)
        )
    weights = tuple(rows.get(n) for n in range(len(placed)))
    found = frozenset() if signed_off else frozenset(counted)
    return Weights(weights, execution, found, tuple(rules), tuple(flags))


def _wrong_sum(found: Weights) -> list[Flag]:
    if found.total == HUNDRED:
        return []
    parts = f"（其中预算执行率 {exact(found.execution)} 分）" if found.execution else ""
    message = f"权重合计 {_points(found.total)} 分{parts}，不等于 100 分，请改正后再评价。"
    return [Flag("WEIGHTS-SUM", message, Level.ERROR)]


def _missing(count: int) -> tuple[Flag, ...]:
    message = f"有 {count} 项指标没有列权重，按余下的分值平分，为建议值，签认前不计分。"
    return (Flag("WEIGHT-MISSING", message, Level.ERROR),)


def _points(value: Fraction) -> str:
    text = exact(value)
    return half_up(value) if "/" in text else text
