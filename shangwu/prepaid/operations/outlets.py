"""An operator's outlets after they were registered: what is said of them is kept up to date, and one is closed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CardDay, Operator, Outlet, TillAct
from shangwu.prepaid.operations.steps import kind_of_own, locked_operator, take_step

LABELS = {
    "name": "名称",
    "district": "所在区",
    "place": "地址",
    "longitude": "经度",
    "latitude": "纬度",
    "lease_until": "租期届满日",
}


@dataclass(frozen=True)
class OutletFacts:
    """What is said of an outlet and may change; coordinates in degrees, both or none."""

    name: str
    district: str
    place: str
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    lease_until: date | None = None


def change_outlet(
    *, operator: int, number: str, given: OutletFacts, by: Account, at: datetime
) -> Outlet:
    """Bring what is said of an open outlet up to date; number and opening day stay.

    Raises: Refused OUTLET-CLOSED, OUTLET-PLACE for half a coordinate, OUTLET-LEASE for a lease that ended before
    the opening, OUTLET-UNCHANGED.
    """
    if (given.longitude is None) != (given.latitude is None):
        raise Refused("经度和纬度请一起填写，或者都不填。", code="OUTLET-PLACE")
    with transaction.atomic():
        found = locked_operator(operator)
        outlet = _open_outlet(found, number)
        if given.lease_until is not None and given.lease_until < outlet.opened_on:
            raise Refused(
                f"租期届满日不得早于开业日期 {outlet.opened_on}，请核对。", code="OUTLET-LEASE"
            )
        before = {name: getattr(outlet, name) for name in LABELS}
        changed = {name: value for name, value in vars(given).items() if before[name] != value}
        if not changed:
            raise Refused("没有改动，不用保存。", code="OUTLET-UNCHANGED")
        for name, value in changed.items():
            setattr(outlet, name, value)
        outlet.save(update_fields=[*changed])
        take_step(
            "prepaid.change_outlet",
            found,
            kind_of_own(found),
            f"变更门店 {outlet.number} 的{'、'.join(LABELS[name] for name in changed)}。",
            by=by,
            at=at,
            outlet=outlet.number,
            was={name: _written(before[name]) for name in changed},
            now={name: _written(value) for name, value in changed.items()},
        )
    return outlet


def close_outlet(
    *, operator: int, number: str, closed_on: date, by: Account, at: datetime
) -> Outlet:
    """Close an outlet from a day on that has come; its acts stay, and its number is not given again.

    Raises: Refused OUTLET-CLOSED, OUTLET-DAY for a day to come or before the opening, OUTLET-ACTS when it served
    later, OUTLET-LAST for the only one left: closing the business itself takes notice and refunds.
    """
    with transaction.atomic():
        found = locked_operator(operator)
        outlet = _open_outlet(found, number)
        if not outlet.opened_on <= closed_on <= timezone.localtime(at).date():
            raise Refused(
                f"停业日期须在开业日期 {outlet.opened_on} 和今天之间；还没有停业的，请到当天再登记。",
                code="OUTLET-DAY",
            )
        if (last := _last_day(found, number, closed_on)) is not None:
            raise Refused(
                f"门店 {number} 在 {last} 还有发卡、兑付或者退款，停业日期不得早于这一天。",
                code="OUTLET-ACTS",
            )
        if not found.outlets.filter(closed_on=None).exclude(pk=outlet.pk).exists():
            raise Refused(
                "这是最后一家营业的门店，不能单独停业。整体停业的，请先告知持卡人、安排退款，"
                "并联系监管部门办理停业。",
                code="OUTLET-LAST",
            )
        outlet.closed_on = closed_on
        outlet.save(update_fields=["closed_on"])
        take_step(
            "prepaid.close_outlet",
            found,
            kind_of_own(found),
            f"门店 {outlet.number} {outlet.name}自 {closed_on} 停业。",
            by=by,
            at=at,
            outlet=outlet.number,
            closed_on=closed_on.isoformat(),
        )
    return outlet


def _open_outlet(operator: Operator, number: str) -> Outlet:
    outlet = operator.outlets.select_for_update().filter(number=number, closed_on=None).first()
    if outlet is None:
        raise Refused(f"没有营业中的门店 {number}，可能已经停业。", code="OUTLET-CLOSED")
    return outlet


def _last_day(operator: Operator, number: str, closed_on: date) -> date | None:
    """The last day after the closing on which something was done there, at the till or as it was reported."""
    days = [
        rows.filter(operator=operator, outlet=number, day__gt=closed_on).aggregate(last=Max("day"))[
            "last"
        ]
        for rows in (TillAct.objects, CardDay.objects)
    ]
    return max((day for day in days if day is not None), default=None)


def _written(value: object) -> str | None:
    return None if value is None else str(value)
