"""Background work of the files."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.foundation.files.operations import scan_waiting_files, sweep_left_overs


@app.task(name="files.scan_waiting", queue="files", queueing_lock="files.scan_waiting")
def scan_waiting() -> int:
    """Scan what waits in quarantine. Every five minutes; safe to run twice."""
    return scan_waiting_files(at=timezone.now())


@app.task(name="files.sweep", queue="files", queueing_lock="files.sweep")
def sweep() -> int:
    """Delete what crashes left over. Once a night; safe to run twice."""
    return sweep_left_overs(at=timezone.now())
