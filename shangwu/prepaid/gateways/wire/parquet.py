"""Parquet with the published columns: texts, whole numbers, dates, moments with their zone."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from shangwu.prepaid.gateways.wire.frames import piece_of, require_fields
from shangwu.prepaid.gateways.wire.sheet import NUMBERS, Assembler, Piece
from shangwu.prepaid.rules.interface.answers import MessageRefused

PIECE_ROWS = 16_384


def read_parquet(content: BinaryIO, assembler: Assembler) -> Iterator[Piece]:
    """Return the rows of a Parquet file.

    Raises: MessageRefused CONTENT for what is no Parquet, or has other columns than the published ones.
    """
    try:
        file = pq.ParquetFile(content)
        require_fields(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=PIECE_ROWS):
            frame = _texts(pa.Table.from_batches([batch]))
            yield piece_of(frame, assembler.number(len(frame)), assembler)
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        raise MessageRefused("CONTENT", "不是可读的 Parquet。", "Not readable Parquet.") from None


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
            made.append(column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        else:
            made.append(column.cast(pl.String, strict=False))
    return frame.select(made)
