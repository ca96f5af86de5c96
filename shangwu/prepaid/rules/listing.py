"""When an operator is proposed for the list of seriously dishonest operators; a person decides.

Source: law/prepaid.toml#pack.SH-REG18-25
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months
from shangwu.prepaid.rules.law import Citation, Pack
from shangwu.prepaid.rules.parameters import Ground, Listing


@dataclass(frozen=True)
class Punished:
    """A penalty: the day of its decision and the pack that it rests on."""

    on: date
    basis: str


@dataclass(frozen=True)
class ListingProposal:
    """A proposal to list an operator; a person decides."""

    is_proposed: bool
    citation: Citation
    sentence: str


def listing_by_penalties(penalties: Sequence[Punished], *, on: date) -> ListingProposal:
    """Return whether penalties so close together propose a listing (A4); a person decides.

    Only those count that were decided on an article of the regulation which provides for the list.

    Source: law/prepaid.toml#setting.A4
    Raises: Refused for a day on which no such list was provided for.
    """
    pack = _listing(on)
    ground = next(one for one in pack.parameters.ground if one.penalties)
    days = sorted(one.on for one in penalties if one.on <= on and one.basis in ground.bases)
    through = law.settings(on).penalties_within.value == "through_anniversary"
    groups = zip(days, days[ground.penalties - 1 :], strict=False)
    close = [pair for pair in groups if _is_close(*pair, ground=ground, through=through)]
    if close:
        first, last = close[-1]
        text = (
            f"{first} 至 {last} 受到 {ground.penalties} 次处罚：{ground.label}。建议列入，由人决定"
        )
    else:
        text = f"未达到“{ground.label}”，不建议列入"
    return ListingProposal(bool(close), pack.citation, f"{text}（{pack.citation.text}）。")


def counts_for_listing(basis: str, *, on: date) -> bool:
    """Return whether a penalty on that pack is one of those which the list counts.

    Source: law/prepaid.toml#pack.SH-REG18-25
    """
    return any(basis in ground.bases for ground in _listing(on).parameters.ground)


def names(text: str) -> tuple[str, ...]:
    """Return the names of a list that a person typed, one after another."""
    return tuple(name for name in re.split(r"[、，,；;\s]+", text) if name)


def listing_by_fact(ground: str, *, on: date) -> ListingProposal:
    """Return the proposal on a ground that a person has established; a person decides.

    Source: law/prepaid.toml#pack.SH-REG18-25
    Raises: Refused for a ground that the law does not name, or that is counted from penalties.
    """
    pack = _listing(on)
    found = next((one for one in pack.parameters.ground if one.name == ground), None)
    if found is None or found.penalties:
        raise Refused("没有这一列入情形，或者应由处罚记录得出。", code="PREPAID-LISTING-GROUND")
    text = f"{found.label}：建议列入，由人决定（{pack.citation.text}）。"
    return ListingProposal(True, pack.citation, text)


def _listing(on: date) -> Pack[Listing]:
    pack = next(iter(law.packs(Listing, on=on)), None)
    if pack is None:
        raise Refused(f"{on.isoformat()} 没有有效的严重失信名单规定。", code="PREPAID-LISTING-LAW")
    return pack


def _is_close(first: date, last: date, *, ground: Ground, through: bool) -> bool:
    end = add_months(first, MONTHS_A_YEAR * ground.within_years)
    return last <= end if through else last < end
