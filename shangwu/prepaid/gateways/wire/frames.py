"""A table of texts as a sheet: what CSV and Parquet have in common."""

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl

from shangwu.prepaid.gateways.wire.sheet import (
    FIELDS,
    ILL_FORMED,
    NUMBERS,
    REQUIRED,
    TEXTS,
    Assembler,
    Piece,
    Sheet,
)
from shangwu.prepaid.rules.batch.columns import Numbers
from shangwu.prepaid.rules.interface.answers import MessageRefused


def require_fields(names: Collection[str]) -> None:
    """Refuse a table with a column that is not published, twice there, or missing.

    Raises: MessageRefused CONTENT; an unknown name is not repeated.
    """
    if len(set(names)) < len(names) or set(names) - set(FIELDS):
        known = ", ".join(FIELDS)
        raise MessageRefused("CONTENT", f"只接收这些列：{known}。", f"Columns taken: {known}.")
    if missing := [name for name in REQUIRED if name not in names]:
        told = ", ".join(missing)
        raise MessageRefused("CONTENT", f"缺少列：{told}。", f"Missing columns: {told}.")


def piece_of(frame: pl.DataFrame, positions: Numbers, assembler: Assembler) -> Piece:
    """Return the rows of a table whose columns are texts, or whole numbers where numbers belong."""
    return assembler.piece(
        Sheet(
            texts={name: _texts(frame, name) for name in TEXTS},
            numbers={name: _numbers(frame, name) for name in NUMBERS},
            row=lambda at: _row(frame.row(at, named=True)),
            positions=positions,
        )
    )


def _texts(frame: pl.DataFrame, name: str) -> list[str | None]:
    if name not in frame.columns:
        return [None] * len(frame)
    return frame[name].to_list()


def _numbers(frame: pl.DataFrame, name: str) -> Numbers:
    none = ILL_FORMED if name in REQUIRED else 0
    if name not in frame.columns:
        return np.full(len(frame), none, dtype=np.int64)
    column = frame[name]
    read = column.cast(pl.Int64, strict=False)
    if name not in REQUIRED:
        read = read.replace(0, ILL_FORMED)
    is_none = column.is_null()
    filled = pl.select(
        pl.when(is_none).then(none).otherwise(read.fill_null(ILL_FORMED)).cast(pl.Int64)
    ).to_series()
    return filled.to_numpy()


def _row(sent: Mapping[str, object]) -> dict[str, object]:
    """A row by name, with numbers as such where the text is one."""
    found = {name: value for name, value in sent.items() if value is not None}
    for name in NUMBERS:
        value = found.get(name)
        if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
            found[name] = int(value)
    return found
