"""What the check page of an import shows: every cell as printed, as read, and as doubted."""

from dataclasses import dataclass
from typing import Any

from shangwu.targets.models import DeclarationImport
from shangwu.targets.vocabulary import ImportStatus


@dataclass(frozen=True)
class CellLine:
    """One cell of the form: where, what it says, what was read of it, and every doubt about it."""

    cell: str
    field: str
    raw: str
    read: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class CheckPage:
    """An import with its cells; `unread` are texts that belong to no field of the form."""

    found: DeclarationImport
    cells: tuple[CellLine, ...]
    doubts: tuple[dict[str, Any], ...]
    unread: tuple[dict[str, Any], ...]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.found.status == ImportStatus.READ


def check_page(found: DeclarationImport) -> CheckPage:
    """Return the import as it was read, with doubts beside their cells."""
    content: dict[str, Any] = found.content
    doubts = tuple(content["doubts"])
    by_cell: dict[str, list[str]] = {}
    for doubt in doubts:
        by_cell.setdefault(doubt["cell"], []).append(doubt["why"])
    cells = tuple(
        CellLine(
            cell=cell["cell"],
            field=cell["field"],
            raw=cell["raw"],
            read=cell["read"],
            doubts=tuple(by_cell.get(cell["cell"], ())),
        )
        for cell in content["cells"]
    )
    return CheckPage(found=found, cells=cells, doubts=doubts, unread=tuple(content["unread"]))
