"""Background work over history; every task may run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.history.archiving import archive_closed_days
from shangwu.prepaid.operations.history.checking import check_due_days
from shangwu.prepaid.operations.history.indexing import mend_indexes
from shangwu.prepaid.operations.history.statistics import ask_for_statistics, compute_statistics
from shangwu.prepaid.operations.history.thinning import thin
from shangwu.prepaid.rules.history.retention import kept_from


@app.task(name="prepaid.archive_days", queue="prepaid", queueing_lock="prepaid.archive_days")
def archive_days() -> int:
    """Archive the days closed since, and ask for the statistics of their months."""
    now = timezone.localtime()
    days = archive_closed_days(at=now)
    if days:
        ask_for_statistics(by=None, at=now)
    return len(days)


@app.task(name="prepaid.check_history", queue="prepaid", queueing_lock="prepaid.check_history")
def check_history() -> int:
    """Verify the archived days whose turn it is, and write the indexes that are missing or wrong."""
    now = timezone.localtime()
    checked = len(check_due_days(at=now))
    mend_indexes(at=now)
    return checked


@app.task(name="prepaid.thin_history", queue="prepaid", queueing_lock="prepaid.thin_history")
def thin_history() -> int:
    """Let the months leave the database that it need not keep any longer."""
    now = timezone.localtime()
    return len(thin(until=kept_from(now.date()), at=now))


@app.task(name="prepaid.compute_statistics", queue="prepaid", lock="prepaid.compute_statistics")
def statistics(run: int) -> int:
    """Compute the statistics that somebody asked for."""
    return compute_statistics(run=run)
