"""The answer of a refund rule: the amount, the formula with its figures, and the articles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.law import Citation
from shangwu.prepaid.rules.parameters import RefundFormula


@dataclass(frozen=True)
class Refund:
    """An amount in fen, how it was computed, and the articles applied."""

    amount: Fen
    formula: str
    citations: tuple[Citation, ...]

    @property
    def sentence(self) -> str:
        """The amount with its formula and its articles."""
        articles = "；".join(citation.text for citation in self.citations)
        return f"{self.formula} = {yuan(self.amount)}（{articles}）。"


def formulas(*names: str, on: date, jurisdiction: str = "shanghai") -> tuple[Citation, ...]:
    """Return the articles in force that give these formulas.

    Source: law/prepaid.toml#pack.CN-SPC25-15
    Raises: Refused with code PREPAID-REFUND-LAW where one is not in force on the day.
    """
    packs = law.packs(RefundFormula, on=on, jurisdiction=jurisdiction)
    found = {pack.parameters.formula: pack.citation for pack in packs}
    if any(name not in found for name in names):
        raise Refused(
            f"{on.isoformat()} 没有有效的退款规定，无法按该日计算。请核对合同解除的日期。",
            code="PREPAID-REFUND-LAW",
        )
    return tuple(found[name] for name in names)


def require_amounts(names_and_amounts: Iterable[tuple[str, Fen]]) -> None:
    """Refuse figures below zero.

    Raises: Refused with code PREPAID-REFUND-AMOUNT.
    """
    for name, amount in names_and_amounts:
        if amount < 0:
            raise Refused(f"{name}不得为负数。请核对。", code="PREPAID-REFUND-AMOUNT")
