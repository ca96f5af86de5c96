"""Workbooks of official papers: one worksheet in the layout of the page, every cell text, heads repeated."""

import io
import math
import unicodedata
from datetime import datetime
from typing import Any

import xlsxwriter

from shangwu.foundation.documents.official import Box, Grid, Official, exact_text
from shangwu.foundation.documents.paper import EPOCH

# Widths in Latin characters that fill the page at the sizes below.
_PORTRAIT, _LANDSCAPE = 88, 132
_POINTS_PER_LINE, _MOST_POINTS = 14.5, 409
_A4 = 9


def write_official_xlsx(paper: Official, *, at: datetime | None = None) -> bytes:
    """Return a workbook of the paper; equal input gives equal bytes. Text is never a formula.

    Raises: ValueError for a grid that is not whole.
    """
    paper.check()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": (at or EPOCH).replace(tzinfo=None)})
    page = _Page(book, paper)
    page.fill()
    book.close()
    return stream.getvalue()


class _Page:
    """The worksheet as it grows downwards."""

    def __init__(self, book: Any, paper: Official) -> None:
        self._book, self._paper = book, paper
        self._sheet = book.add_worksheet("表")
        self._line = 0
        self._breaks: list[int] = []
        self._formats: dict[tuple[object, ...], Any] = {}
        grids = [part for part in paper.parts if isinstance(part, Grid)]
        shares = grids[0].widths if grids else (1,)
        wide = _LANDSCAPE if paper.is_landscape else _PORTRAIT
        self._widths = [wide * share / sum(shares) for share in shares]

    def fill(self) -> None:
        """Write the whole paper."""
        paper = self._paper
        self._prepare()
        self._text(paper.title, size=18, bold=True, align="center")
        if paper.under_title:
            self._text(paper.under_title, size=12, align="center")
        for text in paper.before:
            self._text(text, size=12)
        for part in paper.parts:
            if isinstance(part, Grid):
                self._grid(part)
                continue
            if part.starts_page:
                self._breaks.append(self._line)
            self._text(part.text, size=12, bold=part.is_heading)
        self._sheet.set_h_pagebreaks(self._breaks)
        self._signature()
        # A page foot holds 255 characters and cannot be copied; fingerprints need both.
        for text in (
            *paper.notes,
            *(picture.caption for picture in paper.pictures),
            *filter(None, paper.foot.split("\n")),
        ):
            self._text(text, size=9)

    def _prepare(self) -> None:
        sheet, paper = self._sheet, self._paper
        sheet.set_paper(_A4)
        if paper.is_landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        if paper.mark:
            sheet.set_header(f"&C&16{_plain(paper.mark)}")
        sheet.set_footer("&C第 &P 页　共 &N 页")
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width)

    def _text(self, text: str, *, size: float, bold: bool = False, align: str = "left") -> None:
        style = self._format(size=size, bold=bold, align=align, border=0)
        last = len(self._widths) - 1
        self._sheet.set_row(
            self._line, _points(text, sum(self._widths) * 11 / size) * size / 10.5, style
        )
        if last:
            self._sheet.merge_range(self._line, 0, self._line, last, "", style)
        self._sheet.write_string(self._line, 0, exact_text(text), style)
        self._line += 1

    def _grid(self, grid: Grid) -> None:
        top = self._line
        heights = [_POINTS_PER_LINE + 4.0] * grid.height
        for box in grid.boxes:
            self._box(box, top)
            share = self._points(box) / box.rows
            for row in range(box.row, box.row + box.rows):
                heights[row] = max(heights[row], share)
        for row, points in enumerate(heights):
            self._sheet.set_row(top + row, points)
        if grid.heads:
            self._sheet.repeat_rows(top, top + grid.heads - 1)
        self._line += grid.height

    def _box(self, box: Box, top: int) -> None:
        style = self._format(size=10.5, bold=box.is_label, align=box.align, border=1)
        row, column = top + box.row, box.column
        if box.rows * box.columns > 1:
            last = (row + box.rows - 1, column + box.columns - 1)
            self._sheet.merge_range(row, column, *last, "", style)
        if box.text:
            self._sheet.write_string(row, column, exact_text(box.text), style)
        else:
            self._sheet.write_blank(row, column, None, style)

    def _points(self, box: Box) -> float:
        return _points(box.text, sum(self._widths[box.column : box.column + box.columns]))

    def _signature(self) -> None:
        """Write one signature place after the other, each in a cell of its own."""
        if not self._paper.signature:
            return
        self._line += 1
        style = self._format(size=10.5, bold=False, align="left", border=0)
        last = len(self._widths) - 1
        count = len(self._paper.signature)
        for position, text in enumerate(self._paper.signature):
            self._sheet.write_string(self._line, round(position * (last + 1) / count), text, style)
        self._line += 1

    def _format(self, *, size: float, bold: bool, align: str, border: int) -> Any:
        key = (size, bold, align, border)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {
                    "font_name": "宋体",
                    "font_size": size,
                    "bold": bold,
                    "align": align,
                    "valign": "vcenter",
                    "text_wrap": True,
                    "border": border,
                    "num_format": "@",
                }
            )
        return self._formats[key]


def _points(text: str, width: float) -> float:
    """Return how high a cell must be to show the text; a worksheet cannot be higher than it is."""
    lines = sum(max(1, math.ceil(_columns(line) / max(width - 2, 1))) for line in text.split("\n"))
    return min(lines * _POINTS_PER_LINE + 4, _MOST_POINTS)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _plain(text: str) -> str:
    return text.replace("&", "&&")
