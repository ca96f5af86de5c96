"""The rows of a day as the validation knows them, what the platform knows already, and its findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.batch.codes import ANSWERS, Effect
from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual
from shangwu.prepaid.vocabulary import CardKind

Key = tuple[str, date, int]
# A row among those of one operator: its day and its number of that day.
Place = tuple[date, int]


@dataclass(frozen=True)
class CardDay:
    """One card's day: what was issued, redeemed and refunded, and what is left, in fen.

    A correction names the row that it reverses. Two rows with one content are one row, whenever they were sent.
    """

    operator: str
    outlet: str
    day: date
    sequence: int
    card: str
    issued: Fen
    redeemed: Fen
    refunded: Fen
    closing: Fen
    sent_at: datetime = field(compare=False)
    kind: str = CardKind.REGISTERED
    valid_to: date | None = None
    remark: str = ""
    reverses: Place | None = None

    @property
    def key(self) -> Key:
        """By what a row is applied once: operator, day and sequence."""
        return self.operator, self.day, self.sequence

    @property
    def movement(self) -> Fen:
        """By how much the balance changes (REG18 Art. 30)."""
        return self.issued - self.redeemed - self.refunded


@dataclass(frozen=True)
class OperatorDay:
    """An operator's own sums for the day, in fen; the balance is that of all its cards."""

    cards: int
    issued: Fen
    redeemed: Fen
    refunded: Fen
    balance: Fen


@dataclass(frozen=True)
class Known:
    """What the platform knows of an operator before the batch.

    `balances` are those of all its cards, `stored` the rows of the same day, whose effect they include, and
    `last_sequence` the last number without a gap before it. `named` are the rows that the batch would reverse,
    `reversed` those of them that were reversed before.
    """

    balances: Mapping[str, Fen]
    outlets: frozenset[str]
    last_sequence: int = 0
    stored: Mapping[Key, CardDay] = field(default_factory=dict)
    closed_days: frozenset[date] = frozenset()
    named: Mapping[Place, CardDay] = field(default_factory=dict)
    reversed: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Finding:
    """One code for one row, or for the whole batch (`sequence` is None); `detail` holds the figures."""

    code: str
    sequence: int | None = None
    detail: Bilingual = NOTHING

    @property
    def effect(self) -> Effect:
        """What the finding does to the row or the batch."""
        return ANSWERS[self.code].effect

    @property
    def sentence(self) -> str:
        """What the programmer of a sample day reads, in Chinese."""
        where = "" if self.sequence is None else f"第 {self.sequence} 号："
        detail = f"（{self.detail.zh}）" if self.detail.zh else ""
        return f"{self.code} {where}{ANSWERS[self.code].zh}{detail}"


@dataclass(frozen=True)
class Judgement:
    """The answer to rows by themselves: what is stored, what was there already, and every finding."""

    accepted: tuple[CardDay, ...]
    repeated: tuple[CardDay, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Validation:
    """The answer to a batch: what is stored, what was there already, and every finding."""

    accepted: tuple[CardDay, ...]
    repeated: tuple[CardDay, ...]
    findings: tuple[Finding, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the day may be closed: nothing rejected and nothing held."""
        return all(finding.effect == Effect.NOTE for finding in self.findings)
