"""NDJSON: one JSON object on each line, with the published fields only."""

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Annotated, BinaryIO, Literal, cast

import msgspec
import numpy as np

from shangwu.prepaid.gateways.wire import lines
from shangwu.prepaid.gateways.wire.sheet import ILL_FORMED, NUMBERS, TEXTS, Assembler, Piece, Sheet
from shangwu.prepaid.rules.batch.columns import Numbers
from shangwu.prepaid.rules.batch.errors import FORM, RowError
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.screening import find, labels
from shangwu.prepaid.vocabulary import BatchCode

Fen = Annotated[int, msgspec.Meta(ge=ILL_FORMED, le=2**62)]


class CardDayLine(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One line; its fields are those of the record `card_day`, which a test compares."""

    operator: str
    outlet: str
    day: str
    sequence: Fen
    card: str
    kind: Literal["registered", "anonymous"]
    issued_fen: Fen
    redeemed_fen: Fen
    refunded_fen: Fen
    closing_fen: Fen
    sent_at: str
    valid_to: str | None = None
    remark: str | None = None
    reverses_day: str | None = None
    reverses_sequence: Fen | None = None


_DECODER = msgspec.json.Decoder(CardDayLine)
_GETTERS = {name: attrgetter(name) for name in CardDayLine.__struct_fields__}
_REVERSES = _GETTERS["reverses_sequence"]


def read_ndjson(content: BinaryIO, assembler: Assembler) -> Iterator[Piece]:
    """Return the rows of NDJSON; a line that cannot be read is named and the others go on."""
    for plain in lines.pieces(content):
        try:
            rows = _DECODER.decode_lines(plain)
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield _line_by_line(plain, assembler)
            continue
        if rows:
            yield assembler.piece(_sheet(rows, assembler.number(len(rows))))


def _sheet(rows: list[CardDayLine], positions: Numbers) -> Sheet:
    count = len(rows)
    numbers = {
        name: np.fromiter(map(_GETTERS[name], rows), dtype=np.int64, count=count)
        for name in NUMBERS
        if name != "reverses_sequence"
    }
    # None is 0 here; a 0 that was sent is no number of a row.
    reverses = [0 if one is None else one or ILL_FORMED for one in map(_REVERSES, rows)]
    return Sheet(
        texts={name: list(map(_GETTERS[name], rows)) for name in TEXTS},
        numbers=numbers | {"reverses_sequence": np.array(reverses, dtype=np.int64)},
        row=lambda at: msgspec.structs.asdict(rows[at]),
        positions=positions,
    )


def _line_by_line(plain: bytes, assembler: Assembler) -> Piece:
    """Read each line by itself: slow, and exact about which of them is wrong."""
    rows, places, errors = [], [], []
    sent = [line for line in plain.split(b"\n") if line.strip()]
    for line, position in zip(sent, assembler.number(len(sent)).tolist(), strict=True):
        try:
            rows.append(_DECODER.decode(line))
            places.append(position)
        except (msgspec.DecodeError, UnicodeDecodeError):
            errors += _unreadable(line, position, assembler)
    if not rows:
        return Piece(None, errors, len(sent))
    made = assembler.piece(_sheet(rows, np.array(places, dtype=np.int64)))
    return Piece(made.columns, errors + made.errors, len(sent))


def _unreadable(line: bytes, position: int, assembler: Assembler) -> list[RowError]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict):
        return assembler.wrong(cast(dict[str, object], row), position)
    if kinds := find(line.decode("utf-8", "replace")):
        return [RowError(position, BatchCode.E06, "", None, labels(kinds))]
    told = Bilingual("每行须为一个 JSON 对象", "each line must be one JSON object")
    return [RowError(position, FORM, "", None, told)]
