"""Archived days are read again, every byte, and what was found is recorded."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery

from shangwu.foundation import audit
from shangwu.prepaid.models import ArchiveCheck, ArchivedDay
from shangwu.prepaid.operations.history import KEEPER
from shangwu.prepaid.queries.history.verification import differences

# Each file is read once in so many days; a disk that fails slowly is noticed while other copies are still good.
CHECKED_WITHIN = timedelta(days=30)


def check_due_days(*, at: datetime, most: int = 60) -> list[ArchiveCheck]:
    """Verify the days that were never verified or not within thirty days, the longest waiting first."""
    newest = (
        ArchiveCheck.objects.filter(archived=OuterRef("pk"))
        .order_by("-checked_at")
        .values("checked_at")[:1]
    )
    due: QuerySet[ArchivedDay] = (
        ArchivedDay.objects.annotate(checked=Subquery(newest, output_field=DateTimeField()))
        .filter(Q(checked=None) | Q(checked__lt=at - CHECKED_WITHIN))
        .order_by("checked", "day")
    )
    return check_days(due[:most], at=at)


def check_days(days: Iterable[ArchivedDay], *, at: datetime) -> list[ArchiveCheck]:
    """Verify the days' files against the record, and store what was found; damage is an act on record."""
    return [_check(day, at=at) for day in days]


def _check(archived: ArchivedDay, *, at: datetime) -> ArchiveCheck:
    found = [asdict(one) | {"day": one.day.isoformat()} for one in differences(archived)]
    with transaction.atomic():
        check = ArchiveCheck.objects.create(
            archived=archived, checked_at=at, is_whole=not found, differences=found
        )
        if found:
            audit.record(
                act="prepaid.find_damaged_history",
                by=KEEPER,
                at=at,
                subject=archived.day.isoformat(),
                after={"differences": found[:20], "count": len(found)},
            )
    return check
