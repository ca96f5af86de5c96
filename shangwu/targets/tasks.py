"""Background work of the targets."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.targets.operations.issues import raise_daily_alerts
from shangwu.targets.operations.measuring import take_daily_readings


@app.task(name="targets.take_daily_readings", queue="targets", queueing_lock="daily_readings")
def daily_readings() -> int:
    """Take today's reading of every target; safe to run twice."""
    now = timezone.localtime()
    return take_daily_readings(on=now.date(), at=now)


@app.task(name="targets.raise_daily_alerts", queue="targets", queueing_lock="daily_alerts")
def daily_alerts() -> int:
    """Open an issue for whatever today's figures say needs attention; safe to run twice."""
    now = timezone.localtime()
    return raise_daily_alerts(on=now.date(), at=now)
