"""Archived rows as the ledger knows them, and which of them are no longer what was sealed."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shangwu.prepaid.models import ArchivedDay, CardDay, DayClosing, Operator, OperatorDay
from shangwu.prepaid.queries.history.files import Difference, files_of, folder
from shangwu.prepaid.queries.sealed_rows import broken_rows
from shangwu.prepaid.rules.history.tables import CARD_DAY, CARD_DAY_SCHEMA, shard_of
from shangwu.prepaid.vocabulary import DayState


def archived_rows(own: OperatorDay) -> list[CardDay]:
    """Return an operator's rows of an archived day, in the order of their numbers."""
    archived = ArchivedDay.objects.filter(day=own.day)
    files = files_of(archived, CARD_DAY, operator=own.operator_id)
    parts = [
        pq.read_table(path, partitioning=None, filters=[("operator_id", "=", own.operator_id)])
        for path in files
    ]
    return _in_order(pa.concat_tables(parts)) if parts else []


def row_of(operator: Operator, day: date, sequence: int) -> tuple[CardDay, int]:
    """Return a row and its place in its batch, from 0, from the database or from the files of a month that left it.

    Raises: CardDay.DoesNotExist where there is no such row.
    """
    rows = CardDay.objects.filter(operator=operator, day=day)
    if (stored := rows.filter(sequence=sequence).first()) is not None:
        before = rows.filter(batch_id=stored.batch_id, sequence__lt=sequence)
        return stored, before.count()
    archived = archived_rows(OperatorDay(operator=operator, day=day))
    for stored in archived:
        if stored.sequence == sequence:
            earlier = [row for row in archived if row.sequence < sequence]
            return stored, sum(row.batch_id == stored.batch_id for row in earlier)
    raise CardDay.DoesNotExist


def changed_rows(archived: ArchivedDay, file: dict[str, Any]) -> Iterator[Difference]:
    """Name the rows of a file that are not what their batches sealed, or else the stretches that cannot be read."""
    readable, unreadable = _read(folder() / file["path"])
    for first, last in unreadable:
        yield Difference(archived.day, file["path"], "unreadable", "", f"{first}–{last}")
    if unreadable or not readable:
        return
    rows = pa.concat_tables(readable)
    for own in _sealed(archived, file):
        mine = rows.filter(pc.equal(rows["operator_id"], own.operator_id))
        for broken in broken_rows(own, _in_order(mine)):
            place = (
                f"{broken.operator} 第 {broken.sequence} 号" if broken.sequence else broken.operator
            )
            yield Difference(archived.day, file["path"], "row", place, broken.what)


def _read(path: Path) -> tuple[list[pa.Table], list[tuple[int, int]]]:
    """Return what groups of a file can be read, and the first and last row of those that cannot."""
    readable, unreadable, first = [], [], 1
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            last = first + file.metadata.row_group(number).num_rows - 1
            try:
                readable.append(file.read_row_group(number).cast(CARD_DAY_SCHEMA))
            except (OSError, ValueError):
                unreadable.append((first, last))
            first = last + 1
    return readable, unreadable


def _sealed(archived: ArchivedDay, file: dict[str, Any]) -> Iterable[OperatorDay]:
    """The operators' days whose rows lie in a file."""
    closing = DayClosing.objects.get(day=archived.closing)
    days = OperatorDay.objects.filter(
        day=archived.day, closed_at=closing.closed_at, state=DayState.CLOSED
    ).select_related("operator")
    return [
        own
        for own in days.order_by("operator_id")
        if shard_of(own.operator_id, shards=file["shards"]) == file["shard"]
    ]


def _in_order(rows: pa.Table) -> list[CardDay]:
    return [CardDay(**row) for row in rows.sort_by("sequence").to_pylist()]
