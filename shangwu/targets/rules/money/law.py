"""The figures and words of money, read from law/targets.toml."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class FindingRow:
    """One line of the negative list (负面清单): its number and what it finds."""

    id: str
    finding: str


@dataclass(frozen=True)
class MeasureNames:
    """By which names forms call what a measure counts."""

    measure: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ColumnWords:
    """By which names statements call one of their columns."""

    field: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ProgressLight:
    """From which share of the plan progress is green, and from which it is yellow."""

    green_from: Decimal
    yellow_from: Decimal


@dataclass(frozen=True)
class MoneyLaw:
    """What law/targets.toml says of money."""

    LAW: ClassVar[str] = "targets"
    findings: Annotated[Value[tuple[FindingRow, ...]], At("negative.findings", unit="rows")]
    held_days: Annotated[Value[int], At("negative.held_days", unit="calendar_day")]
    year_end_share: Annotated[Value[Decimal], At("negative.year_end_share", unit="ratio")]
    procurement_threshold: Annotated[Value[int], At("negative.procurement_threshold", unit="fen")]
    payment_days: Annotated[Value[int], At("negative.payment_days", unit="calendar_day")]
    light: Annotated[Value[ProgressLight], At("light.progress", unit="table")]
    reason_below: Annotated[Value[Decimal], At("light.execution_reason_below", unit="ratio")]
    indicator_names: Annotated[
        Value[tuple[MeasureNames, ...]], At("money.indicator_names", unit="rows")
    ]
    statement_words: Annotated[
        Value[tuple[ColumnWords, ...]], At("money.statement_words", unit="rows")
    ]
    execution_formula: Annotated[Value[str], At("money.execution_formula", unit="text")]
    progress_formula: Annotated[Value[str], At("money.progress_formula", unit="text")]
    in_place_formula: Annotated[Value[str], At("money.in_place_formula", unit="text")]
    in_time_formula: Annotated[Value[str], At("money.in_time_formula", unit="text")]
    earmarked_formula: Annotated[Value[str], At("money.earmarked_formula", unit="text")]
    compliance_formula: Annotated[Value[str], At("money.compliance_formula", unit="text")]

    def finding(self, rule: str) -> str:
        """Return what a line of the negative list finds."""
        return next(row.finding for row in self.findings.value if row.id == rule)

    def basis(self, reference: str) -> Value[Any]:
        """Return the threshold that a finding cites, or the list itself."""
        thresholds = (self.held_days, self.year_end_share, self.procurement_threshold)
        return next((one for one in thresholds if one.reference == reference), self.findings)


@cache
def money_law(on: date) -> MoneyLaw:
    """Return what is in force on a day."""
    return law.read(MoneyLaw, on=on)
