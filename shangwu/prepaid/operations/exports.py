"""What leaves the platform as files: who took which list or case, and how much of it."""

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


def record_dossier(*, case: str, files: int, sums: str, by: Account, at: datetime) -> None:
    """Record that somebody took the files of a case away; `sums` is the SHA-256 of their list of digests."""
    with transaction.atomic():
        audit.record(
            act="prepaid.take_dossier",
            by=by.actor,
            at=at,
            subject=f"case:{case}",
            after={"files": files, "sums": sums},
        )
