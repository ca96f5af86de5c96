"""Reading documents: formats told apart by content, merges expanded, and nothing trusted."""

import gzip
import random
import struct
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from shangwu.foundation.documents import Document, Paragraph, Table, read_document
from shangwu.foundation.documents.reading import limits
from shangwu.foundation.law.refused import Refused
from tests.foundation.documents.packages import (
    cell,
    paragraph,
    run,
    table,
    word_file,
    zipped,
)
from tests.targets.forms import demo, printed

MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(content: bytes | str, name: str = "表.bin") -> Document:
    return read_document(content.encode() if isinstance(content, str) else content, name=name)


def only_table(document: Document) -> Table:
    (found,) = [block for block in document.blocks if isinstance(block, Table)]
    return found


def texts(document: Document) -> list[str]:
    return [text for _, text in document.texts()]


def refused(content: bytes | str) -> Refused:
    with pytest.raises(Refused) as caught:
        read(content)
    assert caught.value.sentence.endswith("。")
    return caught.value


class TestWord:
    def test_expands_merged_cells_both_ways(self):
        document = read(
            word_file(
                table(
                    cell(paragraph(run("组")), '<w:vMerge w:val="restart"/>')
                    + cell(paragraph(run("甲乙")), '<w:gridSpan w:val="2"/>'),
                    cell(paragraph(""), "<w:vMerge/>")
                    + cell(paragraph(run("甲")))
                    + cell(paragraph(run("乙"))),
                )
            )
        )
        found = only_table(document)
        shown = [[slot.text if slot else None for slot in row] for row in found.grid()]
        assert shown == [["组", "甲乙", "甲乙"], ["组", "甲", "乙"]]
        assert found.address(found.cells[1]) == "表1 第1行 第2列"

    def test_nested_tables_keep_their_own_address(self):
        inner = table(cell(paragraph(run("里"))))
        document = read(word_file(table(cell(paragraph(run("外")) + inner + paragraph("")))))
        assert list(document.texts()) == [
            ("表1 第1行 第1列", "外"),
            ("表1 第1行 第1列 内表1 第1行 第1列", "里"),
        ]

    def test_keeps_insertions_and_notes_deletions(self):
        document = read(
            word_file(
                paragraph(
                    f"<w:ins>{run('新增')}</w:ins>"
                    "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
                )
            )
        )
        assert texts(document) == ["新增"]
        assert [note.code for note in document.notes] == ["DOC-TRACKED-DELETION"]
        assert "删去" in document.notes[0].why

    def test_notes_a_deleted_row(self):
        gone = f"<w:trPr><w:del/></w:trPr>{cell(paragraph(run('旧行')))}"
        document = read(word_file(table(gone, cell(paragraph(run("新行"))))))
        assert texts(document) == ["新行"]
        assert "旧行" in document.notes[0].why

    @pytest.mark.parametrize(
        ("inner", "sign"),
        [
            (
                "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='1'/></w14:checkbox></w:sdtPr>"
                f"<w:sdtContent>{run('☒')}</w:sdtContent></w:sdt>",
                "☑",
            ),
            (
                "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='0'/></w14:checkbox></w:sdtPr>"
                f"<w:sdtContent>{run('☐')}</w:sdtContent></w:sdt>",
                "☐",
            ),
            ("<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>", "☑"),
            ("<w:r><w:sym w:font='Wingdings' w:char='F0A8'/></w:r>", "☐"),
            ("<w:r><w:sym w:font='Wingdings 2' w:char='F052'/></w:r>", "☑"),
            ("<w:r><w:sym w:font='Wingdings 2' w:char='F0A3'/></w:r>", "☐"),
            (run("þ", "<w:rFonts w:ascii='Wingdings'/>"), "☑"),
            (run("R", "<w:rFonts w:ascii='Wingdings 2'/>"), "☑"),
            (
                "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/>"
                "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>",
                "☑",
            ),
            (
                "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>"
                "<w:default w:val='0'/></w:checkBox></w:ffData></w:fldChar></w:r>",
                "☐",
            ),
        ],
    )
    def test_every_kind_of_check_box_becomes_a_sign(self, inner, sign):
        assert texts(read(word_file(paragraph(run("选项") + inner)))) == [f"选项{sign}"]

    def test_reads_text_boxes_once_headers_first_and_equations(self):
        box = f"<w:txbxContent>{paragraph(run('框里'))}</w:txbxContent>"
        body = paragraph(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>"
            f"{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        ) + paragraph("<m:oMath><m:r><m:t>≥90%</m:t></m:r></m:oMath>")
        header = (
            '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"{paragraph(run('页眉字'))}</w:hdr>"
        )
        document = read(word_file(body, word__header1_dot_xml=header))
        assert texts(document) == ["页眉字", "框里", "≥90%"]

    def test_drops_invisible_characters_and_keeps_breaks(self):
        body = paragraph(
            run("预\u00ad算\u200b") + "<w:r><w:softHyphen/><w:br/><w:t>二\u00a0行</w:t></w:r>"
        )
        assert texts(read(word_file(body))) == ["预算\n二 行"]

    def test_markup_in_a_cell_stays_text(self):
        document = read(
            word_file(table(cell(paragraph(run("&lt;script&gt;alert(1)&lt;/script&gt;")))))
        )
        assert texts(document) == ["<script>alert(1)</script>"]

    def test_a_cell_hidden_by_a_merge_is_kept_and_noted(self):
        document = read(
            word_file(
                table(
                    cell(paragraph(run("显")), '<w:vMerge w:val="restart"/>'),
                    cell(paragraph(run("隐")), "<w:vMerge/>"),
                )
            )
        )
        assert texts(document) == ["显\n隐"]
        assert [note.code for note in document.notes] == ["DOC-HIDDEN-BY-MERGE"]


class TestExcel:
    @staticmethod
    def book(fill) -> bytes:
        book = Workbook()
        fill(book.worksheets[0])
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()

    def test_shows_numbers_as_their_format_does(self):
        def fill(sheet):
            for row, (value, form) in enumerate(
                [
                    (275000, "General"),
                    (1843294, "#,##0"),
                    (1, "0.00%"),
                    (0.95, "0%"),
                    (0.5, "General"),
                    (195000.5, "0.00"),
                ],
                start=1,
            ):
                sheet.cell(row, 1, value).number_format = form

        assert texts(read(self.book(fill))) == [
            "275000",
            "1,843,294",
            "100.00%",
            "95%",
            "0.5",
            "195000.50",
        ]

    def test_expands_merged_ranges(self):
        def fill(sheet):
            sheet["A1"] = "组"
            sheet.merge_cells("A1:A2")
            sheet["B2"] = "甲"

        found = only_table(read(self.book(fill)))
        assert found.cells[0].row_span == 2

    def test_a_formula_without_a_saved_result_is_blank_and_noted(self):
        def fill(sheet):
            sheet["A1"] = "=1+1"
            sheet["A2"] = "字"

        document = read(self.book(fill))
        assert texts(document) == ["字"]
        assert [note.code for note in document.notes] == ["DOC-FORMULA-NO-RESULT"]

    def test_a_lone_far_cell_is_refused_quickly(self):
        assert (
            refused(self.book(lambda sheet: sheet.cell(1_048_576, 16_384, "远"))).code
            == "DOC-TABLE-TOO-LARGE"
        )


class TestWebPage:
    def test_expands_spans_and_reads_boxes(self):
        document = read(
            "<html><body><p>标题</p><table><tr><td rowspan=2>组<td>甲 <input type=checkbox>"
            "<tr><td>乙 <input type=checkbox checked></table></body></html>"
        )
        assert document.format == "html"
        assert texts(document) == ["标题", "组", "甲 ☐", "乙 ☑"]

    def test_never_reads_a_script(self):
        document = read("<table><tr><td>字<script>alert('x')</script></td></tr></table>")
        assert texts(document) == ["字"]
        assert [note.code for note in document.notes] == ["DOC-ACTIVE-CONTENT"]

    def test_a_million_columns_are_refused(self):
        assert refused("<table><tr><td colspan=1000000>宽").code == "DOC-TABLE-TOO-LARGE"

    def test_a_span_that_is_no_number_counts_as_one(self):
        document = read("<table><tr><td colspan='2px'>甲<td rowspan='x</p'>乙</table>")
        assert [c.column_span for c in only_table(document).cells] == [2, 1]

    def test_endless_nesting_is_refused_or_read_but_never_crashes(self):
        try:
            read("<table><tr><td>" * 3000 + "底")
        except Refused as found:
            assert found.code in ("DOC-TOO-DEEP", "DOC-DAMAGED")
        else:
            pytest.fail("three thousand nested tables were read")


class TestText:
    LINES = '标题\n\n名称\t甲\n\t乙 <input checked="" type="checkbox"/>\n'

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
    def test_reads_every_usual_encoding(self, encoding):
        document = read(self.LINES.encode(encoding))
        assert texts(document) == ["标题", "名称", "甲", "乙 ☑"]
        assert not only_table(document).knows_merges

    def test_paragraph_marks_become_lines_and_other_markup_stays(self):
        document = read("计划\t<p>一</p> <p>二 <b>粗</b></p>\n")
        assert texts(document) == ["计划", "一\n二 <b>粗</b>"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "DOC-EMPTY"),
            (b" \n\n", "DOC-EMPTY"),
            (b"%PDF-1.7 ...", "DOC-PDF"),
            (b"{\\rtf1 }", "DOC-RTF"),
            (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "DOC-IMAGE"),
            (gzip.compress(b"text", mtime=0), "DOC-ARCHIVE"),
            (OLE + "WordDocument".encode("utf-16-le"), "DOC-OLD-WORD"),
            (OLE + "Workbook".encode("utf-16-le"), "DOC-OLD-EXCEL"),
            (OLE + "EncryptedPackage".encode("utf-16-le"), "DOC-ENCRYPTED"),
            (OLE + b"\x00" * 600, "DOC-OLD-OFFICE"),
            (zipped({"a.txt": "x"}), "DOC-UNKNOWN"),
            (
                zipped(
                    {
                        "mimetype": "application/vnd.oasis.opendocument.text",
                        "content.xml": "<x/>",
                    }
                ),
                "DOC-OPEN-DOCUMENT",
            ),
            (word_file("", kind=MACRO), "DOC-MACRO"),
            (word_file("", word__vbaProject_dot_bin=b"x"), "DOC-MACRO"),
            (b"PK\x03\x04" + b"\x00" * 40, "DOC-DAMAGED"),
        ],
    )
    def test_says_what_the_file_is(self, content, code):
        assert refused(content).code == code

    def test_random_bytes_are_never_text(self):
        generator = random.Random(2019)
        for size in (200, 2000, 20000):
            assert refused(generator.randbytes(size)).code == "DOC-UNKNOWN"

    def test_a_file_broken_off_anywhere_is_refused(self):
        whole = word_file(table(cell(paragraph(run("字" * 500)))))
        for share in (0.1, 0.5, 0.9, 0.999):
            assert refused(whole[: int(len(whole) * share)]).code == "DOC-DAMAGED"

    def test_flipped_bytes_are_refused_or_read_but_never_crash(self):
        whole = bytearray(word_file(table(cell(paragraph(run("字" * 500))))))
        generator = random.Random(7)
        for _ in range(150):
            broken = bytearray(whole)
            for _ in range(3):
                broken[generator.randrange(len(broken))] ^= 1 << generator.randrange(8)
            try:
                read(bytes(broken))
            except Refused as found:
                assert found.code.startswith("DOC-")

    @pytest.mark.parametrize("kind", ["docx", "xlsx"])
    def test_damaged_parts_are_refused_or_read_but_never_crash(self, kind):
        whole = printed(demo(2), kind=kind)
        with zipfile.ZipFile(BytesIO(whole)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        generator = random.Random(11)
        for _ in range(60):
            name = generator.choice(sorted(parts))
            part = bytearray(parts[name])
            for _ in range(3):
                start = generator.randrange(len(part))
                part[start : start + generator.randrange(30)] = generator.choice([b"", b"9", b"<"])
            try:
                read(zipped({**parts, name: bytes(part)}))
            except Refused as found:
                assert found.code.startswith("DOC-")

    def test_two_hundred_megabytes_are_refused_without_being_read(self, tmp_path: Path):
        big = tmp_path / "big.docx"
        with big.open("wb") as stream:
            stream.truncate(200 * limits.MEGABYTE)
        tracemalloc.start()
        with pytest.raises(Refused) as caught:
            read_document(big, name=big.name)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert caught.value.code == "DOC-TOO-LARGE"
        assert peak < 3 * limits.FILE_BYTES

    def test_a_zip_bomb_is_refused_before_it_inflates(self):
        bomb = word_file("", word__media__zeros_dot_bin=bytes(90 * limits.MEGABYTE))
        assert len(bomb) < limits.MEGABYTE
        tracemalloc.start()
        assert refused(bomb).code == "DOC-ZIP-BOMB"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2 * limits.MEGABYTE

    def test_a_bomb_that_lies_about_its_size_inflates_no_further_than_it_says(self):
        honest = word_file(paragraph(run("字" * 4_000_000)))
        said = struct.pack("<I", 100)
        with zipfile.ZipFile(BytesIO(honest)) as archive:
            size = struct.pack("<I", archive.getinfo("word/document.xml").file_size)
        assert refused(honest.replace(size, said)).code == "DOC-DAMAGED"

    def test_entities_are_refused(self):
        laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
        assert refused(word_file(paragraph(run("&b;")), prolog=laughs)).code == "DOC-DTD"
        outside = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
        assert refused(word_file(paragraph(run("&a;")), prolog=outside)).code == "DOC-DTD"

    def test_a_utf16_document_type_is_seen_too(self):
        content = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
        entries = word_file("", word__header1_dot_xml=content.encode("utf-16"))
        assert refused(entries).code == "DOC-DTD"

    def test_tables_nested_without_end_are_refused(self):
        body = paragraph(run("底"))
        for _ in range(limits.NESTED_TABLES + 1):
            body = table(cell(body))
        assert refused(word_file(body)).code == "DOC-TOO-DEEP"

    def test_elements_nested_without_end_are_refused(self):
        body = "<w:sdt><w:sdtContent>" * 2000 + "</w:sdtContent></w:sdt>" * 2000
        assert refused(word_file(body)).code == "DOC-TOO-DEEP"

    def test_a_span_of_a_billion_is_refused(self):
        wide = table(cell(paragraph(run("宽")), '<w:gridSpan w:val="999999999"/>'))
        assert refused(word_file(wide)).code == "DOC-TABLE-TOO-LARGE"

    def test_an_empty_document_reads_as_nothing(self):
        assert texts(read(word_file(""))) == []


class TestNothingIsLost:
    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=12),
                min_size=1,
                max_size=5,
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_every_cell_of_a_word_table_is_read(self, rows):
        def escaped(text: str) -> str:
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

        body = table(
            *("".join(cell(paragraph(run(escaped(text)))) for text in row) for row in rows)
        )
        document = read(word_file(body))
        assert texts(document) == [text for row in rows for text in row if text]
        assert not any(isinstance(block, Paragraph) for block in document.blocks)
