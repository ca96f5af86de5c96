"""Photographs for print: small and upright; what is damaged, huge or no photograph leaves its place empty."""

import base64
import io
import struct

import docx
import pypdf
import pytest

from shangwu.foundation import documents
from shangwu.foundation.documents import Official, Picture, Text, photographs, small_picture
from shangwu.foundation.documents.photographs import pixels
from tests.foundation.documents.pictures import png

# White, 16 by 8 pixels.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P//////////////////////////////////"
    "////////////////////////2wBDAaq0tPDS8P//////////////////////////////////////////////////////////"
    "////////////////////wAARCAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/ALAA/9k="
)
# The camera was held upright: what it wrote has to be turned by a quarter.
TURNED = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"


def turned(content: bytes) -> bytes:
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(TURNED) + 2) + TURNED + content[2:]


@pytest.fixture
def kept(tmp_path):
    """Keep bytes as a file; its name says nothing of what it is."""

    def kept(content: bytes):
        path = tmp_path / "ab12cd"
        path.write_bytes(content)
        return path

    return kept


def shape(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize(
    ("content", "kind", "is_tall"),
    [
        (png(3000, 1500), "png", False),
        (png(1500, 3000), "png", True),
        (JPEG, "jpeg", False),
        (turned(JPEG), "jpeg", True),
    ],
)
def test_a_photograph_becomes_small_and_stands_upright(kept, content, kind, is_tall):
    picture = small_picture(kept(content), kind=kind)
    width, height = shape(picture)
    assert width == 413 and height == pytest.approx(413 * (2 if is_tall else 0.5), abs=2)
    assert small_picture(kept(content), kind=kind) == picture


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(30, 30)[:60], "png"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (JPEG[:200], "jpeg"),
        (JPEG[:4], "jpeg"),
        (b"\xff\xd8", "jpeg"),
        (b"", "png"),
        (b"plain", "text"),
    ],
)
def test_what_is_damaged_or_no_photograph_gives_none(kept, content, kind):
    assert small_picture(kept(content), kind=kind) == b""


def test_one_with_too_many_pixels_is_not_decoded(kept, monkeypatch):
    assert pixels(kept(png(100, 50))) == 5_000
    assert pixels(kept(JPEG)) == pixels(kept(turned(JPEG))) == 128
    monkeypatch.setattr(photographs, "MOST_PIXELS", 4_999)
    assert small_picture(kept(png(100, 50)), kind="png") == b""


class TestPapers:
    @pytest.fixture
    def paper(self, kept):
        shown = Picture(small_picture(kept(png(400, 300)), kind="png"), "照片 1\n指纹 ab12")
        return Official("记录", (Text("正文"),), pictures=(shown, Picture(b"", "照片 2")))

    def test_a_pdf_shows_pictures_and_says_where_one_is_missing(self, paper):
        made = documents.write_official_pdf(paper)
        assert made == documents.write_official_pdf(paper)
        (page,) = pypdf.PdfReader(io.BytesIO(made)).pages
        assert len(page.images) == 1
        text = page.extract_text()
        assert "指纹 ab12" in text and "照片 2" in text and "不能缩印，见原件" in text

    def test_word_shows_them_and_a_workbook_names_them(self, paper):
        made = docx.Document(io.BytesIO(documents.write_official_docx(paper)))
        assert len(made.inline_shapes) == 1
        assert "照片 2" in [paragraph.text for paragraph in made.paragraphs]
        book = documents.read_document(documents.write_official_xlsx(paper), name="a.xlsx")
        assert "照片 2" in str(book)
