"""Background work of the sandbox."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.sandbox import sweep_sandbox


@app.task(name="prepaid.sweep_sandbox", queue="prepaid", queueing_lock="prepaid.sweep_sandbox")
def sweep() -> int:
    """Forget what nobody tries any more; safe to run twice."""
    return sweep_sandbox(at=timezone.now())
