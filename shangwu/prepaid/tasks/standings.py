"""Background work of standings: what was asked for, what a night changes, trials of another ratio."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.reconciling import reconcile
from shangwu.prepaid.operations.standings import restate_asked, restate_nightly
from shangwu.prepaid.operations.trials import run_trial


@app.task(
    name="prepaid.restate",
    queue="prepaid",
    queueing_lock="prepaid.restate",
    lock="prepaid.standings",
)
def restate() -> int:
    """Work out what has been asked for since the last minute; safe to run twice."""
    return restate_asked(at=timezone.localtime())


@app.task(
    name="prepaid.nightly",
    queue="prepaid",
    queueing_lock="prepaid.nightly",
    lock="prepaid.standings",
)
def nightly() -> int:
    """Work out every standing of the day that has begun, then compare the witnesses; safe to run twice."""
    now = timezone.localtime()
    return restate_nightly(at=now) + reconcile(at=now)


@app.task(name="prepaid.run_trial", queue="prepaid")
def trial(trial: int) -> int:
    """Try another ratio on every operator; run twice it is done once."""
    return run_trial(trial=trial, clock=timezone.localtime)
