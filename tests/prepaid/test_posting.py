"""A day's rows into the ledger: what is stored, what is answered, and that nothing counts twice."""

import pytest

from shangwu.prepaid.models import Batch, CardBalance, CardDay, OperatorDay
from shangwu.prepaid.queries.senders import published_keys
from shangwu.prepaid.rules.interface.receipts import canonical, is_genuine
from tests.prepaid.card_days import DAY, card, codes, later, row, send
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
    assert batch.receipt["root"] == bytes(batch.root).hex()
    assert len(batch.leaves) == 3 * 32
    assert is_genuine(batch.receipt, keys=published_keys())


def test_the_same_content_under_one_key_gets_the_same_receipt(shop):
    rows = [row(shop, 1, 1, issued=50_000, closing=50_000)]
    first = send(shop, rows)
    again = send(shop, rows, at=later(1))
    assert canonical(first.receipt) == canonical(again.receipt)
    assert (Batch.objects.count(), CardDay.objects.count(), balance(shop, 1)) == (1, 1, 50_000)
    assert codes(first) == []
    assert first.state == "STORED"
