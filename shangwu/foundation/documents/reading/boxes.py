"""Check boxes in all their costumes become ☐, ☑ or ☒, and invisible characters disappear."""

from shangwu.foundation.documents.document import CROSSED_BOX, EMPTY_BOX, TICKED_BOX

# Symbol fonts by code point; Word stores them as F0xx or as the bare byte.
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: EMPTY_BOX, 0x70: EMPTY_BOX, 0x71: EMPTY_BOX, 0x72: EMPTY_BOX,
    0xA8: EMPTY_BOX, 0xFB: "✗", 0xFC: "✓", 0xFD: CROSSED_BOX, 0xFE: TICKED_BOX,
}  # fmt: skip
_WINGDINGS_2 = {
    0x2A: EMPTY_BOX, 0x50: "✓", 0x51: CROSSED_BOX, 0x52: TICKED_BOX, 0x53: CROSSED_BOX,
    0x54: CROSSED_BOX, 0x30: EMPTY_BOX, 0xA3: EMPTY_BOX,
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
# Soft hyphen, zero-width characters, direction marks: they print nothing.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f"))


def is_symbol_font(font: str) -> bool:
    """Return whether text in this font shows other signs than its characters say."""
    return font.strip().lower() in _FONTS


def symbol(code_point: int, font: str) -> str:
    """Return the sign that a symbol font shows; an unknown one stays as its character."""
    found = _FONTS.get(font.strip().lower(), {}).get(code_point & 0xFF)
    return found or chr(code_point)


def in_symbol_font(text: str, font: str) -> str:
    """Return text as a symbol font shows it."""
    return "".join(sign if sign.isspace() else symbol(ord(sign), font) for sign in text)


def visible(text: str) -> str:
    """Return the text without characters that print nothing; no-break spaces become spaces."""
    return text.translate(_INVISIBLE).replace("\u00a0", " ")


def box(*, ticked: bool) -> str:
    """Return the sign for a control that is a real check box."""
    return TICKED_BOX if ticked else EMPTY_BOX
