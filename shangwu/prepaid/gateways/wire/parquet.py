"""Parquet with the published columns: texts, whole numbers, dates, moments with their zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shangwu.prepaid.gateways.wire.frames import piece_of, require_fields
from shangwu.prepaid.gateways.wire.pages import require_modest_pages
from shangwu.prepaid.gateways.wire.sheet import NUMBERS, Assembler, Piece
from shangwu.prepaid.rules.interface.answers import MessageRefused

PIECE_ROWS = 16_384
# What the texts of a piece may come to; the longest remark in every row is a little more than half of it.
MOST_TEXT = 64 * 1024 * 1024
_EPOCH_DAY, _EPOCH = date(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ((date.min - _EPOCH_DAY).days, (date.max - _EPOCH_DAY).days)
# A day less at both ends: in other zones the calendar ends sooner.
_SECONDS = (_DAYS[0] * 86_400 + 86_400, _DAYS[1] * 86_400 - 86_400)
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}
_NO_TIME = "?"


def read_parquet(content: BinaryIO, assembler: Assembler) -> Iterator[Piece]:
    """Return the rows of a Parquet file.

    Nothing that the file says of itself is believed before memory is taken for it: a small file can name gigabytes.
    Raises: MessageRefused CONTENT for what is no Parquet, or has other columns than the published ones.
    """
    try:
        schema = pq.read_schema(content)
        require_fields(schema.names)
        texts = [field.name for field in schema if _is_text(field)]
        require_modest_pages(content)
        # Of a text that stands in many rows one copy is read.
        file = pq.ParquetFile(content, read_dictionary=texts)
        for batch in file.iter_batches(batch_size=PIECE_ROWS):
            _require_modest_texts(batch)
            frame = _texts(pa.Table.from_batches([batch]))
            yield piece_of(frame, assembler.number(len(frame)), assembler)
    except (
        pa.ArrowException,
        OSError,
        MemoryError,
        ValueError,  # names in the footer that are no UTF-8
        LookupError,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
    ):
        raise MessageRefused("CONTENT", "不是可读的 Parquet。", "Not readable Parquet.") from None


def _is_text(field: pa.Field) -> bool:
    """Tell texts from numbers, days and moments; nothing else is taken.

    Raises: MessageRefused CONTENT for another type.
    """
    kind, name = field.type, field.name
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return True
    if pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_null(kind):
        return False
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return False
    raise MessageRefused(
        "CONTENT",
        f"列 {name} 的类型不对：只接收文字、整数、日期和带时区的时间。",
        f"Column {name} has another type: texts, whole numbers, dates and moments with a zone are taken.",
    )


def _require_modest_texts(batch: pa.RecordBatch) -> None:
    size = 0
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and not pa.types.is_integer(column.type.value_type):
            lengths = pc.binary_length(column.dictionary).cast(pa.int64())
            size += pc.sum(lengths.take(column.indices)).as_py() or 0
    if size > MOST_TEXT:
        raise MessageRefused("CONTENT", "文字过长。", "The texts are too long.")


def _texts(table: pa.Table) -> pl.DataFrame:
    """The table with texts for everything but numbers, written as the other formats write them."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    made = []
    for name in frame.columns:
        column = pl.col(name)
        kind = frame.schema[name]
        if name in NUMBERS and kind.is_integer():
            made.append(column.cast(pl.Int64, strict=False))
        elif isinstance(kind, pl.Datetime) and kind.time_zone:
            utc = column.dt.convert_time_zone("UTC")
            per = _PER_SECOND[kind.time_unit]
            bounds = (_SECONDS[0] * per, _SECONDS[1] * per)
            made.append(_within(utc, bounds, "%Y-%m-%dT%H:%M:%S%.6fZ"))
        elif kind == pl.Date:
            made.append(_within(column, _DAYS, "%Y-%m-%d"))
        else:
            made.append(column.cast(pl.String, strict=False))
    return frame.select(made)


def _within(column: pl.Expr, bounds: tuple[int, int], form: str) -> pl.Expr:
    """Days or moments as texts; one that no calendar has is no text of either, and refused as such."""
    is_known = column.to_physical().is_between(*bounds)
    written = pl.when(is_known).then(column).dt.strftime(form)
    return (
        pl.when(~is_known)
        .then(pl.lit(_NO_TIME))
        .otherwise(written)
        .alias(column.meta.output_name())
    )
