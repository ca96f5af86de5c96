"""A closed day becomes files: all of it or nothing, once, and able to begin again wherever it was cut off."""

import shutil
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, QuerySet, Sum

from shangwu.foundation import audit
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import ArchivedDay, CardDay, DayClosing, OperatorDay
from shangwu.prepaid.operations.history import KEEPER
from shangwu.prepaid.operations.history.writing import write_shard
from shangwu.prepaid.queries.history.files import folder
from shangwu.prepaid.rules.history.tables import CARD_DAY, OPERATOR_DAY, day_folder, shards_for
from shangwu.prepaid.vocabulary import DayState

# Room that must remain beside the files, so that the database keeps running; and what a row takes at most.
FREE_BYTES_KEPT = 512 * 1024 * 1024
MOST_ROW_BYTES = 200


def archive_closed_days(*, at: datetime, most: int = 400) -> list[date]:
    """Archive the closings that are in no file yet, oldest first, and return those that were there to archive.

    Closings are archived in order, so the newest one on record says where to go on; it is looked at once more, since it
    may have been cut off between two of the days that it sealed.
    """
    newest = ArchivedDay.objects.aggregate(newest=Max("closing"))["newest"] or date.min
    waiting = DayClosing.objects.filter(day__gte=newest).order_by("day")
    days = list(waiting.values_list("day", flat=True)[:most])
    for day in days:
        archive_day(day=day, at=at)
    return [day for day in days if day > newest]


def archive_day(*, day: date, at: datetime) -> list[ArchivedDay]:
    """Write what the closing of a day sealed into files and record them; a second time changes nothing.

    That is most of the day itself, and operators' earlier days that were held until then, each in files of their own.

    Raises: Refused PREPAID-HISTORY-OPEN, PREPAID-HISTORY-DISK or PREPAID-HISTORY-SUMS.
    """
    closing = DayClosing.objects.filter(day=day).first()
    if closing is None:
        raise Refused(
            f"{day.isoformat()} 还没有关账，不能归档。请等当日关账以后再归档。",
            code="PREPAID-HISTORY-OPEN",
        )
    sealed = _sealed(closing).order_by("day").values_list("day", flat=True).distinct()
    return [_archive(sealed_day, closing, at=at) for sealed_day in sealed]


def _sealed(closing: DayClosing) -> QuerySet[OperatorDay]:
    """The operators' days that a closing sealed: a closing names them by its own moment."""
    return OperatorDay.objects.filter(closed_at=closing.closed_at, state=DayState.CLOSED)


def _archive(day: date, closing: DayClosing, *, at: datetime) -> ArchivedDay:
    """Whatever an attempt that was cut off left behind is written over: files count only once they are recorded, and
    they are recorded only when what was written adds up to what was closed.
    """
    with transaction.atomic():
        _lock(day)
        if (found := ArchivedDay.objects.filter(day=day, closing=closing.day).first()) is not None:
            return found
        rows = _sealed(closing).filter(day=day).aggregate(rows=Sum("rows", default=0))["rows"]
        _require_room(rows)
        _remove_leftovers(day, closing)
        shards = shards_for(rows)
        files = [
            write_shard(
                folder=folder(), table=table, day=day, closing=closing, shard=shard, shards=shards
            )
            for table in (CARD_DAY, OPERATOR_DAY)
            for shard in range(shards)
        ]
        _require_sums(day, closing, files)
        cards, operators = _summed(files, CARD_DAY), _summed(files, OPERATOR_DAY)
        archived = ArchivedDay.objects.create(
            day=day,
            closing=closing.day,
            root=closing.root,
            operators=operators["count"],
            rows=cards["count"],
            issued_fen=cards["issued_fen"],
            redeemed_fen=cards["redeemed_fen"],
            refunded_fen=cards["refunded_fen"],
            balance_fen=operators["balance_fen"],
            bytes=sum(file["bytes"] for file in files),
            files=files,
            archived_at=at,
        )
        audit.record(
            act="prepaid.archive_day",
            by=KEEPER,
            at=at,
            subject=day.isoformat(),
            after={
                "closing": closing.day.isoformat(),
                "rows": archived.rows,
                "bytes": archived.bytes,
                "root": bytes(closing.root).hex(),
                "files": {file["path"]: file["sha256"] for file in files},
            },
        )
    return archived


def _lock(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('prepaid.history'), %s)", [day.toordinal()]
        )


def _require_room(rows: int) -> None:
    if shutil.disk_usage(folder()).free < FREE_BYTES_KEPT + rows * MOST_ROW_BYTES:
        raise Refused(
            "服务器存储空间不足，历史数据没有归档。请联系系统管理员扩充存储。",
            code="PREPAID-HISTORY-DISK",
        )


def _remove_leftovers(day: date, closing: DayClosing) -> None:
    for table in (CARD_DAY, OPERATOR_DAY):
        for path in (folder() / day_folder(table, day)).glob(f"closing-{closing.day:%Y%m%d}-*"):
            path.unlink()


def _require_sums(day: date, closing: DayClosing, files: list[dict[str, Any]]) -> None:
    """Hold what was written against the operators' days as they were sealed, and against the rows themselves."""
    cards, operators = _summed(files, CARD_DAY), _summed(files, OPERATOR_DAY)
    amounts = ("issued_fen", "redeemed_fen", "refunded_fen")
    sealed = _sealed(closing).filter(day=day)
    stands = CardDay.objects.filter(day=day, operator__in=sealed.values("operator")).aggregate(
        count=Count("sequence"), **{f"sum_{name}": Sum(name, default=0) for name in amounts}
    )
    fits = (
        cards["count"] == operators["rows"] == stands["count"]
        and operators["count"] == sealed.count()
        and all(cards[name] == operators[name] == stands[f"sum_{name}"] for name in amounts)
    )
    if not fits:
        raise Refused(
            f"{day.isoformat()} 归档的行数或者金额与关账记录不一致，没有归档。请先核验账本（shangwu verify_ledger）。",
            code="PREPAID-HISTORY-SUMS",
        )


def _summed(files: list[dict[str, Any]], table: str) -> dict[str, int]:
    """Return the sums over a table's files, and how many rows they hold (`count`)."""
    mine = [file for file in files if file["table"] == table]
    names = mine[0]["sums"] if mine else ()
    return {
        "count": sum(file["rows"] for file in mine),
        **{name: sum(file["sums"][name] for file in mine) for name in names},
    }
