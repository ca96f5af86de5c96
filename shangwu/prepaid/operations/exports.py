"""Lists that leave the platform as files: who took which, and how many rows."""

from datetime import datetime

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account


def record_export(*, title: str, rows: int, asked: str, by: Account, at: datetime) -> None:
    """Record that somebody took so many rows of a list away, and what was asked for."""
    with transaction.atomic():
        audit.record(
            act="prepaid.export_list",
            by=by.actor,
            at=at,
            subject=f"list:{title}",
            after={"rows": rows, "asked": asked},
        )
