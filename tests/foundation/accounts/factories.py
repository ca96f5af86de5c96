"""People of the accounts tests, named after the situation they stand for."""

from datetime import UTC, date, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from shangwu.foundation.accounts.models import Account, Appointment, Organisation, Post
from shangwu.foundation.accounts.roles import Role

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"


def person(login: str = "zhang.san", *roles: Role, **facts: object) -> Account:
    """Return a person who holds the roles since 2018."""
    account = Account(login=login, display_name=f"测试员{login}", created_at=AT, **facts)
    account.set_password(PASSWORD)
    account.save()
    for role in roles:
        appointed(account, role)
    return account


def appointed(
    account: Account, role: Role, *, from_on: date = date(2018, 1, 1), until_on: date | None = None
) -> Appointment:
    """Store an appointment without asking any rule but the database's."""
    unit, _ = Organisation.objects.get_or_create(name="某市商务委员会")
    post, _ = Post.objects.get_or_create(organisation=unit, name=f"{role.label}岗")
    return Appointment.objects.create(
        account=account,
        post=post,
        role=role,
        from_on=from_on,
        until_on=until_on,
        reason="测试",
        appointed_at=AT,
    )


def with_app(account: Account) -> str:
    """Enrol an authenticator app and return its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(account, secret)
    assert Authenticator.objects.filter(user=account).exists()
    return secret


def signed_in_client(account: Account | None) -> Client:
    """Return a browser in which the person, if any, is signed in and may do sensitive acts."""
    client = Client()
    if account is not None:
        client.force_login(account)
    return client


def later(**delta: float) -> datetime:
    """Return a moment after AT."""
    return AT + timedelta(**delta)
