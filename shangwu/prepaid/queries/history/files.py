"""The files of archived days: where they lie, and in what words one of them is not what the record says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from shangwu.prepaid.models import ArchivedDay
from shangwu.prepaid.rules.history.tables import shard_of


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
            "unreadable": f"{place} 的第 {self.found} 行读不出来",
            "row": f"{place} 中 {self.recorded}：{self.found}",
            "index": f"{place} 与逐日文件不符，涉及经营者（内部编号）{self.found}",
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
