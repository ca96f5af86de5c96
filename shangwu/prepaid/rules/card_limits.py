"""What a single card may hold in a line of business, in words, with the reading that the answer rests on.

Source: law/prepaid.toml#setting.S10
"""

from datetime import date

from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.batch.bounds import Bound, card_bounds
from shangwu.prepaid.vocabulary import CardKind

READINGS = {
    "order": "只适用于国家办法所列的零售、餐饮、住宿、居民服务和商场",
    "all": "适用于规定范围内的各行业",
}


def explained(sector: str, *, on: date, jurisdiction: str = "shanghai") -> str:
    """Return which bounds hold for a card, or that none does, and how the open question is read today."""
    bounds = card_bounds(on, sector=sector, jurisdiction=jurisdiction)
    told = "；".join(
        f"{CardKind(kind).label}最多 {_said(bound)}" for kind, bound in sorted(bounds.items())
    )
    reading = READINGS[law.settings(on).card_limits.value]
    head = f"单张卡：{told}。" if told else "这个行业目前没有单张卡的金额限额。"
    return f"{head}规定第十四条“单张限额执行国家规定”的读法（S10）：{reading}。"


def _said(bound: Bound) -> str:
    what = "（同一消费者各卡合计）" if bound.is_together else ""
    return f"{yuan(bound.at_most)}{what}（{bound.citation.text}）"
