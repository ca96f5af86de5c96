"""Word documents (.docx): body, tables, headers and footers in reading order."""

import re
from collections.abc import Iterator

from lxml import etree

from shangwu.foundation.documents.document import Document, Note, Paragraph, Table
from shangwu.foundation.documents.reading import limits
from shangwu.foundation.documents.reading.archive import Archive, damaged
from shangwu.foundation.documents.reading.grid import LooseCell, LooseRow, lay_out
from shangwu.foundation.documents.reading.word_text import TextReader, W, number, unwrapped

_SIDE_PARTS = (
    (r"word/header\d*\.xml", "页眉"),
    (r"word/footer\d*\.xml", "页脚"),
    (r"word/footnotes\.xml", "脚注"),
    (r"word/endnotes\.xml", "尾注"),
)


def read_word(archive: Archive, *, name: str) -> Document:
    """Return the document; headers come first, footers and notes last.

    Tracked insertions are kept, tracked deletions are left out with a note.
    Raises: Refused DOC-DAMAGED, DOC-DTD, DOC-TOO-DEEP or DOC-TABLE-TOO-LARGE.
    """
    main = archive.tree("word/document.xml")
    body = None if main is None else main.find(f"{W}body")
    if body is None:
        raise damaged()
    story = _Story()
    sides = {place: list(_side_parts(archive, pattern)) for pattern, place in _SIDE_PARTS}
    for place, roots in sides.items():
        if place == "页眉":
            for root in roots:
                story.read(root, place=place)
    story.read(body, place="")
    for place, roots in sides.items():
        if place != "页眉":
            for root in roots:
                story.read(root, place=place)
    notes = story.notes
    if (comments := archive.tree("word/comments.xml")) is not None and len(comments):
        notes.append(Note("批注", "DOC-COMMENTS", f"文档有 {len(comments)} 条批注，没有读入。"))
    return Document(name=name, format="docx", blocks=tuple(story.blocks), notes=tuple(notes))


def _side_parts(archive: Archive, pattern: str) -> Iterator["etree._Element"]:
    for part in sorted(filter(re.compile(pattern).fullmatch, archive.names)):
        if (root := archive.tree(part)) is not None:
            yield root


class _Story:
    """Collects blocks in order, numbering paragraphs and tables for their addresses."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.notes: list[Note] = []
        self._paragraphs = 0
        self._tables = 0
        self._cells = 0

    def read(self, parent: "etree._Element", *, place: str) -> None:
        for child in unwrapped(parent):
            if child.tag == f"{W}p":
                self._paragraph(child, place=place)
            elif child.tag == f"{W}tbl":
                self._tables += 1
                self.blocks.append(self._table(child, place=f"{place}表{self._tables}", depth=1))
            elif child.tag in (f"{W}footnote", f"{W}endnote"):
                self.read(child, place=place)

    def _paragraph(self, element: "etree._Element", *, place: str) -> None:
        if not place:
            self._paragraphs += 1
        where = place or f"正文第{self._paragraphs}段"
        reader = TextReader(where, self.notes)
        text = reader.text(element)
        if text.strip():
            self.blocks.append(Paragraph(text, where))
        for box in reader.boxes:
            self.read(box, place=f"{where}文本框")

    def _table(self, element: "etree._Element", *, place: str, depth: int) -> Table:
        limits.require_shallow(depth)
        rows: list[LooseRow] = []
        for child in unwrapped(element):
            if child.tag != f"{W}tr":
                continue
            properties = child.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self._note_deleted_row(child, place=f"{place} 第{len(rows) + 1}行")
                continue
            rows.append(self._row(child, place=place, row=len(rows) + 1, depth=depth))
        return lay_out(rows, place=place)

    def _row(self, element: "etree._Element", *, place: str, row: int, depth: int) -> LooseRow:
        properties = element.find(f"{W}trPr")
        found = LooseRow([], skip=number(properties, "gridBefore", 0))
        column = 1 + found.skip
        for child in unwrapped(element):
            if child.tag != f"{W}tc":
                continue
            self._cells += 1
            limits.require_modest_table(self._cells // limits.COLUMNS, 1)
            cell = self._cell(child, place=f"{place} 第{row}行 第{column}列", depth=depth)
            found.cells.append(cell)
            column += cell.column_span
        return found

    def _cell(self, element: "etree._Element", *, place: str, depth: int) -> LooseCell:
        properties = element.find(f"{W}tcPr")
        cell = LooseCell(column_span=max(1, number(properties, "gridSpan", 1)))
        merge = None if properties is None else properties.find(f"{W}vMerge")
        cell.continues = merge is not None and merge.get(f"{W}val", "continue") != "restart"
        self._fill(cell, element, place=place, depth=depth)
        while cell.paragraphs and not cell.paragraphs[-1].strip():
            cell.paragraphs.pop()
        if cell.continues and any(text.strip() for text in cell.paragraphs):
            self.notes.append(
                Note(place, "DOC-HIDDEN-BY-MERGE", "合并单元格下面藏有文字，一并读入，请核对。")
            )
        return cell

    def _fill(self, cell: LooseCell, parent: "etree._Element", *, place: str, depth: int) -> None:
        for child in unwrapped(parent):
            if child.tag == f"{W}p":
                reader = TextReader(place, self.notes)
                cell.paragraphs.append(reader.text(child))
                for box in reader.boxes:
                    self._fill(cell, box, place=place, depth=depth)
            elif child.tag == f"{W}tbl":
                inner = f"{place} 内表{len(cell.tables) + 1}"
                cell.tables.append(self._table(child, place=inner, depth=depth + 1))

    def _note_deleted_row(self, element: "etree._Element", *, place: str) -> None:
        words = "".join(
            part.text or "" for part in element.iter(f"{W}t", f"{W}delText") if part.text
        )
        self.notes.append(
            Note(place, "DOC-TRACKED-DELETION", f"此处修订删除了一行“{words[:60]}”，没有读入。")
        )
