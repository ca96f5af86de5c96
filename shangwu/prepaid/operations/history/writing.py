"""From the ledger into Parquet: one COPY, in pieces of a few megabytes, through Arrow into files that are whole or absent."""

import binascii
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from django.db import connection
from psycopg import Copy

from shangwu.prepaid.models import DayClosing
from shangwu.prepaid.rules.history.tables import (
    CARD_DAY,
    OPERATOR_DAY,
    ROW_GROUP_ROWS,
    SCHEMAS,
    SUMMED,
    shard_file,
)

BLOCK_BYTES = 4 * 1024 * 1024
# The one place that knows the columns of the ledger. Ordered, so that one card's rows lie together.
ROWS = {
    CARD_DAY: """
        SELECT operator_id, day, sequence, batch_id, encode(card, 'hex'), kind, outlet, issued_fen, redeemed_fen,
               refunded_fen, closing_fen, valid_to, reverses_day, reverses_sequence, remark
        FROM prepaid_cardday WHERE day = %(day)s AND operator_id %% %(shards)s = %(shard)s
          AND operator_id IN (SELECT operator_id FROM prepaid_operatorday
                              WHERE day = %(day)s AND closed_at = %(closed_at)s AND state = 'CLOSED')
        ORDER BY operator_id, card, sequence""",
    OPERATOR_DAY: """
        SELECT o.operator_id, o.day, p.sector, p.district, o.rows, o.cards, o.issued_fen, o.redeemed_fen,
               o.refunded_fen, o.balance_fen, o.is_late, encode(o.root, 'hex'),
               to_char(o.closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        FROM prepaid_operatorday o JOIN prepaid_operator p ON p.id = o.operator_id
        WHERE o.day = %(day)s AND o.closed_at = %(closed_at)s AND o.state = 'CLOSED'
          AND o.operator_id %% %(shards)s = %(shard)s
        ORDER BY o.operator_id""",
}


def write_shard(
    *, folder: Path, table: str, day: date, closing: DayClosing, shard: int, shards: int
) -> dict[str, Any]:
    """Write one file of what a closing sealed of a day; return its entry in the record: path, rows, digest, sums.

    The file appears under its name only when all of it is on the disk. Equal rows give equal bytes.
    """
    name = shard_file(table, day, closing=closing.day, shard=shard, shards=shards)
    asked = {"day": day, "closed_at": closing.closed_at, "shard": shard, "shards": shards}
    schema, sums, rows = SCHEMAS[table], dict.fromkeys(SUMMED[table], 0), 0
    with appearing(folder / name) as sink:
        with pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            schema,
            compression="zstd",
            use_dictionary=[f.name for f in schema if not pa.types.is_fixed_size_binary(f.type)],
        ) as writer:
            for part in row_groups(_batches(table, asked), ROW_GROUP_ROWS):
                writer.write_table(part, row_group_size=ROW_GROUP_ROWS)
                rows += part.num_rows
                for column in sums:
                    sums[column] += pc.sum(part.column(column)).as_py()
    return {
        "table": table,
        "path": name,
        "shard": shard,
        "shards": shards,
        "rows": rows,
        "bytes": sink.size,
        "sha256": sink.digest.hexdigest(),
        "sums": sums,
    }


class _Sink(io.RawIOBase):
    """A file that counts and digests what is written to it."""

    def __init__(self, path: Path) -> None:
        self._file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self.digest, self.size = hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(memoryview(data))
        return self._file.write(data)

    def tell(self) -> int:
        return self.size

    def settle(self) -> None:
        """Put everything on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def appearing(path: Path) -> Iterator[_Sink]:
    """Give a sink whose file takes its name when it is complete."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    sink = _Sink(unfinished)
    try:
        yield sink
        sink.settle()
    finally:
        sink.close()
    unfinished.replace(path)
    _settle_folder(path.parent)


def _settle_folder(path: Path) -> None:
    """Put the names in a folder, and those of its parents, on the disk."""
    for one in (path, path.parent, path.parent.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def row_groups(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """Yield the rows in groups of one size, however they were cut before."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        while sum(one.num_rows for one in waiting) >= size:
            whole = pa.Table.from_batches(waiting)
            yield whole.slice(0, size)
            waiting = whole.slice(size).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting)


def _batches(table: str, asked: dict[str, object]) -> Iterator[pa.RecordBatch]:
    schema = SCHEMAS[table]
    kinds = {
        field.name: pa.string() if pa.types.is_fixed_size_binary(field.type) else field.type
        for field in schema
    }
    options = pcsv.ConvertOptions(
        column_types=kinds, true_values=["t"], false_values=["f"], strings_can_be_null=False
    )
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"COPY ({ROWS[table]}) TO STDOUT (FORMAT csv)", asked) as copy:
            stream = io.BufferedReader(_CopyStream(copy), BLOCK_BYTES)
            if not stream.peek(1):
                return
            reader = pcsv.open_csv(
                pa.PythonFile(stream, mode="r"),
                read_options=pcsv.ReadOptions(
                    column_names=schema.names, block_size=BLOCK_BYTES, use_threads=False
                ),
                parse_options=pcsv.ParseOptions(newlines_in_values=True),
                convert_options=options,
            )
            for batch in reader:
                columns = [_column(batch.column(f.name), f.type) for f in schema]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


class _CopyStream(io.RawIOBase):
    """What COPY sends, as a file to read."""

    def __init__(self, copy: Copy) -> None:
        self._copy, self._left = copy, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if not self._left:
            self._left = memoryview(self._copy.read())
        size = min(len(target), len(self._left))
        target[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _column(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if not pa.types.is_fixed_size_binary(wanted):
        return values
    # All have one length, so a single pass over the joined text undoes the hexadecimal form of all.
    _, offsets, text = values.buffers()
    start = memoryview(offsets).cast("i")[values.offset]
    size = 2 * wanted.byte_width * len(values)
    joined = binascii.unhexlify(memoryview(text)[start : start + size])
    return pa.FixedSizeBinaryArray.from_buffers(wanted, len(values), [None, pa.py_buffer(joined)])
