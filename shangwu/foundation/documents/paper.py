"""What a paper or an export says, before it becomes a PDF, a Word file, a workbook or a CSV file."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | date | datetime | None

# The moment written into a file's properties when the caller names none, so that bytes repeat.
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - file properties carry no zone


@dataclass(frozen=True)
class Column:
    """One column: its heading, its width in Latin characters, and whether it holds numbers."""

    label: str
    width: int = 14
    numeric: bool = False


@dataclass(frozen=True)
class Merge:
    """A block of cells shown as one; row 0 is the heading, column 0 the first column."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def covers(self, row: int, column: int) -> bool:
        """Tell whether a cell lies in the block."""
        return 0 <= row - self.row < self.rows and 0 <= column - self.column < self.columns


@dataclass(frozen=True)
class Sheet:
    """A table to write: heading, rows, blocks of merged cells, and notes under it."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    merged: tuple[Merge, ...] = ()
    notes: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise ValueError when a row has the wrong width or a block reaches outside or overlaps."""
        width, height = len(self.columns), len(self.rows) + 1
        for number, row in enumerate(self.rows, 1):
            if len(row) != width:
                raise ValueError(
                    f"row {number} has {len(row)} cells, the table has {width} columns"
                )
        taken: set[tuple[int, int]] = set()
        for block in self.merged:
            cells = {
                (r, c)
                for r in range(block.row, block.row + block.rows)
                for c in range(block.column, block.column + block.columns)
            }
            inside = all(0 <= r < height and 0 <= c < width for r, c in cells)
            if not inside or cells & taken or (block.row == 0 and block.rows > 1):
                raise ValueError(
                    f"merged block {block} overlaps, leaves the table or leaves the heading"
                )
            taken |= cells

    def lines(self) -> Iterator[Sequence[Value]]:
        """Give the heading and then the rows."""
        yield [column.label for column in self.columns]
        yield from self.rows


@dataclass(frozen=True)
class Section:
    """A part of a paper: a heading, paragraphs, at most one table."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Paper:
    """A paper to print: title, facts, sections, notes, and the line at the foot of every page."""

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    foot: str = ""


def printable(text: str) -> str:
    """Return the text without control characters, which no paper can show; line breaks stay."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def shown(value: Value) -> str:
    """Return a value as people read it; nothing becomes an empty cell."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return printable(str(value))
