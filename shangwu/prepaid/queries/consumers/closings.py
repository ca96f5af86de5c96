"""The closings of the ledger as they are published, so that whoever holds a proof can find the root that it leads to.

Of a closing its day, its root and the root before are published: who has kept a copy sees when one is exchanged. Its sums
stand in the proofs alone, for on a quiet night they are those of a single operator.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min

from shangwu.prepaid.models import DayClosing
from shangwu.prepaid.queries.senders import platform_key
from shangwu.prepaid.rules.interface.receipts import VERSION, moment, signed
from shangwu.prepaid.rules.ledger.days import GENESIS


@dataclass(frozen=True)
class Closing:
    """One closing: its day, its root and that of the closing before, zeros for the first."""

    day: date
    root: bytes
    previous: bytes
    closed_at: datetime


@dataclass(frozen=True)
class ClosedMonth:
    """The closings of a month, oldest first; `first` and `last` are the months between which there are any."""

    month: date | None
    first: date | None
    last: date | None
    closings: tuple[Closing, ...]


def closed_month(month: date | None) -> ClosedMonth:
    """Return the closings of the month that begins on a day, or of the newest month that has any."""
    ends = DayClosing.objects.aggregate(first=Min("day"), last=Max("day"))
    first, last = (one and one.replace(day=1) for one in (ends["first"], ends["last"]))
    month = month or last
    rows = DayClosing.objects.none()
    if month is not None:
        rows = DayClosing.objects.filter(day__year=month.year, day__month=month.month)
    found = rows.order_by("day").values_list("day", "root", "previous", "closed_at")
    closings = tuple(
        Closing(day, bytes(root), bytes(previous or GENESIS), at)
        for day, root, previous, at in found
    )
    return ClosedMonth(month, first, last, closings)


def published(found: ClosedMonth) -> dict[str, Any]:
    """Return the closings of a month as plain JSON, signed with the key of the receipts."""
    return signed(
        {
            "version": VERSION,
            "month": _month(found.month),
            "first_month": _month(found.first),
            "last_month": _month(found.last),
            "closings": [
                {
                    "day": one.day.isoformat(),
                    "root": one.root.hex(),
                    "previous": one.previous.hex(),
                    "closed_at": moment(one.closed_at),
                }
                for one in found.closings
            ],
        },
        key=platform_key(),
    )


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None
