"""Bonds stand in for money in the account: up to the requirement, and until their last day is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import add_months, yuan
from shangwu.prepaid.rules.law import Citation, Pack
from shangwu.prepaid.rules.parameters import Offset

Offsets = tuple[Pack[Offset], ...]


@dataclass(frozen=True)
class Bond:
    """Insurance or a guarantee, in force from `starts_on` up to but not including `until`."""

    kind: str
    amount: Fen
    starts_on: date
    until: date

    def holds_on(self, day: date) -> bool:
        """Return whether the bond is in force on the day."""
        return self.starts_on <= day < self.until


@dataclass(frozen=True)
class Cover:
    """How a requirement is met on a day, in fen. `changes_on` is the next day on which bonds change."""

    on: date
    required: Fen
    counted: Fen
    in_custody: Fen
    not_counted: tuple[Bond, ...]
    changes_on: date | None
    top_up: str
    citations: tuple[Citation, ...]

    @property
    def cash_needed(self) -> Fen:
        """What must lie in the account beside the bonds."""
        return self.required - self.counted

    @property
    def shortfall(self) -> Fen:
        """What is missing in the account."""
        return max(self.cash_needed - self.in_custody, 0)

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return not self.shortfall

    @property
    def sentence(self) -> str:
        """The sum, step by step."""
        text = (
            f"应存管 {yuan(self.required)}，履约保证冲抵 {yuan(self.counted)}，"
            f"账户内应有 {yuan(self.cash_needed)}，实有 {yuan(self.in_custody)}，"
        )
        text += "已足额" if self.is_met else f"缺 {yuan(self.shortfall)}"
        if not self.is_met and self.top_up == "open":
            text += "；补足期限尚无依据（A6），由人确定"
        if self.not_counted:
            text += f"；另有 {len(self.not_counted)} 份履约保证不符合规定，未计入"
        return f"{text}（{'；'.join(one.text for one in self.citations) or '没有冲抵的规定'}）。"


def cover(
    required: Fen,
    *,
    bonds: Sequence[Bond],
    in_custody: Fen,
    on: date,
    jurisdiction: str = "shanghai",
    sector: str | None = None,
) -> Cover:
    """Return how far bonds and the account meet the requirement on the day.

    Bonds count up to the requirement and never below zero; one of a kind that no rule in force knows,
    or too short for it, is named and not counted.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-REG18-15-2
    Raises: Refused for amounts below zero and for a bond that ends before it begins.
    """
    _require_sound(required, in_custody, bonds)
    offsets = law.packs(Offset, on=on, jurisdiction=jurisdiction, sector=sector)
    held = [bond for bond in bonds if bond.holds_on(on)]
    good = [bond for bond in held if _counts(bond, offsets)]
    edges = {day for bond in bonds for day in (bond.starts_on, bond.until) if day > on}
    return Cover(
        on=on,
        required=required,
        counted=min(required, sum(bond.amount for bond in good)),
        in_custody=in_custody,
        not_counted=tuple(bond for bond in held if bond not in good),
        changes_on=min(edges, default=None),
        top_up=law.settings(on).top_up.value,
        citations=tuple(pack.citation for pack in offsets),
    )


def _counts(bond: Bond, offsets: Offsets) -> bool:
    return any(
        bond.kind in pack.parameters.by
        and add_months(bond.starts_on, pack.parameters.months) <= bond.until
        for pack in offsets
    )


def _require_sound(required: Fen, in_custody: Fen, bonds: Sequence[Bond]) -> None:
    if min(required, in_custody, *(bond.amount for bond in bonds)) < 0:
        raise Refused("存管金额、账户余额和履约保证金额不得为负数。", code="PREPAID-BOND")
    for bond in bonds:
        if bond.until <= bond.starts_on:
            raise Refused(
                f"履约保证的终止日 {bond.until} 须晚于起始日 {bond.starts_on}。",
                code="PREPAID-BOND",
            )
