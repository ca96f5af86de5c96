"""What a card of the till holds, what a redemption takes from it, and what comes back at the end.

A card buys `units` for the money paid: fen of spendable value, or lessons. Reported is the money only: of it as much
is fulfilled as of the units is used, rounded down, so that what is left never falls short of a refund.

Source: law/prepaid.toml#pack.CN-SPC25-18
"""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.limits import Sale
from shangwu.prepaid.rules.refund.principal import CardUse, principal
from shangwu.prepaid.vocabulary import Fault, SaleKind

LONGEST_NAME = 60
NO_FORMULA = "PREPAID-REFUND-LAW"


@dataclass(frozen=True)
class Plan:
    """What is offered: a price in fen for so many units; `unit_price` is a lesson's list price in fen."""

    kind: str
    card: str
    price: Fen
    units: int
    unit_price: Fen | None = None
    months: int | None = None


@dataclass(frozen=True)
class Held:
    """What a card holds: paid in fen, and units bought and used."""

    kind: str
    paid: Fen
    units: int
    used: int
    unit_price: Fen | None = None

    @property
    def left(self) -> int:
        """What can still be used: fen of value, or lessons."""
        return self.units - self.used

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
    if plan.kind not in (SaleKind.STORED_VALUE, SaleKind.LESSONS):
        raise Refused("收银系统目前只售储值卡和次卡（课时卡）。", code="TILL-PLAN")
    if plan.price <= 0 or plan.units <= 0:
        raise Refused("售价和面值（次数）须大于零。", code="TILL-PLAN")
    if plan.kind == SaleKind.STORED_VALUE and plan.units < plan.price:
        raise Refused("面值不得低于售价。赠送的金额请加在面值里。", code="TILL-PLAN")
    if plan.kind == SaleKind.LESSONS and plan.units * (plan.unit_price or 0) < plan.price:
        raise Refused(
            f"{plan.units} 次按单次原价合计低于售价 {yuan(plan.price)}，请核对单次原价。",
            code="TILL-PLAN",
        )


def sale(
    plan: Plan,
    *,
    held: Held | None = None,
    buyer: str = "individual",
    is_identified: bool = False,
    is_by_transfer: bool = False,
    lease_until: date | None = None,
) -> Sale:
    """Return what is asked for, as the limits judge it: what the card still holds is added.

    The amount is the money taken in advance; what is given on top is not.
    """
    is_lessons = plan.kind == SaleKind.LESSONS
    left = held.left if held and is_lessons else 0
    return Sale(
        kind=plan.kind,
        amount=plan.price + (held.balance if held else 0),
        months=plan.months,
        lessons=plan.units + left if is_lessons else None,
        lessons_left=left if held and is_lessons else None,
        lease_until=lease_until,
        paid_at_once=plan.price,
        card=plan.card,
        buyer=buyer,
        is_identified=is_identified,
        is_by_transfer=is_by_transfer,
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
    after = Held(held.kind, held.paid, held.units, held.used + units, held.unit_price)
    return Spent(held.balance - after.balance, after)


def settle(held: Held, *, fault: Fault, on: date) -> Settlement:
    """Return what comes back when a card ends; whose doing it was is entered by a person (A8).

    What the law counts as fulfilled beyond the redemptions is redeemed on that day, so that the card ends at zero.
    Before the law of 2025 had a formula, all that is not fulfilled comes back, as the charter promises at least.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-19
    """
    if held.kind == SaleKind.LESSONS:
        price = held.unit_price or 0
        use = CardUse(held.paid, price * held.used, gift=price * held.units - held.paid)
    else:
        use = CardUse(held.paid, held.used, gift=held.units - held.paid)
    try:
        found = principal(use, fault=fault, on=on)
    except Refused as refused:
        if refused.code != NO_FORMULA:
            raise
        text = f"{on} 没有法定的计算式，退还未兑付的预收资金 {yuan(held.balance)}。"
        return Settlement(held.balance, 0, text)
    assert found.amount <= held.balance, "rounding down what is fulfilled leaves enough"
    return Settlement(found.amount, held.balance - found.amount, found.sentence)


def shown_units(kind: str, units: int) -> str:
    """Return units as people read them: 50.00 元, or 3 次."""
    return f"{units} 次" if kind == SaleKind.LESSONS else yuan(units)
