"""Cards in the ledger as the consumer tests need them: number and secret known, rows stored by the tables' own rules."""

from datetime import date

from django.db import connection

from shangwu.prepaid.models import CardBalance, CardDay, OperatorDay
from shangwu.prepaid.rules.tokens import card_token
from tests.prepaid.factories import AT

NUMBER, SECRET = "6688 0001", "7K3M9Q2X4T6V8W0Z"
OTHER_SECRET = "7K3M9Q2X4T6V8W0A"


def card(
    business, *, number=NUMBER, secret=SECRET, issued=100_000, used=35_000, day=date(2019, 9, 1)
):
    """Store a card that was sold and used on one day, and the operator's day; return its token."""
    token = bytes.fromhex(card_token(operator=business.uscc, number=number, secret=secret))
    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [day])
    CardDay.objects.create(
        operator=business,
        day=day,
        sequence=CardDay.objects.filter(operator=business, day=day).count() + 1,
        batch_id=1,
        card=token,
        kind="registered",
        outlet="A0001",
        issued_fen=issued,
        redeemed_fen=used,
        refunded_fen=0,
        closing_fen=issued - used,
        remark="",
    )
    CardBalance.objects.create(
        operator=business,
        card=token,
        balance_fen=issued - used,
        kind="registered",
        first_day=day,
        last_day=day,
    )
    OperatorDay.objects.get_or_create(
        operator=business,
        day=day,
        defaults={
            "state": "OPEN",
            "balance_fen": issued - used,
            "first_received_at": AT,
        },
    )
    return token
