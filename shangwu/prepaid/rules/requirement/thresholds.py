"""Above which balance a share of last year's revenue asks for more: what a stated revenue does, in words.

Source: law/prepaid.toml#pack.SH-IM19-11
"""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent, yuan
from shangwu.prepaid.rules.law import Pack
from shangwu.prepaid.rules.parameters import AboveShare, Tier, TierDeposit
from shangwu.prepaid.rules.requirement.facts import BASES
from shangwu.prepaid.rules.requirement.tiers import OPEN, threshold_of


@dataclass(frozen=True, slots=True)
class RevenueThreshold:
    """A tier that hangs on the revenue of `year`: the balance above which it applies, in fen.

    `is_decided` is False while the reading of the law that the tier belongs to has not been chosen.
    """

    pack: Pack[TierDeposit]
    tier: Tier
    share: AboveShare
    revenue: Fen
    year: int
    threshold: Fen
    is_decided: bool

    @property
    def sentence(self) -> str:
        """The tier with its figures and its article."""
        rule, part = self.pack.parameters, self.share
        above = "超过" if rule.comparison == ">" else "达到"
        limits = (("最低", part.floor_fen or None), ("最高", part.cap_fen))
        bounds = "，".join(
            f"{word} {yuan(fen, rule.currency)}" for word, fen in limits if fen is not None
        )
        doubt = "" if self.is_decided else "这一标准的读法（A2）尚未选定，暂不确定。"
        return (
            f"{self.year} 年主营业务收入 {yuan(self.revenue, rule.currency)}，标准为收入的"
            f" {percent(part.ratio)}{f'（{bounds}）' if bounds else ''}：{BASES[rule.base]}{above}"
            f" {yuan(self.threshold, rule.currency)}的，按全部余额的 {percent(self.tier.ratio)} 存管"
            f"（{self.pack.citation.text}）。{doubt}"
        )


def revenue_thresholds(
    revenue: Fen, *, year: int, sector: str, on: date
) -> tuple[RevenueThreshold, ...]:
    """Return the tiers in force on the day that hang on the revenue, each with its threshold.

    Unit: fen.
    Source: law/prepaid.toml#setting.A1
    """
    settings = law.settings(on)
    chosen = settings.fifty_million.value
    found = []
    for pack in law.packs(TierDeposit, on=on, sector=sector):
        for tier in pack.parameters.tier:
            threshold = threshold_of(tier, revenue, pack.parameters.comparison, settings)
            is_decided = not tier.reading or chosen == tier.reading
            if tier.above_share is None or threshold is None or not (is_decided or chosen == OPEN):
                continue
            found.append(
                RevenueThreshold(pack, tier, tier.above_share, revenue, year, threshold, is_decided)
            )
    return tuple(found)
