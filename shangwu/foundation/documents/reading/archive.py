"""Opening office packages (zip of XML) without trusting anything they say about themselves."""

import zipfile
import zlib
from typing import BinaryIO

from lxml import etree

from shangwu.foundation.documents.reading import limits
from shangwu.foundation.law.refused import Refused

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
_CONTENT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_WORD = "wordprocessingml.document.main+xml"
_WORD_TEMPLATE = "wordprocessingml.template.main+xml"
_EXCEL = "spreadsheetml.sheet.main+xml"
_EXCEL_TEMPLATE = "spreadsheetml.template.main+xml"


class Archive:
    """A checked package: few entries, bounded inflation, no macros, no encryption.

    Raises: Refused DOC-DAMAGED, DOC-ZIP-BOMB, DOC-ENCRYPTED, DOC-MACRO, DOC-OPEN-DOCUMENT or
    DOC-UNKNOWN.
    """

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
            self._entries = self._zip.infolist()
        except _DAMAGED as error:
            raise damaged() from error
        self.names = tuple(entry.filename for entry in self._entries)
        self._require_safe()
        self._kind = self._main_kind()

    @property
    def is_workbook(self) -> bool:
        """Whether this is a workbook; otherwise it is a text document."""
        return self._kind in (_EXCEL, _EXCEL_TEMPLATE)

    def part(self, name: str) -> bytes:
        """Return one entry, inflated within bounds; empty when there is no such entry."""
        if name not in self.names:
            return b""
        try:
            with self._zip.open(name) as stream:
                content = stream.read(limits.PART_BYTES + 1)
        except _DAMAGED as error:
            raise damaged() from error
        except RuntimeError as error:  # zipfile's word for an encrypted entry
            raise _encrypted() from error
        if len(content) > limits.PART_BYTES:
            raise _bomb()
        return content

    def tree(self, name: str) -> "etree._Element | None":
        """Return the parsed XML of one entry, None when there is no such entry."""
        content = self.part(name)
        return parse_xml(content) if content else None

    def _require_safe(self) -> None:
        if len(self._entries) > limits.ENTRIES or len(set(self.names)) != len(self.names):
            raise damaged()
        inflated = sum(entry.file_size for entry in self._entries)
        packed = sum(entry.compress_size for entry in self._entries)
        if inflated > limits.INFLATED_BYTES or (
            inflated > limits.RATIO_MATTERS_ABOVE and inflated > packed * limits.INFLATION_RATIO
        ):
            raise _bomb()
        if any(entry.flag_bits & 1 for entry in self._entries):
            raise _encrypted()

    def _main_kind(self) -> str:
        if "[Content_Types].xml" not in self.names:
            raise self._not_office()
        types = self.part("[Content_Types].xml")
        declared = [
            part.get("ContentType", "") for part in parse_xml(types).iter(f"{_CONTENT}Override")
        ]
        if any("macroEnabled" in kind or "vbaProject" in kind for kind in declared) or any(
            name.lower().endswith("vbaproject.bin") for name in self.names
        ):
            raise Refused(
                "文件带有宏（.docm、.xlsm 一类），出于安全没有打开。"
                "请另存为不带宏的 .docx 或 .xlsx 后重新上传。",
                code="DOC-MACRO",
            )
        for kind in (_WORD, _WORD_TEMPLATE, _EXCEL, _EXCEL_TEMPLATE):
            if any(found.endswith(kind) for found in declared):
                return kind
        raise self._not_office()

    def _not_office(self) -> Refused:
        if "mimetype" in self.names and b"opendocument" in self.part("mimetype"):
            return Refused(
                "这是 OpenDocument 文件，请另存为 Word（.docx）或 Excel（.xlsx）格式后重新上传。",
                code="DOC-OPEN-DOCUMENT",
            )
        return Refused(
            "这是压缩包或别的软件的文件，不是 Word 或 Excel 文件。"
            "如果是压缩包，请先解压，再逐个上传里面的文件。",
            code="DOC-UNKNOWN",
        )


def parse_xml(content: bytes) -> "etree._Element":
    """Return the root of XML that declares no document type, so that no entity can be defined.

    Raises: Refused DOC-DTD, DOC-TOO-DEEP or DOC-DAMAGED.
    """
    for word in ("<!DOCTYPE", "<!ENTITY"):
        if any(word.encode(code) in content for code in ("ascii", "utf-16-le", "utf-16-be")):
            raise _dtd()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise Refused(
                "文件内部结构嵌套过深，不是 Word 或 Excel 正常保存的文件，没有读取。",
                code="DOC-TOO-DEEP",
            ) from error
        raise damaged() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _dtd()
    return root


def damaged() -> Refused:
    """Return the refusal of a file that breaks off or does not hold together."""
    return Refused(
        "文件不完整或已损坏，无法读取。请用 Word 或 Excel 打开确认，重新保存后再上传。",
        code="DOC-DAMAGED",
    )


def _bomb() -> Refused:
    return Refused(
        "文件解压后的体积异常，可能是恶意文件，没有打开。请用 Word 或 Excel 重新保存后再上传。",
        code="DOC-ZIP-BOMB",
    )


def _encrypted() -> Refused:
    return Refused(
        "文件设有密码，无法读取。请取消密码后重新上传。",
        code="DOC-ENCRYPTED",
    )


def _dtd() -> Refused:
    return Refused(
        "文件内部含有实体声明（DTD），正常的 Word 或 Excel 文件没有这种内容，出于安全没有读取。",
        code="DOC-DTD",
    )
