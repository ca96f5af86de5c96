"""Small shops with a till, their plans, and cards in the hands of nobody."""

from uuid import uuid4

from shangwu.prepaid.operations import applications, till
from shangwu.prepaid.operations.till.cards import Buyer, Request
from shangwu.prepaid.rules.till import Plan
from shangwu.prepaid.vocabulary import BusinessSystem, CardKind, SaleKind
from tests.prepaid.applicants import NOW, approved, clerk, reviewer

KNOWN = Buyer(is_identified=True)
TERMS = {"scope": "本店全部菜品", "fund_use": "用于采购和经营", "refund_terms": "凭卡退款"}


def small_shop(**facts):
    """Return a connected operator that chose the public-base system, and its shopkeeper."""
    by, other = clerk(), reviewer()
    business, keeper = approved(by, other, system=BusinessSystem.PUBLIC_BASE, **facts)
    applications.connect_operator(operator=business.pk, by=by, at=NOW)
    business.refresh_from_db()
    return business, keeper


def plan(business, keeper, **facts):
    """Offer 1,200 yuan of value for 1,000, on a registered card without expiry."""
    given = {
        "kind": SaleKind.STORED_VALUE,
        "card": CardKind.REGISTERED,
        "price": 100_000,
        "units": 120_000,
    }
    name, at = facts.pop("name", "千元卡"), facts.pop("at", NOW)
    return till.open_plan(
        operator=business.pk,
        name=name,
        plan=Plan(**(given | facts)),
        by=keeper,
        at=at,
        **TERMS,
    )


def lessons(business, keeper, **facts):
    """Offer ten visits for 900 yuan, 100 each at list price."""
    given = {"kind": SaleKind.LESSONS, "price": 90_000, "units": 10, "unit_price": 10_000}
    return plan(business, keeper, **({"name": "十次卡"} | given | facts))


def asked(business, keeper, *, at=NOW, key=None, outlet="A0001", remark=""):
    """Return what a page of the till asks, under a new key unless one is given."""
    return Request(business, outlet, key or str(uuid4()), keeper, at, remark)


def sold(business, keeper, offer, *, at=NOW):
    """Sell a card and return what its slip says, as the scanner reads it."""
    issued = till.issue_card(plan=offer.number, buyer=KNOWN, request=asked(business, keeper, at=at))
    return issued.slip.scanned
