"""The one way to put work into the background: a row in the caller's own transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app


def enqueue(
    task: str,
    *,
    once: str | None = None,
    in_turn: str | None = None,
    at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Put a task in its queue; it runs after the transaction commits, and never if it is rolled back.

    `once` names work of which one waiting job is enough: a second one is silently left out.
    `in_turn` names work of which only one job runs at a time. `at` is an aware instant, not before.
    Arguments are JSON: numbers and ids, not objects.

    Raises: procrastinate's TaskNotFound when no task has that name.
    """
    options: dict[str, Any] = {"queueing_lock": once, "lock": in_turn, "schedule_at": at}
    chosen = {name: value for name, value in options.items() if value is not None}
    deferrer = app.configure_task(task, allow_unknown=False, **chosen)
    if once is None:
        deferrer.defer(**arguments)
        return
    # The refusal of a duplicate is a database error, which would spoil the caller's transaction.
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return
