"""What the pages of accounts show."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from shangwu.foundation.accounts.models import Account, Appointment, Delegation
from shangwu.foundation.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the list of accounts."""

    account: Account
    roles: str
    has_second_factor: bool


def account_lines(*, on: date) -> list[AccountLine]:
    """Return all accounts with the roles they hold that day by appointment, in two queries."""
    held = Appointment.objects.in_force(on=on).order_by("from_on", "pk")
    accounts = (
        Account.objects.annotate(
            enrolled=Exists(
                Authenticator.objects.filter(user=OuterRef("pk"), type__in=["totp", "webauthn"])
            )
        )
        .prefetch_related(Prefetch("appointments", held, to_attr="held"))
        .order_by("-is_active", "login")
    )
    return [
        AccountLine(
            account,
            "、".join(str(Role(a.role).label) for a in account.held),
            account.enrolled,
        )
        for account in accounts
    ]


def account_by_number(number: UUID) -> Account | None:
    """Return the account with this public number."""
    return Account.objects.filter(number=number).first()


def holders(role: Role, *, on: date) -> QuerySet[Account]:
    """Return the active accounts that hold the role that day, by appointment or by delegation."""
    appointed = Appointment.objects.filter(role=role).in_force(on=on).values("account")
    lent = Delegation.objects.filter(role=role).in_force(on=on).values("receiver")
    held = Q(pk__in=appointed) | Q(pk__in=lent)
    return Account.objects.filter(held, is_active=True).order_by("login")


def appointments_of(account: Account) -> QuerySet[Appointment]:
    """Return all appointments of a person, newest first."""
    return (
        Appointment.objects.filter(account=account)
        .select_related("post__organisation", "appointed_by")
        .order_by("-from_on", "-pk")
    )


def delegations_of(account: Account) -> QuerySet[Delegation]:
    """Return what a person lent or borrowed, newest first."""
    given = Delegation.objects.filter(giver=account) | Delegation.objects.filter(receiver=account)
    return given.select_related("giver", "receiver").order_by("-from_on", "-pk")


def possible_receivers(giver: Account) -> QuerySet[Account]:
    """Return the active colleagues to whom a role could be lent."""
    return Account.objects.filter(is_active=True).exclude(pk=giver.pk).order_by("display_name")
