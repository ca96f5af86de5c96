"""How large a balance may grow beside what an operator earned the year before: told, and no ground of anything.

The text of the article has not been seen, and the law data say so; what is shown carries the same words.

Source: law/prepaid.toml#pack.CN-O9-balance
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from shangwu.foundation.law import SOURCE_STATUSES
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent, share, yuan
from shangwu.prepaid.rules.law import Citation
from shangwu.prepaid.rules.parameters import Limit
from shangwu.prepaid.vocabulary import Sector

TENTH_OF_A_PERCENT = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class RevenueCap:
    """A balance beside its cap on a day: what was earned in `year`, which share of it the balance may be."""

    on: date
    balance: Fen
    revenue: Fen
    year: int
    ratio: Decimal
    citation: Citation

    @property
    def cap(self) -> Fen:
        """The largest balance, in whole fen."""
        return share(self.revenue, self.ratio, "down")

    @property
    def used(self) -> str:
        """How much of the cap the balance takes, in per cent; nothing of no cap."""
        if not self.cap:
            return "—"
        return percent((Decimal(self.balance) / self.cap).quantize(TENTH_OF_A_PERCENT))

    @property
    def is_exceeded(self) -> bool:
        """Whether the balance is larger."""
        return self.balance > self.cap

    @property
    def is_confirmed(self) -> bool:
        """Whether the text of the article has been seen."""
        return self.citation.source_status == "confirmed"

    @property
    def sentence(self) -> str:
        """The sum in words, with what it is worth."""
        return (
            f"供了解：余额 {yuan(self.balance)}，{self.year} 年主营业务收入 {yuan(self.revenue)}，余额上限为收入的"
            f" {percent(self.ratio)}，即 {yuan(self.cap)}，已用 {self.used}（{self.citation.text}）。{self.caution}"
        )

    @property
    def caution(self) -> str:
        """What must be said beside it while the text has not been seen."""
        return "" if self.is_confirmed else "条文未经核实，不作为监管、处罚的依据。"


@lru_cache(maxsize=1024)
def ratio_of(
    sector: str, *, on: date, jurisdiction: str = "shanghai"
) -> tuple[Decimal, Citation] | None:
    """Return the smallest share of revenue that any pack in force allows the line of business, and its article.

    Source: law/prepaid.toml#pack.CN-O9-balance
    """
    found = [
        (cap.ratio, pack.citation)
        for pack in law.packs(Limit, on=on, jurisdiction=jurisdiction, sector=sector)
        for cap in pack.parameters.share
        if cap.sector == sector
    ]
    return min(found, key=lambda one: one[0], default=None)


def ratios(on: date) -> dict[str, Decimal]:
    """Return the share of each line of business that has one."""
    found = {sector.value: ratio_of(sector.value, on=on) for sector in Sector}
    return {sector: one[0] for sector, one in found.items() if one is not None}


def standing_word(on: date) -> str:
    """Return what the law data say of the articles where none of them is confirmed: 未核实, else nothing."""
    found = [one for sector in Sector if (one := ratio_of(sector.value, on=on)) is not None]
    words = {SOURCE_STATUSES[c.source_status] for _, c in found if c.source_status != "confirmed"}
    return "、".join(sorted(words))


def revenue_cap(
    balance: Fen | None, *, revenue: Fen | None, year: int | None, sector: str, on: date
) -> RevenueCap | None:
    """Return the balance beside its cap, None where the law knows none or a figure is missing.

    Unit: fen.
    """
    found = ratio_of(sector, on=on)
    if found is None or balance is None or revenue is None or year is None:
        return None
    ratio, citation = found
    return RevenueCap(on, balance, revenue, year, ratio, citation)
