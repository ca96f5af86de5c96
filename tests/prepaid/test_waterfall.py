"""The refund waterfall: to the fen, nobody above the claim, equal shares, the same whatever the order given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.waterfall import (
    BOND,
    CUSTODY,
    Claim,
    Source,
    capped,
    distribute,
    left_over,
)

FIRST = "custody_first"


def paid(found):
    """Return what each claim receives in all."""
    sums = {}
    for share in found.shares:
        sums[share.claim] = sums.get(share.claim, 0) + share.amount
    return sums


def test_custody_first_then_the_bond_each_for_its_own_operator():
    found = distribute(
        [Claim("a", "x", 100), Claim("b", "x", 200), Claim("c", "y", 50)],
        [
            Source("account-x", CUSTODY, "x", 100),
            Source("bond-x", BOND, "x", 101),
            Source("account-y", CUSTODY, "y", 80),
        ],
        order=FIRST,
    )
    assert paid(found) == {"a": 67, "b": 134, "c": 50}
    assert found.unpaid == {"a": 33, "b": 66, "c": 0}
    assert found.left == {"account-x": 0, "bond-x": 0, "account-y": 30}


def test_the_odd_fen_goes_to_the_largest_remainder_then_to_the_earlier_claim():
    source = [Source("s", CUSTODY, "x", 100)]
    assert paid(distribute([Claim(k, "x", 100) for k in "abc"], source, order=FIRST)) == {
        "a": 34,
        "b": 33,
        "c": 33,
    }
    assert paid(distribute([Claim("a", "x", 1), Claim("b", "x", 200)], source, order=FIRST)) == {
        "b": 100
    }


def test_the_order_of_sources_is_law():
    claims = [Claim("a", "x", 100)]
    sources = [Source("s", CUSTODY, "x", 100), Source("b", BOND, "x", 100)]
    for order, used in (("custody_first", "s"), ("bond_first", "b")):
        assert [one.source for one in distribute(claims, sources, order=order).shares] == [used]


amounts = st.integers(0, 10**9)


@given(
    claims=st.lists(st.tuples(st.sampled_from("xy"), amounts), max_size=30),
    sources=st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from([CUSTODY, BOND]), amounts)),
    seed=st.randoms(use_true_random=False),
)
def test_everything_is_paid_out_as_far_as_it_goes(claims, sources, seed):
    owed = [Claim(f"{n:03d}", operator, amount) for n, (operator, amount) in enumerate(claims)]
    money = [Source(f"{n:03d}", kind, op, amount) for n, (op, kind, amount) in enumerate(sources)]
    found = distribute(owed, money, order=FIRST)
    for operator in "xy":
        debt = sum(one.amount for one in owed if one.operator == operator)
        pool = sum(one.amount for one in money if one.operator == operator)
        mine = {one.key for one in owed if one.operator == operator}
        assert sum(s.amount for s in found.shares if s.claim in mine) == min(debt, pool)
    assert all(amount >= 0 for amount in (*found.unpaid.values(), *found.left.values()))
    assert found.paid + sum(found.unpaid.values()) == sum(one.amount for one in owed)
    seed.shuffle(owed)
    seed.shuffle(money)
    assert distribute(owed, money, order=FIRST) == found


@given(
    claims=st.lists(st.tuples(st.sampled_from("xy"), amounts), max_size=20),
    sources=st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from([CUSTODY, BOND]), amounts)),
    order=st.sampled_from(["custody_first", "bond_first"]),
)
def test_what_is_left_follows_from_what_lines_took_by_kind(claims, sources, order):
    owed = [Claim(f"{n:03d}", operator, amount) for n, (operator, amount) in enumerate(claims)]
    money = [Source(f"{n:03d}", kind, op, amount) for n, (op, kind, amount) in enumerate(sources)]
    found = distribute(owed, money, order=order)
    of_source = {one.key: (one.operator, one.kind) for one in money}
    spent = {}
    for share in found.shares:
        spent[of_source[share.source]] = spent.get(of_source[share.source], 0) + share.amount
    assert {one.key: one.amount for one in left_over(money, spent)} == found.left
    with pytest.raises(Refused) as refused:
        left_over(money, spent | {("z", CUSTODY): 1})
    assert refused.value.code == "PREPAID-REFUND-SPENT"


@given(custody=amounts, bond=amounts, most=amounts)
def test_a_reserved_share_pays_what_was_admitted_at_most_and_gives_back_the_last_used(
    custody, bond, most
):
    for order, last in (("custody_first", BOND), ("bond_first", CUSTODY)):
        paid = capped({CUSTODY: custody, BOND: bond}, most, order=order)
        assert sum(paid.values()) == min(custody + bond, most)
        first = CUSTODY if last == BOND else BOND
        kept = {CUSTODY: custody, BOND: bond}
        assert paid[first] == kept[first] or paid[last] == 0
        assert all(0 <= paid[kind] <= kept[kind] for kind in kept)


@given(amount=amounts, debts=st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_nobody_is_a_fen_away_from_the_equal_share(amount, debts):
    claims = [Claim(f"{n:03d}", "x", debt) for n, debt in enumerate(debts)]
    found = paid(distribute(claims, [Source("s", CUSTODY, "x", amount)], order=FIRST))
    total = sum(debts)
    for claim in claims:
        fair = claim.amount if amount >= total else claim.amount * amount / total
        assert abs(found.get(claim.key, 0) - fair) < 1.000001


@pytest.mark.parametrize(
    ("claims", "sources", "order", "code"),
    [
        ([Claim("a", "x", -1)], [], FIRST, "PREPAID-REFUND-AMOUNT"),
        ([Claim("a", "x", 1)] * 2, [], FIRST, "PREPAID-REFUND-TWICE"),
        ([], [Source("s", "gift", "x", 1)], FIRST, "PREPAID-REFUND-SOURCE"),
        ([], [], "whim", "PREPAID-REFUND-ORDER"),
    ],
)
def test_what_cannot_be_is_refused(claims, sources, order, code):
    with pytest.raises(Refused) as refused:
        distribute(claims, sources, order=order)
    assert refused.value.code == code
