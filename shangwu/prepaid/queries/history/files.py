"""The files of archived days: where they lie, and whether they still are what the record says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from shangwu.prepaid.models import ArchivedDay, DayClosing
from shangwu.prepaid.rules.history.tables import CARD_DAY, SUMMED, shard_of

READ_BYTES = 1024 * 1024
BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was recorded: in which file (empty: of the day), what, and both values."""

    day: date
    file: str
    what: str
    recorded: str
    found: str

    @property
    def sentence(self) -> str:
        """The difference in words."""
        place = self.file or f"{self.day} 的归档记录"
        words = {
            "file": f"{place} 不存在或者读不出来",
            "bytes": f"{place} 的大小应为 {self.recorded} 字节，现为 {self.found}",
            "sha256": f"{place} 的内容与归档时不同",
            "rows": f"{place} 应有 {self.recorded} 行，现有 {self.found}",
            "sums": f"{place} 的金额合计应为 {self.recorded}，现为 {self.found}",
            "root": f"{place} 的摘要与关账记录不同",
        }
        return words[self.what]


def folder() -> Path:
    """Return the folder of all history, private to the service."""
    path = Path(settings.DATA_DIR) / "history"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def files_of(days: Iterable[ArchivedDay], table: str, *, operator: int | None = None) -> list[str]:
    """Return the paths of the days' files of a table; for one operator, those in which its rows lie."""
    return [
        str(folder() / file["path"])
        for archived in days
        for file in archived.files
        if file["table"] == table
        and (operator is None or shard_of(operator, shards=file["shards"]) == file["shard"])
    ]


def differences(archived: ArchivedDay) -> list[Difference]:
    """Return what of a day's files is not as recorded; nothing means that the day is whole.

    Every byte is read: digests are of the files as written, sums are added up anew from their columns, and the root is
    compared with that of the day as it was closed.
    """
    return [
        *(one for file in archived.files for one in _of_file(archived.day, file)),
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


def _of_file(day: date, file: dict[str, Any]) -> list[Difference]:
    path = folder() / file["path"]
    facts: dict[str, object] = {}
    try:
        facts = {"bytes": path.stat().st_size, "sha256": digest_of(path)}
        facts["rows"] = pq.ParquetFile(path).metadata.num_rows
        facts["sums"] = sums_of(path, file["table"])
    except (OSError, KeyError, pa.ArrowException):
        # Changed bytes may be no Parquet any more; the digest says enough of them.
        if facts.get("sha256") in {None, file["sha256"]}:
            return [Difference(day, file["path"], "file", "", "")]
    return [
        Difference(day, file["path"], what, str(file[what]), str(value))
        for what, value in facts.items()
        if file[what] != value
    ]


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
