"""The leaf of a card-day row: SHA-256 over the row in a fixed form that anybody can write again.

The form, big-endian, 156 bytes: 0x00; the operator's social credit code (18); day (4, days since 1970-01-01);
sequence (4); card (32); kind (1, 1 registered, 2 anonymous); outlet (20, zeros behind); issued, redeemed, refunded
and closing fen (8 each, signed); valid to (4); reversed day (4); reversed sequence (4, 0 for none); SHA-256 of the
remark in UTF-8 (32, zeros for an empty one). A day that is missing is -2^31.
"""

import hashlib
import struct

import numpy as np

from shangwu.prepaid.rules.batch.columns import EPOCH, KINDS, NO_DAY, Columns
from shangwu.prepaid.rules.batch.rows import CardDay

LEAF = b"\0"
FORM = struct.Struct(">c18siI32sB20sqqqqiiI32s")
_ARRAY = np.dtype(
    [
        ("tag", "S1"),
        ("operator", "S18"),
        ("day", ">i4"),
        ("sequence", ">u4"),
        ("card", "u1", (32,)),
        ("kind", "u1"),
        ("outlet", "S20"),
        ("issued", ">i8"),
        ("redeemed", ">i8"),
        ("refunded", ">i8"),
        ("closing", ">i8"),
        ("valid_to", ">i4"),
        ("reverses_day", ">i4"),
        ("reverses_sequence", ">u4"),
        ("remark", "u1", (32,)),
    ]
)


def leaf(row: CardDay) -> bytes:
    """Return the leaf of one row, 32 bytes; what an outsider computes to check a proof."""
    return hashlib.sha256(_form(row)).digest()


def leaves(columns: Columns) -> list[bytes]:
    """Return the leaves of many rows, in their order; the same as `leaf` of each."""
    made = np.zeros(len(columns), dtype=_ARRAY)
    made["operator"] = columns.operator.encode("ascii")
    made["day"] = (columns.day - EPOCH).days
    made["card"] = columns.card
    made["kind"] = columns.kind + 1
    made["outlet"] = np.array([one.encode("ascii") for one in columns.outlets], dtype="S20")[
        columns.outlet
    ]
    for name in ("sequence", "issued", "redeemed", "refunded", "closing", "valid_to"):
        made[name] = getattr(columns, name)
    made["reverses_day"], made["reverses_sequence"] = (
        columns.reverses_day,
        columns.reverses_sequence,
    )
    if columns.remarks:
        for at, position in enumerate(columns.position.tolist()):
            if text := columns.remarks.get(position):
                digest = hashlib.sha256(text.encode()).digest()
                made["remark"][at] = np.frombuffer(digest, dtype=np.uint8)
    plain, size, digest_of = made.tobytes(), FORM.size, hashlib.sha256
    return [digest_of(plain[at : at + size]).digest() for at in range(0, len(plain), size)]


def _form(row: CardDay) -> bytes:
    day, sequence = row.reverses or (None, 0)
    return FORM.pack(
        LEAF,
        row.operator.encode("ascii"),
        (row.day - EPOCH).days,
        row.sequence,
        bytes.fromhex(row.card),
        KINDS.index(row.kind) + 1,
        row.outlet.encode("ascii"),
        row.issued,
        row.redeemed,
        row.refunded,
        row.closing,
        NO_DAY if row.valid_to is None else (row.valid_to - EPOCH).days,
        NO_DAY if day is None else (day - EPOCH).days,
        sequence,
        hashlib.sha256(row.remark.encode()).digest() if row.remark else bytes(32),
    )
