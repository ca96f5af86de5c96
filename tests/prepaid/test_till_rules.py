"""What a card holds and what comes back, as pure rules: the handbook's examples, and identities for any card."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.slips import make_slip, read_slip
from shangwu.prepaid.rules.till import Held, Plan, require_sound_plan, settle, spend
from shangwu.prepaid.vocabulary import CardKind, Fault, SaleKind

ON, BEFORE = date(2025, 9, 1), date(2019, 9, 2)
KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def stored_value(paid, units, used=0):
    return Held(SaleKind.STORED_VALUE, paid, units, used)


@pytest.mark.parametrize(
    ("used", "fault", "refund"),
    [
        # Handbook 9.2, 7a and 7b: paid 1,000 and 200 given on top.
        (60_000, Fault.OPERATOR, 50_000),
        (60_000, Fault.CONSUMER, 40_000),
        (110_000, Fault.OPERATOR, 8_333),
        (110_000, Fault.CONSUMER, 0),
    ],
)
def test_the_handbooks_refunds(used, fault, refund):
    held = stored_value(100_000, 120_000, used)
    found = settle(held, fault=fault, on=ON)
    assert found.refund == refund
    assert found.refund + found.redeemed == held.balance, "the card ends at zero"


def test_lessons_come_back_at_what_was_paid_or_less_the_list_price():
    # Ten lessons for 900, 100 each at list price; three used.
    held = Held(SaleKind.LESSONS, 90_000, 10, 3, 10_000)
    assert settle(held, fault=Fault.OPERATOR, on=ON).refund == 63_000
    assert settle(held, fault=Fault.CONSUMER, on=ON).refund == 60_000
    assert held.balance == 63_000


def test_before_there_was_a_formula_all_that_is_left_comes_back():
    found = settle(stored_value(100_000, 120_000, 60_000), fault=Fault.CONSUMER, on=BEFORE)
    assert (found.refund, found.redeemed) == (50_000, 0)
    assert "没有法定的计算式" in found.sentence


@given(
    paid=st.integers(1, 10**7),
    gift=st.integers(0, 10**6),
    times=st.integers(1, 3),
    shares=st.lists(st.integers(1, 10**6), max_size=8),
    fault=st.sampled_from(list(Fault)),
)
def test_money_is_neither_made_nor_lost(paid, gift, times, shares, fault):
    held = stored_value(paid * times, (paid + gift) * times)
    redeemed = 0
    for share in shares:
        if share <= held.left:
            spent = spend(held, share)
            assert spent.redeemed >= 0
            redeemed, held = redeemed + spent.redeemed, spent.after
    assert redeemed + held.balance == paid * times
    found = settle(held, fault=fault, on=ON)
    assert 0 <= found.refund <= held.balance
    assert redeemed + found.redeemed + found.refund == paid * times


def test_used_up_a_card_holds_nothing():
    spent = spend(stored_value(99_999, 120_001), 120_001)
    assert (spent.redeemed, spent.after.balance) == (99_999, 0)


def test_more_than_is_left_is_refused_with_what_is_left():
    with pytest.raises(Refused, match=r"可用 100\.00 元，不足 100\.01 元") as raised:
        spend(stored_value(10_000, 10_000), 10_001)
    assert raised.value.code == "TILL-SHORT"
    for nothing in (0, -1):
        with pytest.raises(Refused):
            spend(stored_value(10_000, 10_000), nothing)


@pytest.mark.parametrize(
    "facts",
    [
        {"price": 0},
        {"units": 0},
        {"units": 99},
        {"kind": SaleKind.MEMBERSHIP},
        {"kind": SaleKind.LESSONS, "units": 3, "unit_price": 10},
        {"kind": SaleKind.LESSONS, "units": 3},
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(facts):
    sound = {"kind": SaleKind.STORED_VALUE, "card": CardKind.REGISTERED, "price": 100, "units": 100}
    require_sound_plan(Plan(**sound))
    with pytest.raises(Refused) as raised:
        require_sound_plan(Plan(**(sound | facts)))
    assert raised.value.code == "TILL-PLAN"


class TestSlip:
    def test_the_same_key_gives_the_same_slip_and_another_another(self):
        one = make_slip(platform_key=b"k", operator="A", key=KEY)
        assert make_slip(platform_key=b"k", operator="A", key=KEY.upper()) == one
        others = {
            make_slip(platform_key=b"k", operator="B", key=KEY),
            make_slip(platform_key=b"l", operator="A", key=KEY),
            make_slip(platform_key=b"k", operator="A", key=KEY[:-1] + "2"),
        }
        assert len({one, *others}) == 4
        assert len(one.number) == 12 and len(one.secret) == 16

    def test_it_is_read_however_it_is_typed(self):
        one = make_slip(platform_key=b"k", operator="A", key=KEY)
        typed = (
            one.scanned,
            f"{one.shown_number} {one.shown_secret}",
            f" {one.number}\n{one.secret.lower()} ",
            one.scanned.replace("1", "l").replace("0", "o"),
        )
        assert {read_slip(text) for text in typed} == {one}

    @pytest.mark.parametrize("key", ["", "1", "x" * 36, KEY + "0"])
    def test_a_page_without_a_key_is_refused(self, key):
        with pytest.raises(Refused) as raised:
            make_slip(platform_key=b"k", operator="A", key=key)
        assert raised.value.code == "TILL-KEY-FORM"

    @given(st.integers(0, 11), st.integers(1, 9))
    def test_one_wrong_digit_of_the_number_is_seen(self, place, by):
        one = make_slip(platform_key=b"k", operator="A", key=KEY)
        wrong = str((int(one.number[place]) + by) % 10)
        number = one.number[:place] + wrong + one.number[place + 1 :]
        with pytest.raises(Refused, match="卡号有误"):
            read_slip(f"{number}.{one.secret}")

    @pytest.mark.parametrize("typed", ["", "123", "0" * 28 + "9", "A" * 28, "0" * 12 + "U" * 16])
    def test_what_is_no_slip_is_refused_kindly(self, typed):
        with pytest.raises(Refused) as raised:
            read_slip(typed)
        assert raised.value.code == "SLIP-FORM"
