"""What the audit administrator does; looking into the record is itself recorded."""

from datetime import datetime

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.audit.models import Act
from shangwu.foundation.audit.queries import Verdict, verify


def verify_record(*, by: Account, at: datetime) -> Verdict:
    """Walk the whole chain and record the verdict that was found."""
    verdict = verify()
    with transaction.atomic():
        audit.record(
            act="oversight.verify_record",
            by=by.actor,
            at=at,
            subject="audit",
            after={"ok": verdict.ok, "rows": verdict.rows, "first_broken": verdict.first_broken},
        )
    return verdict


def open_act(*, act: Act, by: Account, at: datetime) -> None:
    """Record that somebody looked into one act with its facts."""
    with transaction.atomic():
        audit.record(act="oversight.open_act", by=by.actor, at=at, subject=f"act:{act.pk}")


def export_acts(*, rows: int, asked: str, by: Account, at: datetime) -> None:
    """Record that somebody took so many rows of the record away, and what was asked for."""
    with transaction.atomic():
        audit.record(
            act="oversight.export_acts",
            by=by.actor,
            at=at,
            subject="audit",
            after={"rows": rows, "asked": asked},
        )
