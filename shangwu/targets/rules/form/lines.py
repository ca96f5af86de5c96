"""A document as lines of spots, and the cut into one stretch of lines per form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from shangwu.foundation.documents import Document, Paragraph, Table
from shangwu.targets.rules.form import words

_YEAR = re.compile(r"(20\d{2})年度?")


@dataclass(frozen=True)
class Spot:
    """One cell as one line meets it. A merged cell is the same spot (same `key`) on every line."""

    key: int
    address: str
    text: str
    column: int
    span: int
    starts: bool

    @property
    def is_blank(self) -> bool:
        """Whether it shows nothing."""
        return not self.text.strip()

    def covers(self, column: int) -> bool:
        """Whether the column lies under this cell."""
        return self.column <= column < self.column + self.span


@dataclass(frozen=True)
class Line:
    """A paragraph, or one row of a table with merged cells expanded."""

    spots: tuple[Spot, ...]
    in_table: bool
    knows_merges: bool = True

    @property
    def starting(self) -> tuple[Spot, ...]:
        """The spots that begin on this line and show something."""
        return tuple(spot for spot in self.spots if spot.starts and not spot.is_blank)


def lines_of(document: Document) -> list[Line]:
    """Return every line of the document in reading order; nested tables follow their row."""
    keys = count(1)
    found: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            spot = Spot(next(keys), block.place, block.text, 1, 1, starts=True)
            found.append(Line((spot,), in_table=False))
        else:
            found.extend(_table_lines(block, keys))
    return found


def _table_lines(table: Table, keys: Iterator[int]) -> Iterator[Line]:
    numbers = {id(cell): next(keys) for cell in table.cells}
    for row, slots in enumerate(table.grid(), start=1):
        spots: list[Spot] = []
        for cell in dict.fromkeys(slot for slot in slots if slot is not None):
            spots.append(
                Spot(
                    key=numbers[id(cell)],
                    address=table.address(cell),
                    text=cell.text,
                    column=cell.column,
                    span=cell.column_span,
                    starts=cell.row == row,
                )
            )
        yield Line(tuple(spots), in_table=True, knows_merges=table.knows_merges)
        for cell in dict.fromkeys(slot for slot in slots if slot is not None):
            if cell.row == row:
                for inner in cell.tables:
                    yield from _table_lines(inner, keys)


def is_title(spot: Spot) -> bool:
    """Return whether the spot prints the form's name."""
    text = words.squeezed(spot.text)
    return words.TITLE in text and len(text) < 80


def year_in(text: str) -> int | None:
    """Return the year of （2019年） or of a title that carries it."""
    found = _YEAR.search(words.squeezed(text))
    return int(found[1]) if found else None


def cut_into_forms(lines: list[Line]) -> list[list[Line]]:
    """Return one stretch of lines per form; a stretch without 项目名称 joins its neighbour."""
    stretches: list[list[Line]] = [[]]
    heading: list[Line] = []
    has_project = False
    for line in lines:
        names_project = _names_project(line)
        if names_project and has_project:
            stretches.append([])
        has_project = has_project or names_project
        if names_project:
            stretches[-1] += [*heading, line]
            heading = []
        elif has_project and (_is_titled(line) or (heading and _may_head(line))):
            # What follows a title belongs to the form whose 项目名称 comes next.
            heading.append(line)
        else:
            stretches[-1] += [*heading, line]
            heading = []
    stretches[-1] += heading
    return stretches


def _names_project(line: Line) -> bool:
    return any(
        words.field_of(spot.text) == "project" or words.inline_label(spot.text)[0] == "project"
        for spot in line.starting
    )


def _may_head(line: Line) -> bool:
    """Whether the line could stand between a title and its 项目名称: an empty or a lone cell."""
    lone = line.starting[0].text if len(line.starting) == 1 else ""
    return not line.starting or bool(lone and not words.is_one_of(lone, words.ROWS_TITLE))


def _is_titled(line: Line) -> bool:
    return len(line.starting) == 1 and is_title(line.starting[0])
