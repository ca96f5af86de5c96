"""The figures of credit governance in law/prepaid_governance.toml, typed, as of a day.

Source: law/prepaid_governance.toml#credit.facts
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Refused, Value


@dataclass(frozen=True)
class CheckItem:
    """One item of the on-site checklist: its article, and the breach it shows when it fails."""

    key: str
    text: str
    article: str
    breach: str


@dataclass(frozen=True)
class CaseClock:
    """A period of supervision cases in working days, by name."""

    name: str
    workdays: int
    label: str


@dataclass(frozen=True)
class FactPoints:
    """How many points a fact adds or takes: each time, at most, looking back so many months (0: today)."""

    fact: str
    label: str
    unit: str
    points: int
    most: int
    months: int


@dataclass(frozen=True)
class GradeBand:
    """From how many points on a grade is given, with the colour of its plate and its words."""

    grade: str
    at_least: int
    colour: str
    word: str


@dataclass(frozen=True)
class Measure:
    """A published measure of reward or punishment and whom it concerns."""

    key: str
    side: str
    text: str
    article: str
    grades: tuple[str, ...]
    listed: bool


@dataclass(frozen=True)
class ListingTerm:
    """What the list must state: a period or a condition, in words."""

    name: str
    count: int
    unit: str
    text: str


@dataclass(frozen=True)
class ExchangeLimit:
    """One bound of the retries with the public-credit platform."""

    name: str
    count: int
    label: str


@dataclass(frozen=True)
class GovernanceLaw:
    """Everything of the file, as of a day."""

    LAW: ClassVar[str] = "prepaid_governance"
    items: Annotated[Value[tuple[CheckItem, ...]], At("inspection.items", "rows")]
    clocks: Annotated[Value[tuple[CaseClock, ...]], At("case.clocks", "rows")]
    facts: Annotated[Value[tuple[FactPoints, ...]], At("credit.facts", "rows")]
    grades: Annotated[Value[tuple[GradeBand, ...]], At("credit.grades", "rows")]
    measures: Annotated[Value[tuple[Measure, ...]], At("credit.measures", "rows")]
    terms: Annotated[Value[tuple[ListingTerm, ...]], At("listing.terms", "rows")]
    exchange: Annotated[Value[tuple[ExchangeLimit, ...]], At("exchange.limits", "rows")]


LAW_SHAPES: tuple[type, ...] = (GovernanceLaw,)


def governance(on: date) -> GovernanceLaw:
    """Return the figures in force on the day.

    Raises: NotInForce before 2019.
    """
    return law.read(GovernanceLaw, on=on)


def clock(name: str, *, on: date) -> CaseClock:
    """Return a period of cases by name.

    Unit: workday.
    Source: law/prepaid_governance.toml#case.clocks
    Raises: Refused for a name that the file does not know.
    """
    found = next((row for row in governance(on).clocks.value if row.name == name), None)
    if found is None:
        raise Refused(f"没有“{name}”这一办理期限。", code="PREPAID-CLOCK")
    return found


def term(name: str, *, on: date) -> ListingTerm:
    """Return a term of the list by name.

    Source: law/prepaid_governance.toml#listing.terms
    Raises: Refused for a name that the file does not know.
    """
    found = next((row for row in governance(on).terms.value if row.name == name), None)
    if found is None:
        raise Refused(f"没有“{name}”这一名单条件。", code="PREPAID-CLOCK")
    return found


def standing_note(value: Value[Any]) -> str:
    """Return the words that a page or a letter puts beside a figure that is not the confirmed text."""
    status = law.SOURCE_STATUSES[value.source_status]
    article = value.article or value.label
    return article if value.source_status == "confirmed" else f"{article}〔{status}〕"
