"""A file is what its content shows, whatever its name says."""

import io
import zipfile

import docx
import openpyxl
import pytest

from shangwu.foundation.files.sniffing import sniff


def word():
    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def excel():
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def archive(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/"), text)
    return stream.getvalue()


def with_macro():
    stream = io.BytesIO(word())
    with zipfile.ZipFile(stream, "a") as made:
        made.writestr("word/vbaProject.bin", b"macro")
    return stream.getvalue()


CONTENT = {
    "docx": word,
    "xlsx": excel,
    "macro": with_macro,
    "zip": lambda: archive(a="1"),
    "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(40),
    "jpeg": lambda: b"\xff\xd8\xff\xe0" + bytes(40),
    "text": lambda: "项目名称\t预付卡\r\n".encode(),
    "html": lambda: b"<!-- x -->\n<!DOCTYPE html><html><table></table>",
    "xml": lambda: b"<?xml version='1.0'?><svg><script/></svg>",
    "other": lambda: b"\x7fELF" + bytes(range(256)),
    "doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}


@pytest.mark.parametrize("kind", CONTENT)
def test_kind_by_content(tmp_path, kind):
    path = tmp_path / "claims-to-be.docx"
    path.write_bytes(CONTENT[kind]())
    assert sniff(path) == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("绩效目标".encode("gb18030") * 9, "text"),
        ("绩效目标".encode("utf-16"), "text"),
        ("\ufeff<html><body>表</body></html>".encode(), "html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html xmlns="x">', "html"),
        (b"text with a \x00 byte", "other"),
        (b"good start" + b"." * 70_000 + b"\x01", "other"),
        (b"PK\x03\x04 no archive at all", "other"),
        (archive(**{"[Content_Types].xml": "no office part"}), "zip"),
        (archive(**{"[Content_Types].xml": "x", "word__document.xml": "<w/>"}), "zip"),
        (archive(**{f"n{number}": "" for number in range(10_001)}), "zip"),
        (word()[:900], "other"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_hard_cases(tmp_path, content, kind):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert sniff(path) == kind
