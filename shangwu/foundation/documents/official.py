"""An official form before it becomes a file: its title, its grids of merged cells, the place of the seal."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_LONG_TEXT, _LONG_LINES = 120, 8
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Box:
    """One cell of a grid where it begins; rows and columns count from 0, spans cover merged cells.

    `align` is "left", "center" or "right".
    """

    row: int
    column: int
    text: str = ""
    rows: int = 1
    columns: int = 1
    align: str = "left"
    is_label: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of boxes; its first `heads` rows head every further page.

    Two grids in a row print as one table. `widths` are shares of the page's width.
    """

    widths: tuple[int, ...]
    boxes: tuple[Box, ...]
    heads: int = 0

    @property
    def height(self) -> int:
        """The number of rows."""
        return max((box.row + box.rows for box in self.boxes), default=0)

    def check(self) -> None:
        """Raise ValueError unless the boxes cover every cell exactly once."""
        cells = [cell for box in self.boxes for cell in cells_of(box)]
        whole = {(r, c) for r in range(self.height) for c in range(len(self.widths))}
        if len(cells) != len(set(cells)) or set(cells) != whole:
            raise ValueError("the boxes overlap, leave a gap or leave the grid")


@dataclass(frozen=True)
class Text:
    """A heading or a paragraph between the grids."""

    text: str
    is_heading: bool = False
    starts_page: bool = False


@dataclass(frozen=True)
class Picture:
    """A small picture (PNG) with what stands under it; without content its place stays empty."""

    content: bytes
    caption: str


@dataclass(frozen=True)
class Official:
    """An official paper: title, what stands under it, texts and grids, signature places, notes, pictures, foot.

    `mark` says across every page what the paper is not yet, such as 草稿. All grids have as many columns.
    """

    title: str
    parts: tuple[Text | Grid, ...]
    under_title: str = ""
    before: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    foot: str = ""
    mark: str = ""
    is_landscape: bool = False

    def check(self) -> None:
        """Raise ValueError unless every grid is whole and all have as many columns."""
        grids = [part for part in self.parts if isinstance(part, Grid)]
        for grid in grids:
            grid.check()
        if len({len(grid.widths) for grid in grids}) > 1:
            raise ValueError("the grids of one paper have the same columns")


def cells_of(box: Box) -> Iterator[tuple[int, int]]:
    """Yield (row, column) of every cell that the box covers."""
    for row in range(box.row, box.row + box.rows):
        for column in range(box.column, box.column + box.columns):
            yield row, column


class Rows:
    """Boxes collected row by row; each box is placed in the row that is being added."""

    def __init__(self) -> None:
        self.count = 0
        self._boxes: list[Box] = []

    def add(self, *boxes: Box) -> None:
        """Add one row."""
        self._boxes += [replace(box, row=self.count) for box in boxes]
        self.count += 1

    def grid(self, widths: tuple[int, ...], *, heads: int = 0) -> Grid:
        """Return the rows as a grid."""
        return Grid(widths, tuple(self._boxes), heads)


def label(column: int, text: str, *, rows: int = 1, columns: int = 1) -> Box:
    """Return a printed label of the form."""
    return Box(0, column, text, rows, columns, "center", is_label=True)


def value(column: int, text: str = "", *, rows: int = 1, columns: int = 1) -> Box:
    """Return a value that reads as a text."""
    return Box(0, column, text, rows, columns)


def centred(column: int, text: str = "", *, rows: int = 1, columns: int = 1) -> Box:
    """Return a short value: a figure, a word, a day."""
    return Box(0, column, text, rows, columns, "center")


def runs(words: Sequence[object]) -> dict[int, int]:
    """Return where each run of equal words begins and how long it is."""
    found: dict[int, int] = {}
    first = 0
    for position, word in enumerate(words):
        if word != words[first]:
            first = position
        found[first] = position - first + 1
    return found


def is_long(box: Box) -> bool:
    """Return whether the box's row may break over two pages; a shorter one stays whole."""
    return len(box.text) >= _LONG_TEXT or box.text.count("\n") >= _LONG_LINES


def exact_text(text: str) -> str:
    """Return the text without the control characters that no file can hold; tabs and line breaks stay."""
    return _NOT_IN_XML.sub("", text)
