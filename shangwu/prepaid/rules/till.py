"""What a card of the till holds, what a redemption takes from it, and what comes back at the end.

A card buys `units` for the money paid: fen of spendable value, lessons, or the days of a term in which the holder
comes as often as he likes. Reported is the money only: of it as much is fulfilled as of the units is used, rounded
down, so that what is left never falls short of a refund. The days of a term are used as they pass.

Source: law/prepaid.toml#pack.CN-SPC25-18
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.refund.answer import Refund
from shangwu.prepaid.rules.refund.principal import CardUse, principal
from shangwu.prepaid.rules.refund.term import TermCard, term_refund
from shangwu.prepaid.vocabulary import Fault, SaleKind

LONGEST_NAME = 60
NO_FORMULA = "PREPAID-REFUND-LAW"


@dataclass(frozen=True)
class Plan:
    """What is offered: a price in fen for so many units; `unit_price` is a lesson's list price in fen.

    For a term the units are its months; a card sold has its days.
    """

    kind: str
    card: str
    price: Fen
    units: int
    unit_price: Fen | None = None
    months: int | None = None


@dataclass(frozen=True)
class Held:
    """What a card holds: paid in fen, and units bought and used; a term begins on `starts_on`."""

    kind: str
    paid: Fen
    units: int
    used: int
    unit_price: Fen | None = None
    starts_on: date | None = None

    @property
    def left(self) -> int:
        """What can still be used: fen of value, lessons, or days."""
        return self.units - self.used

    @property
    def until(self) -> date | None:
        """The day after the last one of a term, None where there is no term."""
        return self.starts_on + timedelta(days=self.units) if self.starts_on else None

    @property
    def balance(self) -> Fen:
        """The prepaid money that is not fulfilled yet."""
        return self.paid - self.paid * self.used // self.units


@dataclass(frozen=True)
class Spent:
    """What a redemption comes to: the prepaid money fulfilled, and the card afterwards."""

    redeemed: Fen
    after: Held


@dataclass(frozen=True)
class Settlement:
    """The end of a card: what comes back, what counts as fulfilled on that day, and how it was computed."""

    refund: Fen
    redeemed: Fen
    sentence: str


def require_sound_plan(plan: Plan) -> None:
    """Refuse a plan that cannot be computed with.

    Raises: Refused with code TILL-PLAN.
    """
    if plan.price <= 0 or plan.units <= 0:
        raise Refused("售价和面值（次数、月数）须大于零。", code="TILL-PLAN")
    if plan.kind == SaleKind.MEMBERSHIP and plan.units != plan.months:
        raise Refused("期限卡须填写有效期（月）。", code="TILL-PLAN")
    if plan.kind == SaleKind.STORED_VALUE and plan.units < plan.price:
        raise Refused("面值不得低于售价。赠送的金额请加在面值里。", code="TILL-PLAN")
    if plan.kind == SaleKind.LESSONS and plan.units * (plan.unit_price or 0) < plan.price:
        raise Refused(
            f"{plan.units} 次按单次原价合计低于售价 {yuan(plan.price)}，请核对单次原价。",
            code="TILL-PLAN",
        )


def spend(held: Held, units: int) -> Spent:
    """Return what using so many units comes to.

    Raises: Refused TILL-UNITS for none, TILL-SHORT for more than is left, saying what is left.
    """
    if units <= 0:
        raise Refused("请填写大于零的金额或者次数。", code="TILL-UNITS")
    if units > held.left:
        raise Refused(
            f"卡内可用 {shown_units(held.kind, held.left)}，不足 {shown_units(held.kind, units)}，"
            "没有扣款。",
            code="TILL-SHORT",
        )
    return _used(held, held.used + units)


def use(held: Held, units: int | None, *, on: date) -> Spent:
    """Return what a visit comes to: so many units, or none of a term in which the holder comes as he likes.

    The balance of a term stays: its days pass by themselves.
    Raises: Refused TILL-UNITS, TILL-SHORT, or TILL-TERM outside the term.
    """
    if held.kind != SaleKind.MEMBERSHIP:
        return spend(held, units or 0)
    if units is not None:
        raise Refused("期限卡不按金额、次数扣减，两项都不用填。", code="TILL-UNITS")
    _require_in_term(held, on=on)
    return Spent(0, held)


def accrue(held: Held, *, through: date) -> Spent:
    """Return what a term comes to when a day is over: every day of it fulfils an equal share of the price."""
    assert held.starts_on is not None, "only a term passes by itself"
    passed = (through - held.starts_on).days + 1
    return _used(held, min(max(passed, held.used), held.units))


def settle(held: Held, *, fault: Fault, on: date) -> Settlement:
    """Return what comes back when a card ends; whose doing it was is entered by a person (A8).

    What the law counts as fulfilled beyond the redemptions is redeemed on that day, so that the card ends at zero.
    Before the law of 2025 had a formula, all that is not fulfilled comes back, as the charter promises at least.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-19
    """
    try:
        found = _refund(held, fault=fault, on=on)
    except Refused as refused:
        if refused.code != NO_FORMULA:
            raise
        text = f"{on} 没有法定的计算式，退还未兑付的预收资金 {yuan(held.balance)}。"
        return Settlement(held.balance, 0, text)
    assert found.amount <= held.balance, "rounding down what is fulfilled leaves enough"
    return Settlement(found.amount, held.balance - found.amount, found.sentence)


def shown_units(kind: str, units: int) -> str:
    """Return units of a card as people read them: 50.00 元, 3 次, or 30 天."""
    if kind == SaleKind.MEMBERSHIP:
        return f"{units} 天"
    return f"{units} 次" if kind == SaleKind.LESSONS else yuan(units)


def shown_offer(plan: Plan) -> str:
    """Return what a plan gives for its price, with its term."""
    if plan.kind == SaleKind.MEMBERSHIP:
        return f"{plan.units} 个月内不限次使用"
    term = f"，{plan.months} 个月" if plan.months else ""
    return f"{shown_units(plan.kind, plan.units)}{term}"


def _used(held: Held, used: int) -> Spent:
    after = replace(held, used=used)
    return Spent(held.balance - after.balance, after)


def _refund(held: Held, *, fault: Fault, on: date) -> Refund:
    if held.starts_on is not None and held.until is not None:
        return term_refund(TermCard(held.paid, held.starts_on, held.until, ended_on=on), on=on)
    if held.kind == SaleKind.LESSONS:
        price = held.unit_price or 0
        use = CardUse(held.paid, price * held.used, gift=price * held.units - held.paid)
    else:
        use = CardUse(held.paid, held.used, gift=held.units - held.paid)
    return principal(use, fault=fault, on=on)


def _require_in_term(held: Held, *, on: date) -> None:
    if held.starts_on is not None and on < held.starts_on:
        raise Refused(f"这张卡从 {held.starts_on} 起才能使用。", code="TILL-TERM")
    if held.until is not None and on >= held.until:
        last = held.until - timedelta(days=1)
        raise Refused(f"这张卡的有效期至 {last}，已经期满。", code="TILL-TERM")
