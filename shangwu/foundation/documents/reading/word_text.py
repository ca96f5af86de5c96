"""The text of one Word paragraph: runs, symbols, check boxes, tracked changes, text boxes."""

from collections.abc import Iterator

from lxml import etree

from shangwu.foundation.documents.document import Note
from shangwu.foundation.documents.reading.boxes import (
    box,
    in_symbol_font,
    is_symbol_font,
    symbol,
    visible,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Wrappers that print nothing themselves; what they hold belongs to the parent.
_TRANSPARENT = {f"{W}{name}" for name in ("customXml", "smartTag", "ins", "moveTo", "sdtContent")}
_LEFT_OUT = {f"{W}{name}" for name in ("del", "moveFrom")}
_SILENT = {
    f"{W}{name}" for name in ("pPr", "rPr", "instrText", "delText", "sdtPr", "sdtEndPr", "rt")
}
_SIGNS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


def unwrapped(parent: "etree._Element") -> Iterator["etree._Element"]:
    """Yield block-level children, looking through content controls and tracked insertions."""
    for child in parent:
        if child.tag == f"{W}sdt":
            if (content := child.find(f"{W}sdtContent")) is not None:
                yield from unwrapped(content)
        elif child.tag in _TRANSPARENT:
            yield from unwrapped(child)
        else:
            yield child


def number(properties: "etree._Element | None", name: str, otherwise: int) -> int:
    """Return the integer that a property element holds; nonsense counts as not said."""
    found = None if properties is None else properties.find(f"{W}{name}")
    value = "" if found is None else found.get(f"{W}val", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def flag(element: "etree._Element", attribute: str, *, absent: bool) -> bool:
    """Return an on/off attribute as Word writes it."""
    value = element.get(attribute)
    return absent if value is None else value.lower() in ("1", "true", "on")


class TextReader:
    """Reads one paragraph. `boxes` are its text boxes, to be read as blocks of their own."""

    def __init__(self, place: str, notes: list[Note]) -> None:
        self.boxes: list[etree._Element] = []
        self._place = place
        self._notes = notes

    def text(self, paragraph: "etree._Element") -> str:
        """Return what the paragraph prints."""
        return visible("".join(self._walk(paragraph)))

    def _walk(self, parent: "etree._Element") -> Iterator[str]:
        for child in parent:
            yield from self._one(child)

    def _one(self, child: "etree._Element") -> Iterator[str]:
        tag = child.tag
        if tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == f"{W}r":
            yield self._run(child)
        elif tag in (f"{W}t", f"{_M}t"):
            yield child.text or ""
        elif tag in _LEFT_OUT:
            self._note_deletion(child)
        elif tag == f"{W}sdt":
            yield from self._control(child)
        elif tag == f"{W}txbxContent":
            self.boxes.append(child)
        elif tag == f"{_MC}AlternateContent":
            yield from self._alternative(child)
        elif tag in _DRAWN:
            yield _DRAWN[tag](child)
        elif tag not in _SILENT:
            yield from self._walk(child)

    def _run(self, run: "etree._Element") -> str:
        text = "".join(self._walk(run))
        fonts = run.find(f"{W}rPr/{W}rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii", "")
        return in_symbol_font(text, font) if is_symbol_font(font) else text

    def _control(self, control: "etree._Element") -> Iterator[str]:
        content = control.find(f"{W}sdtContent")
        state = control.find(f"{W}sdtPr/{_W14}checkbox")
        if state is not None:
            checked = state.find(f"{_W14}checked")
            yield box(ticked=checked is not None and flag(checked, f"{_W14}val", absent=True))
        elif content is not None:
            yield from self._walk(content)

    def _alternative(self, element: "etree._Element") -> Iterator[str]:
        # Choice and Fallback say the same thing twice; the first that speaks is enough.
        for branch in element:
            already = len(self.boxes)
            text = "".join(self._walk(branch))
            if text.strip() or len(self.boxes) > already:
                yield text
                return

    def _note_deletion(self, element: "etree._Element") -> None:
        words = "".join(x.text or "" for x in element.iter(f"{W}t", f"{W}delText"))
        if words.strip():
            self._notes.append(
                Note(
                    self._place,
                    "DOC-TRACKED-DELETION",
                    f"此处修订删除了“{words[:60]}”，没有读入；新增的修订已读入。请确认修订是否已定稿。",
                )
            )


def _legacy_box(element: "etree._Element") -> str:
    for name in ("checked", "default"):
        if (found := element.find(f"{W}{name}")) is not None:
            return box(ticked=flag(found, f"{W}val", absent=True))
    return box(ticked=False)


def _symbol(element: "etree._Element") -> str:
    return symbol(_hexadecimal(element.get(f"{W}char", "")), element.get(f"{W}font", ""))


def _hexadecimal(value: str) -> int:
    try:
        return min(int(value, 16), 0x10FFFF)
    except ValueError:
        return 0x25A1


_DRAWN = {f"{W}checkBox": _legacy_box, f"{W}sym": _symbol}
