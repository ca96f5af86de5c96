"""The monthly statistics are computed over the files in the background, month by month, with progress."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models.functions import TruncMonth

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.jobs import enqueue
from shangwu.prepaid.models import ArchivedDay, MonthStatistic, StatisticsRun
from shangwu.prepaid.operations.history import KEEPER
from shangwu.prepaid.queries.history import engine
from shangwu.prepaid.rules.history.statistics import monthly
from shangwu.prepaid.vocabulary import RunState

# A run that says nothing for so long has died with its worker.
GIVEN_UP_AFTER = timedelta(hours=6)
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


def ask_for_statistics(*, by: Account | None, at: datetime) -> StatisticsRun:
    """Ask for the statistics of the months that changed; one that is under way already answers for it."""
    with transaction.atomic():
        for run in StatisticsRun.objects.select_for_update().filter(state__in=UNDER_WAY):
            if at - run.asked_at < GIVEN_UP_AFTER:
                return run
            StatisticsRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
        run = StatisticsRun.objects.create(asked_by=by, asked_at=at, state=RunState.WAITING)
        audit.record(
            act="prepaid.ask_for_statistics",
            by=by.actor if by else KEEPER,
            at=at,
            subject=str(run.pk),
        )
        enqueue("prepaid.compute_statistics", run=run.pk)
    return run


def compute_statistics(*, run: int) -> int:
    """Compute the months whose days came since the last finished run, each in its own transaction; return how many.

    Safe to run twice: a run that was cut off begins anew and replaces what it had stored.
    """
    found = StatisticsRun.objects.get(pk=run)
    if found.state not in UNDER_WAY:
        return 0
    months = _changed(found)
    mine = StatisticsRun.objects.filter(pk=run)
    mine.update(state=RunState.RUNNING, done=0, total=len(months))
    for done, month in enumerate(months, start=1):
        figures = _figures(month)
        with transaction.atomic():
            MonthStatistic.objects.filter(month=month).delete()
            MonthStatistic.objects.bulk_create(figures)
            mine.update(done=done)
    mine.update(state=RunState.DONE)
    return len(months)


def _changed(run: StatisticsRun) -> Sequence[date]:
    """Return the months with days that no finished run has seen. A day archived while one ran is seen by the next."""
    days = ArchivedDay.objects.all()
    last = (
        StatisticsRun.objects.filter(state=RunState.DONE, asked_at__lte=run.asked_at)
        .exclude(pk=run.pk)
        .order_by("-asked_at")
        .first()
    )
    if last is not None:
        days = days.filter(archived_at__gte=last.asked_at)
    return list(
        days.annotate(month=TruncMonth("day"))
        .order_by("month")
        .values_list("month", flat=True)
        .distinct()
    )


def _figures(month: date) -> list[MonthStatistic]:
    days = ArchivedDay.objects.filter(day__year=month.year, day__month=month.month).order_by("day")
    with engine.history(days) as (operator_days, card_days):
        rows = monthly(operator_days, card_days).to_pyarrow().to_pylist()
    return [MonthStatistic(**row) for row in rows]
