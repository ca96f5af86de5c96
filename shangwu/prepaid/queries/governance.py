"""Small reads that the operations of governance share: names, people, the calendar."""

from datetime import date

from shangwu.foundation import codes
from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.queries import holders
from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.vocabulary import Agency


def district_name(code: str, *, on: date) -> str:
    """Return what a district is called; a code that is none that day stays as it is."""
    verdict = codes.check("division", code, on=on)
    return str(verdict.facts["division"]) if verdict.ok else code


def agency_name(agency: str, district: str, *, on: date) -> str:
    """Return an agency with its district, as letters name it."""
    return f"{district_name(district, on=on)}{Agency(agency).label}"


def supervisors_of(operator: Operator, role: Role, *, on: date) -> list[Account]:
    """Return the people of a role whose unit supervises the operator that day."""
    return [
        account
        for account in holders(role, on=on)
        if operators_of(account, on=on).filter(pk=operator.pk).exists()
    ]


def shop_accounts(operator: Operator, *, on: date) -> list[Account]:
    """Return the people who act for the business that day."""
    held = Appointment.objects.filter(
        role=Role.PREPAID_SHOP.value, post__organisation=operator.organisation_id
    ).in_force(on=on)
    if operator.organisation_id is None:
        return []
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True))
