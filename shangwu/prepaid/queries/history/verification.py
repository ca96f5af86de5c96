"""Whether the files of archived days still are what the record says: by digest and sums, and then row by row."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shangwu.prepaid.models import ArchivedDay, DayClosing
from shangwu.prepaid.queries.history.files import Difference, folder
from shangwu.prepaid.queries.history.rows import changed_rows
from shangwu.prepaid.rules.history.tables import CARD_DAY, SUMMED

READ_BYTES = 1024 * 1024
BATCH_ROWS = 65_536
# A file that was exchanged as a whole would name every row.
ROWS_NAMED = 20


def differences(archived: ArchivedDay) -> list[Difference]:
    """Return what of a day's files is not as recorded; nothing means that the day is whole.

    Every byte is read: digests are of the files as written, sums are added up anew from their columns, and the root is
    compared with that of the day as it was closed. In a file that changed, the rows are held against what their batches
    sealed, and the first that differ are named.
    """
    return [
        *(one for file in archived.files for one in _of_file(archived, file)),
        *_of_day(archived),
    ]


def sums_of(path: Path, table: str) -> dict[str, int]:
    """Return the sums of a file's summed columns, read in batches so that memory stays flat. Unit: fen, rows."""
    sums = dict.fromkeys(SUMMED[table], 0)
    for batch in pq.ParquetFile(path).iter_batches(BATCH_ROWS, columns=list(sums)):
        for name in sums:
            sums[name] += pc.sum(batch.column(name)).as_py() or 0
    return sums


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_BYTES):
            total.update(chunk)
    return total.hexdigest()


def _of_file(archived: ArchivedDay, file: dict[str, Any]) -> Iterator[Difference]:
    path = folder() / file["path"]
    facts: dict[str, object] = {}
    try:
        facts = {"bytes": path.stat().st_size, "sha256": digest_of(path)}
        facts["rows"] = pq.ParquetFile(path).metadata.num_rows
        facts["sums"] = sums_of(path, file["table"])
    except (OSError, KeyError, pa.ArrowException):
        # Changed bytes may be no Parquet any more; the digest says enough of them.
        if facts.get("sha256") in {None, file["sha256"]}:
            yield Difference(archived.day, file["path"], "file", "", "")
            return
    for what, value in facts.items():
        if file[what] != value:
            yield Difference(archived.day, file["path"], what, str(file[what]), str(value))
    if "rows" in facts and facts["sha256"] != file["sha256"] and file["table"] == CARD_DAY:
        yield from islice(changed_rows(archived, file), ROWS_NAMED)


def _of_day(archived: ArchivedDay) -> list[Difference]:
    """The record's own figures against those of its files, and its root against the closing."""
    found = []
    totals = {"rows": archived.rows, **{name: getattr(archived, name) for name in SUMMED[CARD_DAY]}}
    cards = [file for file in archived.files if file["table"] == CARD_DAY]
    summed = {
        "rows": sum(file["rows"] for file in cards),
        **{name: sum(file["sums"][name] for file in cards) for name in SUMMED[CARD_DAY]},
    }
    if totals != summed:
        found.append(Difference(archived.day, "", "sums", str(totals), str(summed)))
    closed = DayClosing.objects.filter(day=archived.closing).values_list("root", flat=True).first()
    if closed is None or bytes(closed) != bytes(archived.root):
        standing = bytes(closed).hex() if closed is not None else ""
        found.append(Difference(archived.day, "", "root", bytes(archived.root).hex(), standing))
    return found
