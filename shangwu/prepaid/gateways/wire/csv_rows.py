"""CSV (RFC 4180) in UTF-8 with a header line; a row is one line: a remark has no line break."""

import csv
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import numpy as np
import polars as pl

from shangwu.prepaid.gateways.wire import lines
from shangwu.prepaid.gateways.wire.frames import piece_of, require_fields
from shangwu.prepaid.gateways.wire.sheet import Assembler, Piece
from shangwu.prepaid.rules.batch.errors import FORM, RowError
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.screening import find, labels
from shangwu.prepaid.vocabulary import BatchCode

_MARK = b"\xef\xbb\xbf"


def read_csv(content: BinaryIO, assembler: Assembler) -> Iterator[Piece]:
    """Return the rows of CSV.

    Raises: MessageRefused CONTENT for a header with other columns than the published ones.
    """
    names: list[str] = []
    for sent in lines.pieces(content):
        plain = sent
        if not names:
            header, _, plain = sent.removeprefix(_MARK).partition(b"\n")
            names = _header(header)
        if plain.strip():
            yield _piece(plain, names, assembler)


def _header(line: bytes) -> list[str]:
    try:
        [names] = csv.reader([line.decode("utf-8").rstrip("\r")])
    except (ValueError, csv.Error):
        raise MessageRefused("CONTENT", "缺少标题行。", "The header line is missing.") from None
    require_fields(names)
    return names


def _piece(plain: bytes, names: list[str], assembler: Assembler) -> Piece:
    sent = plain.count(b"\n") + (not plain.endswith(b"\n"))
    try:
        frame = pl.read_csv(
            BytesIO(plain),
            has_header=False,
            new_columns=names,
            schema=dict.fromkeys(names, pl.String),
        )
    except pl.exceptions.PolarsError:
        return _line_by_line(plain, names, assembler)
    # Fewer rows than lines: a text went on over lines. An empty line is no row.
    if len(frame) != sent or _has_empty_line(plain):
        return _line_by_line(plain, names, assembler)
    return piece_of(frame, assembler.number(len(frame)), assembler)


def _has_empty_line(plain: bytes) -> bool:
    return b"\n\n" in plain or b"\n\r\n" in plain or plain[:1] in (b"\n", b"\r")


def _line_by_line(plain: bytes, names: list[str], assembler: Assembler) -> Piece:
    """Read each line by itself: slow, and exact about which of them is wrong."""
    rows: list[list[str | None]] = []
    places, errors = [], []
    sent = [line.rstrip(b"\r") for line in plain.split(b"\n") if line.strip()]
    for line, position in zip(sent, assembler.number(len(sent)).tolist(), strict=True):
        cells = _cells(line)
        if cells is not None and len(cells) == len(names):
            rows.append([cell or None for cell in cells])
            places.append(position)
        elif kinds := find(line.decode("utf-8", "replace")):
            errors.append(RowError(position, BatchCode.E06, "", None, labels(kinds)))
        else:
            told = Bilingual(
                f"该行的列数须为 {len(names)}，文字须为 UTF-8 且引号成对",
                f"the line must have {len(names)} columns, in UTF-8 and with paired quotation marks",
            )
            errors.append(RowError(position, FORM, "", None, told))
    if not rows:
        return Piece(None, errors, len(sent))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    made = piece_of(frame, np.array(places, dtype=np.int64), assembler)
    return Piece(made.columns, errors + made.errors, len(sent))


def _cells(line: bytes) -> list[str] | None:
    try:
        [cells] = csv.reader([line.decode("utf-8")], strict=True)
    except (ValueError, csv.Error):
        return None
    return cells
