"""Word files of a paper: Chinese typesetting, tables with merged cells, repeatable bytes."""

import io
import zipfile
from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shangwu.foundation.documents.paper import EPOCH, Paper, Sheet, printable, shown

_BODY, _HEADING = "宋体", "黑体"
_TEXT_WIDTH_MM = 160


def write_docx(paper: Paper, *, at: datetime | None = None) -> bytes:
    """Return a Word file of the paper; equal input gives equal bytes.

    Raises: ValueError for a table whose rows do not fit its columns.
    """
    document = docx.Document()
    _prepare(document, paper, at or EPOCH)
    _line(document, paper.title, size=18, font=_HEADING, centred=True)
    if paper.subtitle:
        _line(document, paper.subtitle, size=10.5, centred=True)
    for label, value in paper.facts:
        _line(document, f"{label}：{value}", size=12)
    for section in paper.sections:
        if section.heading:
            _line(document, section.heading, size=14, font=_HEADING, style="Heading 2")
        for text in section.paragraphs:
            _line(document, text, size=12, indented=True)
        if section.sheet:
            _table(document, section.sheet)
    for number, note in enumerate(paper.notes, 1):
        _line(document, f"{number}. {note}", size=9)
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue())


def _prepare(document: Any, paper: Paper, at: datetime) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin = page.bottom_margin = Mm(25)
    set_font(document.styles["Normal"], _BODY)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = printable(paper.title), "", ""
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.language = "zh-CN"
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.foot:
        foot.add_run(printable(paper.foot) + "　")
    for text, field in (("第 ", "PAGE"), (" / ", "NUMPAGES"), (" 页", "")):
        foot.add_run(text)
        if field:
            write_field(foot, field)


def write_field(paragraph: Any, instruction: str) -> None:
    """Append a field that Word computes, such as PAGE."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)


def set_font(style_or_run: Any, font: str) -> None:
    """Set the font of Latin and Chinese characters alike."""
    style_or_run.font.name = font
    style_or_run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _write(
    paragraph: Any, text: str, *, size: float, font: str = _BODY, bold: bool = False
) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size, run.font.bold = Pt(size), bold
    set_font(run, font)


def _line(
    document: Any,
    text: str,
    *,
    size: float,
    font: str = _BODY,
    style: str = "Normal",
    centred: bool = False,
    indented: bool = False,
) -> None:
    paragraph = document.add_paragraph(style=style)
    _write(paragraph, text, size=size, font=font)
    paragraph.paragraph_format.line_spacing = 1.5
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)


def _table(document: Any, sheet: Sheet) -> None:
    sheet.check()
    if sheet.title:
        _line(document, sheet.title, size=10.5, font=_HEADING, centred=True)
    made = document.add_table(len(sheet.rows) + 1, len(sheet.columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    total = sum(column.width for column in sheet.columns)
    widths = [Mm(_TEXT_WIDTH_MM * column.width / total) for column in sheet.columns]
    hidden = set()
    for block in sheet.merged:
        for r in range(block.row, block.row + block.rows):
            for c in range(block.column, block.column + block.columns):
                hidden.add((r, c))
        hidden.discard((block.row, block.column))
    for r, (line, row) in enumerate(zip(sheet.lines(), made.rows, strict=True)):
        for c, (value, cell) in enumerate(zip(line, row.cells, strict=True)):
            cell.width = widths[c]
            if (r, c) not in hidden:
                _cell(cell, shown(value), heading=r == 0, numeric=sheet.columns[c].numeric)
    for block in sheet.merged:
        last = made.cell(block.row + block.rows - 1, block.column + block.columns - 1)
        made.cell(block.row, block.column).merge(last)
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for note in sheet.notes:
        _line(document, note, size=9)


def _cell(cell: Any, text: str, *, heading: bool, numeric: bool) -> None:
    paragraph = cell.paragraphs[0]
    _write(paragraph, text, size=10.5, bold=heading)
    if heading:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def fixed(content: bytes) -> bytes:
    """Give the same archive with fixed times, so that bytes depend on the paper alone."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()
