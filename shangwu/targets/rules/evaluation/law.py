"""The figures and words of evaluation, read from law/targets.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class GradeRow:
    """A grade and the least printed total that earns it."""

    grade: str
    at_least: Decimal


@dataclass(frozen=True)
class Rounding:
    """How figures are printed (D1)."""

    places: int
    mode: str
    total: str
    grade_from: str
    footnote_when_items_differ: bool


@dataclass(frozen=True)
class OverAchievement:
    """Above which ratio an explanation is due, and what is deducted per unit of ratio above it (D3)."""

    explain_above: Decimal
    deduct_slope: Decimal


@dataclass(frozen=True)
class MeanLevel:
    """How 较满意 is judged by the mean of many answers (D4)."""

    scale: str
    mean_at_least: Decimal
    divide_by: Decimal


@dataclass(frozen=True)
class UndeclaredWeights:
    """What is proposed where a form declares no weights (D7)."""

    framework: str
    inside_category: str
    rounding: str
    empty_category: str
    needs_sign_off: bool


@dataclass(frozen=True)
class FrameworkRow:
    """One part of a framework with its points, where the framework gives any."""

    level1: str
    level2: tuple[str, ...]
    weight: Decimal = Decimal(0)


@dataclass(frozen=True)
class CategoryWord:
    """A first-level heading and the part it belongs to."""

    word: str
    category: str


@dataclass(frozen=True)
class PolarityWord:
    """A word of the direction column."""

    word: str
    polarity: str


Words = Value[tuple[str, ...]]
Rows = Value[tuple[FrameworkRow, ...]]


@dataclass(frozen=True)
class Sh2019:
    """The framework of the Shanghai form of 2019."""

    LAW: ClassVar[str] = "targets"
    rows: Annotated[Rows, At("framework.sh-2019", unit="rows")]


@dataclass(frozen=True)
class National2020:
    """The national framework of self-evaluation."""

    LAW: ClassVar[str] = "targets"
    rows: Annotated[Rows, At("framework.national-2020", unit="rows")]


@dataclass(frozen=True)
class EvaluationLaw:
    """What law/targets.toml says of evaluation."""

    LAW: ClassVar[str] = "targets"
    crosswalk: Annotated[Value[tuple[Mapping[str, str], ...]], At("framework.crosswalk", "rows")]
    level1_words: Annotated[
        Value[tuple[CategoryWord, ...]], At("framework.level1_words", unit="rows")
    ]
    execution_names: Annotated[Words, At("framework.execution_names", unit="words")]
    satisfaction_names: Annotated[Words, At("framework.satisfaction_names", unit="words")]
    not_applicable_words: Annotated[Words, At("actual.not_applicable", unit="words")]
    done_words: Annotated[Words, At("actual.done", unit="words")]
    not_done_words: Annotated[Words, At("actual.not_done", unit="words")]
    verbs: Annotated[Words, At("actual.verbs", unit="words")]
    unbounded_rates: Annotated[Words, At("actual.unbounded_rates", unit="words")]
    polarity_words: Annotated[
        Value[tuple[PolarityWord, ...]], At("actual.polarity_words", unit="rows")
    ]
    rounding: Annotated[Value[Rounding], At("rule.rounding", unit="table")]
    grade_table: Annotated[Value[tuple[GradeRow, ...]], At("rule.grade_table", unit="rows")]
    over_achievement: Annotated[Value[OverAchievement], At("rule.over_achievement", unit="table")]
    fairly_satisfied: Annotated[Value[MeanLevel], At("rule.fairly_satisfied", unit="table")]
    basic_coverage: Annotated[Value[Decimal], At("rule.basic_coverage", unit="ratio")]
    undeclared_weights: Annotated[
        Value[UndeclaredWeights], At("rule.undeclared_weights", unit="table")
    ]
    bands: Annotated[
        Value[tuple[Mapping[str, str], ...]], At("rule.qualitative_bands", unit="rows")
    ]
    management_rows: Annotated[Value[Mapping[str, object]], At("rule.management_rows", "table")]
    trend_without_number: Annotated[
        Value[Mapping[str, str]], At("rule.trend_without_number", unit="table")
    ]
    late_deadline: Annotated[Value[Mapping[str, str]], At("rule.late_deadline", unit="table")]
    equality_missed: Annotated[Value[str], At("rule.equality_missed", unit="choice")]
    quantitative: Annotated[Value[Mapping[str, str]], At("rule.quantitative_scoring", unit="table")]
    not_applicable: Annotated[Value[str], At("rule.not_applicable", unit="choice")]
    several_conditions: Annotated[Value[str], At("rule.several_conditions", unit="choice")]
    strict_boundary: Annotated[Value[str], At("rule.strict_boundary", unit="choice")]
    output_benefit_share: Annotated[
        Value[Decimal] | None, At("rule.output_benefit_share", unit="ratio")
    ]
    money_output_gap: Annotated[
        Value[Decimal], At("light.money_output_gap", unit="percentage_point")
    ]
    execution_reason_below: Annotated[
        Value[Decimal], At("light.execution_reason_below", unit="ratio")
    ]
    deviation_causes: Annotated[Words, At("light.deviation_causes", unit="words")]


SHAPES: tuple[type, ...] = (EvaluationLaw, Sh2019, National2020)
# The day on which each framework is read: an old form is judged by the framework it was written in.
_FIRST_DAYS = {"sh-2019": date(2019, 12, 31), "national-2020": date(2020, 1, 1)}


@cache
def evaluation_law(on: date, jurisdiction: str = "shanghai") -> EvaluationLaw:
    """Return the figures in force on a day at a place."""
    return law.read(EvaluationLaw, on=on, jurisdiction=jurisdiction)


@cache
def framework_rows(name: str) -> Value[tuple[FrameworkRow, ...]]:
    """Return the parts of a framework, "sh-2019" or "national-2020"."""
    shape: Any = {"sh-2019": Sh2019, "national-2020": National2020}[name]
    found: Value[tuple[FrameworkRow, ...]] = law.read(shape, on=_FIRST_DAYS[name]).rows
    return found
