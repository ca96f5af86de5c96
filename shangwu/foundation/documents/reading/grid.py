"""Laying cells out: rows of cells with spans become a table with addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shangwu.foundation.documents.document import Cell, Table
from shangwu.foundation.documents.reading import limits


@dataclass
class LooseCell:
    """A cell as a row lists it, before it knows its column. `continues` is Word's vertical merge."""

    paragraphs: list[str] = field(default_factory=list)
    row_span: int = 1
    column_span: int = 1
    continues: bool = False
    tables: list[Table] = field(default_factory=list)


@dataclass
class LooseRow:
    """A row as the file lists it; `skip` columns come before its first cell."""

    cells: list[LooseCell]
    skip: int = 0


def lay_out(rows: Sequence[LooseRow], *, place: str, knows_merges: bool = True) -> Table:
    """Return the table, each cell at the first column that no earlier span covers.

    Raises: Refused DOC-TABLE-TOO-LARGE.
    """
    taken: dict[tuple[int, int], _Placed] = {}
    placed: list[_Placed] = []
    width = 0
    for number, row in enumerate(rows, start=1):
        column = 1 + row.skip
        for loose in row.cells:
            while (number, column) in taken:
                column += 1
            limits.require_modest_table(number, column + loose.column_span - 1)
            above = taken.get((number - 1, column))
            if loose.continues and above is not None and above.column == column:
                above.grow(loose, until=number)
                spot = above
            else:
                spot = _Placed(loose, number, column, min(loose.row_span, len(rows) - number + 1))
                placed.append(spot)
            for covered in range(column, column + loose.column_span):
                for line in range(number, spot.row + spot.row_span):
                    taken[(line, covered)] = spot
            limits.require_modest_table(1, len(taken) // max(1, limits.SLOTS // limits.COLUMNS))
            column += loose.column_span
            width = max(width, column - 1)
    return Table(
        place=place,
        rows=len(rows),
        columns=width,
        cells=tuple(spot.cell() for spot in placed),
        knows_merges=knows_merges,
    )


@dataclass
class _Placed:
    loose: LooseCell
    row: int
    column: int
    row_span: int

    def grow(self, below: LooseCell, *, until: int) -> None:
        self.row_span = until - self.row + 1
        # Word hides what stands in a continued cell; keeping it loses nothing.
        self.loose.paragraphs.extend(text for text in below.paragraphs if text.strip())
        self.loose.tables.extend(below.tables)

    def cell(self) -> Cell:
        return Cell(
            row=self.row,
            column=self.column,
            paragraphs=tuple(self.loose.paragraphs),
            row_span=self.row_span,
            column_span=self.loose.column_span,
            tables=tuple(self.loose.tables),
        )
