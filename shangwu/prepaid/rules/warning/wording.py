"""What people read of a signal: which, since when, how much, compared with whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from shangwu.prepaid.rules.warning.seen import OWN, PEERS, Seen

FEN_A_YUAN, YUAN_A_WAN, WAN_A_YI = 100, 10_000, 10_000


@dataclass(frozen=True)
class Term:
    """The Chinese name of a signal, whether its figure is bad when high, and how the figure is written."""

    label: str
    high: bool
    form: str


TERMS: Mapping[str, Term] = {
    "issue_surge": Term("周发卡额", True, "yuan"),
    "issue_unusual": Term("周发卡额", True, "yuan"),
    "issue_longer": Term("周发卡额", True, "yuan"),
    "issue_stops": Term("周发卡额", False, "yuan"),
    "redeem_falls": Term("周兑付额", False, "yuan"),
    "pace_falls": Term("周兑付占余额", False, "percent"),
    "pace_rises": Term("周兑付占余额", True, "percent"),
    "pace_low": Term("周兑付占余额", False, "percent"),
    "issue_over": Term("周发卡额超过兑付和退款", True, "yuan"),
    "issue_over_more": Term("周发卡额超过兑付和退款", True, "yuan"),
    "balance_grows": Term("预收资金余额", True, "yuan"),
    "leverage": Term("余额与上年收入之比", True, "percent"),
    "refund_rises": Term("周退款占余额", True, "percent"),
    "refund_high": Term("周退款占余额", True, "percent"),
    "ticket_rises": Term("每张卡售价", True, "yuan"),
    "discount_more": Term("售卡折扣", True, "points"),
    "discount_high": Term("售卡折扣", True, "points"),
    "long_more": Term("长期卡占比", True, "share"),
    "long_high": Term("长期卡占比", True, "share"),
    "late_more": Term("每周迟报、漏报", True, "count"),
    "late": Term("每周迟报、漏报", True, "count"),
    "gap": Term("余额与发卡、兑付、退款不符的部分", True, "percent"),
    "custody_falls": Term("存管占报送余额", False, "percent"),
    "custody_fell": Term("存管占报送余额", False, "percent"),
    "custody_rises": Term("存管占报送余额", True, "percent"),
    "custody_low": Term("存管和保证占报送余额", False, "percent"),
    "custody_out": Term("存管余额", False, "yuan"),
    "bond_gone": Term("履约保证终止或减半", True, "fact"),
    "mismatch": Term("消费者查询与报送不符的比例", True, "percent"),
    "mismatch_long": Term("消费者查询与报送不符的比例", True, "percent"),
    "mismatch_more": Term("消费者查询与报送不符的比例", True, "percent"),
    "lookups_more": Term("每周消费者查询", True, "count"),
    "lookups_many": Term("每周消费者查询", True, "count"),
    "complaints": Term("每周投诉", True, "count"),
    "complaints_more": Term("每周投诉", True, "count"),
    "complaints_new": Term("每周投诉", True, "count"),
    "grave": Term("每周退款、关门、余额不符等投诉", True, "count"),
    "grave_more": Term("每周退款、关门、余额不符等投诉", True, "count"),
    "arrears": Term("欠薪、欠租、欠税费等", True, "weeks"),
    "arrears_kinds": Term("同时欠款的种类", True, "kinds"),
    "arrears_last": Term("欠薪、欠租、欠税费等", True, "weeks"),
    "arrears_more": Term("欠薪、欠租、欠税费等", True, "weeks"),
    "person": Term("近期变更法定代表人、负责人", True, "fact"),
    "changes": Term("近期有登记变更", True, "fact"),
    "issue_now": Term("本周发卡额", True, "yuan"),
    "discount_now": Term("本周售卡折扣", True, "points"),
    "long_now": Term("本周长期卡占比", True, "share"),
    "mismatch_sum": Term("消费者查询不符的累计", True, "percent"),
    "mismatch_share": Term("消费者查询与报送不符的比例", True, "percent"),
    "complaints_sum": Term("投诉的累计", True, "count"),
    "grave_sum": Term("退款、关门、余额不符等投诉的累计", True, "count"),
    "issued_climbs": Term("周发卡额的累计偏离", True, "yuan"),
    "discount_climbs": Term("售卡折扣的累计偏离", True, "points"),
    "long_climbs": Term("长期卡占比的累计偏离", True, "share"),
    "late_climbs": Term("每周迟报、漏报的累计", True, "count"),
    "winds_up": Term("停售并退款占余额", True, "percent"),
    "balance_falls": Term("预收资金余额", False, "yuan"),
    "closing": Term("已公告停业", True, "fact"),
    "phoenix": Term("与停止报送且仍有余额的经营者同址或同品牌", True, "fact"),
    "young": Term("新近开业", True, "fact"),
    "bunched": Term("余额紧贴存管标准线之下", True, "fact"),
}


def sentence(name: str, seen: Seen, who: int, *, since: int, other: str = "") -> str:
    """Return one reason about one operator. `since` is a week, `other` a linked operator's number."""
    term = TERMS[name]
    head = f"第{since}周起"
    now, norm = float(seen.now[who]), float(seen.norm[who])
    if seen.against == PEERS:
        how = "高于同行业同规模" if term.high else "低于同行业同规模"
        return f"{term.label}{head}{how}（本户{_figure(now, term)}，同类中位{_figure(norm, term)}）"
    if seen.against == OWN:
        before = "兑付和退款" if name.startswith("issue_over") else "此前"
        how = "高于自身常态" if term.high else "低于自身常态"
        return f"{term.label}{head}{how}（近来{_figure(now, term)}，{before}{_figure(norm, term)}）"
    figure = "" if term.form == "fact" else f"（{_figure(now, term)}，同类多为无）"
    return f"{term.label}{f'（{other}）' if other else ''}，{head}{figure}"


def _figure(value: float, term: Term) -> str:
    return FORMS[term.form](value) if isfinite(value) else "未知"


def _yuan(fen: float) -> str:
    yuan = fen / FEN_A_YUAN
    if abs(yuan) >= YUAN_A_WAN * WAN_A_YI:
        return f"{yuan / YUAN_A_WAN / WAN_A_YI:.2f}亿元"
    return f"{yuan / YUAN_A_WAN:.1f}万元" if abs(yuan) >= YUAN_A_WAN else f"{yuan:.0f}元"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%" if abs(share) < 1 else f"{share * 100:.0f}%"


FORMS: Mapping[str, Callable[[float], str]] = {
    "yuan": _yuan,
    "percent": _percent,
    "share": lambda value: _percent(value / 100),
    "points": lambda value: f"{value:.1f}",
    "count": lambda value: f"{value:.1f}件",
    "weeks": lambda value: f"已{value:.0f}周",
    "kinds": lambda value: f"{value:.0f}类",
    "fact": lambda value: "",
}
