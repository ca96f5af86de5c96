"""Which organisation supervises what: set, changed, and taken back with a reason."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from shangwu.foundation import audit, codes
from shangwu.foundation.accounts.models import Account, Organisation
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import SupervisingUnit
from shangwu.prepaid.queries.scope import units_seen
from shangwu.prepaid.vocabulary import Agency

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('prepaid.units'))"


def set_supervision(
    *,
    organisation: Organisation,
    agency: str,
    district: str,
    seen: str,
    by: Account,
    at: datetime,
) -> SupervisingUnit:
    """Set which agency's sectors, in which district, an organisation supervises; no district is the whole city.

    `seen` is the list that the person had before the eyes.
    Raises: Refused UNIT-DISTRICT for a code that is no district today, UNIT-CHANGED.
    """
    if district and not codes.check("division", district, on=timezone.localtime(at).date()).ok:
        raise Refused("请选择现行的区。", code="UNIT-DISTRICT")
    with transaction.atomic():
        _require_unchanged(seen)
        before = SupervisingUnit.objects.filter(organisation=organisation).first()
        found, _ = SupervisingUnit.objects.update_or_create(
            organisation=organisation, defaults={"agency": agency, "district": district}
        )
        audit.record(
            act="prepaid.set_supervision",
            by=by.actor,
            at=at,
            subject=f"organisation:{organisation.number}",
            before=_told(before),
            after=_told(found),
        )
    return found


def end_supervision(*, unit: int, reason: str, seen: str, by: Account, at: datetime) -> str:
    """Take back what an organisation supervises and return its name; its people then see no operator.

    Raises: Refused UNIT-REASON without a reason, UNIT-CHANGED.
    """
    if not reason.strip():
        raise Refused("请写明撤销监管范围的理由。", code="UNIT-REASON")
    with transaction.atomic():
        _require_unchanged(seen)
        found = SupervisingUnit.objects.select_related("organisation").get(pk=unit)
        audit.record(
            act="prepaid.end_supervision",
            by=by.actor,
            at=at,
            subject=f"organisation:{found.organisation.number}",
            before=_told(found),
            after={"reason": reason.strip()},
        )
        found.delete()
    return found.organisation.name


def _require_unchanged(seen: str) -> None:
    """Wait for a colleague who is changing the list, and refuse whoever saw another list."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    if seen != units_seen():
        raise Refused(
            "监管范围刚刚由另一位同事改过，您的操作没有保存。请看过最新的范围再决定。",
            code="UNIT-CHANGED",
        )


def _told(unit: SupervisingUnit | None) -> dict[str, str] | None:
    if unit is None:
        return None
    return {"agency": str(Agency(unit.agency).label), "district": unit.district}
