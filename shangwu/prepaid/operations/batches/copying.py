"""Columns as PostgreSQL's binary COPY, made many rows at a time.

Rows whose texts are equally long have one layout, so that a whole group is one array; the few rows with a remark or
a reversal are written one by one.
"""

import struct
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from shangwu.prepaid.rules.batch.columns import KINDS, NO_DAY, TOKEN_BYTES, Bytes, Columns, Numbers

_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack(">h", -1)
_NULL = -1
# The server works on one slice while the next is on its way.
_SLICE = 256 * 1024
# PostgreSQL counts days from 2000-01-01.
_EPOCH_DAYS = 10_957
_CARD_DAY = (
    "COPY prepaid_cardday (operator_id, day, sequence, batch_id, card, kind, outlet, issued_fen, redeemed_fen,"
    " refunded_fen, closing_fen, valid_to, reverses_day, reverses_sequence, remark) FROM STDIN (FORMAT BINARY)"
)
_CARD_BALANCE = (
    "COPY prepaid_cardbalance (operator_id, card, balance_fen, kind, first_day, last_day)"
    " FROM STDIN (FORMAT BINARY)"
)
_WIDTHS = {"i8": 8, "i4": 4}


class _Layout:
    """Fields of rows that are equally long, each with its length before it."""

    def __init__(self) -> None:
        self.values: list[tuple[str, int, Any]] = []

    def number(self, kind: str, value: Any) -> None:
        """Add whole numbers of 4 or 8 bytes, one for all rows or one each; None is NULL."""
        length = _NULL if value is None else _WIDTHS[kind]
        self.values.append((f">{kind}", length, value))

    def text(self, value: bytes) -> None:
        """Add one text for all rows."""
        self.values.append((f"S{len(value)}", len(value), value))

    def octets(self, value: Bytes) -> None:
        """Add bytes of equal length, a row each."""
        self.values.append((f"{value.shape[1]}u1", value.shape[1], value))

    def plain(self, rows: int) -> bytes:
        """Return the rows as COPY reads them."""
        form: list[tuple[str, str]] = [("fields", ">i2")]
        for at, (kind, length, _) in enumerate(self.values):
            form.append((f"n{at}", ">i4"))
            if length > 0:
                form.append((f"v{at}", kind))
        made = np.empty(rows, dtype=np.dtype(form))
        made["fields"] = len(self.values)
        for at, (_, length, value) in enumerate(self.values):
            made[f"n{at}"] = length
            if length > 0:
                made[f"v{at}"] = value
        return made.tobytes()


def copy_card_days(operator_id: int, batch_id: int, columns: Columns) -> None:
    """Store rows, whose order is that of the cards, so that the index is written where it was read."""
    _copy(_CARD_DAY, _card_days(operator_id, batch_id, columns))


def copy_new_cards(
    operator_id: int, day: date, card: Bytes, balance: Numbers, kind: Numbers
) -> None:
    """Store the balances of cards that no other transaction can know of: the operator is locked."""
    _copy(_CARD_BALANCE, _new_cards(operator_id, day, card, balance, kind))


def _copy(statement: str, blocks: Iterator[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEADER)
        for block in blocks:
            for at in range(0, len(block), _SLICE):
                copy.write(block[at : at + _SLICE])
        copy.write(_TRAILER)


def _card_days(operator_id: int, batch_id: int, columns: Columns) -> Iterator[bytes]:
    lengths = np.array([len(outlet) for outlet in columns.outlets], dtype=np.int64)
    told = np.array(sorted(columns.remarks), dtype=np.int64)
    alone = (columns.reverses_sequence > 0) | np.isin(columns.position, told)
    has_end = columns.valid_to != NO_DAY
    # Rows of one outlet, kind and presence of an end are one group, whatever the outlet is called.
    assert len(lengths) > 0
    group = (columns.outlet * len(KINDS) + columns.kind) * 2 + has_end
    group[alone] = -1
    for one in np.unique(group).tolist():
        chosen = columns.take(np.flatnonzero(group == one))
        if one == -1:
            yield from (
                _layout(operator_id, batch_id, chosen.take(np.array([at]))).plain(1)
                for at in range(len(chosen))
            )
        else:
            yield _layout(operator_id, batch_id, chosen).plain(len(chosen))


def _layout(operator_id: int, batch_id: int, columns: Columns) -> _Layout:
    """The layout of rows of one outlet, one kind, one presence of an end and, if several, no remark."""
    layout = _Layout()
    layout.number("i8", operator_id)
    layout.number("i4", _days(columns.day))
    layout.number("i4", columns.sequence)
    layout.number("i8", batch_id)
    layout.octets(columns.card)
    layout.text(KINDS[int(columns.kind[0])].encode())
    layout.text(columns.outlets[int(columns.outlet[0])].encode())
    for amounts in (columns.issued, columns.redeemed, columns.refunded, columns.closing):
        layout.number("i8", amounts)
    ends = int(columns.valid_to[0]) != NO_DAY
    layout.number("i4", columns.valid_to - _EPOCH_DAYS if ends else None)
    reverses = int(columns.reverses_sequence[0]) > 0
    layout.number("i4", columns.reverses_day - _EPOCH_DAYS if reverses else None)
    layout.number("i4", columns.reverses_sequence if reverses else None)
    layout.text(columns.remarks.get(int(columns.position[0]), "").encode())
    return layout


def _new_cards(
    operator_id: int, day: date, card: Bytes, balance: Numbers, kind: Numbers
) -> Iterator[bytes]:
    for place, name in enumerate(KINDS):
        chosen = kind == place
        layout = _Layout()
        layout.number("i8", operator_id)
        layout.octets(card[chosen].reshape(-1, TOKEN_BYTES))
        layout.number("i8", balance[chosen])
        layout.text(name.encode())
        layout.number("i4", _days(day))
        layout.number("i4", _days(day))
        yield layout.plain(int(chosen.sum()))


def _days(day: date) -> int:
    return (day - date(2000, 1, 1)).days
