"""Background work of the till."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.till.sending import send_till_days


@app.task(name="prepaid.send_till_days", queue="prepaid", queueing_lock="prepaid.send_till_days")
def send() -> int:
    """Send the days of all tills that are over. Every night after midnight; safe to run twice."""
    return send_till_days(at=timezone.now())
