"""What may be sold in advance: the limits on cards and sales, and when an operator must stop selling.

Source: law/prepaid.toml#pack.SH-SPORT25-8
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import add_months, percent, share, yuan
from shangwu.prepaid.rules.law import Citation
from shangwu.prepaid.rules.parameters import Demand, Limit, LimitRule, Prohibition
from shangwu.prepaid.vocabulary import CardKind, Risk, SaleKind

MEASURES = {
    "amount_fen": ("金额", ""),
    "months": ("期限", "个月"),
    "lessons": ("课时", "课时"),
    "months_ahead": ("提前收费", "个月"),
    "lessons_left": ("续费时剩余", "课时"),
    "days_after_lease": ("期满晚于场所租期", "日"),
}
DEMANDS = {"identity": "登记购卡人身份", "transfer": "以银行转账方式支付"}
ALL = "all"
HELD_TOGETHER = "held_together"
STOP_SELLING = "stop_selling"


@dataclass(frozen=True)
class Sale:
    """What is asked for, or still held: kind, amount in fen, months and lessons where it has them.

    `months` is None for a card without expiry; `ends_on` is the day to which the card then runs, where that is not
    so many months after `starts_on` or today. `lessons_left` counts what remains when a sale renews.
    `paid_at_once` is the whole purchase where it is more than this card; `lease_until` is the first day on
    which the premises are no longer rented.
    """

    kind: str
    amount: Fen
    months: int | None = None
    lessons: int | None = None
    lessons_left: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    lease_until: date | None = None
    paid_at_once: Fen | None = None
    card: str = CardKind.REGISTERED
    buyer: str = "individual"
    is_identified: bool = True
    is_by_transfer: bool = False


@dataclass(frozen=True)
class Excess:
    """One bound that a sale breaks: the bound, what was found, by how much, and the article."""

    measure: str
    limit: int
    found: int
    citation: Citation
    sentence: str

    @property
    def by(self) -> int:
        """By how much the bound is broken: fen, months or lessons."""
        return abs(self.found - self.limit)


@dataclass(frozen=True)
class SaleAnswer:
    """Whether a sale may be made, and everything that speaks against it."""

    excesses: tuple[Excess, ...]
    stops: tuple[str, ...]
    citations: tuple[Citation, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether nothing speaks against the sale."""
        return not self.excesses and not self.stops

    @property
    def must_stop_selling(self) -> bool:
        """Whether the operator may make no sale at all, whatever is asked."""
        return bool(self.stops)

    @property
    def sentence(self) -> str:
        """What the counter reads."""
        if self.is_allowed:
            return "可以销售。"
        reasons = [*self.stops, *(excess.sentence for excess in self.excesses)]
        head = "停止收取预付款：" if self.stops else "不得销售："
        return head + "；".join(reasons) + "。"


def check_sale(
    asked: Sale,
    *,
    on: date,
    sector: str,
    held: Sequence[Sale] = (),
    risks: frozenset[str] = frozenset(),
    jurisdiction: str = "shanghai",
) -> SaleAnswer:
    """Return whether the sale may be made, with every bound it breaks and by how much.

    What the consumer still holds is added up where the law says so (renewals of gym cards).

    Source: law/prepaid.toml#pack.CN-O9-limit
    Raises: Refused with code PREPAID-SALE for figures below zero.
    """
    for sale in (asked, *held):
        if min(sale.amount, sale.months or 0, sale.lessons or 0, sale.lessons_left or 0) < 0:
            raise Refused("金额、期限和课时不得为负数。", code="PREPAID-SALE")
    excesses: list[Excess] = []
    packs = law.packs(Limit, on=on, jurisdiction=jurisdiction, sector=sector)
    for pack in packs:
        together = (asked, *held) if pack.parameters.scope == HELD_TOGETHER else (asked,)
        for rule in rules_of(pack.parameters, on=on):
            excesses += _broken(rule, asked, together, on, pack.citation)
        for demand in pack.parameters.demand:
            excesses += _unmet(demand, asked, pack.citation)
    reasons, stop_citations = stop_selling(risks, on=on, jurisdiction=jurisdiction, sector=sector)
    silent = [one for one in packs if one.parameters.rule and not rules_of(one.parameters, on=on)]
    citations = (*stop_citations, *(pack.citation for pack in packs if pack not in silent))
    return SaleAnswer(tuple(excesses), reasons, citations)


def stop_selling(
    risks: frozenset[str], *, on: date, sector: str, jurisdiction: str = "shanghai"
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Return why an operator must stop taking money in advance, and the articles; nothing if it may go on.

    Source: law/prepaid.toml#pack.CN-CPR24-22
    """
    reasons, citations = [], []
    for pack in law.packs(Prohibition, on=on, jurisdiction=jurisdiction, sector=sector):
        given = [risk for risk in pack.parameters.when if risk in risks]
        if pack.parameters.then == STOP_SELLING and given:
            labels = "、".join(str(Risk(risk).label) for risk in given)
            reasons.append(f"{labels}（{pack.citation.text}）")
            citations.append(pack.citation)
    return tuple(reasons), tuple(citations)


def check_balance(
    balance: Fen, *, prior_revenue: Fen, on: date, sector: str, jurisdiction: str = "shanghai"
) -> tuple[Excess, ...]:
    """Return where an operator's balance is larger than its revenue, or the law, allows.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-O9-balance
    """
    found: list[Excess] = []
    for pack in law.packs(Limit, on=on, jurisdiction=jurisdiction, sector=sector):
        for cap in pack.parameters.share:
            if cap.sector == sector:
                what = f"上年主营业务收入的 {percent(cap.ratio)}"
                limit = share(prior_revenue, cap.ratio, "down")
                found += _beyond(balance, limit, what, pack.citation)
        for ceiling in pack.parameters.ceiling:
            if ceiling.reading == law.settings(on).fifty_million.value:
                found += _beyond(balance, ceiling.at_most_fen, "收取上限", pack.citation)
    return tuple(found)


def rules_of(limit: Limit, *, on: date) -> tuple[LimitRule, ...]:
    """Return the bounds that hold as the open question S10 is read on the day."""
    reading = law.settings(on).card_limits.value
    return tuple(rule for rule in limit.rule if rule.reading in ("", reading))


def _beyond(balance: Fen, limit: Fen, what: str, citation: Citation) -> Iterator[Excess]:
    if balance > limit:
        text = (
            f"余额 {yuan(balance)}，{what}为 {yuan(limit)}，"
            f"超出 {yuan(balance - limit)}（{citation.text}）"
        )
        yield Excess("amount_fen", limit, balance, citation, text)


def _broken(
    rule: LimitRule, asked: Sale, together: Sequence[Sale], on: date, citation: Citation
) -> Iterator[Excess]:
    if rule.of not in (ALL, asked.kind, asked.card):
        return
    same = [sale for sale in together if rule.of in (ALL, sale.kind, sale.card)]
    figures = [figure for sale in same if (figure := _figure(sale, rule.measure, on)) is not None]
    if not figures:
        return
    found = sum(figures)
    name, unit = MEASURES[rule.measure]
    what = f"{_of(rule.of)}{name}{_written(found, unit)}"
    if rule.none:
        yield Excess(rule.measure, 0, found, citation, f"{what}，不得设期限（{citation.text}）")
    elif rule.at_most is not None and found > rule.at_most:
        over = _written(found - rule.at_most, unit)
        text = f"{what}，上限{_written(rule.at_most, unit)}，超出{over}（{citation.text}）"
        yield Excess(rule.measure, rule.at_most, found, citation, text)
    elif rule.at_least is not None and found < rule.at_least:
        short = _written(rule.at_least - found, unit)
        text = f"{what}，至少{_written(rule.at_least, unit)}，少{short}（{citation.text}）"
        yield Excess(rule.measure, rule.at_least, found, citation, text)


def _unmet(demand: Demand, asked: Sale, citation: Citation) -> Iterator[Excess]:
    met = {"identity": asked.is_identified, "transfer": asked.is_by_transfer}[demand.demand]
    concerned = demand.of in (ALL, asked.card) and demand.buyer in ("any", asked.buyer)
    paid = asked.amount if asked.paid_at_once is None else asked.paid_at_once
    if concerned and paid >= demand.at_least_fen and not met:
        text = f"一次购卡 {yuan(paid)}，须{DEMANDS[demand.demand]}（{citation.text}）"
        yield Excess(demand.demand, demand.at_least_fen, paid, citation, text)


def _figure(sale: Sale, measure: str, on: date) -> int | None:
    if measure == "amount_fen":
        return sale.amount
    if measure == "months_ahead":
        return None if sale.starts_on is None else months_until(sale.starts_on, on)
    if measure == "days_after_lease":
        return _days_after_lease(sale, on)
    figure: int | None = getattr(sale, measure)
    return figure


def months_until(day: date, on: date) -> int:
    """How many months reach from today to the day, a month begun counting as one."""
    return next(months for months in count() if add_months(on, months) >= day)


def _days_after_lease(sale: Sale, on: date) -> int | None:
    if sale.months is None or sale.lease_until is None:
        return None
    end = sale.ends_on or add_months(sale.starts_on or on, sale.months)
    return max((end - sale.lease_until).days, 0)


def _of(name: str) -> str:
    labels = {**dict(SaleKind.choices), **dict(CardKind.choices), ALL: "合计"}
    return str(labels[name])


def _written(number: int, unit: str) -> str:
    return f" {number} {unit}" if unit else f" {yuan(number)}"
