"""Background work of the ledger."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.closing_days import close_days


@app.task(name="prepaid.close_days", queue="prepaid", queueing_lock="prepaid.close_days")
def close() -> int:
    """Close the days whose time for reporting is over. Every night after midnight; safe to run twice."""
    return len(close_days(at=timezone.now()))
