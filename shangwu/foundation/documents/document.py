"""A document as it reads: ordered paragraphs and tables, whatever file format it came from."""

from collections.abc import Iterator
from dataclasses import dataclass

EMPTY_BOX, TICKED_BOX, CROSSED_BOX = "☐", "☑", "☒"


@dataclass(frozen=True)
class Note:
    """Something that reading had to decide or leave out; `why` is Chinese, for the person who checks."""

    place: str
    code: str
    why: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph outside tables; `place` is for people, e.g. 正文第 2 段 or 页眉."""

    text: str
    place: str


@dataclass(frozen=True)
class Cell:
    """One cell where it begins; rows and columns count from 1, spans cover merged cells.

    `column` counts layout columns (a cell merged over three columns moves the next one on by three).
    """

    row: int
    column: int
    paragraphs: tuple[str, ...] = ()
    row_span: int = 1
    column_span: int = 1
    tables: tuple["Table", ...] = ()

    @property
    def text(self) -> str:
        """The cell's own text, one line per paragraph; texts of nested tables are in `tables`."""
        return "\n".join(self.paragraphs)

    @property
    def is_blank(self) -> bool:
        """Whether the cell itself shows nothing."""
        return not self.text.strip()


@dataclass(frozen=True)
class Table:
    """A grid. `knows_merges` is false for plain text, where a merged cell prints as an empty one."""

    place: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    knows_merges: bool = True

    def address(self, cell: Cell) -> str:
        """Return where the cell is, for people: 表1 第4行 第2列."""
        return f"{self.place} 第{cell.row}行 第{cell.column}列"

    def grid(self) -> tuple[tuple[Cell | None, ...], ...]:
        """Return rows of columns with merged cells expanded; None where there is no cell."""
        found: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, self.rows + 1)):
                for column in range(
                    cell.column, min(cell.column + cell.column_span, self.columns + 1)
                ):
                    found[row - 1][column - 1] = cell
        return tuple(tuple(row) for row in found)


@dataclass(frozen=True)
class Document:
    """What a file says, in reading order, and the notes that a careful reader would leave."""

    name: str
    format: str
    blocks: tuple[Paragraph | Table, ...]
    notes: tuple[Note, ...] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield (place, text) of everything that is not blank, nested tables included."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                if block.text.strip():
                    yield block.place, block.text
            else:
                yield from table_texts(block)


def table_texts(table: Table) -> Iterator[tuple[str, str]]:
    """Yield (address, text) of every cell of the table that is not blank, nested tables included."""
    for cell in table.cells:
        if not cell.is_blank:
            yield table.address(cell), cell.text
        for inner in cell.tables:
            yield from table_texts(inner)
