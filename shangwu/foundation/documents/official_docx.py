"""Word files of official papers: A4, Chinese fonts, heads on every page, page numbers, repeatable bytes."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from shangwu.foundation.documents.docx import fixed, set_font, write_field
from shangwu.foundation.documents.official import (
    Box,
    Grid,
    Official,
    Picture,
    Text,
    exact_text,
    is_long,
)
from shangwu.foundation.documents.paper import EPOCH

# A machine without the title font shows its own song typeface; nothing else depends on it.
_TITLE, _HEADING, _BODY = "方正小标宋简体", "黑体", "宋体"
_MARGIN_MM, _PICTURE_MM = 20, 70
_TWIPS_PER_MM = 56.6929
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def write_official_docx(paper: Official, *, at: datetime | None = None) -> bytes:
    """Return a Word file of the paper; equal input gives equal bytes.

    Raises: ValueError for a grid that is not whole.
    """
    paper.check()
    document = docx.Document()
    _prepare(document, paper, at or EPOCH)
    _line(document, paper.title, size=18, font=_TITLE, bold=True, align="center")
    if paper.under_title:
        _line(document, paper.under_title, size=12, align="center")
    for text in paper.before:
        _line(document, text, size=12, keeps=True)
    width = 297 if paper.is_landscape else 210
    before: Text | Grid | None = None
    for part in paper.parts:
        if isinstance(part, Grid):
            if isinstance(before, Grid):
                _hairline(document)
            _grid(document, part, (width - 2 * _MARGIN_MM) * _TWIPS_PER_MM)
        elif part.is_heading:
            heading = _line(document, part.text, size=14, font=_HEADING, keeps=True)
            heading.page_break_before = part.starts_page
        else:
            for text in part.text.split("\n"):
                _line(document, text, size=12, indented=True)
        before = part
    if paper.signature:
        _line(document, "　　　　".join(paper.signature), size=10.5, space_before=8)
    for text in paper.notes:
        _line(document, text, size=9)
    _pictures(document, paper.pictures)
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue())


def _prepare(document: Any, paper: Official, at: datetime) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    if paper.is_landscape:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN_MM)
    set_font(document.styles["Normal"], _BODY)
    for align, alignment in _ALIGN.items():
        # One style for all cells of a kind: a form has hundreds, and a year has thousands of them.
        style = document.styles.add_style(_style_id(align), WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = document.styles["Normal"], Pt(10.5)
        style.paragraph_format.alignment, style.paragraph_format.space_after = alignment, Pt(0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = exact_text(paper.title), "", ""
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.language = "zh-CN"
    if paper.mark:
        _write(page.header.paragraphs[0], paper.mark, size=16, font=_HEADING, colour="B42318")
        page.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    number = page.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        _write(number, text, size=9)
        if field:
            write_field(number, field)
    if paper.foot:
        foot = page.footer.add_paragraph()
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(foot, paper.foot, size=7.5)


def _write(
    paragraph: Any,
    text: str,
    *,
    size: float,
    font: str = _BODY,
    bold: bool = False,
    colour: str = "",
) -> None:
    run = paragraph.add_run(exact_text(text))
    run.font.size, run.font.bold = Pt(size), bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    set_font(run, font)


def _line(
    document: Any,
    text: str,
    *,
    size: float,
    font: str = _BODY,
    bold: bool = False,
    align: str = "left",
    indented: bool = False,
    keeps: bool = False,
    space_before: float = 0,
) -> Any:
    paragraph = document.add_paragraph()
    _write(paragraph, text, size=size, font=font, bold=bold)
    shape = paragraph.paragraph_format
    shape.alignment, shape.line_spacing = _ALIGN[align], 1.3
    shape.space_before, shape.space_after = Pt(space_before), Pt(4)
    shape.keep_with_next = keeps
    if indented:
        shape.first_line_indent = Pt(size * 2)
    return shape


def _pictures(document: Any, pictures: Sequence[Picture]) -> None:
    if pictures:
        _line(document, "照片", size=14, font=_HEADING, keeps=True)
    for picture in pictures:
        if picture.content:
            document.add_picture(io.BytesIO(picture.content), width=Mm(_PICTURE_MM))
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        _line(document, picture.caption, size=9)


def _hairline(document: Any) -> None:
    """Part two tables by a line that nobody sees, lest Word join them and repeat no heads."""
    shape = document.add_paragraph().paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    shape.space_after = Pt(0)
    shape.keep_with_next = True


def _grid(document: Any, grid: Grid, width: float) -> None:
    widths = [round(width * share / sum(grid.widths)) for share in grid.widths]
    table = document.add_table(0, len(widths), style="Table Grid")
    table.autofit = False
    for column, twips in zip(table._tbl.tblGrid.iterchildren(), widths, strict=True):
        column.set(qn("w:w"), str(twips))
    at = {(r, box.column): box for box in grid.boxes for r in range(box.row, box.row + box.rows)}
    for number in range(grid.height):
        boxes = [at[number, column] for column in range(len(widths)) if (number, column) in at]
        table._tbl.append(_row(table, boxes, number, grid, widths))


def _row(table: Any, boxes: list[Box], number: int, grid: Grid, widths: list[int]) -> Any:
    row = OxmlElement("w:tr")
    properties = _child(row, "w:trPr")
    if not any(is_long(box) for box in boxes):
        _child(properties, "w:cantSplit")
    if number < grid.heads:
        _child(properties, "w:tblHeader")
    keeps = number < grid.heads or number == grid.height - 1
    for box in boxes:
        row.append(_cell(table, box, number, sum(widths[box.column :][: box.columns]), keeps=keeps))
    return row


def _cell(table: Any, box: Box, number: int, width: int, *, keeps: bool) -> Any:
    element = OxmlElement("w:tc")
    properties = _child(element, "w:tcPr")
    _child(properties, "w:tcW", type="dxa", w=str(width))
    if box.columns > 1:
        _child(properties, "w:gridSpan", val=str(box.columns))
    if box.rows > 1:
        _child(properties, "w:vMerge", val="restart" if number == box.row else "continue")
    _child(properties, "w:vAlign", val="center")
    texts = box.text.split("\n") if number == box.row else [""]
    for text in texts:
        paragraph = Paragraph(_child(element, "w:p"), table)
        paragraph._p.style = _style_id(box.align)
        if text:
            run = paragraph.add_run(exact_text(text))
            if box.is_label:
                run.bold = True
        if keeps:
            paragraph.paragraph_format.keep_with_next = True
    return element


def _style_id(align: str) -> str:
    return f"Cell{align.title()}"


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element
