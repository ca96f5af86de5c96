"""Official papers: one layout in three formats, heads on every page, numbered pages, repeatable bytes."""

import io
import re

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import example, given
from hypothesis import strategies as st

from shangwu.foundation import documents
from shangwu.foundation.documents import Box, Grid, Official, Text
from shangwu.foundation.documents.official import Rows, centred, exact_text, label, runs, value
from shangwu.foundation.documents.official_pdf import OFFICIAL, official_data
from shangwu.foundation.documents.pdf import draw_pages

WRITERS = (
    documents.write_official_docx,
    documents.write_official_xlsx,
    documents.write_official_pdf,
)


def grid(*names: str, heads: int = 1) -> Grid:
    rows = Rows()
    rows.add(label(0, "指标"), label(1, "实际"), label(2, "说明"))
    for position, name in enumerate(names):
        first = (centred(0, "产出", rows=len(names)),) if position == 0 else ()
        rows.add(*first, centred(1, name), value(2, f"{name}的说明"))
    return rows.grid((1, 1, 2), heads=heads)


def paper(*parts: Text | Grid, **more: object) -> Official:
    return Official(**({"title": "监控表", "parts": parts or (grid("甲", "乙"),)} | more))


def opened(made: Official) -> docx.document.Document:
    return docx.Document(io.BytesIO(documents.write_official_docx(made)))


def pages(made: Official) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(documents.write_official_pdf(made)))
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("write", WRITERS)
def test_equal_papers_give_equal_bytes(write):
    made = paper(Text("一、概况", is_heading=True), Text("两段\n文字"), grid("甲"), mark="草稿")
    assert write(made) == write(paper(*made.parts, mark="草稿"))
    assert write(made) != write(paper(*made.parts))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "boxes",
    [
        (Box(0, 0), Box(0, 1), Box(0, 1)),
        (Box(0, 0), Box(0, 2)),
        (Box(0, 0, columns=2), Box(0, 1), Box(0, 2)),
        (Box(0, 0, columns=4),),
    ],
)
def test_a_grid_that_is_not_whole_is_a_mistake(write, boxes):
    with pytest.raises(ValueError, match="overlap, leave a gap"):
        write(paper(Grid((1, 1, 1), boxes)))


def test_grids_of_one_paper_have_the_same_columns():
    with pytest.raises(ValueError, match="same columns"):
        documents.write_official_xlsx(paper(grid("甲"), Grid((1,), (Box(0, 0),))))


def test_word_repeats_the_heads_merges_and_keeps_short_rows_whole():
    rows = Rows()
    rows.add(label(0, "概况"), value(1, "很长的文字。" * 40, columns=2))
    made = opened(paper(rows.grid((1, 1, 2)), grid("甲", "乙")))
    first, second = made.tables
    head, *body = second._tbl.tr_lst
    assert head.trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:tblHeader")) is None for row in body)
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (head, *body))
    assert first._tbl.tr_lst[0].trPr.find(qn("w:cantSplit")) is None
    assert second.cell(1, 0)._tc is second.cell(2, 0)._tc
    assert first.cell(0, 1)._tc is first.cell(0, 2)._tc
    assert second.cell(2, 2).text == "乙的说明"
    # A line of one point keeps Word from joining the tables; nobody sees it.
    between = first._tbl.getnext()
    assert between.tag == qn("w:p")
    assert between.pPr.find(qn("w:spacing")).get(qn("w:line")) == "20"


def test_word_is_a4_in_chinese_type_with_page_numbers():
    made = opened(paper(mark="草稿", foot="内容指纹 abc"))
    page = made.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    foot = page.footer._element.xml
    assert all(part in foot for part in ('w:instr="PAGE"', 'w:instr="NUMPAGES"', "内容指纹 abc"))
    assert page.header.paragraphs[0].text == "草稿"
    title = made.paragraphs[0]
    assert title.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    wide = opened(paper(is_landscape=True)).sections[0]
    assert (round(wide.page_width.mm), round(wide.page_height.mm)) == (297, 210)


def test_a_workbook_stands_as_the_page_does():
    made = paper(
        grid("=1+1", "乙"),
        under_title="（2019年）",
        before=("申报单位：甲",),
        signature=("填报人：", "日期："),
        notes=("注：建议值",),
        foot="内容指纹 abc\n证据指纹 def",
        mark="草稿",
        is_landscape=True,
    )
    (page,) = openpyxl.load_workbook(io.BytesIO(documents.write_official_xlsx(made))).worksheets
    assert [page.cell(row, 1).value for row in (1, 2, 3)] == [
        "监控表",
        "（2019年）",
        "申报单位：甲",
    ]
    assert (page["B5"].value, page["B5"].data_type) == ("=1+1", "s")
    assert {"A1:C1", "A5:A6"} <= {str(area) for area in page.merged_cells.ranges}
    assert [page.cell(8, column).value for column in (1, 2, 3)] == ["填报人：", None, "日期："]
    below = [page.cell(row, 1).value for row in (9, 10, 11)]
    assert below == ["注：建议值", "内容指纹 abc", "证据指纹 def"]
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.orientation == "landscape"
    assert page.oddHeader.center.text == "草稿"
    assert page.oddFooter.center.text == "第 &P 页　共 &N 页"


def test_a_workbook_row_is_as_high_as_its_text():
    rows = Rows()
    rows.add(label(0, "概况"), value(1, "文字" * 200))
    rows.add(label(0, "短"), value(1, "短"))
    made = documents.write_official_xlsx(paper(rows.grid((1, 3))))
    (page,) = openpyxl.load_workbook(io.BytesIO(made)).worksheets
    heights = page.row_dimensions
    assert heights[2].height > 8 * heights[3].height


def test_the_pdf_repeats_heads_numbers_its_pages_and_marks_each_draft():
    names = [f"指标{number}号" for number in range(90)]
    rows = Rows()
    rows.add(label(0, "三级指标"), label(1, "实际"), label(2, "说明"))
    for name in names:
        rows.add(centred(0, name), centred(1, "1"), value(2, "完成"))
    made = paper(rows.grid((2, 1, 1), heads=1), foot="证据指纹 abc", mark="草稿")
    found = pages(made)
    assert len(found) > 2
    for number, text in enumerate(found, start=1):
        assert "三级指标" in text
        assert f"第{number}页" in text.replace(" ", "")
        assert f"共{len(found)}页" in text.replace(" ", "")
        assert "证据指纹" in text
        assert "草稿" in text
    told = [name for text in found for name in re.findall(r"指标\d+号", re.sub(r"\s", "", text))]
    assert told == names
    assert len(draw_pages(OFFICIAL, official_data(made), ppi=20)) == len(found)


def test_the_pdf_breaks_a_text_longer_than_a_page_and_draws_ballot_boxes():
    rows = Rows()
    rows.add(label(0, "概况"), value(1, "很长的文字。" * 700 + "结尾"))
    rows.add(label(0, "类型"), value(1, "其他一次性项目 ☐ 其他经常性项目 ☑"))
    found = pages(paper(rows.grid((1, 4))))
    assert len(found) > 1
    assert "结尾" in "".join(found)
    assert "其他经常性项目" in found[-1]


def test_an_annex_starts_on_a_page_of_its_own():
    made = paper(Text("正文"), Text("附表", is_heading=True, starts_page=True), grid("甲"))
    assert [("附表" in text, "正文" in text) for text in pages(made)] == [
        (False, True),
        (True, False),
    ]
    broken = [p.text for p in opened(made).paragraphs if p.paragraph_format.page_break_before]
    assert broken == ["附表"]
    book = openpyxl.load_workbook(io.BytesIO(documents.write_official_xlsx(made)))
    assert [at.id for at in book.worksheets[0].row_breaks.brk] == [2]


@given(st.text(max_size=40))
@example("\x00\x0b\ud800\uffff\r\x85")
def test_whatever_somebody_typed_can_be_written(text):
    made = paper(Text(text), Grid((1,), (Box(0, 0, text),)), title=text, before=(text,))
    shown = opened(made).tables[0].cell(0, 0).text
    assert shown == exact_text(text)
    assert documents.write_official_xlsx(made)


def test_text_is_never_markup():
    made = paper(Grid((1,), (Box(0, 0, "#panic() *粗* $x$ [a] <b>"),)), title="#title")
    assert "#panic() *粗* $x$ [a] <b>" in "".join(pages(made))


def test_a_sign_that_the_font_lacks_is_named():
    with pytest.raises(documents.Unprintable, match="U\\+1F600"):
        documents.write_official_pdf(paper(title="表\U0001f600"))


def test_runs_tell_where_equal_words_stand_together():
    assert runs(["a", "a", "b", "a"]) == {0: 2, 2: 1, 3: 1}
    assert runs([]) == {}
