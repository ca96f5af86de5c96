"""Holders' cards and the money that stands for them, as chains have them when they collapse."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from shangwu.prepaid.models import (
    BondRecord,
    CardBalance,
    CardDay,
    CustodyDay,
    Institution,
    LinkageMark,
    Outlet,
)
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.rules.tokens import card_token
from tests.prepaid.factories import XUHUI, operator, uscc

AT = datetime(2019, 11, 1, 2, 0, tzinfo=UTC)
USED_ON, TOLD_ON, FROZEN_ON = date(2019, 10, 30), date(2019, 10, 31), date(2019, 11, 1)
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


def collapsed(officer, reviewer):
    """Two shops of a chain, frozen: the first owes 1,000.00 on two cards, the second 500.00 on one."""
    first, second = operator(), operator(district=XUHUI)
    Outlet.objects.create(
        operator=first,
        number="A0002",
        name="徐汇店",
        district=XUHUI,
        place="虚构路",
        opened_on=date(2018, 1, 1),
    )
    card(first, "1", 400_00)
    card(first, "2", 600_00, outlet="A0002")
    card(second, "3", 500_00)
    secured(first, custody=300_00, bond=200_00)
    secured(second, custody=800_00)
    LinkageMark.objects.create(
        operator=first, code="M2", due_on=FROZEN_ON, issued_on=date(2019, 7, 1), issued_by=officer
    )
    found = collapses.open_collapse(
        name="虚构连锁",
        operators=[first.pk, second.pk],
        cause="10月31日现场核实人去楼空。",
        advice="请登记。",
        by=officer,
        at=AT,
    )
    return collapses.sign_collapse(collapse=found.pk, by=reviewer, at=AT, on=FROZEN_ON)


def claim(
    chain, business, number, fen, secret=SECRET, ticket="form", address="10.0.0.1", sender=""
):
    """File the claim of a card of one of the chain's businesses."""
    return collapses.file_claim(
        ticket=ticket,
        collapse=chain.pk,
        operator=business.pk,
        card_number=number,
        secret=secret,
        claimed=fen,
        address=address,
        at=AT,
        sender=sender,
    )


def shops(chain):
    """Return the businesses of a chain."""
    return [member.operator for member in chain.members.order_by("operator")]
