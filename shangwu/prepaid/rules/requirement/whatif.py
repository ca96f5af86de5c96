"""What another ratio, or a draft, would mean for each operator; nothing of it binds anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent, yuan
from shangwu.prepaid.rules.law import Pack
from shangwu.prepaid.rules.parameters import TierDeposit
from shangwu.prepaid.rules.requirement.facts import Position
from shangwu.prepaid.rules.requirement.requirement import Packs, requirement


@dataclass(frozen=True)
class Change:
    """An operator whose requirement changes, in fen."""

    key: str
    before: Fen
    after: Fen

    @property
    def by(self) -> Fen:
        """How much more; below zero, how much less."""
        return self.after - self.before


@dataclass(frozen=True)
class Trial:
    """The outcome of a trial on a day: who changes, in the order given, and what all must keep."""

    on: date
    operators: int
    changes: tuple[Change, ...]
    before: Fen
    after: Fen

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        up = sum(change.by > 0 for change in self.changes)
        return (
            f"试算（不作为依据）：{self.operators} 家中 {len(self.changes)} 家的应存管金额改变，"
            f"{up} 家增加，{len(self.changes) - up} 家减少；"
            f"合计由 {yuan(self.before)} 变为 {yuan(self.after)}。"
        )


def with_ratio(pack: Pack[TierDeposit], *, old: Decimal, new: Decimal) -> Pack[TierDeposit]:
    """Return the pack as a draft in which the tiers of one ratio have another.

    Raises: Refused when no tier has the old ratio, or the new one is no share.
    """
    if not 0 <= new <= 1:
        raise Refused("存管比例须在 0 至 100% 之间。", code="PREPAID-RATIO")
    tiers = pack.parameters.tier
    if all(tier.ratio != old for tier in tiers):
        raise Refused(
            f"{pack.citation.reference} 没有比例为 {percent(old)} 的一档。", code="PREPAID-RATIO"
        )
    changed = tuple(replace(tier, ratio=new) if tier.ratio == old else tier for tier in tiers)
    return replace(
        pack,
        status="draft",
        citation=replace(pack.citation, is_draft=True),
        parameters=replace(pack.parameters, tier=changed),
    )


def trial(positions: Mapping[str, Position], *, on: date, packs: Packs) -> Trial:
    """Return who would change, and by how much, if these packs took the place of their namesakes.

    A pack without a namesake in force joins those that are. Each operator is tried under the packs of
    its own place and line of business.

    Unit: fen.
    """
    settings = law.settings(on)
    sets: dict[tuple[str, str], tuple[Packs, Packs]] = {}
    changes, total_before, total_after = [], 0, 0
    for key, position in positions.items():
        place = (position.jurisdiction, position.sector)
        if place not in sets:
            sets[place] = _sets(*place, on=on, packs=packs)
        now, then = sets[place]
        before = requirement(position, on=on, packs=now, settings=settings).amount
        after = requirement(position, on=on, packs=then, settings=settings).amount
        total_before, total_after = total_before + before, total_after + after
        if before != after:
            changes.append(Change(key, before, after))
    return Trial(on, len(positions), tuple(changes), total_before, total_after)


def _sets(jurisdiction: str, sector: str, *, on: date, packs: Packs) -> tuple[Packs, Packs]:
    now = law.packs(TierDeposit, on=on, jurisdiction=jurisdiction, sector=sector)
    there = {jurisdiction, *(pack.jurisdiction for pack in now)}
    names = {pack.id for pack in now}
    mine = {
        pack.id: pack
        for pack in packs
        if pack.id in names or (pack.jurisdiction in there and pack.covers(sector))
    }
    kept = [mine.pop(pack.id, pack) for pack in now]
    return now, (*kept, *mine.values())
