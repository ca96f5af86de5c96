"""The arithmetic of the chain: what a batch and a day say in bytes. No database here."""

import hashlib
import struct
from collections.abc import Iterable
from datetime import UTC, date, datetime

GENESIS = b"\0" * 32
# Stands in the chain for a row that vanished before it was sealed; no real row has it.
VANISHED = b"\0" * 32


def batch_digest(
    *, number: int, day: date, at: datetime, previous: bytes, rows: Iterable[tuple[int, bytes]]
) -> bytes:
    """Return the digest that binds a batch to its rows, their order, and the batch before."""
    chained = hashlib.sha256(b"batch\0" + previous + _text(str(number), day.isoformat(), _at(at)))
    for act_id, row_digest in rows:
        chained.update(struct.pack(">q", act_id) + row_digest)
    return chained.digest()


def day_digest(
    *, day: date, at: datetime, previous: bytes, last_batch: int, batch: bytes, rows: int
) -> bytes:
    """Return what is signed for a day: its last batch, the count of rows so far, the day before."""
    said = _text(day.isoformat(), _at(at), str(last_batch), str(rows))
    return hashlib.sha256(b"day\0" + previous + batch + said).digest()


def _at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _text(*parts: str) -> bytes:
    return "\0".join(parts).encode() + b"\0"
