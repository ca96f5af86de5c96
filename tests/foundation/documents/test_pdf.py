"""PDF: every character of the forms is shown and read back, nothing is tofu, bytes repeat."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from shangwu.foundation import documents
from shangwu.foundation.documents import Column, Merge, Paper, Section, Sheet, pdf

CHARACTERS = (Path(__file__).parent / "characters.txt").read_text("utf8").strip()

SHEET = Sheet(
    "绩效目标与读数",
    (Column("一级指标", 10), Column("名称", 20), Column("实际", 10, numeric=True)),
    [["产出", "备案办结数量", Decimal("3120")], ["", "办理时效性", Decimal("1.70")]],
    merged=(Merge(1, 0, rows=2),),
    notes=("实际值由业务记录计算。",),
)


def written(paper):
    return PdfReader(io.BytesIO(documents.write_report(paper)))


def text_of(reader):
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def descriptors(reader):
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            yield descendant["/FontDescriptor"].get_object()


def glyph_numbers(reader):
    """Give every glyph number shown on a page; with Identity-H each is two bytes."""
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator not in (b"Tj", b"TJ"):
                continue
            parts = operands[0] if operator == b"TJ" else operands
            for part in parts:
                raw = getattr(part, "original_bytes", part if isinstance(part, bytes) else b"")
                yield from (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2))


def assert_all_shown(wanted):
    reader = written(Paper("字库核对", sections=(Section(paragraphs=(wanted,)),)))
    assert set("".join(wanted.split())) <= set(text_of(reader))
    fonts = list(descriptors(reader))
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    glyphs = list(glyph_numbers(reader))
    assert len(glyphs) >= len("".join(wanted.split()))
    assert 0 not in glyphs


def test_every_character_of_the_forms_is_shown():
    assert len(CHARACTERS) > 600
    assert_all_shown(CHARACTERS)


def test_the_declarations_themselves_are_shown(shared_forms):
    text = (shared_forms / "declarations-2019.txt").read_text("utf8")
    assert {c for c in text if not c.isspace()} <= set(CHARACTERS)
    assert_all_shown(text)


def test_a_report_reads_back_completely():
    paper = Paper(
        "项目绩效",
        "2019 年度",
        facts=(("项目名称", "备案登记"),),
        sections=(Section("一、目标", ("一段说明。",), SHEET),),
        notes=("数据截至年末。",),
        foot="打印于年末",
    )
    reader = written(paper)
    text = text_of(reader)
    for part in (
        "项目绩效",
        "2019年度",
        "备案登记",
        "一段说明。",
        "3120",
        "1.70",
        "数据截至年末。",
        "打印于年末",
        "第1/1页",
    ):
        assert part in text
    assert reader.metadata.title == "项目绩效"


def test_long_tables_repeat_their_heading_and_count_pages():
    rows = [["产出", f"第{n}项", n] for n in range(120)]
    reader = written(Paper("长表", sections=(Section(sheet=Sheet("", SHEET.columns, rows)),)))
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, 1):
        text = "".join(page.extract_text().split())
        assert "一级指标" in text
        assert f"第{number}/{len(reader.pages)}页" in text


def test_equal_input_gives_equal_bytes_and_says_pdf_a():
    paper = Paper("同一输入", sections=(Section(sheet=SHEET),))
    at = datetime(2026, 1, 2, tzinfo=UTC)
    first = documents.write_report(paper, at=at)
    assert first == documents.write_report(paper, at=at)
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in first


@pytest.mark.parametrize(
    "text",
    ["#set text(red)", "$x^2$ *粗* _斜_", '#read("/etc/passwd")', "\\ `a` // b", ']#eval("1")['],
)
def test_markup_in_user_text_is_only_text(text):
    paper = Paper(
        text, facts=((text, text),), sections=(Section(text, (text,)),), notes=(text,), foot=text
    )
    assert text_of(written(paper)).count("".join(text.split())) == 7


def test_control_characters_are_dropped():
    assert "甲乙" in text_of(written(Paper("甲\x00\x1b乙")))


def test_a_character_without_glyph_is_named_and_refused():
    with pytest.raises(documents.Unprintable, match="U\\+1F600") as refused:
        documents.write_report(Paper("笑脸 😀"))
    assert refused.value.code == "DOCUMENT-GLYPH"


def test_a_missing_font_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    with pytest.raises(documents.MissingFont, match=r"Noto Sans SC.+npm ci"):
        documents.write_report(Paper("无字库"))


def test_pages_can_be_drawn():
    pages = pdf.draw_pages(pdf.TEMPLATES / "report.typ", pdf.report_data(Paper("预览")))
    assert len(pages) == 1
    assert pages[0].startswith(b"\x89PNG")
