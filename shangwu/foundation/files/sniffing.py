"""What a file is, by its content alone. Neither its name nor what the sender claims is believed."""

import codecs
import re
import zipfile
import zlib
from pathlib import Path

import filetype

HEAD_BYTES = 8192
# More entries than any office document has; reading a longer directory would only cost memory.
MAX_ENTRIES = 10_000
MAX_CONTENT_TYPES_BYTES = 1_000_000

# All that the zip reader raises on a damaged, encrypted or hostile archive.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
DIRECT = {"pdf": "pdf", "png": "png", "jpg": "jpeg", "doc": "doc", "xls": "xls"}
MAIN_PARTS = {
    "word/document.xml": (b"wordprocessingml.document.main+xml", "docx"),
    "xl/workbook.xml": (b"spreadsheetml.sheet.main+xml", "xlsx"),
}
HTML = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|table|meta|div|p\b)", re.I | re.S
)
XML = re.compile(r"\s*<(\?xml|svg|!doctype)", re.I)
XHTML = re.compile(r"<html[\s>]", re.I)
# Control characters that no text for people holds; tab, line feed, form feed, return are fine.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def sniff(path: Path) -> str:
    """Return the kind of the file (a key of vocabulary.KINDS); `other` when nothing fits."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _container(path)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    guess = filetype.guess(head)
    if guess is not None:
        return DIRECT.get(guess.extension, "other")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    return _text(path)


def _container(path: Path) -> str:
    try:
        if _entry_count(path) > MAX_ENTRIES:
            return "zip"
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" not in names:
                return "zip"
            with archive.open("[Content_Types].xml") as part:
                types = part.read(MAX_CONTENT_TYPES_BYTES)
    except UNREADABLE:
        return "other"
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        return "macro"
    for main, (content_type, kind) in MAIN_PARTS.items():
        if main in names and content_type in types:
            return kind
    return "zip"


def _entry_count(path: Path) -> int:
    """Read the number of entries from the end record, before anything allocates for them."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[found + 10 : found + 12], "little") if found >= 0 else 0


def _text(path: Path) -> str:
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        if encoding == "utf-16" and not _has_utf16_mark(path):
            continue
        start = _decoded_start(path, encoding)
        if start is not None:
            return _markup(start)
    return "other"


def _has_utf16_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _decoded_start(path: Path, encoding: str) -> str | None:
    """Return the first characters when the whole file is text in this encoding, else None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    start: str | None = None
    with path.open("rb") as file:
        while True:
            chunk = file.read(65_536)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError:
                return None
            if NOT_TEXT.search(text):
                return None
            if start is None:
                start = text[:4096]
            if not chunk:
                return start


def _markup(start: str) -> str:
    if HTML.match(start) or (XML.match(start) and XHTML.search(start)):
        return "html"
    return "xml" if XML.match(start) else "text"
