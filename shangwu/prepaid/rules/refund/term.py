"""Cards for unlimited use during a term (Art. 22), and the seven days in which a payment may be undone (Art. 14)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import whole, yuan
from shangwu.prepaid.rules.parameters import RefundFormula
from shangwu.prepaid.rules.refund.answer import Refund, formulas, require_amounts


@dataclass(frozen=True)
class TermCard:
    """A card for a term, from `starts_on` up to but not including `until`; paid in fen.

    `ended_on` is the day on which the contract ends; `stopped_on` the first day without service, where
    the operator stopped earlier. Days not used by choice do not count.
    """

    paid: Fen
    starts_on: date
    until: date
    ended_on: date
    stopped_on: date | None = None


@dataclass(frozen=True)
class Withdrawal:
    """Whether a payment may be undone, and until which day."""

    is_allowed: bool
    last_day: date
    refund: Refund


def term_refund(card: TermCard, *, on: date) -> Refund:
    """Return the share of the price for the days that remain.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-22
    Raises: Refused for a term without days or figures that cannot be.
    """
    require_amounts([("已付金额", card.paid)])
    total = (card.until - card.starts_on).days
    if total <= 0:
        raise Refused("卡的期限须至少一日，终止日晚于起始日。", code="PREPAID-REFUND-TERM")
    last = min(card.ended_on, card.stopped_on or card.ended_on)
    left = min(max((card.until - last).days, 0), total)
    amount = whole(Fraction(card.paid * left, total), law.settings(on).refund_rounding.value)
    formula = f"{yuan(card.paid)} × 剩余 {left} 日 ÷ 共 {total} 日"
    return Refund(amount, formula, formulas("remaining_term", on=on))


def withdrawal(
    paid: Fen,
    *,
    paid_on: date,
    asked_on: date,
    has_tried: bool,
    jurisdiction: str = "shanghai",
) -> Withdrawal:
    """Return whether the consumer may have the whole payment back without giving a reason.

    The longest period in force at the place counts. Who had already tried the same goods or service
    when contracting cannot rely on it.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-14
    Raises: Refused where no such right is in force, or the request is older than the payment.
    """
    require_amounts([("已付金额", paid)])
    if asked_on < paid_on:
        raise Refused("请求退款的日期早于付款日期。请核对。", code="PREPAID-REFUND-DATES")
    found = [
        pack
        for pack in law.packs(RefundFormula, on=paid_on, jurisdiction=jurisdiction)
        if pack.parameters.formula == "full"
    ]
    if not found:
        raise Refused(
            f"{paid_on.isoformat()} 付款的，没有可以适用的七日退款规定（A9）。",
            code="PREPAID-REFUND-LAW",
        )
    pack = max(found, key=lambda one: one.parameters.days)
    last = paid_on + timedelta(days=pack.parameters.days)
    allowed = asked_on <= last and not has_tried
    days = f"付款后 {pack.parameters.days} 日内（{last} 止）请求"
    reason = "订立合同时已获得过相同商品或者服务" if has_tried else "已超过期限"
    formula = f"{days}，全部返还本金" if allowed else f"{days}，{reason}，按此条应退"
    return Withdrawal(allowed, last, Refund(paid if allowed else 0, formula, (pack.citation,)))
