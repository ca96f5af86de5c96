"""The figures and words of forecasts, read from law/targets.toml."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class ProgressLight:
    """From which share of the planned value progress is green, and from which it is yellow."""

    green_from: Decimal
    yellow_from: Decimal


@dataclass(frozen=True)
class ForecastLight:
    """From which probability a forecast is green or yellow, how wide its interval is, how far it looks back."""

    green_from: Decimal
    yellow_from: Decimal
    interval: Decimal
    increments: int


@dataclass(frozen=True)
class LikelihoodWords:
    """The three words of the monitoring form and the probabilities that propose them."""

    certain: str
    certain_from: Decimal
    possible: str
    impossible: str
    impossible_below: Decimal


@dataclass(frozen=True)
class Spread:
    """How unevenly months run: what is assumed, how many months that weighs, and how far levels drift.

    `variation` and `drift` are squares of relative deviations: between months, and of the level per month.
    """

    variation: Decimal
    weight: Decimal
    drift: Decimal


@dataclass(frozen=True)
class PlanKept:
    """How payment plans are kept: the share that is assumed, the share of the plan it weighs, its variation.

    `variation` is the squared relative deviation of what the rest of the year brings from what is expected.
    """

    kept: Decimal
    weight: Decimal
    variation: Decimal


@dataclass(frozen=True)
class ForecastLaw:
    """What law/targets.toml says of progress and forecasts."""

    LAW: ClassVar[str] = "targets"
    progress: Annotated[Value[ProgressLight], At("light.progress", unit="table")]
    gap: Annotated[Value[Decimal], At("light.money_output_gap", unit="percentage_point")]
    light: Annotated[Value[ForecastLight], At("light.forecast", unit="table")]
    words: Annotated[Value[LikelihoodWords], At("light.likelihood", unit="table")]
    counts: Annotated[Value[Spread], At("forecast.counts", unit="table")]
    milestones: Annotated[Value[Spread], At("forecast.milestones", unit="table")]
    shares: Annotated[Value[Spread], At("forecast.shares", unit="table")]
    in_time: Annotated[Value[Spread], At("forecast.in_time", unit="table")]
    amounts: Annotated[Value[Spread], At("forecast.amounts", unit="table")]
    planned: Annotated[Value[PlanKept], At("forecast.planned", unit="table")]


@cache
def forecast_law(on: date) -> ForecastLaw:
    """Return what is in force on a day."""
    return law.read(ForecastLaw, on=on)
