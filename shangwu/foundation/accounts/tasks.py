"""Background work of the accounts."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.foundation.accounts.operations.sessions import sweep_sessions


@app.task(name="accounts.sweep_sessions", queue="accounts", queueing_lock="accounts.sweep_sessions")
def sweep() -> int:
    """Delete ended sessions and what was kept in others for its hour. Every quarter of an hour; safe to run twice."""
    return sweep_sessions(at=timezone.now())
