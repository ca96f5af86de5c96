"""Background work of credit governance: grades, what the city's platform is told, the nightly comparison."""

from datetime import date, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.gateways.credit import is_wired
from shangwu.prepaid.operations.credit import restate_credit
from shangwu.prepaid.operations.exchange import reconcile, send_waiting
from shangwu.prepaid.operations.listings import expire_listings


@app.task(name="prepaid.restate_credit", queue="prepaid")
def restate(operators: list[int], day: str, cause: str) -> int:
    """Grade the operators whose facts changed; safe to run twice."""
    return restate_credit(
        operators, day=date.fromisoformat(day), cause=cause, at=timezone.localtime()
    )


@app.task(name="prepaid.restate_all_credit", queue="prepaid", queueing_lock="restate_all_credit")
def restate_all() -> int:
    """Grade every operator and end the entries whose time has passed; safe to run twice."""
    now = timezone.localtime()
    expire_listings(on=now.date(), at=now)
    return restate_credit(None, day=now.date(), cause="每日评定", at=now)


@app.task(
    name="prepaid.send_credit_messages",
    queue="prepaid",
    queueing_lock="prepaid.send_credit_messages",
    lock="prepaid.send_credit_messages",
)
def send_messages() -> int:
    """Send what the public-credit platform has not acknowledged; nothing where none is wired."""
    return send_waiting(at=timezone.localtime()) if is_wired() else 0


@app.task(
    name="prepaid.reconcile_credit",
    queue="prepaid",
    queueing_lock="prepaid.reconcile_credit",
    retry=3,
)
def reconcile_yesterday() -> int:
    """Compare yesterday's messages with what the platform holds; returns how many differ."""
    if not is_wired():
        return 0
    now = timezone.localtime()
    return len(reconcile(now.date() - timedelta(days=1), at=now).differences)
