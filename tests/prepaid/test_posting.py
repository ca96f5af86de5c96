"""A day's rows into the ledger: what is stored, what is answered, and that nothing counts twice."""

import tracemalloc
from datetime import date, timedelta

import pytest

from shangwu.prepaid.gateways.wire import lines, spool
from shangwu.prepaid.models import (
    Batch,
    BatchLeaves,
    CardBalance,
    CardDay,
    Observation,
    OperatorDay,
)
from shangwu.prepaid.operations.batches import (
    own_delivery,
    receive_card_days,
    receive_operator_day,
    receiving,
)
from shangwu.prepaid.queries.ledger import leaves_of, operator_balance
from shangwu.prepaid.queries.senders import published_keys
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import canonical, is_genuine
from shangwu.prepaid.rules.ledger import tree
from tests.prepaid.card_days import AT, DAY, card, codes, delivery, later, row, send
from tests.prepaid.factories import operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return operator()


def balance(shop, number):
    return CardBalance.objects.get(operator=shop, card=bytes.fromhex(card(number))).balance_fen


def test_a_sound_day_is_stored_carried_and_receipted(shop):
    batch = send(
        shop,
        [
            row(shop, 1, 1, issued=50_000, closing=50_000),
            row(shop, 2, 2, issued=20_000, closing=20_000, kind="anonymous", valid_to="2022-09-02"),
            row(shop, 3, 1, redeemed=1_200, closing=48_800, remark="双人套餐"),
        ],
    )
    assert (batch.state, batch.rows, batch.accepted) == ("STORED", 3, 3)
    assert (balance(shop, 1), balance(shop, 2)) == (48_800, 20_000)
    day = OperatorDay.objects.get(operator=shop, day=DAY)
    assert (day.rows, day.cards, day.issued_fen, day.redeemed_fen) == (3, 2, 70_000, 1_200)
    assert (day.balance_fen, day.state) == (68_800, "OPEN")
    stored = CardDay.objects.get(operator=shop, day=DAY, sequence=3)
    assert (stored.batch_id, stored.remark, stored.valid_to) == (batch.pk, "双人套餐", None)
    assert CardDay.objects.get(operator=shop, sequence=2).kind == "anonymous"
    assert batch.receipt["totals"]["balance_fen"] == 68_800
    assert CardBalance.objects.get(operator=shop, card=bytes.fromhex(card(1))).last_day == DAY
    assert CardBalance.objects.filter(operator=shop).count() == 2
    assert batch.receipt["root"] == bytes(batch.root).hex()
    assert tree.root(leaves_of(batch)) == bytes(batch.root)
    assert len(leaves_of(batch)) == 3
    assert is_genuine(batch.receipt, keys=published_keys())


def test_the_same_content_under_one_key_gets_the_same_receipt(shop):
    rows = [row(shop, 1, 1, issued=50_000, closing=50_000)]
    first = send(shop, rows)
    again = send(shop, rows, at=later(1))
    assert canonical(first.receipt) == canonical(again.receipt)
    assert (Batch.objects.count(), CardDay.objects.count(), balance(shop, 1)) == (1, 1, 50_000)
    assert codes(first) == []
    assert first.state == "STORED"


def test_other_content_under_a_used_key_stores_nothing(shop):
    send(shop, [row(shop, 1, 1, issued=50_000, closing=50_000)])
    with pytest.raises(MessageRefused) as refused:
        send(shop, [row(shop, 2, 1, redeemed=1, closing=49_999)])
    assert refused.value.code == "E01"
    assert (CardDay.objects.count(), balance(shop, 1)) == (1, 50_000)


def test_one_bad_row_refuses_all_unless_the_sender_takes_part(shop):
    rows = [
        row(shop, 1, 1, issued=50_000, closing=50_000),
        row(shop, 2, 1, redeemed=1_000, closing=50_000),
        row(shop, 3, 2, issued=10_000, closing=10_000),
    ]
    refused = send(shop, rows)
    assert (refused.state, refused.accepted, codes(refused)) == ("REFUSED", 0, [("E02", 2)])
    assert "应为 490.00 元" in refused.receipt["errors"][0]["zh"]
    assert refused.root is None
    assert not CardDay.objects.exists() and not OperatorDay.objects.exists()
    part = send(shop, rows, key="key-00000002", partial=True)
    assert (part.state, part.accepted) == ("PARTIAL", 2)
    assert codes(part) == [("E07", 0), ("E02", 2)]
    assert (balance(shop, 1), balance(shop, 2)) == (50_000, 10_000)
    assert OperatorDay.objects.get(operator=shop).state == "HELD"
    mended = send(shop, [row(shop, 2, 1, redeemed=1_000, closing=49_000)], key="key-00000003")
    assert (mended.state, codes(mended)) == ("STORED", [])
    assert OperatorDay.objects.get(operator=shop).state == "OPEN"


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("E04", {"redeemed": 5}),
        ("E05", {"issued": 5, "closing": 5, "sent_at": "2019-09-03T11:00:00+08:00"}),
        ("E06", {"issued": 5, "closing": 5, "remark": "王芳女士来店办理"}),
        ("E11", {"issued": 5, "redeemed": 6, "closing": -1}),
        ("E12", {"issued": 5, "closing": 5, "outlet": "B0001"}),
        ("FORM", {"issued": 5, "closing": 5, "card": "6222"}),
        ("FORM", {"issued": 5, "closing": 5, "kind": "gold"}),
        ("FORM", {"issued": 5, "closing": 5, "day": "2019-9-2"}),
        ("FORM", {"issued": 5, "closing": 5, "holder": "x"}),
        ("FORM", {"issued": 5, "closing": 5, "reverses_day": "2019-09-01"}),
        ("FORM", {"issued": 5, "closing": 5, "valid_to": "soon"}),
        ("SENDER", {"issued": 5, "closing": 5, "operator": "91310115MA1TEAT03N"}),
    ],
)
def test_what_refuses_a_row(shop, code, bad):
    good = row(shop, 1, 1, issued=50_000, closing=50_000)
    facts = {name: bad.pop(name) for name in ("issued", "redeemed", "closing") if name in bad}
    batch = send(shop, [good, {**row(shop, 2, 2, **facts), **bad}], partial=True)
    assert (code, 2) in codes(batch)
    assert {found for found, _ in codes(batch)} == {code}
    assert CardDay.objects.get().sequence == 1


def test_a_day_that_is_not_over_yet_by_the_platform_is_refused(shop):
    for at, day in enumerate(("2019-09-04", "9999-12-31")):
        batch = send(shop, [row(shop, 1, 1, issued=5, closing=5, day=day)], key=f"future-{at}")
        assert codes(batch) == [("E05", 1)]


def test_the_first_and_the_last_moment_of_the_calendar_are_moments(shop):
    early = {"sent_at": "0001-01-01T00:00:00+08:00", "outlet": "B0001"}
    late = {"sent_at": "9999-12-31T23:59:59-08:00"}
    batch = send(
        shop,
        [
            row(shop, 1, 1, issued=5, closing=5, **early),
            row(shop, 2, 2, issued=5, closing=5, **late),
        ],
    )
    assert codes(batch) == [("E12", 1), ("E05", 2)]


@pytest.mark.parametrize("day", ["2018-12-31", "1900-01-01"])
def test_a_day_before_the_law_is_refused_in_words_about_the_day(shop, day):
    with pytest.raises(MessageRefused, match=f"业务日期 {day} 在报送规定施行以前") as refused:
        send(shop, [row(shop, 1, 1, issued=5, closing=5, day=day)])
    assert refused.value.code == "CONTENT"
    with pytest.raises(MessageRefused, match="业务日期"):
        state(shop, key="key-00000002", day=date.fromisoformat(day))


def test_a_breach_of_the_limit_is_stored_noted_and_observed(shop):
    batch = send(shop, [row(shop, 1, 1, issued=500_100, closing=500_100)])
    assert (batch.state, codes(batch)) == ("STORED", [("E03", 1)])
    seen = Observation.objects.get(operator=shop, kind="OVER_LIMIT")
    assert (seen.day, seen.at_stake_fen, seen.facts) == (DAY, 100, {"sequences": [1]})


def test_a_late_day_is_stored_noted_and_observed_once(shop):
    rows = [row(shop, n, n, issued=5, closing=5) for n in (1, 2, 3)]
    batch = send(shop, rows[:2], at=later(1))
    send(shop, rows[2:], key="key-00000002", at=later(2))
    assert (batch.state, codes(batch), batch.is_late) == ("STORED", [("E09", 0)], True)
    assert Observation.objects.filter(kind="LATE_DAY").count() == 1


def test_rows_may_come_in_any_order_and_a_repeated_row_has_no_effect(shop):
    rows = [
        row(shop, 3, 1, redeemed=2_000, closing=47_000),
        row(shop, 1, 1, issued=50_000, closing=50_000),
        row(shop, 2, 1, redeemed=1_000, closing=49_000),
    ]
    assert send(shop, rows).state == "STORED"
    again = send(shop, [*rows, row(shop, 4, 1, redeemed=1, closing=46_999)], key="key-00000002")
    assert (again.state, again.receipt["totals"]["repeated"]) == ("STORED", 3)
    assert (CardDay.objects.count(), balance(shop, 1)) == (4, 46_999)
    changed = send(shop, [row(shop, 4, 1, redeemed=2, closing=46_998)], key="key-00000003")
    assert ("E01", 1) in codes(changed)


def test_a_gap_holds_the_day_and_names_what_is_missing(shop):
    batch = send(shop, [row(shop, n, n, issued=5, closing=5) for n in (1, 4, 8)])
    assert (batch.state, codes(batch)) == ("STORED", [("E07", 0), ("E07", 0)])
    assert ["缺 2 至 3" in one["zh"] for one in batch.receipt["errors"]] == [True, False]
    assert OperatorDay.objects.get(operator=shop).state == "HELD"


def test_a_missing_day_is_seen_at_the_cards_that_moved_in_it(shop):
    send(shop, [row(shop, 1, 1, issued=50_000, closing=50_000)])
    after = (DAY + timedelta(days=2)).isoformat()
    skipped = send(
        shop, [row(shop, 1, 1, redeemed=1, closing=48_999, day=after)], key="k-2-00000", at=later(2)
    )
    assert codes(skipped) == [("E02", 1)]


def test_a_day_that_comes_after_a_later_one_moves_the_balances_behind_it(shop):
    send(shop, [row(shop, 1, 1, issued=500, closing=500)])
    third = (DAY + timedelta(days=2)).isoformat()
    send(shop, [row(shop, 1, 2, issued=70, closing=70, day=third)], key="k-3-00000", at=later(2))
    second = (DAY + timedelta(days=1)).isoformat()
    send(shop, [row(shop, 1, 3, issued=9, closing=9, day=second)], key="k-2-00000", at=later(2))
    days = OperatorDay.objects.filter(operator=shop).order_by("day")
    assert [day.balance_fen for day in days] == [500, 509, 579]
    assert operator_balance(shop, DAY + timedelta(days=1)) == 509
    assert operator_balance(shop, DAY - timedelta(days=1)) is None


def test_another_operators_card_is_unknown_here(shop):
    other = operator()
    send(other, [row(other, 1, 1, issued=500, closing=500)])
    batch = send(shop, [row(shop, 1, 1, redeemed=5, closing=495)])
    assert ("E04", 1) in codes(batch)


def test_a_reversal_takes_a_row_back_once(shop):
    send(shop, [row(shop, 1, 1, issued=50_000, closing=50_000)])
    second = (DAY + timedelta(days=1)).isoformat()
    back = {"day": second, "reverses_day": DAY.isoformat(), "reverses_sequence": 1}
    wrong = send(
        shop,
        [row(shop, 1, 1, issued=-49_999, closing=1, **back)],
        key="k-wrong-0",
        at=later(1),
    )
    assert codes(wrong) == [("E02", 1)]
    right = send(
        shop, [row(shop, 1, 1, issued=-50_000, closing=0, **back)], key="k-right-0", at=later(1)
    )
    assert (right.state, balance(shop, 1)) == ("STORED", 0)
    twice = [row(shop, 2, 1, issued=-50_000, closing=-50_000, **back)]
    assert ("E01", 1) in codes(send(shop, twice, key="k-twice-0", at=later(1)))
    again = {"day": second, "reverses_day": second, "reverses_sequence": 1}
    other = send(
        shop,
        [row(shop, 2, 1, issued=50_000, closing=50_000, **again)],
        key="k-other-0",
        at=later(1),
    )
    assert ("E02", 1) in codes(other)
    absent = {"day": second, "reverses_day": DAY.isoformat(), "reverses_sequence": 9}
    none = send(shop, [row(shop, 2, 1, closing=0, **absent)], key="k-none-00", at=later(1))
    assert ("E04", 1) in codes(none)


def test_a_row_of_a_later_day_is_not_reversed(shop):
    """When its months leave the database the older reversal would go first, and the row could be reversed again."""
    send(shop, [row(shop, 1, 1, issued=500, closing=500)])
    second = (DAY + timedelta(days=1)).isoformat()
    sent = [row(shop, 1, 1, redeemed=100, closing=400, day=second)]
    send(shop, sent, key="k-second-0", at=later(1))
    back = {"reverses_day": second, "reverses_sequence": 1}
    early = [row(shop, 2, 1, redeemed=-100, closing=500, **back)]
    assert ("E02", 1) in codes(send(shop, early, key="k-early-00", at=later(1)))


def test_reversals_that_name_many_days_ask_the_database_no_oftener(
    shop, django_assert_max_num_queries
):
    send(shop, [row(shop, 1, 1, issued=500, closing=500)])
    rows = [
        row(
            shop,
            n + 2,
            1,
            redeemed=-1,
            closing=500 + n,
            reverses_day=(DAY - timedelta(days=n)).isoformat(),
            reverses_sequence=7,
        )
        for n in range(200)
    ]
    with django_assert_max_num_queries(40):
        batch = send(shop, rows, key="k-many-days")
    assert "E04" in {code for code, _ in codes(batch)}
    assert batch.state == "REFUSED"


def test_sums_beyond_what_a_receipt_holds_are_refused_whole(shop):
    """Nine thousand of the greatest amounts would begin anew from below zero in 64 bits."""
    most = 10**15
    few = [row(shop, n, n, issued=most, closing=most) for n in range(1, 10)]
    assert send(shop, few).state == "STORED"
    more = [row(shop, n, n, issued=most, closing=most) for n in range(10, 12)]
    with pytest.raises(MessageRefused, match="合计金额过大"):
        send(shop, more, key="key-00000002")
    assert OperatorDay.objects.get(operator=shop).balance_fen == 9 * most
    assert CardDay.objects.count() == 9


def test_a_row_and_its_reversal_in_one_batch(shop):
    back = {"reverses_day": DAY.isoformat(), "reverses_sequence": 2}
    batch = send(
        shop,
        [
            row(shop, 1, 1, issued=500, closing=500),
            row(shop, 2, 1, redeemed=100, closing=400),
            row(shop, 3, 1, redeemed=-100, closing=500, **back),
        ],
    )
    assert (batch.state, balance(shop, 1)) == ("STORED", 500)
    day = OperatorDay.objects.get(operator=shop)
    assert (day.redeemed_fen, day.balance_fen, day.cards) == (0, 500, 1)


def test_more_than_one_part_is_posted_in_order_or_refused(shop, monkeypatch):
    monkeypatch.setattr(receiving, "PART", 10)
    monkeypatch.setattr(receiving, "MOST_UNORDERED", 20)
    monkeypatch.setattr(tree, "PART", 8)
    monkeypatch.setattr(lines, "PIECE_BYTES", 2_000)
    rows = [row(shop, n, n, issued=n, closing=n) for n in range(1, 41)]
    with pytest.raises(MessageRefused, match="按序号"):
        send(shop, rows[::-1])
    assert not CardDay.objects.exists()
    batch = send(shop, rows, key="key-00000002")
    assert (batch.state, CardDay.objects.count()) == ("STORED", 40)
    assert tree.root(leaves_of(batch)) == bytes(batch.root)
    parts = BatchLeaves.objects.filter(batch=batch)
    assert sum(len(one.leaves) for one in parts) == 40 * 32
    assert len(parts) > 1
    moved = [row(shop, n, n - 40, redeemed=1, closing=n - 41) for n in range(41, 81)]
    assert send(shop, moved, key="key-00000003").state == "STORED"
    day = OperatorDay.objects.get(operator=shop)
    assert (day.rows, day.cards, day.balance_fen) == (80, 40, 820 - 40)


@pytest.mark.parametrize("order", [list(range(1, 21))[::-1], [*range(1, 11), 10, *range(11, 20)]])
def test_rows_in_any_order_that_are_few_are_posted_as_one_part(shop, monkeypatch, order):
    """What was posted before the disorder was seen is taken back; the answer is that of one part."""
    whole = [row(shop, n, n, issued=n, closing=n) for n in order]
    expected = send(other := operator(), [one | {"operator": other.uscc} for one in whole])
    monkeypatch.setattr(receiving, "PART", 10)
    monkeypatch.setattr(receiving, "MOST_UNORDERED", 20)
    monkeypatch.setattr(lines, "PIECE_BYTES", 2_000)
    batch = send(shop, whole)
    assert (batch.state, codes(batch)) == (expected.state, codes(expected))
    assert batch.receipt["totals"] == expected.receipt["totals"]
    assert CardDay.objects.filter(operator=shop).count() == len(set(order))
    assert tree.root(leaves_of(batch)) == bytes(batch.root)


def test_rejected_rows_in_some_parts_leave_the_others_their_tree(shop, monkeypatch):
    for module in (receiving, tree):
        monkeypatch.setattr(module, "PART", 4)
    monkeypatch.setattr(lines, "PIECE_BYTES", 500)
    rows = [row(shop, n, n, issued=n, closing=n + (n == 6)) for n in range(1, 19)]
    batch = send(shop, rows, partial=True)
    assert (batch.accepted, ("E02", 6) in codes(batch)) == (17, True)
    assert len(leaves_of(batch)) == 17
    assert tree.root(leaves_of(batch)) == bytes(batch.root)


def test_memory_does_not_grow_with_the_rows(shop, monkeypatch):
    """Of a batch so large that its parts are many, nothing is held but the parts at work."""
    monkeypatch.setattr(receiving, "PART", 500)
    monkeypatch.setattr(receiving, "MOST_UNORDERED", 500)
    monkeypatch.setattr(tree, "PART", 500)
    monkeypatch.setattr(lines, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(spool, "CHUNK_BYTES", 64 * 1024)
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 64 * 1024)
    send(shop, [row(shop, 1, 1, issued=1, closing=1)])

    def peak(first, rows):
        sent = [row(shop, n, n, issued=n, closing=n) for n in range(first, first + rows)]
        given = delivery(shop, sent, key=f"key-{first:08d}")
        del sent
        tracemalloc.start()
        try:
            assert receive_card_days(given).state == "STORED"
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(2, 1_500), peak(2_000, 15_000)
    assert many < few * 1.5, (few, many)


def test_what_cannot_be_a_batch_is_refused_whole(shop, monkeypatch):
    with pytest.raises(MessageRefused, match="没有记录"):
        send(shop, [])
    assert codes(send(shop, b"[1]\n{", key="key-00000002")) == [("FORM", 1), ("FORM", 2)]
    monkeypatch.setattr(receiving, "MOST_ROWS", 1)
    rows = [row(shop, n, n, issued=n, closing=n) for n in (1, 2)]
    with pytest.raises(MessageRefused) as refused:
        send(shop, rows, key="key-00000003")
    assert refused.value.facts == {"limit": 1}


def state(shop, *, key, day=DAY, at=AT, **sums):
    figures = ("cards", "issued_fen", "redeemed_fen", "refunded_fen", "balance_fen")
    facts = {name: sums.get(name, 0) for name in figures}
    said = [{"operator": shop.uscc, "day": day.isoformat(), **facts}]
    return receive_operator_day(delivery(shop, said, key=key, at=at))


def test_sums_that_differ_hold_the_day_until_one_side_is_put_right(shop):
    send(shop, [row(shop, 1, 1, issued=500, closing=500)])
    wrong = state(shop, key="sum-00001", cards=1, issued_fen=501, balance_fen=501)
    assert codes(wrong) == [("E08", 1), ("E08", 1)]
    assert "逐卡合计 5.00 元，日汇总 5.01 元" in wrong.receipt["errors"][0]["zh"]
    assert OperatorDay.objects.get(operator=shop).state == "HELD"
    assert codes(state(shop, key="sum-00002", cards=1, issued_fen=500, balance_fen=500)) == []
    assert OperatorDay.objects.get(operator=shop).state == "OPEN"


def test_a_statement_may_come_before_its_rows(shop):
    state(shop, key="sum-00001", cards=1, issued_fen=500, balance_fen=500)
    assert OperatorDay.objects.get(operator=shop).state == "HELD"
    batch = send(shop, [row(shop, 1, 1, issued=400, closing=400)])
    assert codes(batch) == [("E08", 0), ("E08", 0)]
    rest = send(shop, [row(shop, 2, 1, issued=100, closing=500)], key="key-00000002")
    assert (codes(rest), OperatorDay.objects.get(operator=shop).state) == ([], "OPEN")


def test_a_day_without_movements_is_said_with_zeros(shop):
    assert state(shop, key="sum-00001").state == "STORED"
    assert OperatorDay.objects.get(operator=shop, day=DAY).state == "OPEN"


def test_the_platform_sends_for_its_own_tills(shop):
    rows = [row(shop, 1, 1, issued=500, closing=500)]
    batch = receive_card_days(own_delivery(operator=shop, key="till-00001", rows=rows, at=AT))
    assert batch.state == "STORED"
