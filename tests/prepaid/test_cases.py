"""Every worked example of law/cases/prepaid.toml through the public functions, exact to the fen and the day."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal

import pytest

from shangwu.foundation import law as official
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.cases import fines_for
from shangwu.prepaid.rules.deadlines import (
    credit_due,
    mark_due,
    notice_by,
    quarter_report_due,
    row_due,
    transition_due,
)
from shangwu.prepaid.rules.limits import Sale, check_sale
from shangwu.prepaid.rules.listing import Punished, listing_by_penalties
from shangwu.prepaid.rules.refund.interest import interest
from shangwu.prepaid.rules.refund.principal import CardUse, principal
from shangwu.prepaid.rules.refund.term import TermCard, term_refund, withdrawal
from shangwu.prepaid.rules.requirement.bonds import Bond, cover
from shangwu.prepaid.rules.requirement.facts import Position
from shangwu.prepaid.rules.requirement.requirement import requirement
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import Fault, OperatorForm

CASES = tomllib.loads((official.LAW_FOLDER / "cases" / "prepaid.toml").read_text("utf-8"))
GYM_DAY, REFUND_DAY, CASE_DAY = date(2025, 3, 10), date(2025, 6, 1), date(2024, 1, 10)
CALENDAR = load_calendar()
KINDS = {
    *("tier", "offset", "deadline", "limit", "refund", "term", "interest"),
    *("route", "fine", "listing", "elsewhere", "withdrawal"),
}


def each(kind):
    rows = [pytest.param(case, id=case["id"]) for case in CASES[kind]]
    return pytest.mark.parametrize("case", rows)


def test_no_kind_of_case_is_overlooked():
    assert set(CASES) == KINDS


@each("tier")
def test_deposit(case):
    pack = law.pack("SH-IM19-11", on=case["on"])
    position = Position(
        balance=case["balance"],
        prior_revenue=case.get("revenue"),
        established_on=case["established"],
        traits=frozenset(case.get("traits", ())),
    )
    answer = requirement(position, on=case["on"], packs=[pack])
    assert answer.amount == case["required"]
    assert answer.is_complete
    assert "第十一条" in answer.sentence
    assert [one.reference for one in answer.citations] == ["law/prepaid.toml#pack.SH-IM19-11"]
    assert requirement(position, on=case["on"]).amount == case["required"]


@each("offset")
def test_offset(case):
    bond = Bond("performance_insurance", case["bond"], date(2022, 7, 1), case["ends"])
    answer = cover(case["required"], bonds=[bond], in_custody=case["custody"], on=case["on"])
    assert (answer.cash_needed, answer.counted, answer.shortfall) == (
        case["cash"],
        case["counted"],
        case["shortfall"],
    )
    assert answer.is_met is (case["shortfall"] == 0)
    assert answer.changes_on == (case["ends"] if case["on"] < case["ends"] else None)
    assert "第十五条" in answer.sentence


def due_of(kind, day):
    if kind == "quarter":
        return quarter_report_due(day.year, (day.month + 2) // 3, calendar=CALENDAR)
    if kind == "notice":
        return notice_by(day, on=date(2025, 11, 1))
    if kind == "transition":
        return transition_due(on=day, calendar=CALENDAR)
    if kind in {"row", "mark"}:
        return {"row": row_due, "mark": mark_due}[kind](day, calendar=CALENDAR)
    return credit_due(kind, day, calendar=CALENDAR)


@each("deadline")
def test_deadline(case):
    answer = due_of(case["kind"], case["day"])
    assert answer.due == case["due"]
    assert not answer.is_provisional
    assert case["due"] in [day.date for day in answer.trace]
    assert all(day.why for day in answer.trace)
    assert str(case["due"]) in answer.sentence
    assert answer.citation.article in answer.sentence


@each("limit")
def test_limit(case):
    answer = check_sale(
        Sale(**case["asked"]),
        on=GYM_DAY,
        sector=case["sector"],
        held=[Sale(**sale) for sale in case.get("held", [])],
    )
    assert [[excess.measure, excess.by] for excess in answer.excesses] == case["exceeds"]
    assert answer.is_allowed is (case["exceeds"] == [])
    for excess in answer.excesses:
        assert excess.citation.text in answer.sentence


@each("elsewhere")
def test_elsewhere(case):
    answer = check_sale(
        Sale(**case["asked"]),
        on=case["on"],
        sector=case["sector"],
        jurisdiction=case["jurisdiction"],
    )
    assert [[excess.measure, excess.by] for excess in answer.excesses] == case["exceeds"]


@each("withdrawal")
def test_withdrawal(case):
    answer = withdrawal(
        10_000,
        paid_on=case["paid"],
        asked_on=case["paid"] + timedelta(days=case["days"]),
        has_tried=False,
        jurisdiction=case["jurisdiction"],
    )
    assert answer.is_allowed is case["allowed"]
    assert answer.refund.amount == (10_000 if case["allowed"] else 0)
    assert answer.refund.citations


@each("refund")
def test_refund(case):
    use = CardUse(
        paid=case["paid"],
        used=case["used"],
        gift=case.get("gift", 0),
        discount=Decimal(case.get("discount", "1")),
        used_at_market=case.get("used_at_market"),
    )
    answer = principal(use, fault=Fault(case["fault"]), on=REFUND_DAY)
    assert answer.amount == case["amount"]
    named = "第十八条" if case["fault"] == "operator" else "第十九条"
    assert named in answer.sentence
    assert ("第二十条" in answer.sentence) is (case["id"] == "7b-consumer")


@each("term")
def test_term(case):
    card = TermCard(case["paid"], case["from"], case["until"], case["ended"], case.get("stopped"))
    answer = term_refund(card, on=case["ended"])
    assert answer.amount == case["amount"]
    assert "第二十二条" in answer.sentence


@each("interest")
def test_interest(case):
    answer = interest(
        case["principal"],
        rate=Decimal(case["rate"]),
        ended_on=case["ended"],
        paid_on=case["paid"],
        fault=Fault.OPERATOR,
    )
    assert answer.amount == case["amount"]
    assert "贷款市场报价利率" in answer.sentence


@each("route")
def test_route(case):
    answer = route(
        sector=case["sector"],
        district=case.get("district", "310106"),
        on=case["on"],
        form=case.get("form", OperatorForm.ENTERPRISE),
    )
    assert (answer.agency, answer.penalty_body) == (case["agency"], case["penalty_body"])
    assert answer.district == case.get("place", "静安区")
    assert answer.sentence.startswith(f"由{answer.district}")
    # The reading A12 is open for a trader alone: no text says how it connects.
    assert answer.must_connect is {"must": True, "open": None}[case.get("connects", "must")]
    assert ("另行规定" in answer.sentence) is (answer.must_connect is None)
    assert answer.citations


@each("fine")
def test_fines(case):
    [offer] = fines_for(case["breach"], on=CASE_DAY, sector="sports")
    found = [[band.gravity, band.at_least_fen, band.at_most_fen] for band in offer.bands]
    assert found == case["bands"]
    assert offer.citation.source_status == "confirmed"


@each("listing")
def test_listing(case):
    days = case["penalties"]
    bases = case.get("bases", ["SH-REG18-26-2"] * len(days))
    answer = listing_by_penalties([*map(Punished, days, bases)], on=CASE_DAY)
    assert answer.is_proposed is case["proposed"]
    assert ("由人决定" in answer.sentence) is case["proposed"]
