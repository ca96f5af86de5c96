"""The figures of surveys, read from law/surveys.toml."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class Level:
    """One level of a scale: its rank (higher is better) and its words."""

    rank: int
    word: str
    english: str


@dataclass(frozen=True)
class Burst:
    """What counts as a burst: at least so many answers in so many minutes, so many times the usual pace."""

    minutes: int
    least: int
    times: Decimal


@dataclass(frozen=True)
class Pace:
    """The least time that a question takes to be read."""

    seconds: Decimal


Scale = Value[tuple[Level, ...]]


@dataclass(frozen=True)
class SurveyLaw:
    """What law/surveys.toml offers."""

    LAW: ClassVar[str] = "surveys"
    service5: Annotated[Scale, At("scale.service5", unit="rows")]
    likert5: Annotated[Scale, At("scale.likert5", unit="rows")]
    recognition5: Annotated[Scale, At("scale.recognition5", unit="rows")]
    awareness2: Annotated[Scale, At("scale.awareness2", unit="rows")]
    points: Annotated[Value[tuple[Decimal, ...]], At("points", unit="words")]
    confidence: Annotated[Value[Decimal], At("confidence", unit="ratio")]
    burst: Annotated[Value[Burst], At("signs.burst", unit="table")]
    same_device: Annotated[Value[int], At("signs.same_device", unit="count")]
    too_quick: Annotated[Value[Pace], At("signs.too_quick", unit="table")]

    def scales(self) -> dict[str, Value[tuple[Level, ...]]]:
        """Return the scales by name, each best level first."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name[-1].isdigit()
        }


@cache
def survey_law(on: date) -> SurveyLaw:
    """Return the figures in force on a day."""
    return law.read(SurveyLaw, on=on)
