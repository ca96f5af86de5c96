"""Workbooks (.xlsx): every sheet a table, numbers as the cell's format shows them."""

import re
import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from shangwu.foundation.documents.document import Cell, Document, Note, Table
from shangwu.foundation.documents.reading import limits
from shangwu.foundation.documents.reading.archive import Archive, damaged, parse_xml
from shangwu.foundation.documents.reading.boxes import in_symbol_font, is_symbol_font, visible

# What the library lets through when a package does not hold together.
_BROKEN = (
    BadZipFile,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
)


def read_excel(archive: Archive, content: bytes, *, name: str) -> Document:
    """Return one table per sheet; a formula reads as the result that was saved with it.

    Raises: Refused DOC-DAMAGED, DOC-DTD, DOC-TOO-DEEP or DOC-TABLE-TOO-LARGE.
    """
    for part in archive.names:
        if part.endswith((".xml", ".rels")):
            # The library below parses again; it must never meet what this parser refuses.
            parse_xml(archive.part(part))
    shown, formulas = _load(content, results=True), _load(content, results=False)
    notes: list[Note] = []
    tables = tuple(
        _table(sheet, formulas[sheet.title], notes)
        for sheet in shown.worksheets
        if isinstance(sheet, Worksheet)
    )
    if any(part.startswith("xl/ctrlProps/") for part in archive.names):
        notes.append(
            Note(
                "工作簿",
                "DOC-FORM-CONTROL",
                "工作簿里有控件复选框，其勾选状态无法读取，请核对。",
            )
        )
    return Document(name=name, format="xlsx", blocks=tables, notes=tuple(notes))


def _load(content: bytes, *, results: bool) -> Any:
    try:
        with warnings.catch_warnings():
            # Styles and extensions that the library does not know cost nothing that is read here.
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(content), data_only=results, keep_links=False)
    except _BROKEN as error:
        raise damaged() from error


def _table(sheet: Worksheet, formulas: Worksheet, notes: list[Note]) -> Table:
    place = f"工作表“{sheet.title}”"
    if sheet.sheet_state != "visible":
        notes.append(Note(place, "DOC-HIDDEN-SHEET", "这是隐藏的工作表，一并读入，请核对。"))
    spans = {
        (area.min_row, area.min_col): (
            area.max_row - area.min_row + 1,
            area.max_col - area.min_col + 1,
        )
        for area in sheet.merged_cells.ranges
    }
    used = [cell for cell in _cells(formulas) if cell.value is not None]
    rows = max((cell.row for cell in used), default=0)
    columns = max((cell.column for cell in used), default=0)
    limits.require_modest_table(rows, columns)
    found: list[Cell] = []
    for cell in sorted(used, key=lambda cell: (cell.row, cell.column)):
        result = sheet.cell(cell.row, cell.column)
        high, wide = spans.get((cell.row, cell.column), (1, 1))
        address = f"{place} 第{cell.row}行 第{cell.column}列"
        found.append(
            Cell(
                row=cell.row,
                column=cell.column,
                paragraphs=_paragraphs(result, cell, address, notes),
                row_span=min(high, rows - cell.row + 1),
                column_span=min(wide, limits.COLUMNS),
            )
        )
        columns = max(columns, cell.column + min(wide, limits.COLUMNS) - 1)
    limits.require_modest_table(rows, columns)
    return Table(place=place, rows=rows, columns=columns, cells=tuple(found))


def _cells(sheet: Worksheet) -> list[SheetCell]:
    # Only cells that the file lists: a lone value in XFD1048576 must not cost a walk over the grid.
    return [cell for cell in sheet._cells.values() if isinstance(cell, SheetCell)]


def _paragraphs(result: Any, source: SheetCell, address: str, notes: list[Note]) -> tuple[str, ...]:
    value = result.value
    if source.data_type == "f":
        if value is None:
            notes.append(
                Note(address, "DOC-FORMULA-NO-RESULT", "公式没有保存计算结果，按空白读入。")
            )
            return ()
        notes.append(Note(address, "DOC-FORMULA", "这是公式，读入的是文件里保存的计算结果。"))
    text = visible(shown_value(value, result.number_format or "General"))
    font = source.font.name or "" if source.font else ""
    if is_symbol_font(font):
        text = in_symbol_font(text, font)
    return tuple(text.replace("\r\n", "\n").split("\n"))


def shown_value(value: object, number_format: str) -> str:
    """Return a cell's value as its number format shows it, as far as forms need it."""
    if isinstance(value, datetime):
        if value.time() != time(0):
            return value.isoformat(" ", "minutes")
        value = value.date()
    if isinstance(value, date):
        day = "d" in re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format).lower()
        return value.isoformat() if day else f"{value.year}年{value.month}月"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _shown_number(Decimal(repr(value)), number_format.split(";")[0])
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value)


def _shown_number(value: Decimal, number_format: str) -> str:
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", number_format)
    percent = "%" in bare
    value = value * 100 if percent else value
    decimals = re.search(r"0\.(0+)", bare)
    if decimals:
        text = f"{value:,.{len(decimals[1])}f}"
    elif re.search(r"[0#]", bare) and (percent or "." not in bare):
        text = f"{value:,.0f}"
    else:
        text = f"{value.normalize():,f}"
    if "," not in bare:
        text = text.replace(",", "")
    return f"{text}%" if percent else text
