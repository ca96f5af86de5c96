"""Interest on a refund from the day on which the contract ended (Art. 16 and 17)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent, whole, yuan
from shangwu.prepaid.rules.parameters import Interest
from shangwu.prepaid.rules.refund.answer import Refund, require_amounts
from shangwu.prepaid.vocabulary import Fault

RATES = {
    "lpr_1y_on_contract_date": "合同订立时一年期贷款市场报价利率",
    "deposit_1y_benchmark": "一年期存款基准利率",
    "supervised_account": "监管账户实际利率",
}


def rate_name(*, fault: Fault, is_supervised: bool, on: date) -> str:
    """Return which rate applies; its figure is entered by a person, with its publication.

    Source: law/prepaid.toml#pack.CN-SPC25-16
    Raises: Refused with code PREPAID-REFUND-LAW where no such rule is in force.
    """
    return RATES[_rate(fault=fault, is_supervised=is_supervised, on=on)]


def interest(
    refund: Fen,
    *,
    rate: Decimal,
    ended_on: date,
    paid_on: date,
    fault: Fault,
    is_supervised: bool = False,
) -> Refund:
    """Return the interest from the day the contract ended up to but not including the day of payment.

    Unit: fen; the rate is a fraction of one a year.
    Source: law/prepaid.toml#setting.interest_year
    Raises: Refused for a rate outside 0 to 100 % and for a payment before the end.
    """
    require_amounts([("应退金额", refund)])
    if not 0 <= rate <= 1:
        raise Refused("年利率须在 0 至 100% 之间（3.10% 写作 0.0310）。", code="PREPAID-RATE")
    if paid_on < ended_on:
        raise Refused("退款日期早于合同解除日期。请核对。", code="PREPAID-REFUND-DATES")
    settings = law.settings(ended_on)
    name = rate_name(fault=fault, is_supervised=is_supervised, on=ended_on)
    days, year = (paid_on - ended_on).days, settings.interest_year.value
    amount = whole(Fraction(rate) * refund * days / year, settings.refund_rounding.value)
    formula = f"{yuan(refund)} × {percent(rate)}（{name}） × {days} 日 ÷ {year} 日"
    citations = (law.packs(Interest, on=ended_on)[0].citation,)
    return Refund(amount, formula, citations)


def _rate(*, fault: Fault, is_supervised: bool, on: date) -> str:
    packs = law.packs(Interest, on=on)
    if not packs:
        raise Refused(
            f"{on.isoformat()} 没有有效的利息规定，无法按该日计算。", code="PREPAID-REFUND-LAW"
        )
    rule = packs[0].parameters
    if is_supervised:
        return rule.supervised
    return rule.operator if fault == Fault.OPERATOR else rule.consumer
