"""Limits and the stop at the counter; refunds that are never below nothing nor above what was paid."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.batch.bounds import NO_LIMIT, lowest_limits
from shangwu.prepaid.rules.card_limits import READINGS, explained
from shangwu.prepaid.rules.limits import Sale, check_balance, check_sale, stop_selling
from shangwu.prepaid.rules.refund.interest import interest, rate_name
from shangwu.prepaid.rules.refund.principal import CardUse, principal
from shangwu.prepaid.rules.refund.term import TermCard, term_refund, withdrawal
from shangwu.prepaid.rules.revenue_cap import ratios, revenue_cap
from shangwu.prepaid.vocabulary import CardKind, Fault, Risk, SaleKind
from tests.prepaid.readings import decide

DAY = date(2025, 6, 1)
GYM = {"on": DAY, "sector": "sports"}
fen = st.integers(0, 10**10)
sales = st.builds(
    Sale,
    kind=st.sampled_from(SaleKind.values),
    amount=st.integers(0, 3_000_000),
    months=st.none() | st.integers(0, 40),
    lessons=st.none() | st.integers(0, 90),
)


@given(asked=sales, held=st.lists(sales, max_size=3))
def test_what_is_held_already_can_only_make_a_sale_harder(asked, held):
    alone, together = check_sale(asked, **GYM), check_sale(asked, held=held, **GYM)
    assert len(together.excesses) >= len(alone.excesses)
    assert all(excess.by > 0 for excess in together.excesses)
    assert together.is_allowed is (together.sentence == "可以销售。")


def test_before_the_gym_rule_the_same_sale_was_allowed():
    asked = Sale(SaleKind.MEMBERSHIP, 500_001, 24)
    assert check_sale(asked, on=date(2025, 2, 28), sector="sports").is_allowed
    assert not check_sale(asked, on=date(2025, 3, 1), sector="sports").is_allowed


def test_other_lines_of_business_know_no_gym_rule():
    assert check_sale(
        Sale(SaleKind.LESSONS, 9_000_000, lessons=100), on=DAY, sector="culture"
    ).is_allowed


def test_sports_training_of_pupils_is_no_gym_but_has_its_rule_in_beijing():
    asked = Sale(SaleKind.LESSONS, 500_001, 2, 30)
    assert check_sale(asked, on=DAY, sector="youth_sports").is_allowed
    beijing = check_sale(asked, on=DAY, sector="youth_sports", jurisdiction="beijing")
    assert [excess.by for excess in beijing.excesses] == [1]


@pytest.mark.parametrize(
    ("lease_until", "days"), [(None, 0), (date(2026, 6, 1), 0), (date(2026, 5, 31), 1)]
)
def test_no_card_outlives_the_lease(lease_until, days):
    answer = check_sale(Sale(SaleKind.MEMBERSHIP, 1, 12, lease_until=lease_until), **GYM)
    assert [excess.by for excess in answer.excesses] == ([days] if days else [])


def test_a_place_or_a_line_of_business_that_does_not_exist_is_no_empty_answer():
    for place, sector in (("shangai", "sports"), ("shanghai", "gym")):
        with pytest.raises(ValueError, match="unknown place"):
            check_sale(Sale(SaleKind.LESSONS, 1), on=DAY, sector=sector, jurisdiction=place)


def test_a_sentence_says_what_is_exceeded_by_how_much_and_why():
    answer = check_sale(
        Sale(SaleKind.MEMBERSHIP, 250_000, 12), held=[Sale(SaleKind.MEMBERSHIP, 300_000, 14)], **GYM
    )
    assert "会籍金额 5,500.00 元，上限 5,000.00 元，超出 500.00 元" in answer.sentence
    assert "会籍期限 26 个月，上限 24 个月，超出 2 个月" in answer.sentence
    assert answer.sentence.count("第八条〔据转载或摘录〕") == 2
    assert not answer.must_stop_selling


@pytest.mark.parametrize("field", ["amount", "months", "lessons", "lessons_left"])
def test_figures_below_zero_are_refused(field):
    facts = {"kind": SaleKind.LESSONS, "amount": 1, field: -1}
    with pytest.raises(Refused) as refusal:
        check_sale(Sale(**facts), **GYM)
    assert refusal.value.code == "PREPAID-SALE"


def test_lessons_may_be_paid_one_month_before_they_start_and_no_day_earlier():
    for start, allowed in ((date(2025, 7, 1), True), (date(2025, 7, 2), False), (DAY, True)):
        sale = Sale(SaleKind.LESSONS, 1, lessons=1, starts_on=start)
        assert check_sale(sale, on=DAY, sector="education").is_allowed is allowed


@pytest.mark.parametrize(
    ("buyer", "paid", "transfer", "allowed"),
    [
        ("company", 499_999, False, True),
        ("company", 500_000, False, False),
        ("company", 500_000, True, True),
        ("individual", 4_999_999, False, True),
        ("individual", 5_000_000, False, False),
    ],
)
def test_from_which_amount_on_a_transfer_is_demanded(buyer, paid, transfer, allowed):
    sale = Sale(
        SaleKind.STORED_VALUE, 100_000, paid_at_once=paid, buyer=buyer, is_by_transfer=transfer
    )
    answer = check_sale(sale, on=DAY, sector="retail")
    assert answer.is_allowed is allowed
    assert ("银行转账" in answer.sentence) is not allowed


def test_a_registered_card_demands_identity_and_a_small_anonymous_purchase_does_not():
    registered = Sale(SaleKind.STORED_VALUE, 1, is_identified=False)
    assert "登记购卡人身份" in check_sale(registered, on=DAY, sector="retail").sentence
    anonymous = Sale(SaleKind.STORED_VALUE, 1, 36, card=CardKind.ANONYMOUS, is_identified=False)
    assert check_sale(anonymous, on=DAY, sector="retail").is_allowed


def test_a_major_operating_risk_stops_every_sale_from_2024_07_on():
    risks = frozenset({Risk.MAJOR_OPERATING_RISK})
    asked = Sale(SaleKind.STORED_VALUE, 1)
    before = check_sale(asked, on=date(2024, 6, 30), sector="catering", risks=risks)
    after = check_sale(asked, on=date(2024, 7, 1), sector="catering", risks=risks)
    assert before.is_allowed
    assert (after.is_allowed, after.must_stop_selling, after.excesses) == (False, True, ())
    assert after.sentence.startswith("停止收取预付款：出现重大经营风险")
    assert "第二十二条" in after.citations[0].article


def test_who_may_not_issue_depends_on_the_place_and_never_on_a_draft():
    risks = frozenset({Risk.ABNORMAL_LIST, Risk.NEWLY_LICENSED})
    found = {
        place: bool(
            stop_selling(risks, on=date(2026, 1, 1), sector="sports", jurisdiction=place)[0]
        )
        for place in ("shanghai", "beijing", "jiangsu", "siping")
    }
    assert found == {"shanghai": False, "beijing": True, "jiangsu": True, "siping": False}


def test_a_balance_beyond_its_share_of_revenue():
    assert check_balance(40, prior_revenue=100, on=DAY, sector="catering") == ()
    [excess] = check_balance(41, prior_revenue=100, on=DAY, sector="catering")
    assert (excess.limit, excess.by, excess.citation.source_status) == (40, 1, "unconfirmed")
    assert check_balance(100, prior_revenue=100, on=DAY, sector="resident_service") == ()
    assert check_balance(10**9, prior_revenue=1, on=DAY, sector="sports") == ()


@pytest.mark.parametrize("sector", ["catering", "resident_service", "sports", "mall"])
@pytest.mark.parametrize(("balance", "revenue"), [(40, 100), (41, 100), (0, 0), (1, 0), (7, 19)])
def test_the_cap_by_revenue_is_told_as_it_would_be_checked(sector, balance, revenue):
    told = revenue_cap(balance, revenue=revenue, year=DAY.year - 1, sector=sector, on=DAY)
    excesses = check_balance(balance, prior_revenue=revenue, on=DAY, sector=sector)
    if sector in {"sports", "mall"}:
        assert told is None and not excesses
        return
    assert told.is_exceeded == bool(excesses) and {one.limit for one in excesses} <= {told.cap}
    assert "〔未核实〕" in told.sentence and told.sentence.endswith("不作为监管、处罚的依据。")
    assert ratios(DAY)[sector] == told.ratio
    assert revenue_cap(balance, revenue=None, year=None, sector=sector, on=DAY) is None


@pytest.mark.parametrize("sector", ["education", "culture", "tourism", "transport"])
def test_the_national_bound_reaches_other_lines_of_business_only_if_decided_so(monkeypatch, sector):
    asked, on = Sale(SaleKind.STORED_VALUE, 500_001), date(2019, 9, 2)
    answer = check_sale(asked, on=on, sector=sector)
    assert answer.is_allowed
    assert "SH-REG18-14" not in str(answer.citations)
    assert lowest_limits(on, sector)[CardKind.REGISTERED] == NO_LIMIT
    assert "目前没有单张卡的金额限额" in explained(sector, on=on)
    assert "只适用于国家办法所列的零售" in explained(sector, on=on)
    decide(monkeypatch, card_limits="all")
    [excess] = check_sale(asked, on=on, sector=sector).excesses
    assert (excess.measure, excess.by) == ("amount_fen", 1)
    assert "管理规定 第十四条" in excess.citation.article
    assert lowest_limits(on, sector) == {CardKind.REGISTERED: 500_000, CardKind.ANONYMOUS: 100_000}
    assert "记名卡最多 5,000.00 元" in explained(sector, on=on)
    assert "适用于规定范围内的各行业" in explained(sector, on=on)


def test_what_a_card_may_hold_is_told_for_every_line_of_business_and_place():
    assert "不记名卡最多 1,000.00 元" in explained("catering", on=DAY)
    gym = explained("sports", on=date(2025, 3, 10))
    assert "最多 20,000.00 元（同一消费者各卡合计）" in gym
    choices = {law.settings(day).card_limits.value for day in (date(2019, 1, 1), DAY)}
    assert choices <= READINGS.keys()


def test_fifty_million_is_a_ceiling_only_if_decided_so(monkeypatch):
    facts = {"prior_revenue": 1, "on": DAY, "sector": "sports"}
    assert check_balance(5_000_000_001, **facts) == ()
    decide(monkeypatch, fifty_million="ceiling_on_collection")
    assert check_balance(5_000_000_000, **facts) == ()
    [excess] = check_balance(5_000_000_001, **facts)
    assert excess.by == 1
    assert "收取上限为 50,000,000.00 元，超出 0.01 元" in excess.sentence


cards = st.builds(
    CardUse,
    paid=fen,
    used=fen,
    gift=fen,
    discount=st.decimals("0.01", "1", places=2),
)


def is_possible(card):
    return card.discount * card.used <= card.paid + card.gift


@given(cards.filter(is_possible), st.sampled_from(Fault))
def test_a_refund_lies_between_nothing_and_what_was_paid(card, fault):
    answer = principal(card, fault=fault, on=DAY)
    assert 0 <= answer.amount <= card.paid
    assert answer.formula in answer.sentence
    assert "第十五条" in answer.sentence


@given(cards.filter(is_possible))
def test_the_operators_fault_never_gives_less_than_the_consumers_reason(card):
    operator, consumer = (principal(card, fault=fault, on=DAY).amount for fault in Fault)
    assert operator >= consumer


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (CardUse(-1, 0), "PREPAID-REFUND-AMOUNT"),
        (CardUse(1, -1), "PREPAID-REFUND-AMOUNT"),
        (CardUse(1, 0, gift=-1), "PREPAID-REFUND-AMOUNT"),
        (CardUse(1, 0, used_at_market=-1), "PREPAID-REFUND-AMOUNT"),
        (CardUse(1, 0, discount=Decimal(0)), "PREPAID-REFUND-DISCOUNT"),
        (CardUse(1, 0, discount=Decimal("1.1")), "PREPAID-REFUND-DISCOUNT"),
        (CardUse(100, 121, gift=20), "PREPAID-REFUND-USED"),
    ],
)
def test_a_card_that_cannot_be_is_refused(card, code):
    with pytest.raises(Refused) as refusal:
        principal(card, fault=Fault.OPERATOR, on=DAY)
    assert refusal.value.code == code


def test_before_the_interpretation_there_is_no_formula():
    with pytest.raises(Refused) as refusal:
        principal(CardUse(1, 0), fault=Fault.OPERATOR, on=date(2025, 4, 30))
    assert refusal.value.code == "PREPAID-REFUND-LAW"
    assert not re.search("[a-z]", refusal.value.sentence), "a consumer reads it"


@given(
    paid=fen, days=st.integers(1, 4000), ended=st.integers(-100, 5000), stopped=st.integers(0, 5000)
)
def test_a_term_is_refunded_by_the_days_that_remain(paid, days, ended, stopped):
    def on(number):
        return DAY + timedelta(days=number)

    card = TermCard(paid, DAY, on(days), on(ended))
    later = TermCard(paid, DAY, on(days), on(ended), on(stopped))
    amount, with_stop = (term_refund(one, on=DAY).amount for one in (card, later))
    assert 0 <= amount <= with_stop <= paid


def test_a_term_without_days_is_refused():
    with pytest.raises(Refused) as refusal:
        term_refund(TermCard(1, DAY, DAY, DAY), on=DAY)
    assert refusal.value.code == "PREPAID-REFUND-TERM"


@pytest.mark.parametrize(
    ("asked", "tried", "amount", "words"),
    [
        (date(2025, 6, 8), False, 500, "全部返还本金"),
        (date(2025, 6, 9), False, 0, "已超过期限"),
        (date(2025, 6, 2), True, 0, "已获得过相同商品或者服务"),
    ],
)
def test_seven_days_to_undo_a_payment(asked, tried, amount, words):
    answer = withdrawal(500, paid_on=DAY, asked_on=asked, has_tried=tried)
    assert (answer.refund.amount, answer.is_allowed) == (amount, amount > 0)
    assert answer.last_day == date(2025, 6, 8)
    assert words in answer.refund.sentence
    assert "第十四条" in answer.refund.sentence


def test_seven_days_before_there_was_such_law():
    with pytest.raises(Refused) as refusal:
        withdrawal(500, paid_on=date(2025, 4, 1), asked_on=date(2025, 4, 2), has_tried=False)
    assert "A9" in refusal.value.sentence
    beijing = withdrawal(
        500,
        paid_on=date(2023, 4, 1),
        asked_on=date(2023, 4, 2),
        has_tried=False,
        jurisdiction="beijing",
    )
    assert "第十六条" in beijing.refund.sentence
    with pytest.raises(Refused, match="早于付款日期"):
        withdrawal(500, paid_on=DAY, asked_on=date(2025, 5, 31), has_tried=False)


def test_which_rate_follows_from_the_cause_that_a_person_entered():
    named = [
        rate_name(fault=fault, is_supervised=supervised, on=DAY)
        for fault, supervised in (
            (Fault.OPERATOR, False),
            (Fault.CONSUMER, False),
            (Fault.OPERATOR, True),
        )
    ]
    assert named == ["合同订立时一年期贷款市场报价利率", "一年期存款基准利率", "监管账户实际利率"]


@given(principal_fen=fen, days=st.integers(0, 3650), rate=st.decimals("0", "0.2", places=4))
def test_interest_grows_with_time_and_is_exact(principal_fen, days, rate):
    def after(number):
        return interest(
            principal_fen,
            rate=rate,
            ended_on=DAY,
            paid_on=DAY + timedelta(days=number),
            fault=Fault.CONSUMER,
        ).amount

    assert 0 <= after(days) <= after(days + 1)
    assert (
        abs(after(days) * 365 * 10_000 - principal_fen * int(rate * 10_000) * days) * 2
        <= 365 * 10_000
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rate": Decimal("3.1")}, "PREPAID-RATE"),
        ({"paid_on": date(2025, 5, 31)}, "PREPAID-REFUND-DATES"),
        ({"ended_on": date(2025, 4, 30)}, "PREPAID-REFUND-LAW"),
    ],
)
def test_interest_that_cannot_be_is_refused(changes, code):
    facts = {"rate": Decimal("0.031"), "ended_on": DAY, "paid_on": DAY, "fault": Fault.OPERATOR}
    with pytest.raises(Refused) as refusal:
        interest(100, **{**facts, **changes})
    assert refusal.value.code == code
