"""The platform asks itself what a consumer would ask, and keeps how it answered; publicity is recorded."""

from collections.abc import Callable
from datetime import date, datetime
from time import perf_counter

from django.db import connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Publicity
from shangwu.prepaid.rules.service import service_law
from shangwu.prepaid.vocabulary import PublicityChannel

# One row a day; several processes may ask at once.
_COUNT = """
INSERT INTO prepaid_serviceday
    (day, probes, answered, quick, slowest_ms, first_at, by_count, minutes_since)
VALUES (%(day)s, 1, %(answered)s, %(quick)s, %(ms)s, %(at)s, %(by_count)s, %(since)s)
ON CONFLICT (day) DO UPDATE SET
    probes = prepaid_serviceday.probes + 1,
    answered = prepaid_serviceday.answered + excluded.answered,
    quick = prepaid_serviceday.quick + excluded.quick,
    slowest_ms = GREATEST(prepaid_serviceday.slowest_ms, excluded.slowest_ms),
    by_count = prepaid_serviceday.by_count + excluded.by_count,
    minutes_since = COALESCE(prepaid_serviceday.minutes_since, excluded.minutes_since)
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('prepaid.publicity'))"


def probe(*, ask: Callable[[], bool], day: date, at: datetime, is_rehearsed: bool) -> bool:
    """Ask once, and count whether and how quickly an answer came; returns whether it was quick.

    From the first that was not rehearsed every minute counts; on a rehearsal clock, which passes over most
    minutes, every probe does.
    """
    began = perf_counter()
    answered = ask()
    taken = round((perf_counter() - began) * 1000)
    quick = answered and taken <= service_law(day).quick.value * 1000
    said: dict[str, int | date | datetime | None] = {
        "day": day,
        "answered": int(answered),
        "quick": int(quick),
        "ms": taken,
        "at": at,
        "by_count": int(is_rehearsed),
        "since": None if is_rehearsed else at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, said)
    return quick


def record_publicity(
    *,
    channel: str,
    title: str,
    published_on: date,
    place: str,
    file: StoredFile | None,
    by: Account,
    at: datetime,
    on: date,
) -> Publicity:
    """Note that the platform was made known, where it can be seen.

    Raises: Refused PREPAID-PUBLICITY-DATE for a day to come, -TWICE for what is on record.
    """
    if published_on > on:
        raise Refused("发布日期不能晚于今天。请在发布以后登记。", code="PREPAID-PUBLICITY-DATE")
    said = {
        "channel": channel,
        "title": title.strip(),
        "published_on": published_on,
        "place": place.strip(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # A form that is sent again after a time-out must not count twice.
        cursor.execute(ONE_AT_A_TIME)
        if Publicity.objects.filter(**said, withdraws=None, withdrawn_by=None).exists():
            raise Refused("这条宣传已经登记，不用重复登记。", code="PREPAID-PUBLICITY-TWICE")
        found = Publicity.objects.create(**said, file=file, by=by, at=at)
        _record("prepaid.record_publicity", found, by, at)
    return found


def withdraw_publicity(*, publicity: int, by: Account, at: datetime) -> Publicity:
    """Withdraw a record that was a mistake; both rows stay.

    Raises: Refused PREPAID-PUBLICITY-WITHDRAWN.
    """
    with transaction.atomic():
        found = Publicity.objects.select_for_update().get(pk=publicity)
        if found.withdraws_id or Publicity.objects.filter(withdraws=found).exists():
            raise Refused("这条记录已经撤销。", code="PREPAID-PUBLICITY-WITHDRAWN")
        row = Publicity.objects.create(
            channel=found.channel,
            title=found.title,
            published_on=found.published_on,
            place=found.place,
            withdraws=found,
            by=by,
            at=at,
        )
        _record("prepaid.withdraw_publicity", row, by, at)
    return row


def _record(act: str, row: Publicity, by: Account, at: datetime) -> None:
    channel = PublicityChannel(row.channel).label
    after = {"channel": channel, "title": row.title, "published_on": row.published_on.isoformat()}
    audit.record(act=act, by=by.actor, at=at, subject=f"publicity:{row.pk}", after=after)
