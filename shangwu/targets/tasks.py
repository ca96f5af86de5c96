"""Background work of the targets."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.targets.operations.measuring import take_daily_readings


@app.task(name="targets.take_daily_readings", queue="targets", queueing_lock="daily_readings")
def daily_readings() -> int:
    """Take today's reading of every target; safe to run twice."""
    now = timezone.localtime()
    return take_daily_readings(on=now.date(), at=now)
