"""Which operators an account may see: its own business, its agency's sectors and district, or the whole city."""

import hashlib
from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Operator, SupervisingUnit
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.routing import sectors_of
from shangwu.prepaid.vocabulary import Agency, Sector

SUPERVISORS = (Role.PREPAID_LINKAGE, Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER)


def operators_of(account: Account, *, on: date) -> QuerySet[Operator]:
    """Return the operators that the account supervises that day, none for an account without a unit.

    A leader of the commission and commerce at city level see every operator; another agency sees its sectors, by
    the table of routing in force that day, and a district unit its district alone.
    """
    return Operator.objects.filter(area_of(account, on=on))


def area_of(account: Account, *, on: date, through: str = "") -> Q:
    """Return the account's area as a condition on `district` and `sector`, for every table that has the two.

    `through` leads from another table to the one that has them, `operator__` from an observation. Whoever sees the
    whole city gets no condition, so that nothing is joined.
    """
    if account.has_role(Role.LEADER, on=on):
        return Q()
    units = units_of(account, on=on)
    if any(_is_whole(unit) for unit in units):
        return Q()
    allowed = Q(pk__in=[])
    for unit in units:
        allowed |= _of(unit, on=on, through=through)
    return allowed


def units_of(account: Account, *, on: date) -> list[SupervisingUnit]:
    """Return the supervising units in which the account holds a prepaid role that day."""
    held = (
        Appointment.objects.filter(account=account, role__in=[role.value for role in SUPERVISORS])
        .in_force(on=on)
        .values("post__organisation")
    )
    return list(SupervisingUnit.objects.filter(organisation__in=held).order_by("pk"))


def reach_of(account: Account, *, on: date) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    """Return the districts and the lines of business in which the account may see operators, to choose from."""
    units, places = units_of(account, on=on), districts(on)
    if account.has_role(Role.LEADER, on=on) or any(_is_whole(unit) for unit in units):
        return places, [(code, label) for code, label in Sector.choices if code != Sector.GENERAL]
    here = {unit.district for unit in units}
    lines = {line for unit in units for line in sectors_of(unit.agency, on=on)}
    return (
        {code: name for code, name in places.items() if code in here or "" in here},
        [(code, label) for code, label in Sector.choices if code in lines],
    )


def units_seen() -> str:
    """Return what stands for the present list of units: another one when anything of it has changed."""
    rows = SupervisingUnit.objects.order_by("pk").values_list("pk", "agency", "district")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]


def own_operator(account: Account, *, on: date) -> Operator:
    """Return the business for which the account acts that day.

    Raises: Refused PREPAID-NO-BUSINESS when it acts for none.
    """
    held = (
        Appointment.objects.filter(account=account, role=Role.PREPAID_SHOP.value)
        .in_force(on=on)
        .values("post__organisation")
    )
    operator = Operator.objects.filter(organisation__in=held).order_by("pk").first()
    if operator is None:
        raise Refused(
            "您的账号没有关联经营者。请联系平台的对接人员办理。", code="PREPAID-NO-BUSINESS"
        )
    return operator


def _is_whole(unit: SupervisingUnit) -> bool:
    """Whether the unit keeps the platform: commerce at city level sees every sector."""
    return unit.agency == Agency.COMMERCE and not unit.district


def _of(unit: SupervisingUnit, *, on: date, through: str) -> Q:
    here = Q(**{f"{through}district": unit.district}) if unit.district else Q()
    return here & Q(**{f"{through}sector__in": sectors_of(unit.agency, on=on)})
