"""Background work of the audit."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.foundation.audit import operations


@app.task(name="audit.seal_acts", queue="audit", queueing_lock="audit.seal_acts")
def seal_acts() -> int:
    """Chain what was recorded since the last batch. Every minute; safe to run twice."""
    return operations.seal_acts(at=timezone.now())


@app.task(name="audit.sign_days", queue="audit", queueing_lock="audit.sign_days")
def sign_days() -> int:
    """Sign the days that are over. Every night after midnight in Shanghai; safe to run twice."""
    at = timezone.now()
    operations.seal_acts(at=at)
    return len(operations.sign_days(at=at))
