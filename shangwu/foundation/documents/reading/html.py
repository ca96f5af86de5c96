"""Web pages: tables and the text around them. Scripts are never run and never read."""

import re

from lxml import etree
from lxml import html as lxml_html

from shangwu.foundation.documents.document import Document, Note, Paragraph, Table
from shangwu.foundation.documents.reading import limits
from shangwu.foundation.documents.reading.archive import damaged
from shangwu.foundation.documents.reading.boxes import box, visible
from shangwu.foundation.documents.reading.grid import LooseCell, LooseRow, lay_out

_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 "
    "h6 header hr html legend li main nav ol p pre section ul".split()
)
_UNREAD = frozenset(
    "script style template noscript head object embed iframe svg math audio video".split()
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


def read_html(text: str, *, name: str) -> Document:
    """Return the page's paragraphs and tables; row and column spans are expanded as browsers do.

    Raises: Refused DOC-DAMAGED, DOC-TABLE-TOO-LARGE or DOC-TOO-DEEP.
    """
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    reader = _Reader()
    reader.walk(root, depth=1)
    reader.end_paragraph()
    return Document(
        name=name, format="html", blocks=tuple(reader.blocks), notes=tuple(reader.notes)
    )


class _Reader:
    """Walks a page in order; `blocks` fills up with paragraphs and tables."""

    def __init__(self, place: str = "") -> None:
        self.blocks: list[Paragraph | Table] = []
        self.notes: list[Note] = []
        self._place = place
        self._line: list[str] = []

    def walk(self, element: "etree._Element", *, depth: int) -> None:
        self._line.append(element.text or "")
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "table":
                self.end_paragraph()
                self._add_table(child, depth=depth)
            elif tag in _UNREAD:
                self._note_unread(child, tag)
            elif tag == "br":
                self.end_paragraph()
            elif tag in ("input", "select", "img"):
                self._line.append(_control(child, tag))
            elif tag in _BLOCKS:
                self.end_paragraph()
                self.walk(child, depth=depth)
                self.end_paragraph()
            else:
                self.walk(child, depth=depth)
            self._line.append(child.tail or "")

    def end_paragraph(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", visible("".join(self._line))).strip()
        self._line.clear()
        if text:
            count = 1 + sum(isinstance(block, Paragraph) for block in self.blocks)
            self.blocks.append(Paragraph(text, self._place or f"正文第{count}段"))

    def _add_table(self, element: "etree._Element", *, depth: int) -> None:
        limits.require_shallow(depth)
        count = 1 + sum(isinstance(block, Table) for block in self.blocks)
        place = f"{self._place} 内表{count}" if self._place else f"表{count}"
        rows: list[LooseRow] = []
        for line in _own_rows(element):
            row = LooseRow([])
            for cell in line:
                if cell.tag in ("td", "th"):
                    where = f"{place} 第{len(rows) + 1}行 第{len(row.cells) + 1}列"
                    row.cells.append(self._cell(cell, place=where, depth=depth))
            limits.require_modest_table(len(rows) + 1, len(row.cells))
            rows.append(row)
        for caption in element.iterchildren("caption"):
            self.walk(caption, depth=depth)
            self.end_paragraph()
        self.blocks.append(lay_out(rows, place=place))

    def _cell(self, element: "etree._Element", *, place: str, depth: int) -> LooseCell:
        inner = _Reader(place)
        inner.walk(element, depth=depth + 1)
        inner.end_paragraph()
        self.notes.extend(inner.notes)
        return LooseCell(
            paragraphs=[block.text for block in inner.blocks if isinstance(block, Paragraph)],
            row_span=_span(element.get("rowspan"), most=limits.ROWS),
            column_span=_span(element.get("colspan"), most=limits.COLUMNS + 1),
            tables=[block for block in inner.blocks if isinstance(block, Table)],
        )

    def _note_unread(self, element: "etree._Element", tag: str) -> None:
        if tag in ("script", "iframe", "object", "embed"):
            where = self._place or "正文"
            self.notes.append(
                Note(where, "DOC-ACTIVE-CONTENT", f"网页里的 {tag} 内容没有执行，也没有读入。")
            )


def _own_rows(table: "etree._Element") -> list["etree._Element"]:
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _span(value: str | None, *, most: int) -> int:
    digits = re.match(r"\s*(\d{1,7})", value or "", re.ASCII)
    return max(1, min(int(digits[1]), most)) if digits else 1


def _control(element: "etree._Element", tag: str) -> str:
    if tag == "select":
        return "".join(
            str(option.text_content())
            for option in element.iter("option")
            if option.get("selected") is not None and isinstance(option, lxml_html.HtmlElement)
        )
    if tag == "img":
        return element.get("alt", "")
    kind = element.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return box(ticked=element.get("checked") is not None)
    return element.get("value", "") if kind in ("text", "number", "date") else ""
