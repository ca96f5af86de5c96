"""Exports of a table: workbook and CSV, in which no text can act as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from shangwu.foundation.documents.paper import EPOCH, Merge, Sheet, Value, printable, shown
from shangwu.foundation.law.refused import Refused

MOST_ROWS = 1_048_575
# A spreadsheet program reads more digits than these wrongly, so longer numbers are written as text.
_SAFE_DIGITS = 15
_STARTS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - full-width signs act too
_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?", re.ASCII)
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True, "border": 1}


class TooManyRows(Refused):
    """An export is longer than a worksheet can be."""


def write_xlsx(*sheets: Sheet, at: datetime | None = None) -> bytes:
    """Return a workbook with one worksheet per table; equal input gives equal bytes.

    Text is always stored as text, whatever it begins with.
    Raises: TooManyRows; ValueError for a table whose rows do not fit its columns.
    """
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
    formats = _formats(book)
    names: set[str] = set()
    for sheet in sheets:
        sheet.check()
        if len(sheet.rows) > MOST_ROWS:
            sentence = f"导出内容有 {len(sheet.rows)} 行，超过工作表上限；请缩小范围或导出 CSV。"
            raise TooManyRows(sentence, code="DOCUMENT-ROWS")
        _fill(book.add_worksheet(_tab_name(sheet.title, names)), sheet, formats)
    book.close()
    return stream.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark; a text that could act gets an apostrophe."""
    sheet.check()
    stream = io.BytesIO()
    write_csv_rows(stream, [column.label for column in sheet.columns], sheet.rows)
    return stream.getvalue()


def write_csv_rows(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Write heading and rows into the file as `write_csv` does, one at a time; return how many rows.

    Raises: ValueError for a row that does not fit the heading.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_neutral(label) for label in header])
    count = 0
    for count, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(f"row {count} has {len(row)} cells, the table has {len(header)}")
        writer.writerow([_neutral(value) for value in row])
    # Leaves the file open for whoever gave it.
    text.detach()
    return count


def _neutral(value: Value) -> str:
    text = shown(value)
    if not isinstance(value, str) or _NEGATIVE_NUMBER.fullmatch(text):
        return text
    return "'" + text if _STARTS_FORMULA.match(text) else text


def _tab_name(title: str, taken: set[str]) -> str:
    base = (
        re.sub(r"[\[\]:*?/\\]", " ", printable(title)).replace("\n", " ").strip(" '")[:28] or "表"
    )
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name.casefold())
    return name


def _formats(book: Any) -> dict[str, Any]:
    head = {**_FONT, "bold": True, "bg_color": "#EEF2F6", "align": "center"}
    return {
        "head": book.add_format(head),
        "text": book.add_format({**_FONT, "num_format": "@"}),
        "quoted": book.add_format({**_FONT, "num_format": "@", "quote_prefix": True}),
        "date": book.add_format({**_FONT, "num_format": "yyyy-mm-dd", "align": "center"}),
        "instant": book.add_format({**_FONT, "num_format": "yyyy-mm-dd hh:mm", "align": "center"}),
        "note": book.add_format({"font_name": "宋体", "font_size": 9, "font_color": "#5B6670"}),
        **{f"number{n}": book.add_format({**_FONT, "num_format": _digits(n)}) for n in range(7)},
    }


def _digits(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&C第 &P / &N 页")
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    anchors = {(b.row, b.column): b for b in sheet.merged}
    hidden = {(r, c) for b in sheet.merged for r, c in _cells(b)} - set(anchors)
    for r, line in enumerate(sheet.lines()):
        for c, value in enumerate(line):
            if (r, c) in hidden:
                continue
            if block := anchors.get((r, c)):
                _merge(page, block, formats["head" if r == 0 else "text"])
            _put(page, r, c, value, formats, heading=r == 0)
    for offset, note in enumerate(sheet.notes):
        page.write_string(len(sheet.rows) + 2 + offset, 0, printable(note), formats["note"])


def _cells(block: Merge) -> list[tuple[int, int]]:
    return [
        (r, c)
        for r in range(block.row, block.row + block.rows)
        for c in range(block.column, block.column + block.columns)
    ]


def _merge(page: Any, block: Merge, style: Any) -> None:
    if block.rows * block.columns > 1:
        last = (block.row + block.rows - 1, block.column + block.columns - 1)
        page.merge_range(block.row, block.column, *last, "", style)


def _put(
    page: Any, row: int, column: int, value: Value, formats: dict[str, Any], *, heading: bool
) -> None:
    if heading:
        page.write_string(row, column, shown(value), formats["head"])
    elif value is None or value == "":
        page.write_blank(row, column, None, formats["text"])
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats["instant"])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, int | Decimal) and (places := _places(value)) is not None:
        page.write_number(row, column, value, formats[f"number{places}"])
    else:
        text = shown(value)
        style = "quoted" if _STARTS_FORMULA.match(text) else "text"
        page.write_string(row, column, text, formats[style])


def _places(value: int | Decimal) -> int | None:
    """Give the decimal places to show, or nothing when the number must be kept as text to stay exact."""
    digits = Decimal(value).as_tuple()
    if not isinstance(digits.exponent, int):
        return None
    places = max(0, -digits.exponent)
    return places if len(digits.digits) <= _SAFE_DIGITS and places <= 6 else None
