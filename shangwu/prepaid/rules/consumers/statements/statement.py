"""What is known of an operator, and one thing said of it: since when, from whom, and what it does not mean.

The law lets consumers see basics, risk measures and linkage. Each statement is about a dated record and claims no
more than the record does; where there is none, it says so and is never green.

Source: law/prepaid.toml#pack.SH-REG18-13
"""

from dataclasses import dataclass
from datetime import date

from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual
from shangwu.prepaid.rules.least import Least


@dataclass(frozen=True)
class Standing:
    """What had to be secured on a day and what was, in fen; `least` where data are missing and it is short anyhow."""

    day: date
    required_fen: int
    shortfall_fen: int
    is_complete: bool
    since: date | None = None
    least: Least | None = None


@dataclass(frozen=True)
class Notice:
    """A public notice about an operator: its number, whether it is of a collapse, and its day."""

    number: str
    is_collapse: bool
    day: date


@dataclass(frozen=True)
class Credit:
    """The grade of credit that holds, and the day since when it does."""

    grade: str
    day: date


@dataclass(frozen=True)
class Listing:
    """An entry of the public list: its number, its day, whether an objection is being examined."""

    number: str
    on: date
    is_objected: bool


@dataclass(frozen=True)
class OperatorFacts:
    """What the platform knows of an operator on a day; None where it has nothing."""

    today: date
    status: str
    connected_on: date | None = None
    ended_on: date | None = None
    mark: str = ""
    mark_issued_on: date | None = None
    mark_withdrawn_on: date | None = None
    last_day: date | None = None
    custody_day: date | None = None
    custody_fen: int = 0
    custodian: str = ""
    standing: Standing | None = None
    complaints: int = 0
    answered: int = 0
    median_days: str = ""
    notice: Notice | None = None
    credit: Credit | None = None
    listing: Listing | None = None


@dataclass(frozen=True)
class Statement:
    """One thing said of an operator. `tone` is success, warning, info or muted; never an accusation.

    `entry` is the number of the entry of the public list that it links to.
    """

    topic: Bilingual
    tone: str
    headline: Bilingual
    source: Bilingual
    caveat: Bilingual
    detail: Bilingual = NOTHING
    notice: Notice | None = None
    entry: str = ""
