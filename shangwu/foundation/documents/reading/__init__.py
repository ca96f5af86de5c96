"""Reading documents: docx, xlsx, html and plain text, told apart by content and read within limits."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from shangwu.foundation.documents.document import Document
from shangwu.foundation.documents.reading import limits
from shangwu.foundation.documents.reading.archive import Archive
from shangwu.foundation.documents.reading.html import read_html
from shangwu.foundation.documents.reading.plain import read_plain
from shangwu.foundation.documents.reading.sniffing import Kind, decode_text, sniff
from shangwu.foundation.documents.reading.word import read_word
from shangwu.foundation.law.refused import Refused


def read_document(source: BinaryIO | bytes | Path, *, name: str) -> Document:
    """Return what the file says; its kind is told from its content, never from its name.

    Raises: Refused with a DOC-… code and a sentence that says what to do instead.
    """
    content = _take(source)
    kind = sniff(content)
    if kind is Kind.HTML:
        return read_html(decode_text(content), name=name)
    if kind is Kind.TEXT:
        return read_plain(decode_text(content), name=name)
    archive = Archive(BytesIO(content))
    if archive.is_workbook:
        from shangwu.foundation.documents.reading.excel import read_excel

        return read_excel(archive, content, name=name)
    return read_word(archive, name=name)


def _take(source: BinaryIO | bytes | Path) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return _take(stream)
    content = source if isinstance(source, bytes) else source.read(limits.FILE_BYTES + 1)
    if len(content) > limits.FILE_BYTES:
        raise Refused(
            f"文件超过 {limits.FILE_BYTES // limits.MEGABYTE} MB，没有读取。"
            "申报表通常不到 1 MB，请确认选对了文件，或去掉其中的图片后重试。",
            code="DOC-TOO-LARGE",
        )
    return content
