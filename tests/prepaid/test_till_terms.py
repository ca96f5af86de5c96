"""Cards for a term: let in as often as the holder likes, redeemed day by day, refunded by the days that are left."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import SHANGHAI
from shangwu.prepaid.models import CardBalance, CardPlan, OperatorDay, TillAct, TillCard
from shangwu.prepaid.operations import till
from shangwu.prepaid.operations.till.sending import send_till_days
from shangwu.prepaid.operations.till.terms import accrue_terms
from shangwu.prepaid.queries.till import balance_at, card_days, day_book, held_of
from shangwu.prepaid.rules.counter import buy
from shangwu.prepaid.rules.till import Held, Plan, accrue, settle, use
from shangwu.prepaid.vocabulary import CardKind, Fault, SaleKind, Sector, TillActKind
from tests.prepaid.applicants import NOW, TODAY
from tests.prepaid.shops import KNOWN, asked, lessons, plan, small_shop, sold

ON = date(2025, 9, 1)
LATER = datetime(2025, 9, 1, 10, tzinfo=SHANGHAI)
MONTH = {"kind": SaleKind.MEMBERSHIP, "price": 30_000, "units": 1, "months": 1, "name": "月卡"}


def month_card(used=0, paid=30_000):
    return Held(SaleKind.MEMBERSHIP, paid, 30, used, starts_on=ON)


class TestRules:
    def test_a_term_ends_on_the_day_before_the_same_day_of_its_last_month(self):
        offer = Plan(SaleKind.MEMBERSHIP, CardKind.REGISTERED, 30_000, 1, months=1)
        assert vars(buy(offer, on=ON)) == {
            "units": 30,
            "starts_on": ON,
            "valid_to": date(2025, 9, 30),
        }
        later = buy(offer, on=ON, starts_on=date(2026, 1, 31))
        assert (later.units, later.valid_to) == (28, date(2026, 2, 27))

    def test_each_day_that_is_over_fulfils_its_share(self):
        assert accrue(month_card(), through=ON).redeemed == 1_000
        before = accrue(month_card(), through=ON - timedelta(days=5))
        assert (before.redeemed, before.after.used) == (0, 0)
        caught_up = accrue(month_card(used=3), through=date(2025, 9, 10))
        assert (caught_up.redeemed, caught_up.after.used) == (7_000, 10)
        assert accrue(month_card(used=10), through=date(2025, 9, 3)).after.used == 10
        over = accrue(month_card(), through=date(2026, 9, 1))
        assert (over.redeemed, over.after.left, over.after.balance) == (30_000, 0, 0)

    @pytest.mark.parametrize("fault", list(Fault))
    def test_the_days_that_are_left_come_back(self, fault):
        held = month_card(used=9)
        found = settle(held, fault=fault, on=date(2025, 9, 10))
        assert (found.refund, found.redeemed) == (21_000, 0)
        assert "剩余 21 日 ÷ 共 30 日" in found.sentence and "第二十二条" in found.sentence
        unstarted = settle(month_card(), fault=fault, on=ON - timedelta(days=3))
        assert unstarted.refund == 30_000

    def test_before_there_was_a_formula_all_that_is_not_passed_comes_back(self):
        held = Held(SaleKind.MEMBERSHIP, 30_000, 30, 9, starts_on=TODAY)
        found = settle(held, fault=Fault.CONSUMER, on=TODAY + timedelta(days=9))
        assert (found.refund, found.redeemed) == (21_000, 0)
        assert "没有法定的计算式" in found.sentence

    @given(paid=st.integers(1, 10**7), used=st.integers(0, 30), on=st.integers(0, 60))
    def test_a_refund_never_exceeds_the_balance(self, paid, used, on):
        """However many days the nights have counted, as long as they count no day that is not over."""
        held = month_card(used=min(used, on), paid=paid)
        found = settle(held, fault=Fault.CONSUMER, on=ON + timedelta(days=on))
        assert 0 <= found.refund <= held.balance
        assert found.refund + found.redeemed == held.balance

    def test_the_holder_is_let_in_during_the_term_alone(self):
        held = month_card()
        assert use(held, None, on=date(2025, 9, 30)).redeemed == 0
        for day, words in ((date(2025, 8, 31), "2025-09-01 起"), (date(2025, 10, 1), "已经期满")):
            with pytest.raises(Refused, match=words) as raised:
                use(held, None, on=day)
            assert raised.value.code == "TILL-TERM"
        with pytest.raises(Refused) as raised:
            use(held, 1, on=ON)
        assert raised.value.code == "TILL-UNITS"


@pytest.fixture
def shop(db, settings):
    settings.UNSCANNED_FILES_ACCEPTED = True
    return small_shop(sector=Sector.SPORTS, name="上海虚构健身有限公司")


def refused(code, act, /, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code, raised.value.sentence
    return raised.value.sentence


class TestCards:
    def test_a_visit_takes_nothing_and_a_term_is_not_topped_up(self, shop):
        code = sold(*shop, plan(*shop, **MONTH))
        act = till.redeem(code=code, units=None, request=asked(*shop))
        assert (act.redeemed_fen, act.balance_fen, act.left_units) == (0, 30_000, 30)
        assert "另售一张" in refused(
            "TILL-TERM", till.top_up, code=code, buyer=KNOWN, request=asked(*shop)
        )
        over = NOW + timedelta(days=30)
        refused("TILL-TERM", till.redeem, code=code, units=None, request=asked(*shop, at=over))
        visits = sold(*shop, lessons(*shop))
        refused("TILL-UNITS", till.redeem, code=visits, units=None, request=asked(*shop))

    def test_it_is_refunded_by_the_article_and_the_money_adds_up(self, shop):
        code = sold(*shop, plan(*shop, **(MONTH | {"at": LATER})), at=LATER)
        for days in range(9):
            accrue_terms(operator=shop[0], day=ON + timedelta(days=days), at=LATER)
        tenth = LATER + timedelta(days=10)  # the night of the tenth day has not run
        act = till.refund_card(
            code=code,
            fault=Fault.CONSUMER,
            expected_fen=20_000,
            request=asked(*shop, at=tenth),
        )
        assert (act.refunded_fen, act.redeemed_fen, act.balance_fen) == (20_000, 1_000, 0)
        assert "第二十二条" in act.formula
        acts = TillAct.objects.all()
        assert sum(one.issued_fen - one.redeemed_fen - one.refunded_fen for one in acts) == 0
        assert accrue_terms(operator=shop[0], day=tenth.date(), at=tenth) == 0, "it has ended"

    def test_the_database_knows_a_term_by_its_months_and_nobody_by_whom_days_pass(self, shop):
        plan(*shop, **MONTH)
        for change in ({"months": None}, {"months": 2}, {"unit_price_fen": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CardPlan.objects.update(**change)
        sold(*shop, CardPlan.objects.get())
        accrue_terms(operator=shop[0], day=TODAY, at=NOW + timedelta(days=1))
        act = TillAct.objects.get(kind=TillActKind.ACCRUE)
        assert act.done_by is None
        act.pk, act.key_hash, act.kind = None, b"another", TillActKind.REDEEM
        with pytest.raises(IntegrityError), transaction.atomic():
            act.save(force_insert=True)

    def test_a_business_that_may_set_no_term_cannot_offer_one(self, db, settings):
        settings.UNSCANNED_FILES_ACCEPTED = True
        business, keeper = small_shop()
        assert "不得设期限" in refused(
            "TILL-LIMIT", plan, business=business, keeper=keeper, **MONTH
        )


@pytest.mark.django_db
class TestNights:
    def test_every_night_a_day_passes_and_arrives_in_the_ledger(self, shop):
        business, _ = shop
        code = sold(*shop, plan(*shop, **MONTH))
        till.redeem(code=code, units=None, request=asked(*shop))
        assert send_till_days(at=NOW + timedelta(days=2)) == 2
        card = TillCard.objects.get()
        assert (card.used_units, card.balance_fen) == (2, 28_000)
        assert CardBalance.objects.get(operator=business).balance_fen == 28_000
        days = OperatorDay.objects.filter(operator=business).order_by("day")
        assert [(one.rows, one.balance_fen) for one in days] == [(1, 29_000), (1, 28_000)]
        assert [one.stated["redeemed"] for one in days] == [1_000, 1_000]
        assert Act.objects.filter(act="prepaid.accrue_terms").count() == 2
        for day in (TODAY, TODAY + timedelta(days=1)):
            at = NOW + timedelta(days=2)
            assert accrue_terms(operator=business, day=day, at=at) == 0, "once"

    def test_missed_nights_are_made_up_for_and_the_last_day_empties_the_card(self, shop):
        business, _ = shop
        sold(*shop, plan(*shop, **MONTH))
        assert send_till_days(at=NOW + timedelta(days=33)) == 33
        assert CardBalance.objects.get(operator=business).balance_fen == 0
        acts = TillAct.objects.filter(kind=TillActKind.ACCRUE)
        assert acts.count() == 30 and sum(act.redeemed_fen for act in acts) == 30_000
        assert balance_at(business, TODAY + timedelta(days=9)) == 20_000

    def test_a_visit_before_the_night_of_the_day_before_keeps_the_rows_chained(self, shop):
        business, _ = shop
        code = sold(*shop, plan(*shop, **MONTH))
        early = NOW + timedelta(days=1)
        till.redeem(code=code, units=None, request=asked(*shop, at=early))
        assert send_till_days(at=NOW + timedelta(days=2)) == 2
        rows = [card_days(business, TODAY + timedelta(days=n))[0] for n in (0, 1)]
        assert [row.closing for row in rows] == [29_000, 28_000]
        assert held_of(TillCard.objects.get()).balance == 28_000

    def test_what_passes_by_itself_is_no_act_of_the_cash_box(self, shop):
        business, keeper = shop
        sold(*shop, plan(*shop, **MONTH))
        till.count_day(operator=business.pk, day=TODAY, by=keeper, at=NOW)
        send_till_days(at=NOW + timedelta(days=1))
        book = day_book(business, TODAY)
        assert (book.acts_total, book.acts_since_count, book.balance) == (1, 0, 29_000)
        assert (book.sums[-1].label, book.sums[-1].count, book.sums[-1].amount) == (
            "期限卡按日计兑付",
            1,
            1_000,
        )
