"""The counting rules that the office applies where a command is told nothing else."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class CountingLaw:
    """Day 0, closing time, roll-over and floor day, as law/filing.toml has them on a day."""

    LAW: ClassVar[str] = "filing"

    day_zero: Annotated[Value[str], At("counting.day_zero", "choice")]
    closing_time: Annotated[Value[time], At("counting.closing_time", "clock_time")]
    floor_days: Annotated[Value[int], At("counting.floor_days", "workday")]
    roll_over: Annotated[Value[str] | None, At("counting.roll_over", "choice")]


def counting_law(on: date) -> CountingLaw:
    """Return the rules in force on the day, Shanghai's before the nation's."""
    return law.read(CountingLaw, on=on, jurisdiction="shanghai")
