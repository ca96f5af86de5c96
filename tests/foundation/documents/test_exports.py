"""Workbooks, CSV and Word files: exact values, no formulas, merged cells, repeatable bytes."""

import csv
import io
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation import documents
from shangwu.foundation.documents import Column, Merge, Paper, Section, Sheet

COLUMNS = (Column("指标", 12), Column("实际", 10, numeric=True), Column("说明", 24))
DANGEROUS = ("=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("x")', " =1", "＝1+1", "\t=1")


def sheet(*rows, **more):
    return Sheet("读数", COLUMNS, [list(row) for row in rows], **more)


def cells(content):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_values_keep_their_kind():
    page = cells(
        documents.write_xlsx(
            sheet(
                ["数量", 3120, "甲"],
                ["比例", Decimal("0.00008"), date(2019, 12, 31)],
                ["金额", 12345678901234567890, None],
            )
        )
    )
    assert [c.value for c in page[1]] == ["指标", "实际", "说明"]
    assert page["B2"].value == 3120
    assert page["B3"].value == pytest.approx(0.00008)
    assert page["C3"].value.date() == date(2019, 12, 31)
    assert page["B4"].value == "12345678901234567890"  # too long for a spreadsheet's numbers
    assert page["C4"].value is None


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text):
    page = cells(documents.write_xlsx(sheet([text, 1, text])))
    for cell in (page["A2"], page["C2"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix
    row = list(
        csv.reader(io.StringIO(documents.write_csv(sheet([text, 1, "-5.2"])).decode("utf-8-sig")))
    )[1]
    assert row[0].startswith("'")
    assert row[2] == "-5.2"


@given(st.text(max_size=30))
def test_no_csv_cell_starts_a_formula(text):
    content = documents.write_csv(sheet([text, 1, ""]))
    row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1]
    number = row[0].removeprefix("-").replace(".", "", 1).isdigit()
    assert number or not row[0].lstrip().startswith(("=", "+", "-", "@"))


def test_csv_opens_as_chinese_in_a_spreadsheet_program():
    content = documents.write_csv(sheet(["产出", 1, '引号"和，逗号,']))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == '指标,实际,说明\r\n产出,1,"引号""和，逗号,"\r\n'


def test_merged_cells_and_widths_reach_the_workbook():
    page = cells(
        documents.write_xlsx(sheet(["产出", 1, "甲"], ["", 2, "乙"], merged=(Merge(1, 0, 2),)))
    )
    assert [str(block) for block in page.merged_cells.ranges] == ["A2:A3"]
    assert page["A2"].value == "产出"
    assert page.column_dimensions["C"].width == pytest.approx(24, abs=1)


def test_worksheets_with_one_title_stay_apart():
    one = sheet(["a", 1, ""])
    book = openpyxl.load_workbook(io.BytesIO(documents.write_xlsx(one, one)))
    assert book.sheetnames == ["读数", "读数-2"]


@pytest.mark.parametrize(
    "faulty",
    [
        Sheet("x", COLUMNS, [["only one"]]),
        sheet(["a", 1, "b"], merged=(Merge(1, 2, 1, 2),)),
        sheet(["a", 1, "b"], merged=(Merge(1, 0, 1, 2), Merge(1, 1))),
        sheet(["a", 1, "b"], merged=(Merge(0, 0, 2),)),
    ],
)
def test_a_table_that_does_not_fit_is_refused(faulty):
    for write in (
        documents.write_xlsx,
        lambda s: documents.write_docx(Paper("t", sections=(Section(sheet=s),))),
        lambda s: documents.write_report(Paper("t", sections=(Section(sheet=s),))),
    ):
        with pytest.raises(ValueError, match=r"row|block"):
            write(faulty)


def test_word_files_carry_text_tables_and_chinese_fonts():
    table = sheet(["产出", 1, "=1+1"], ["", 2, "乙"], merged=(Merge(1, 0, 2),))
    paper = Paper(
        "绩效目标", facts=(("项目", "备案"),), sections=(Section("一、表", ("说明。\x00",), table),)
    )
    content = documents.write_docx(paper)
    assert content == documents.write_docx(paper)
    made = docx.Document(io.BytesIO(content))
    texts = [p.text for p in made.paragraphs]
    assert {"绩效目标", "项目：备案", "一、表", "说明。"} <= set(texts)
    grid = made.tables[0]
    assert grid.cell(1, 0)._tc is grid.cell(2, 0)._tc
    assert grid.cell(1, 0).text == "产出"
    assert 'w:eastAsia="宋体"' in made.element.xml
    assert made.core_properties.author == ""


def test_equal_tables_give_equal_workbooks():
    one = sheet(["产出", 1, "甲"])
    assert documents.write_xlsx(one) == documents.write_xlsx(one)
