"""The values of an evaluation: what goes in, what each rule made of it, what comes out."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from shangwu.foundation.law import Value
from shangwu.targets.rules.target import ParsedTarget


class Level(StrEnum):
    """How much a flag weighs: an error must be mended, a warning answered, a note only read."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Role(StrEnum):
    """What a row is there for."""

    INDICATOR = "indicator"
    EXECUTION = "execution"
    GATE = "gate"


class State(StrEnum):
    """What an actual amounts to before it is compared."""

    FOUND = "found"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NOT_APPLICABLE = "not_applicable"
    NOT_DUE = "not_due"


NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True)
class Flag:
    """Something that a person must look at, with what to do about it."""

    code: str
    message: str
    level: Level = Level.WARNING


@dataclass(frozen=True)
class Rule:
    """A rule that was applied: where it stands in law/, what it did here, how far it is confirmed."""

    key: str
    sentence: str
    source_status: str

    @classmethod
    def of(cls, value: Value[Any], sentence: str) -> "Rule":
        """Return the rule that a value in force makes."""
        return cls(value.reference, sentence, value.source_status)


@dataclass(frozen=True)
class Rating:
    """A named person's band, and the share of the points inside it (None: not said yet)."""

    band: str
    share: Fraction | None = None
    reason: str = ""


@dataclass(frozen=True)
class Deduction:
    """Points that a reviewer takes off, and why."""

    points: Fraction
    reason: str


@dataclass(frozen=True)
class Actual:
    """What was found for one condition of a target. `is_share`: the value is the part of items that held."""

    text: str
    state: State = State.FOUND
    value: Fraction | None = None
    is_share: bool = False
    level: str = ""
    done_on: date | None = None
    not_done: bool = False
    series: tuple[Fraction, ...] = ()
    change: Fraction | None = None
    rating: Rating | None = None
    why: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of the table. `actuals` answers the target's conditions one by one."""

    name: str
    level1: str
    level2: str
    target: ParsedTarget
    actuals: tuple[Actual, ...]
    weight: Fraction | None
    printed: Fraction | None = None
    cause: str = ""
    remedy: str = ""
    deduction: Deduction | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def actual_text(self) -> str:
        """What the actual says, as it was given."""
        return self.actuals[0].text


@dataclass(frozen=True)
class Budget:
    """The adjusted budget and what was paid, in yuan; None where the table does not say."""

    adjusted: Fraction | None = None
    executed: Fraction | None = None
    printed: Fraction | None = None


@dataclass(frozen=True)
class Table:
    """What is evaluated. Without a `budget` the execution row comes from a row of that name, if any."""

    framework: str
    rows: tuple[Row, ...]
    budget: Budget | None
    on: date
    jurisdiction: str = "shanghai"
    weights_signed_off: bool = False
    kind: str = ""
    printed_total: Fraction | None = None
    printed_grade: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one condition amounts to. `ratio` None: open, somewhere between `least` and `most`."""

    status: str
    ratio: Fraction | None
    why: str
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(1)
    uncapped: Fraction | None = None


@dataclass(frozen=True)
class ScoredRow:
    """A row with its weight, its exact score and everything that made it."""

    row: Row
    category: str
    role: Role
    weight: Fraction | None
    outcome: Outcome
    score: Fraction | None
    least: Fraction
    most: Fraction
    rules: tuple[Rule, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Execution:
    """预算执行率: the row that is counted once. None where nothing is known."""

    rate: Fraction | None
    weight: Fraction
    score: Fraction | None
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Totals:
    """The exact sum, what may still become of it, and the grade read from the printed total.

    `total` and `grade` are None while no score may be given (weights proposed, not signed off).
    """

    total: Fraction | None
    lowest: Fraction
    highest: Fraction
    grade: str
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Result:
    """An evaluation, line by line."""

    table: Table
    rows: tuple[ScoredRow, ...]
    execution: Execution | None
    totals: Totals
    weights_proposed: bool
    rules: tuple[Rule, ...]
    flags: tuple[Flag, ...] = field(default=())

    @property
    def is_provisional(self) -> bool:
        """Whether some row still earns nothing because nothing is known of it."""
        return self.totals.lowest != self.totals.highest or self.totals.total is None
