"""The rule packs and open readings of law/prepaid.toml, as of a day and a place.

Source: law/prepaid.toml#pack
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar, cast

from shangwu.foundation import law
from shangwu.foundation.law import LAW_FOLDER, At, DatedValue, Entry, Refused, Value
from shangwu.prepaid.rules.parameters import SHAPES
from shangwu.prepaid.vocabulary import Sector

P = TypeVar("P")
Choice = Value[str]
GROUP = "pack."
SANCTION_WORD = "处罚、限制"


@dataclass(frozen=True)
class Settings:
    """The questions that the texts leave open (A1 to A12), as they are read today."""

    LAW: ClassVar[str] = "prepaid"
    special_floor: Annotated[Choice, At("setting.A1", "choice")]
    fifty_million: Annotated[Choice, At("setting.A2", "choice")]
    rounding: Annotated[Choice, At("setting.A3", "choice")]
    penalties_within: Annotated[Choice, At("setting.A4", "choice")]
    quarter_roll: Annotated[Choice, At("setting.A5", "choice")]
    top_up: Annotated[Choice, At("setting.A6", "choice")]
    penalty_body: Annotated[Choice, At("setting.A7", "choice")]
    fault: Annotated[Choice, At("setting.A8", "choice")]
    cooling_off: Annotated[Choice, At("setting.A9", "choice")]
    conflict: Annotated[Choice, At("setting.A10", "choice")]
    row_calendar: Annotated[Choice, At("setting.A11", "choice")]
    lone_trader: Annotated[Choice, At("setting.A12", "choice")]
    card_limits: Annotated[Choice, At("setting.S10", "choice")]
    opening_balances: Annotated[Choice, At("setting.opening_balances", "choice")]
    refund_rounding: Annotated[Choice, At("setting.refund_rounding", "choice")]
    clock_skew: Annotated[Value[int], At("setting.clock_skew", "second")]
    interest_year: Annotated[Value[int], At("setting.interest_year", "calendar_day")]
    refund_order: Annotated[Choice, At("setting.refund_order", "choice")]
    claim_days: Annotated[Value[int], At("setting.claim_days", "calendar_day")]
    scale_revenue: Annotated[Value[int], At("setting.scale_issuer_revenue", "fen")]
    scale_capital: Annotated[Value[int], At("setting.scale_issuer_capital", "fen")]


@dataclass(frozen=True)
class Transition:
    """One row of the flow of supervision cases."""

    state: str
    act: str
    next: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class CaseLaw:
    """The flow of supervision cases, and since when a case may stop an operator's sales."""

    LAW: ClassVar[str] = "prepaid"
    flow: Annotated[Value[tuple[Transition, ...]], At("case.flow", "rows")]
    sales: Annotated[Value[tuple[Transition, ...]] | None, At("case.sales", "rows")]


LAW_SHAPES: tuple[type, ...] = (Settings, CaseLaw)


@dataclass(frozen=True)
class Citation:
    """The article that an answer rests on, and how far its text has been confirmed."""

    article: str
    reference: str
    source: str
    source_status: str
    is_draft: bool = False

    @property
    def text(self) -> str:
        """What people read: the article, and its standing where it is not the confirmed text."""
        marks = (
            [] if self.source_status == "confirmed" else [law.SOURCE_STATUSES[self.source_status]]
        )
        if self.is_draft:
            marks.insert(0, law.STATUSES["draft"])
        return self.article + (f"〔{'，'.join(marks)}〕" if marks else "")


@dataclass(frozen=True)
class Pack(Generic[P]):
    """One rule: what it is about, where and when it holds, what it rests on, and its parameters."""

    id: str
    kind: str
    label: str
    jurisdiction: str
    sectors: tuple[str, ...]
    starts_on: date
    until: date | None
    status: str
    citation: Citation
    parameters: P

    @property
    def is_draft(self) -> bool:
        """Whether the text has not been adopted."""
        return self.citation.is_draft

    def holds_on(self, day: date) -> bool:
        """Return whether the pack is in force on the day; of a draft, whether it would be."""
        return self.starts_on <= day and (self.until is None or day < self.until)

    def covers(self, sector: str) -> bool:
        """Return whether the pack speaks of that line of business."""
        return sector in self.sectors or Sector.GENERAL in self.sectors


@lru_cache(maxsize=256)
def settings(on: date) -> Settings:
    """Return the open readings in force on a day."""
    return law.read(Settings, on=on)


@lru_cache(maxsize=16)
def all_packs(folder: Path = LAW_FOLDER) -> tuple[Pack[Any], ...]:
    """Return every version of every pack, drafts and expired ones too.

    Raises: LawError naming file and key of a pack that cannot be read.
    """
    file = law.load_file("prepaid", folder)
    if file.problems:
        raise law.LawError(list(file.problems))
    return tuple(_packs(file.entries.values()))


def packs(
    shape: type[P],
    *,
    on: date,
    jurisdiction: str = "shanghai",
    sector: str | None = None,
    folder: Path = LAW_FOLDER,
) -> tuple[Pack[P], ...]:
    """Return the packs of one shape in force that day, the place's own before the nation's; no draft."""
    return _in_force(cast(Hashable, shape), on, jurisdiction, sector, folder)


def pack(id: str, *, on: date, folder: Path = LAW_FOLDER) -> Pack[Any]:
    """Return the version of a pack that holds on the day, draft or not.

    Raises: Refused with code PREPAID-PACK when there is none.
    """
    for one in all_packs(folder):
        if one.id == id and one.holds_on(on):
            return one
    raise Refused(f"{on.isoformat()} 没有规则包“{id}”。请核对编号和日期。", code="PREPAID-PACK")


def require_adopted(one: Pack[Any], *, purpose: str = SANCTION_WORD) -> None:
    """Refuse a draft where an operator's rights are at stake.

    Raises: Refused with code PREPAID-DRAFT naming file, key and article.
    """
    if one.is_draft:
        raise Refused(
            f"{one.citation.reference}（{one.citation.article}）是草案，不得作为{purpose}的依据。",
            code="PREPAID-DRAFT",
            source=one.citation.reference,
        )


@lru_cache(maxsize=1024)
def _in_force(
    shape: Any, on: date, jurisdiction: str, sector: str | None, folder: Path
) -> tuple[Pack[Any], ...]:
    if jurisdiction not in law.JURISDICTIONS or sector not in {None, *Sector.values}:
        raise ValueError(f"unknown place {jurisdiction!r} or line of business {sector!r}")
    there = law.places(jurisdiction)
    found = [
        pack
        for pack in all_packs(folder)
        if isinstance(pack.parameters, shape)
        and pack.jurisdiction in there
        and pack.holds_on(on)
        and not pack.is_draft
        and (sector is None or pack.covers(sector))
    ]
    return tuple(sorted(found, key=lambda pack: there.index(pack.jurisdiction)))


def _packs(entries: Iterable[Entry]) -> Iterator[Pack[Any]]:
    for entry in entries:
        if entry.key.startswith(GROUP):
            yield from (_pack(entry, value) for value in entry.values)


def _pack(entry: Entry, value: DatedValue) -> Pack[Any]:
    kind = str(entry.facts.get("kind", ""))
    try:
        parameters = law.convert(value.value, SHAPES[kind])
    except KeyError:
        raise law.LawError([_problem(entry, "unknown_kind", f"不认识的类型“{kind}”")]) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        text = f"{value.article}：参数与类型“{kind}”不符：{error}"
        raise law.LawError([_problem(entry, "wrong_type", text)]) from error
    return Pack(
        id=entry.key.removeprefix(GROUP),
        kind=kind,
        label=entry.label,
        jurisdiction=value.jurisdiction,
        sectors=tuple(entry.facts.get("sector", ())),
        starts_on=value.starts_on,
        until=value.until,
        status=value.status,
        citation=Citation(
            article=value.article,
            reference=entry.reference,
            source=value.source,
            source_status=value.source_status,
            is_draft=value.is_draft,
        ),
        parameters=parameters,
    )


def _problem(entry: Entry, code: str, message: str) -> law.Problem:
    return law.Problem(f"law/{entry.file}.toml", entry.key, code, message)
