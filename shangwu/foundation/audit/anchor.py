"""The heads outside the database: one JSON line per batch and per signed day, only ever appended.

Whoever rebuilds the chain inside the database, or cuts its end off, contradicts this file. A site
copies it to another medium; the file may lag the database by the newest line and no more.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shangwu.foundation.audit import keys
from shangwu.foundation.audit.models import Batch, DayHead

TAIL_BYTES = 65_536


@dataclass(slots=True)
class Anchored:
    """Everything that the file says."""

    batches: dict[int, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    # The first line that is no JSON of ours, or contradicts an earlier one; 0 when there is none.
    unreadable_line: int = 0


def path() -> Path:
    """Return where the file lies."""
    return keys.folder() / "heads.jsonl"


def append_batch(batch: Batch) -> None:
    """Add the head of a batch."""
    line = {
        "batch": batch.number,
        "day": batch.day.isoformat(),
        "rows": len(batch.act_ids),
        "digest": bytes(batch.digest).hex(),
    }
    _append(line)


def append_day(head: DayHead) -> None:
    """Add the signed head of a day."""
    line = {
        "signed_day": head.day.isoformat(),
        "last_batch": head.last_batch,
        "rows": head.rows,
        "digest": bytes(head.digest).hex(),
        "signature": bytes(head.signature).hex(),
    }
    _append(line)


def tail() -> Anchored:
    """Return what the last lines say."""
    if not path().exists():
        return Anchored()
    with path().open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        lines = file.read().split(b"\n")
    return _read(iter(lines if size <= TAIL_BYTES else lines[1:]))


def read() -> Anchored:
    """Return what the whole file says."""
    if not path().exists():
        return Anchored()
    with path().open("rb") as file:
        return _read(file)


def _read(lines: Iterator[bytes]) -> Anchored:
    found = Anchored()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said: dict[str, Any] = json.loads(line)
            is_new = _note(said, found)
        except (ValueError, KeyError, TypeError):
            is_new = False
        if not is_new:
            found.unreadable_line = found.unreadable_line or number
    return found


def _note(said: dict[str, Any], found: Anchored) -> bool:
    """Take a line in; a second line about the same head is accepted only when it says the same."""
    if "batch" in said:
        digest = str(said["digest"])
        return found.batches.setdefault(int(said["batch"]), digest) == digest
    signed = f"{said['digest']}{said['signature']}"
    return found.days.setdefault(str(said["signed_day"]), signed) == signed


def _append(line: dict[str, Any]) -> None:
    text = json.dumps(line, sort_keys=True).encode() + b"\n"
    with open(os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
