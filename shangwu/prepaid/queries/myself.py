"""What the platform tells a sender about itself."""

from typing import Any

from django.db.models import Max

from shangwu.prepaid.models import CustodyStanding, OperatorDay, Outlet
from shangwu.prepaid.queries.senders import Sender


def myself(sender: Sender) -> dict[str, Any]:
    """Return name, status, outlets, the last day reported and the last standing (amounts in fen)."""
    operator = sender.operator
    about: dict[str, Any] = {
        "uscc": sender.party.uscc,
        "name": sender.party.name,
        "kind": sender.institution.kind if sender.institution else "operator",
        "status": operator.status if operator else None,
        "sandbox": sender.is_sandbox,
        "keyid": sender.key_id,
        "outlets": [],
        "last_day": None,
        "standing": None,
    }
    if operator is None:
        return about
    outlets = Outlet.objects.filter(operator=operator).order_by("number")
    last = OperatorDay.objects.filter(operator=operator).aggregate(day=Max("day"))["day"]
    return about | {
        "outlets": list(outlets.values_list("number", flat=True)),
        "last_day": last.isoformat() if last else None,
        "standing": None if sender.is_sandbox else _standing(sender),
    }


def _standing(sender: Sender) -> dict[str, Any] | None:
    found = (
        CustodyStanding.objects.filter(operator=sender.operator)
        .order_by("-day", "-known_at")
        .first()
    )
    if found is None:
        return None
    return {
        "day": found.day.isoformat(),
        "required_fen": found.required_fen,
        "counted_fen": found.counted_fen,
        "custody_fen": found.custody_fen,
        "shortfall_fen": found.shortfall_fen,
        "is_complete": found.is_complete,
        "sentences": found.sentences,
    }
