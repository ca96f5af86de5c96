"""Telling what a file is from its first bytes, and kind sentences for what cannot be read."""

import codecs
import re
from enum import Enum

from shangwu.foundation.law.refused import Refused


class Kind(Enum):
    """The kinds that have a reader."""

    PACKAGE = "package"
    HTML = "html"
    TEXT = "text"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "DOC-PDF", "这是 PDF 文件，表格结构已经丢失，无法可靠读取。请提供 Word（.docx）原件。"),
    (b"{\\rtf", "DOC-RTF", "这是 RTF 文件，请用 Word 或 WPS 打开后另存为 .docx。"),
    (b"\x89PNG", "DOC-IMAGE", "这是图片，不是可读取的文件。请提供 Word（.docx）或 Excel（.xlsx）原件。"),
    (b"\xff\xd8\xff", "DOC-IMAGE", "这是图片，不是可读取的文件。请提供 Word（.docx）或 Excel（.xlsx）原件。"),
    (b"Rar!", "DOC-ARCHIVE", "这是压缩包，请先解压，再逐个上传里面的文件。"),
    (b"7z\xbc\xaf", "DOC-ARCHIVE", "这是压缩包，请先解压，再逐个上传里面的文件。"),
    (b"\x1f\x8b", "DOC-ARCHIVE", "这是压缩包，请先解压，再逐个上传里面的文件。"),
    (b"MIME-Version:", "DOC-MHT", "这是网页存档（.mht），请用 Word 或 WPS 打开后另存为 .docx。"),
)  # fmt: skip
_HTML = re.compile(r"<(?:!doctype\s+html|html|table|body)\b", re.IGNORECASE)
# Controls that no text file holds; tab, line feed, form feed and carriage return are text.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_PRIVATE_USE = re.compile("[\ue000-\uefff]")


def sniff(content: bytes) -> Kind:
    """Return which reader suits the content.

    Raises: Refused with the code of the kind that was recognised but cannot be read.
    """
    if not content.strip(b"\x00\t\r\n "):
        raise Refused("文件是空的，没有内容可读。请确认选对了文件。", code="DOC-EMPTY")
    if content.startswith(_OLE):
        raise _old_office(content)
    for magic, code, sentence in _FOREIGN:
        if content.startswith(magic):
            raise Refused(sentence, code=code)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind.PACKAGE
    text = decode_text(content)
    if "mso-application" in text[:2000] or "schemas.microsoft.com/office/word/2003" in text[:5000]:
        raise Refused(
            "这是 Word 2003 的 XML 文件，请用 Word 或 WPS 打开后另存为 .docx。", code="DOC-OLD-XML"
        )
    return Kind.HTML if _HTML.search(text) else Kind.TEXT


def decode_text(content: bytes) -> str:
    """Return the text of a UTF-8, UTF-16 or GB18030 file, line ends as \\n.

    Raises: Refused DOC-UNKNOWN when the bytes are no text in any of them.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        if _CONTROLS.search(text) or len(_PRIVATE_USE.findall(text)) > len(text) // 50:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Refused(
        "无法识别这个文件。可以导入的是 Word（.docx）、Excel（.xlsx）、网页（.html）"
        "和用制表符分列的文本（.txt）。",
        code="DOC-UNKNOWN",
    )


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    start = content[:4000]
    if b"\x00" in start:
        # Without a mark, the zero bytes of tabs and digits show which half comes first.
        first, second = start[::2].count(0), start[1::2].count(0)
        return ("utf-16-be",) if first > second else ("utf-16-le",)
    return ("utf-8", "gb18030")


def _old_office(content: bytes) -> Refused:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return Refused(
            "文件设有打开密码，无法读取。请在 Word 或 Excel 中取消密码后重新上传。",
            code="DOC-ENCRYPTED",
        )
    if holds("WordDocument"):
        return Refused("这是旧版 .doc 文件，请用 Word 或 WPS 另存为 .docx。", code="DOC-OLD-WORD")
    if holds("Workbook") or holds("Book"):
        return Refused("这是旧版 .xls 文件，请用 Excel 或 WPS 另存为 .xlsx。", code="DOC-OLD-EXCEL")
    return Refused(
        "这是旧版 Office 格式的文件，请用 Word 或 WPS 另存为 .docx 或 .xlsx。",
        code="DOC-OLD-OFFICE",
    )
