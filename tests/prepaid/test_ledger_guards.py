"""What PostgreSQL itself refuses: changed facts, negative cards, rows without a month."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from shangwu.prepaid.models import CardBalance, CardDay
from tests.prepaid.factories import operator

pytestmark = pytest.mark.django_db
DAY, CARD = date(2019, 9, 1), b"\1" * 32


def open_month(day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [day])


def row(business, **facts):
    given = {
        "operator": business,
        "day": DAY,
        "sequence": 1,
        "batch_id": 1,
        "card": CARD,
        "kind": "registered",
        "outlet": "A0001",
        "issued_fen": 100,
        "redeemed_fen": 0,
        "refunded_fen": 0,
        "closing_fen": 100,
        "remark": "",
    }
    return CardDay.objects.create(**(given | facts))


@pytest.fixture
def business():
    open_month(DAY)
    open_month(DAY)  # a second time changes nothing
    return operator()


def test_a_stored_row_cannot_be_changed_or_deleted(business):
    row(business)
    for act in (
        lambda: CardDay.objects.filter(operator=business).update(closing_fen=1),
        lambda: CardDay.objects.filter(operator=business).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    "facts",
    [{"closing_fen": -1}, {"issued_fen": -1}, {"sequence": 0}, {"card": b"short"}],
)
def test_an_impossible_row_is_refused(business, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(business, **facts)


def test_only_a_reversal_has_negative_amounts(business):
    row(business)
    row(
        business,
        sequence=2,
        issued_fen=-100,
        closing_fen=0,
        reverses_day=DAY,
        reverses_sequence=1,
    )
    assert CardDay.objects.filter(operator=business).count() == 2


def test_one_sequence_number_is_one_row(business):
    row(business)
    with pytest.raises(IntegrityError), transaction.atomic():
        row(business)


def test_a_day_without_its_month_has_no_place(business):
    with pytest.raises(IntegrityError, match="no partition"), transaction.atomic():
        row(business, day=date(2031, 1, 1))


def test_a_balance_never_falls_below_zero(business):
    facts = {"kind": "registered", "first_day": DAY, "last_day": DAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        CardBalance.objects.create(operator=business, card=CARD, balance_fen=-1, **facts)
