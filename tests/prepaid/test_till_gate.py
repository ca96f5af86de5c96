"""The gate at the counter: where a term really ends, when a course begins, what else the buyer holds."""

from datetime import date, datetime, timedelta

import pytest

from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import SHANGHAI
from shangwu.prepaid.models import TillAct, TillCard
from shangwu.prepaid.operations import till
from shangwu.prepaid.operations.till.cards import MOST_OTHER_CARDS, Buyer, find_card
from shangwu.prepaid.rules.counter import asks
from shangwu.prepaid.vocabulary import Fault, SaleKind, Sector
from tests.prepaid.shops import KNOWN, asked, lessons, plan, small_shop, sold

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 10, tzinfo=SHANGHAI)
YUAN = 100


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


@pytest.fixture
def gym():
    return small_shop(sector=Sector.SPORTS, name="上海虚构健身有限公司")


@pytest.fixture
def school():
    return small_shop(sector=Sector.EDUCATION, name="上海虚构培训有限公司")


def refused(code, act, /, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code, raised.value.sentence
    return raised.value.sentence


def course(shop, **facts):
    given = {"units": 20, "price": 2_000 * YUAN, "unit_price": 200 * YUAN, "at": AT}
    return lessons(*shop, **(given | facts))


def term(shop, months, price, **facts):
    given = {
        "kind": SaleKind.MEMBERSHIP,
        "units": months,
        "months": months,
        "price": round(price * YUAN),
    }
    return plan(*shop, **({"name": f"{months}个月卡", "at": AT} | given | facts))


def bought(shop, offer, *, at=AT, others=(), **facts):
    buyer = Buyer(is_identified=True, other_cards=tuple(others))
    return till.issue_card(plan=offer.number, buyer=buyer, request=asked(*shop, at=at), **facts)


class TestLease:
    @pytest.mark.parametrize(
        ("months", "ends_on", "days"),
        [(6, date(2026, 12, 1), 0), (7, date(2027, 1, 1), 1), (9, date(2027, 3, 1), 60)],
    )
    def test_a_top_up_is_measured_from_where_the_card_ends(self, gym, months, ends_on, days):
        """The card is good to 1 June and the lease ends on 31 December; topped up on 1 May."""
        code = sold(*gym, course(gym, months=months), at=AT)
        gym[0].outlets.update(lease_until=date(2026, 12, 31))
        TillCard.objects.update(valid_to=date(2026, 6, 1))
        request = asked(*gym, at=AT)
        if not days:
            act = till.top_up(code=code, buyer=KNOWN, request=request)
            assert act.card.valid_to == ends_on
            return
        sentence = refused("TILL-LIMIT", till.top_up, code=code, buyer=KNOWN, request=request)
        assert f"期满晚于场所租期 {days} 日" in sentence
        assert find_card(gym[0], code).valid_to == date(2026, 6, 1), "nothing was sold"

    def test_what_ran_out_is_extended_from_today(self, gym):
        gym[0].outlets.update(lease_until=date(2026, 11, 1))
        code = sold(*gym, course(gym, months=6), at=AT)
        TillCard.objects.update(valid_to=date(2026, 3, 1))
        act = till.top_up(code=code, buyer=KNOWN, request=asked(*gym, at=AT))
        assert act.card.valid_to == date(2026, 11, 1)

    def test_a_term_that_begins_later_ends_later(self, gym):
        gym[0].outlets.update(lease_until=date(2026, 11, 1))
        offer = term(gym, 6, 1_000)
        assert bought(gym, offer).act.card.valid_to == date(2026, 10, 31)
        sentence = refused("TILL-LIMIT", bought, shop=gym, offer=offer, starts_on=date(2026, 5, 2))
        assert "期满晚于场所租期 1 日" in sentence


class TestStart:
    def test_training_is_paid_one_month_before_it_starts_and_no_day_earlier(self, school):
        offer = course(school, months=3)
        refused("TILL-START", bought, shop=school, offer=offer)
        refused("TILL-START", bought, shop=school, offer=offer, starts_on=date(2026, 4, 30))
        sentence = refused(
            "TILL-LIMIT", bought, shop=school, offer=offer, starts_on=date(2026, 6, 2)
        )
        assert "提前收费 2 个月，上限 1 个月" in sentence and "校外培训" in sentence
        card = bought(school, offer, starts_on=date(2026, 6, 1)).act.card
        assert (card.starts_on, card.valid_to) == (date(2026, 6, 1), date(2026, 9, 1))

    def test_a_renewal_says_when_its_part_starts(self, school):
        code = bought(school, course(school, months=2), starts_on=AT.date()).slip.scanned
        top_up = {"code": code, "buyer": KNOWN, "request": asked(*school, at=AT)}
        refused("TILL-START", till.top_up, **top_up)
        assert "提前收费" in refused(
            "TILL-LIMIT", till.top_up, starts_on=date(2026, 7, 1), **top_up
        )
        act = till.top_up(starts_on=date(2026, 5, 20), **top_up)
        assert act.card.valid_to == date(2026, 9, 1), "after what is left of its own term"

    def test_who_is_asked_what(self):
        gym, school, canteen = (
            asks(sector, on=AT.date()) for sector in (Sector.SPORTS, Sector.EDUCATION, "catering")
        )
        assert (gym.start, gym.others) == (False, True)
        assert (school.start, school.others) == (True, False)
        assert (canteen.start, canteen.others) == (False, False)
        before = asks(Sector.SPORTS, on=date(2025, 2, 28))
        assert not before.others, "the rule was not yet in force"


class TestOtherCards:
    """The handbook's examples 6a to 6c."""

    def test_within_the_limits_of_each_kind(self, gym):
        assert bought(gym, term(gym, 24, 5_000)).act.issued_fen == 5_000 * YUAN
        assert "超出 0.01 元" in refused("TILL-LIMIT", term, shop=gym, months=24, price=5_000.01)
        assert "会籍期限 25 个月，上限 24 个月" in refused(
            "TILL-LIMIT", term, shop=gym, months=25, price=5_000
        )
        assert "61 课时" in refused("TILL-LIMIT", course, shop=gym, units=61)

    def test_three_kinds_together(self, gym):
        one = bought(gym, term(gym, 24, 5_000)).slip.scanned
        two = sold(*gym, plan(*gym, at=AT, price=5_000 * YUAN, units=5_000 * YUAN), at=AT)
        offer = course(gym, units=50, price=1_000_001, unit_price=30_000)
        assert bought(gym, offer).act.counted == "", "what is not shown cannot be counted"
        sentence = refused("TILL-LIMIT", bought, shop=gym, offer=offer, others=[one, two])
        assert "合计金额 20,000.01 元，上限 20,000.00 元，超出 0.01 元" in sentence
        till.redeem(code=two, units=1, request=asked(*gym, at=AT))
        act = bought(gym, offer, others=[one, two, one]).act
        assert act.counted == "已并入计算顾客在本店的另外 2 张卡：未兑付 9,999.99 元"

    def test_a_renewal_counts_what_is_left_of_amount_and_of_term(self, gym):
        code = bought(gym, term(gym, 18, 3_000)).slip.scanned
        later = AT.replace(month=9)
        offer = term(gym, 12, 2_500)
        sentence = refused("TILL-LIMIT", bought, shop=gym, offer=offer, at=later, others=[code])
        assert "会籍金额 5,500.00 元，上限 5,000.00 元，超出 500.00 元" in sentence
        assert "会籍期限 26 个月，上限 24 个月，超出 2 个月" in sentence

    def test_lessons_of_another_card_and_the_card_itself_count_once(self, gym):
        offer = course(gym)
        one, two = sold(*gym, offer, at=AT), sold(*gym, offer, at=AT)
        buyer = Buyer(is_identified=True, other_cards=(one, two))
        act = till.top_up(code=one, buyer=buyer, request=asked(*gym, at=AT))
        assert act.counted.endswith("另外 1 张卡：未兑付 2,000.00 元、20 课时")
        sentence = refused(
            "TILL-LIMIT", till.top_up, code=one, buyer=buyer, request=asked(*gym, at=AT)
        )
        assert "课程课时 80 课时，上限 60 课时" in sentence

    def test_a_refunded_card_holds_nothing(self, gym):
        offer = course(gym)
        code = sold(*gym, offer, at=AT)
        till.refund_card(
            code=code, fault=Fault.OPERATOR, expected_fen=None, request=asked(*gym, at=AT)
        )
        assert bought(gym, offer, others=[code]).act.counted == ""

    def test_a_strangers_card_and_too_many_are_refused(self, gym):
        offer = course(gym)
        code = sold(*gym, offer, at=AT)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        assert "不是本店的卡" in refused(
            "TILL-OTHERS", bought, shop=gym, offer=offer, others=[code, wrong]
        )
        many = [code] * (MOST_OTHER_CARDS + 1)
        refused("TILL-OTHERS", bought, shop=gym, offer=offer, others=many)
        refused("SLIP-FORM", bought, shop=gym, offer=offer, others=["x"])
        assert TillAct.objects.count() == 1


def test_a_month_that_has_begun_counts(gym):
    code = bought(gym, term(gym, 12, 100)).slip.scanned
    offer = term(gym, 13, 100)
    for days, is_allowed in ((0, False), (1, False), (31, True)):
        at = AT + timedelta(days=days)
        if is_allowed:
            assert bought(gym, offer, at=at, others=[code]).act
        else:
            assert "25 个月" in refused(
                "TILL-LIMIT", bought, shop=gym, offer=offer, at=at, others=[code]
            )
