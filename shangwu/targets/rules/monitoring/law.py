"""The figures and words of monitoring, read from law/targets.toml."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class MonitoringPeriod:
    """The yearly round: which months it speaks of, and the day (MM-DD) by which it is sent (D13)."""

    first_month: int
    last_month: int
    report_by: str
    monthly_inside: bool


@dataclass(frozen=True)
class AlertRow:
    """One alert rule: what it finds, and within how many working days a correction is due."""

    id: str
    finding: str
    due_workdays: int


@dataclass(frozen=True)
class AlertLimits:
    """From when the alert rules speak. Unit: share of the period, days, percentage points."""

    no_data_after: Decimal
    rating_within_days: int
    fall_points: Decimal
    hit_days: int
    effect_check_workdays: int
    report_workdays: int


@dataclass(frozen=True)
class MonitoringLaw:
    """What law/targets.toml says of monitoring."""

    LAW: ClassVar[str] = "targets"
    period: Annotated[Value[MonitoringPeriod], At("rule.monitoring_period", unit="table")]
    alerts: Annotated[Value[tuple[AlertRow, ...]], At("alert.rules", unit="rows")]
    limits: Annotated[Value[AlertLimits], At("alert.limits", unit="table")]
    causes: Annotated[Value[tuple[str, ...]], At("light.deviation_causes", unit="words")]

    def alert(self, rule: str) -> AlertRow:
        """Return an alert rule by its number."""
        return next(row for row in self.alerts.value if row.id == rule)


@cache
def monitoring_law(on: date) -> MonitoringLaw:
    """Return what is in force on a day."""
    return law.read(MonitoringLaw, on=on)
