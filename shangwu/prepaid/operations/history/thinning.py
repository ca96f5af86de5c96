"""Old months leave the database when all of them lies verified in files."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from shangwu.foundation import audit
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import ArchivedDay, OperatorDay, ThinnedMonth
from shangwu.prepaid.operations.history import KEEPER
from shangwu.prepaid.operations.history.checking import check_days
from shangwu.prepaid.operations.history.indexing import write_index
from shangwu.prepaid.vocabulary import DayState

MONTHS = """
SELECT to_date(right(c.relname, 6), 'YYYYMM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'prepaid_cardday'::regclass AND c.relname ~ '^prepaid_cardday_[0-9]{6}$' ORDER BY 1
"""


def thin(*, until: date, at: datetime) -> list[ThinnedMonth]:
    """Let the months that lie wholly before a day leave the database, oldest first, and return them.

    Every day is verified once more, byte by byte, before its month goes; the owner's function then compares rows and
    sums for itself. A month with a day that is open or not whole stays, and so do those after it.

    Raises: Refused PREPAID-HISTORY-NOT-ARCHIVED, PREPAID-HISTORY-DAMAGED or PREPAID-HISTORY-SUMS, after the months
        before it have gone.
    """
    return [_thin(month, at=at) for month in months_held() if _next(month) <= until]


def months_held() -> list[date]:
    """Return the first days of the months of which the database holds card-days."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        return [row[0] for row in cursor.fetchall()]


def _thin(month: date, *, at: datetime) -> ThinnedMonth:
    of_month = {"day__gte": month, "day__lt": _next(month)}
    archived = ArchivedDay.objects.filter(**of_month).order_by("day")
    reported = OperatorDay.objects.filter(**of_month, rows__gt=0)
    unsafe = ~Q(state=DayState.CLOSED) | ~Q(day__in=archived.values("day"))
    missing = reported.filter(unsafe).order_by("day")
    if (day := missing.values_list("day", flat=True).first()) is not None:
        raise Refused(
            f"{day.isoformat()} 的卡日明细还没有全部关账和归档，{month:%Y-%m} 不能移出数据库。",
            code="PREPAID-HISTORY-NOT-ARCHIVED",
        )
    damaged = [check for check in check_days(archived, at=at) if not check.is_whole]
    if damaged:
        raise Refused(
            f"{damaged[0].archived.day.isoformat()} 的历史文件与归档记录不一致，{month:%Y-%m} 不能移出数据库。"
            "请用 shangwu verify_history 查看差异，从备份恢复文件。",
            code="PREPAID-HISTORY-DAMAGED",
        )
    # Before the rows go, so that a card of this month is found as quickly afterwards.
    indexed = write_index(month, archived)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT prepaid_drop_month(%s)", [month])
            (rows,) = cursor.fetchone()
        if indexed != rows:
            raise Refused(
                f"{month:%Y-%m} 的卡索引有 {indexed} 行，数据库有 {rows} 行，不能移出数据库。",
                code="PREPAID-HISTORY-SUMS",
            )
        days = archived.values("day").distinct().count()
        thinned = ThinnedMonth.objects.create(month=month, days=days, rows=rows, thinned_at=at)
        audit.record(
            act="prepaid.thin_month",
            by=KEEPER,
            at=at,
            subject=f"{month:%Y-%m}",
            after={"days": thinned.days, "rows": rows},
        )
    return thinned


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
