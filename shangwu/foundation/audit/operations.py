"""Sealing acts into the chain and signing its days."""

from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max

from shangwu.foundation.audit import anchor, chain, keys
from shangwu.foundation.audit.models import Act, Batch, DayHead
from shangwu.foundation.law.refused import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
# One key for all who extend or walk the chain; writers of acts never touch it.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('audit.chain'))"
TAKE = """
DELETE FROM audit_unsealedact WHERE act_id IN (
    SELECT act_id FROM audit_unsealedact ORDER BY act_id LIMIT %s
) RETURNING act_id
"""


def seal_acts(*, at: datetime, batch_rows: int = 10_000) -> int:
    """Chain every committed act that is not chained yet and return how many.

    An act whose transaction commits late waits in the queue and comes with a later batch: the
    order of the chain is the order of sealing, so no act is lost and no writer waits.
    """
    sealed = 0
    while count := _seal_batch(at=at, limit=batch_rows):
        sealed += count
        if count < batch_rows:
            break
    return sealed


def sign_days(*, at: datetime) -> list[date]:
    """Sign every finished day that has batches and no head yet; return those days."""
    signed = DayHead.objects.aggregate(last=Max("day"))["last"]
    finished = Batch.objects.filter(day__lt=at.astimezone(SHANGHAI).date())
    if signed is not None:
        finished = finished.filter(day__gt=signed)
    days = list(finished.order_by("day").values_list("day", flat=True).distinct())
    for day in days:
        sign_day(day=day, at=at)
    return days


def sign_day(*, day: date, at: datetime) -> DayHead:
    """Sign the end of one finished day's chain.

    Raises: Refused when the day is not over, has no batch, or is signed already.
    """
    if day >= at.astimezone(SHANGHAI).date():
        raise Refused(f"{day:%Y-%m-%d} 尚未结束，不能签名。", code="day_not_over")
    with transaction.atomic():
        _lock()
        before = DayHead.objects.order_by("-day").first()
        if before is not None and before.day >= day:
            raise Refused(f"{day:%Y-%m-%d} 或其后的日期已经签名。", code="day_signed")
        last = Batch.objects.filter(day=day).order_by("-number").first()
        if last is None:
            raise Refused(f"{day:%Y-%m-%d} 没有审计批次。", code="day_empty")
        rows = (before.rows if before else 0) + _rows_after(before, until=last)
        digest = chain.day_digest(
            day=day,
            at=at,
            previous=bytes(before.digest) if before else chain.GENESIS,
            last_batch=last.number,
            batch=bytes(last.digest),
            rows=rows,
        )
        head = DayHead.objects.create(
            day=day,
            at=at,
            last_batch=last.number,
            rows=rows,
            digest=digest,
            signature=keys.signing_key().sign(digest),
        )
        transaction.on_commit(partial(anchor.append_day, head))
    return head


def _seal_batch(*, at: datetime, limit: int) -> int:
    with transaction.atomic():
        _lock()
        last = Batch.objects.order_by("-number").first()
        _catch_up_anchor(last)
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [limit])
            act_ids = sorted(act_id for (act_id,) in cursor.fetchall())
        if not act_ids:
            return 0
        # A clock that was set back must not put a batch into a day that is signed.
        at = max(at, last.at) if last else at
        number = last.number + 1 if last else 1
        day = at.astimezone(SHANGHAI).date()
        digests = dict(Act.objects.filter(pk__in=act_ids).values_list("pk", "digest"))
        previous = bytes(last.digest) if last else chain.GENESIS
        digest = chain.batch_digest(
            number=number,
            day=day,
            at=at,
            previous=previous,
            rows=((pk, bytes(digests.get(pk, chain.VANISHED))) for pk in act_ids),
        )
        batch = Batch.objects.create(
            number=number,
            day=day,
            at=at,
            act_ids=act_ids,
            previous_digest=previous,
            digest=digest,
        )
        transaction.on_commit(partial(anchor.append_batch, batch))
    return len(act_ids)


def _catch_up_anchor(last: Batch | None) -> None:
    """Write the newest head again when a crash came between its commit and the file.

    Only that one: a longer gap is no crash, and stays visible to `verify`.
    """
    if last is None:
        return
    anchored = anchor.tail().batches
    if last.number not in anchored and (last.number == 1 or last.number - 1 in anchored):
        anchor.append_batch(last)


def _rows_after(before: DayHead | None, *, until: Batch) -> int:
    batches = Batch.objects.filter(number__lte=until.number)
    if before is not None:
        batches = batches.filter(number__gt=before.last_batch)
    return sum(len(act_ids) for act_ids in batches.values_list("act_ids", flat=True))


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
