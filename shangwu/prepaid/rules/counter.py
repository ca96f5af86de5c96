"""What a counter asks before a sale, and what of it the limits judge: the plan, the card, the buyer's other cards.

Source: law/prepaid.toml#pack.SH-SPORT25-8
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import add_months, yuan
from shangwu.prepaid.rules.limits import Sale, months_until
from shangwu.prepaid.rules.parameters import Limit
from shangwu.prepaid.rules.till import Held, Plan
from shangwu.prepaid.vocabulary import SaleKind

PLACE = "shanghai"


@dataclass(frozen=True)
class Asks:
    """What the law of a line of business wants to know of a sale beside plan and buyer.

    `start`: the day on which what is paid for begins. `others`: what the same consumer holds already.
    """

    start: bool
    others: bool


@dataclass(frozen=True)
class Bought:
    """What a new card has: its units, the first day where one was agreed, and the last one where it has a term."""

    units: int
    starts_on: date | None
    valid_to: date | None


def asks(sector: str, *, on: date) -> Asks:
    """Return what is to be asked in a line of business.

    Source: law/prepaid.toml#pack.CN-ED1
    """
    limits = [
        pack.parameters for pack in law.packs(Limit, on=on, jurisdiction=PLACE, sector=sector)
    ]
    return Asks(
        start=any(rule.measure == "months_ahead" for one in limits for rule in one.rule),
        others=any(one.scope == "held_together" for one in limits),
    )


def term_end(
    months: int | None, *, on: date, starts_on: date | None = None, valid_to: date | None = None
) -> date | None:
    """Return the day to which a card runs that is sold, or topped up while it is good until `valid_to`.

    None for a card without expiry.
    """
    if not months:
        return None
    return add_months(max(on, starts_on or on, valid_to or on), months)


def buy(plan: Plan, *, on: date, starts_on: date | None = None) -> Bought:
    """Return what a new card of a plan has: of a term the last day is the one before the same day of the month."""
    ends_on = term_end(plan.months, on=on, starts_on=starts_on)
    if plan.kind != SaleKind.MEMBERSHIP or ends_on is None:
        return Bought(plan.units, starts_on, ends_on)
    first = starts_on or on
    return Bought((ends_on - first).days, first, ends_on - timedelta(days=1))


def sale(
    plan: Plan,
    *,
    held: Held | None = None,
    buyer: str = "individual",
    is_identified: bool = False,
    is_by_transfer: bool = False,
    lease_until: date | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Sale:
    """Return what is asked for, as the limits judge it: what the card still holds is added.

    The amount is the money taken in advance; what is given on top is not. `ends_on` is the day to which the card
    then runs.
    """
    is_lessons = plan.kind == SaleKind.LESSONS
    left = held.left if held and is_lessons else 0
    return Sale(
        kind=plan.kind,
        amount=plan.price + (held.balance if held else 0),
        months=plan.months,
        lessons=plan.units + left if is_lessons else None,
        lessons_left=left if held and is_lessons else None,
        starts_on=starts_on,
        ends_on=ends_on,
        lease_until=lease_until,
        paid_at_once=plan.price,
        card=plan.card,
        buyer=buyer,
        is_identified=is_identified,
        is_by_transfer=is_by_transfer,
    )


def still_held(held: Held, *, card: str, on: date, until: date | None) -> Sale:
    """Return what a card still holds, as the limits add it up; a month that has begun counts."""
    return Sale(
        kind=held.kind,
        amount=held.balance,
        months=months_until(held.until or until, on) if until else None,
        lessons=held.left if held.kind == SaleKind.LESSONS else None,
        card=card,
    )


def counted(others: Sequence[Sale]) -> str:
    """Say which other cards of the buyer were counted, nothing for none."""
    if not others:
        return ""
    lessons = sum(one.lessons or 0 for one in others)
    more = f"、{lessons} 课时" if lessons else ""
    amount = yuan(sum(one.amount for one in others))
    return f"已并入计算顾客在本店的另外 {len(others)} 张卡：未兑付 {amount}{more}"
