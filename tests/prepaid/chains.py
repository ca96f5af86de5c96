"""Holders' cards and the money that stands for them, as chains have them when they collapse."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from shangwu.prepaid.models import BondRecord, CardBalance, CardDay, CustodyDay, Institution
from shangwu.prepaid.rules.tokens import card_token
from tests.prepaid.factories import uscc

AT = datetime(2019, 11, 1, 2, 0, tzinfo=UTC)
USED_ON, TOLD_ON = date(2019, 10, 30), date(2019, 10, 31)
SECRET = "7K3Q9XJ2M4ZT8WVB"


def card(business, number, balance, *, kind="registered", outlet="A0001", day=USED_ON):
    """Give the business a card with a balance, last used in the outlet, and return its token."""
    token = bytes.fromhex(card_token(operator=business.uscc, number=number, secret=SECRET))
    CardBalance.objects.create(
        operator=business, card=token, balance_fen=balance, kind=kind, first_day=day, last_day=day
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [day])
    CardDay.objects.create(
        operator=business,
        day=day,
        sequence=CardDay.objects.filter(operator=business, day=day).count() + 1,
        batch_id=1,
        card=token,
        kind=kind,
        outlet=outlet,
        issued_fen=balance,
        redeemed_fen=0,
        refunded_fen=0,
        closing_fen=balance,
        remark="",
    )
    return token


def institution(kind="BANK", number=900):
    """Return the bank or the insurer of that number."""
    return Institution.objects.get_or_create(
        uscc=uscc(number),
        defaults={
            "name": f"虚构机构{number}",
            "kind": kind,
            "key_id": f"key-{number}",
            "public_key": b"\0" * 32,
            "admitted_at": AT,
        },
    )[0]


def secured(business, *, custody=0, bond=0, day=TOLD_ON, at=AT):
    """Let a bank and an insurer stand for the business, by amounts in fen."""
    if custody:
        CustodyDay.objects.create(
            operator=business,
            institution=institution(),
            day=day,
            balance_fen=custody,
            received_at=at,
        )
    if bond:
        BondRecord.objects.create(
            operator=business,
            institution=institution("INSURER", 901),
            number=f"B-{business.pk}",
            kind="performance_insurance",
            amount_fen=bond,
            starts_on=date(day.year, 1, 1),
            until=day + timedelta(days=62),
            received_at=at,
        )
