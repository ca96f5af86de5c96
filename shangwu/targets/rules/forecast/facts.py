"""What a forecast is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shangwu.targets.rules.target import Part


@dataclass(frozen=True)
class Observation:
    """What had been reached by the end of a day, counted from the start of the period."""

    on: date
    numerator: Decimal
    denominator: Decimal = Decimal(1)


@dataclass(frozen=True)
class Due:
    """A running total that is promised or planned for a day."""

    on: date
    total: Decimal


@dataclass(frozen=True)
class Question:
    """A condition of a target, the record so far, and the plans that may help to see ahead.

    `payments` is the running total of the payment plan and makes a ratio one of budget execution;
    `is_budget` does so without a plan. `is_counted` says that numerator and denominator count cases, as they
    do unless a ratio is one of money or other amounts. `base` is last year's value, which a trend is compared with.
    `pace` replaces the observed pace per month, and `share` the observed share of items that succeed, where
    somebody asks what another course would give.
    """

    part: Part
    observations: tuple[Observation, ...]
    on: date
    starts_on: date
    ends_on: date
    is_budget: bool = False
    is_counted: bool = True
    payments: tuple[Due, ...] = ()
    base: Decimal | None = None
    pace: Decimal | None = None
    share: Decimal | None = None

    @property
    def horizon(self) -> date:
        """The day the forecast speaks of: the condition's own, else the end of the period."""
        return date.fromisoformat(self.part.by) if self.part.by else self.ends_on

    @property
    def known(self) -> tuple[Observation, ...]:
        """What is on record up to the day of the question, oldest first."""
        found = {one.on: one for one in self.observations if self.starts_on <= one.on <= self.on}
        return tuple(found[day] for day in sorted(found))

    @property
    def is_spending(self) -> bool:
        """Whether payments are compared with the budget."""
        return self.is_budget or bool(self.payments)

    @property
    def less_is_better(self) -> bool:
        """Whether the condition sets a limit from above."""
        return self.part.cmp in {"le", "lt"}


@dataclass(frozen=True)
class Reference:
    """What the reference method says beside the method in use."""

    median: Decimal
    low: Decimal
    high: Decimal
    probability: Decimal


@dataclass(frozen=True)
class Forecast:
    """What a condition will come to by the horizon, and how likely it is kept.

    Unit: median, low and high in the unit of the condition's value; `confidence` is how often the interval
    from low to high holds the result. `light` is GREEN, YELLOW or RED; `word` is proposed, a person confirms.
    """

    method: str
    method_label: str
    horizon: date
    median: Decimal
    low: Decimal
    high: Decimal
    probability: Decimal
    light: str
    word: str
    why: str
    confidence: Decimal
    reference: Reference | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the forecast with dates and numbers as strings."""
        plain = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        if self.reference is not None:
            plain["reference"] = {name: _plain(one) for name, one in vars(self.reference).items()}
        return plain

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Forecast":
        """Return the forecast that `to_json` wrote."""
        values = dict(found)
        values |= {name: Decimal(found[name]) for name in _NUMBERS}
        values["horizon"] = date.fromisoformat(found["horizon"])
        if other := found["reference"]:
            values["reference"] = Reference(**{name: Decimal(one) for name, one in other.items()})
        return cls(**values)


@dataclass(frozen=True)
class NoForecast:
    """Nothing can honestly be said of what is to come, and why."""

    why: str


class CannotForecast(Exception):
    """Raised by a method that has too little to go by; the message is the reason for people."""


@dataclass(frozen=True)
class Predicted:
    """What a method found, before light and word are put to it; exact in the unit of the condition."""

    method: str
    median: Fraction
    low: Fraction
    high: Fraction
    probability: float
    why: str
    reference: Reference | None = None


_NUMBERS = ("median", "low", "high", "probability", "confidence")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
