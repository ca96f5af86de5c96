"""The two tables of history, as every engine sees them, and the files in which they lie.

A day is a folder `day=YYYY-MM-DD` under the name of its table; a large day is cut into shards by operator, so that
one operator's rows of a day lie in one file. Money is whole fen, instants are UTC, a card is its 32 bytes.

An old month has an index beside them: which operator's card moved on which of its days, sorted by card.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import datatypes as dt

CARD_DAY, OPERATOR_DAY, CARD_INDEX = "card_day", "operator_day", "card_index"
# Rows of one file: large enough for few files, small enough that one card's row group is read in milliseconds.
SHARD_ROWS = 1_000_000
ROW_GROUP_ROWS = 65_536
# A group of the index is one read of half a megabyte; a city's month has about a thousand, whose bounds fit its foot.
INDEX_GROUP_ROWS = 131_072

CARD_DAY_SCHEMA = pa.schema(
    [
        pa.field("operator_id", pa.int64(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("sequence", pa.int32(), nullable=False),
        pa.field("batch_id", pa.int64(), nullable=False),
        pa.field("card", pa.binary(32), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("issued_fen", pa.int64(), nullable=False),
        pa.field("redeemed_fen", pa.int64(), nullable=False),
        pa.field("refunded_fen", pa.int64(), nullable=False),
        pa.field("closing_fen", pa.int64(), nullable=False),
        pa.field("valid_to", pa.date32()),
        pa.field("reverses_day", pa.date32()),
        pa.field("reverses_sequence", pa.int32()),
        pa.field("remark", pa.string(), nullable=False),
    ]
)
# Sector and district are those of the day on which it was archived: what an operator becomes later changes no past.
OPERATOR_DAY_SCHEMA = pa.schema(
    [
        pa.field("operator_id", pa.int64(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("sector", pa.string(), nullable=False),
        pa.field("district", pa.string(), nullable=False),
        pa.field("rows", pa.int64(), nullable=False),
        pa.field("cards", pa.int64(), nullable=False),
        pa.field("issued_fen", pa.int64(), nullable=False),
        pa.field("redeemed_fen", pa.int64(), nullable=False),
        pa.field("refunded_fen", pa.int64(), nullable=False),
        pa.field("balance_fen", pa.int64(), nullable=False),
        pa.field("is_late", pa.bool_(), nullable=False),
        pa.field("root", pa.binary(32), nullable=False),
        pa.field("closed_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
SCHEMAS: Mapping[str, pa.Schema] = {CARD_DAY: CARD_DAY_SCHEMA, OPERATOR_DAY: OPERATOR_DAY_SCHEMA}
# The index knows a card by its first bytes: two that share them only make a day be looked at for nothing.
KEY_BYTES = 4
CARD_INDEX_SCHEMA = pa.schema(
    [
        pa.field("operator_id", pa.int64(), nullable=False),
        pa.field("key", pa.uint32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
    ]
)
# What is summed while a file is written and again when it is verified.
SUMMED: Mapping[str, tuple[str, ...]] = {
    CARD_DAY: ("issued_fen", "redeemed_fen", "refunded_fen"),
    OPERATOR_DAY: ("rows", "issued_fen", "redeemed_fen", "refunded_fen", "balance_fen"),
}


def unbound(table: str) -> ibis.Table:
    """Return the table without an engine behind it, for compiling an expression."""
    return ibis.table(
        {field.name: _type(field.type) for field in SCHEMAS[table]},
        name=table,
    )


def day_folder(table: str, day: date) -> str:
    """Return the folder of a day's files, relative to that of all history."""
    return f"{table}/day={day.isoformat()}"


def shard_file(table: str, day: date, *, closing: date, shard: int, shards: int) -> str:
    """Return the file of one shard of what a closing sealed of a day, relative to the folder of all history."""
    name = f"closing-{closing:%Y%m%d}-shard-{shard:04d}-of-{shards:04d}.parquet"
    return f"{day_folder(table, day)}/{name}"


def index_file(month: date) -> str:
    """Return the file of a month's index, relative to the folder of all history."""
    return f"{CARD_INDEX}/month={month:%Y-%m}.parquet"


def card_key(card: bytes) -> int:
    """Return by what the index knows a card."""
    return int.from_bytes(card[:KEY_BYTES], "big")


def shards_for(rows: int) -> int:
    """Return into how many files a day of so many rows is cut."""
    return max(1, -(-rows // SHARD_ROWS))


def shard_of(operator: int, *, shards: int) -> int:
    """Return the shard of an operator's rows; numbers are given in turn, so the remainder spreads them evenly."""
    return operator % shards


def _type(arrow: pa.DataType) -> Any:
    if pa.types.is_fixed_size_binary(arrow):
        return dt.binary
    return ibis.dtype(dt.DataType.from_pyarrow(arrow))
