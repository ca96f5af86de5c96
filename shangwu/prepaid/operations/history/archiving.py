"""A closed day becomes files: all of it or nothing, once, and able to begin again wherever it was cut off."""

import shutil
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum

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
    """Archive the closed days that are in no file yet, oldest first, and return them.

    A day of which an operator's figures are still held waits: it is archived when all of it is closed.
    """
    unsettled = OperatorDay.objects.exclude(state=DayState.CLOSED).values("day")
    waiting = (
        DayClosing.objects.exclude(day__in=ArchivedDay.objects.values("day"))
        .exclude(day__in=unsettled)
        .order_by("day")
        .values_list("day", flat=True)
    )
    days = list(waiting[:most])
    for day in days:
        archive_day(day=day, at=at)
    return days


def archive_day(*, day: date, at: datetime) -> ArchivedDay:
    """Write a closed day's card-days and operator-days into files and record them; a second time changes nothing.

    Whatever an attempt that was cut off left behind is removed first: files count only once they are recorded, and they are
    recorded only when what was written adds up to what was closed.

    Raises: Refused PREPAID-HISTORY-OPEN, PREPAID-HISTORY-DISK or PREPAID-HISTORY-SUMS.
    """
    with transaction.atomic():
        _lock(day)
        if (found := ArchivedDay.objects.filter(day=day).first()) is not None:
            return found
        closing = _closing(day)
        _require_room(closing.rows)
        _remove_leftovers(day)
        shards = shards_for(closing.rows)
        files = [
            write_shard(folder=folder(), table=table, day=day, shard=shard, shards=shards)
            for table in (CARD_DAY, OPERATOR_DAY)
            for shard in range(shards)
        ]
        _require_sums(day, closing, files)
        cards = _summed(files, CARD_DAY)
        archived = ArchivedDay.objects.create(
            day=day,
            root=closing.root,
            operators=closing.operators,
            rows=closing.rows,
            issued_fen=cards["issued_fen"],
            redeemed_fen=cards["redeemed_fen"],
            refunded_fen=cards["refunded_fen"],
            balance_fen=closing.balance_fen,
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


def _closing(day: date) -> DayClosing:
    closing = DayClosing.objects.filter(day=day).first()
    held = OperatorDay.objects.filter(day=day).exclude(state=DayState.CLOSED).exists()
    if closing is None or held:
        raise Refused(
            f"{day.isoformat()} 还没有全部关账，不能归档。请先处理当日待补待核的经营者。",
            code="PREPAID-HISTORY-OPEN",
        )
    return closing


def _require_room(rows: int) -> None:
    if shutil.disk_usage(folder()).free < FREE_BYTES_KEPT + rows * MOST_ROW_BYTES:
        raise Refused(
            "服务器存储空间不足，历史数据没有归档。请联系系统管理员扩充存储。",
            code="PREPAID-HISTORY-DISK",
        )


def _remove_leftovers(day: date) -> None:
    for table in (CARD_DAY, OPERATOR_DAY):
        shutil.rmtree(folder() / day_folder(table, day), ignore_errors=True)


def _require_sums(day: date, closing: DayClosing, files: list[dict[str, Any]]) -> None:
    """Hold what was written against the closing, the operators' days and the rows themselves."""
    cards, operators = _summed(files, CARD_DAY), _summed(files, OPERATOR_DAY)
    amounts = ("issued_fen", "redeemed_fen", "refunded_fen")
    stands = CardDay.objects.filter(day=day).aggregate(
        count=Count("sequence"), **{f"sum_{name}": Sum(name, default=0) for name in amounts}
    )
    fits = (
        cards["count"] == operators["rows"] == closing.rows == stands["count"]
        and operators["count"] == closing.operators
        and operators["balance_fen"] == closing.balance_fen
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
