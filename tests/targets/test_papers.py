"""Declarations on paper: what is exported reads back as exactly the same declaration, in every format."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangwu.foundation.documents import (
    Grid,
    read_document,
    write_official_docx,
    write_official_pdf,
    write_official_xlsx,
)
from shangwu.targets.rules.content import (
    DeclarationContent,
    IndicatorRow,
    PreviousAmount,
    SubProjectLine,
)
from shangwu.targets.rules.form import ReadDeclaration, read_form
from shangwu.targets.rules.form.printing import as_printed, print_form
from shangwu.targets.vocabulary import FUND_USES, PROJECT_TYPES
from tests.targets.factories import content
from tests.targets.forms import demo, read
from tests.targets.test_real_forms import REAL

WRITERS = {"docx": write_official_docx, "xlsx": write_official_xlsx}


def exported(declared: DeclarationContent, kind: str) -> bytes:
    return WRITERS[kind](print_form(declared))


def imported(file: bytes, kind: str) -> ReadDeclaration:
    (found,) = read_form(read_document(file, name=f"申报表.{kind}"))
    return found


def assert_identical(declared: DeclarationContent, kind: str) -> ReadDeclaration:
    """Export, import, export: the content is the same, the second file is the first byte for byte."""
    file = exported(declared, kind)
    found = imported(file, kind)
    assert found.content() == as_printed(declared)
    assert exported(found.content(), kind) == file
    assert not found.unread
    return found


def produced(*targets: tuple[str, str], **changes: Any) -> DeclarationContent:
    """Return a typed declaration whose only group is 产出, which makes it a form of the nation."""
    return content(*targets, framework="national-2020", **changes)


@pytest.mark.parametrize("kind", WRITERS)
class TestForms:
    @pytest.mark.parametrize("number", range(1, 6))
    def test_a_form_of_the_city_comes_back_as_it_was(self, number, kind):
        declared = read(demo(number)).content()
        assert as_printed(declared) == declared
        assert_identical(declared, kind)

    @pytest.mark.parametrize("name", REAL)
    def test_a_real_form_comes_back_as_it_was(self, shared_forms: Path, name, kind):
        path = shared_forms / f"{name}.docx"
        (form,) = read_form(read_document(path, name=name))
        assert as_printed(form.content()) == form.content()
        found = assert_identical(form.content(), kind)
        raised = {doubt.code for doubt in form.doubts}
        assert {doubt.code for doubt in found.doubts} == raised - {"TICK-NO-BOX"}

    def test_a_declaration_typed_by_hand_gets_the_print_of_the_form(self, kind):
        typed = produced(starts_precision="MONTH", subprojects=(), remarks="详见附件\n另行报送")
        found = assert_identical(typed, kind).content()
        assert found.printed["starts_on"] == "2019年1月"
        assert found.printed["ends_on"] == "2019年12月31日"
        assert found.printed["budget_year"] == "300000"
        assert (found.starts_on, found.starts_precision) == (date(2019, 1, 1), "MONTH")
        assert (found.remarks, found.subprojects) == ("详见附件\n另行报送", ())

    def test_a_print_that_no_longer_says_the_value_is_not_repeated(self, kind):
        """万元 of an imported form, and what a person corrected after the import."""
        stale = {
            "title": "2018年财政支出项目绩效目标申报表",
            "year": "（2018年）",
            "starts_on": "2018年1月1日",
            "budget_total": "30",
            "budget_year": "¥300,000.00",
        }
        found = assert_identical(
            produced(
                printed=stale,
                subprojects=(SubProjectLine("窗口", 30_000_050, "30.00005"),),
                previous_budget=PreviousAmount("AMOUNT", 0, "无"),
                previous_executed=PreviousAmount("BLANK"),
            ),
            kind,
        ).content()
        assert found.printed["title"] == "财政支出项目绩效目标申报表"
        assert (found.year, found.printed["year"]) == (2019, "（2019年）")
        assert (found.starts_on, found.budget_total_fen) == (date(2019, 1, 1), 30_000_000)
        assert found.printed["budget_year"] == "¥300,000.00"
        assert found.subprojects[0].printed == "300000.50"
        assert found.previous_budget == PreviousAmount("AMOUNT", 0, "0")
        assert found.previous_executed == PreviousAmount("BLANK")

    def test_a_target_that_looks_like_a_formula_stays_its_text(self, kind):
        raw = ("=100.00%", "+3", "'5", "2019/1/1", "00012", "≥95%\n（含）", "a\tb", "<b>&#64;</b>")
        typed = produced(*((f"指标{number}", text) for number, text in enumerate(raw)))
        found = assert_identical(typed, kind)
        assert tuple(row.target_raw for row in found.indicators) == raw

    def test_a_blank_second_level_under_a_printed_one_stays_blank(self, kind):
        rows = tuple(
            IndicatorRow(number, "产出目标", level2, f"指标{number}", "1", "产出目标")
            for number, level2 in enumerate(("", "数量", "数量", "", ""), start=1)
        )
        found = assert_identical(produced(layout="three-level", indicators=rows), kind)
        assert [row.level2 for row in found.indicators] == ["", "数量", "数量", "", ""]


def test_the_year_inside_the_title_is_printed_once():
    title = "财政支出项目绩效目标申报表（2019年）"
    form = print_form(content(printed={"title": title, "year": title}))
    assert (form.title, form.under_title) == (title, "")
    form = print_form(content())
    assert (form.title, form.under_title) == ("财政支出项目绩效目标申报表", "（2019年）")


def test_boxes_stand_behind_every_label_and_the_chosen_one_is_ticked():
    texts = [box.text for part in print_form(content()).parts for box in part.boxes]
    assert "市委市政府已确定的新增项目 ☐ 结转项目 ☐ 其他一次性项目 ☐" in texts
    assert "经常性专项业务费 ☐ 其他经常性项目 ☑" in texts
    assert "政府购买服务 ☑" in texts


def test_each_layout_has_the_columns_of_its_official_form():
    def heads(layout: str) -> list[tuple[str, int]]:
        goals = print_form(content(layout=layout)).parts[1]
        assert isinstance(goals, Grid)
        assert goals.heads == 2
        return [(box.text, box.columns) for box in goals.boxes if box.row == 1]

    assert heads("two-column") == [("分解目标内容", 1), ("绩效指标", 1), ("指标目标值", 2)]
    assert [text for text, _ in heads("three-level")] == [
        "一级指标",
        "二级指标",
        "三级指标",
        "指标目标值",
    ]


def test_the_places_of_signature_and_seal_stand_below_the_table_only():
    form = print_form(content())
    assert form.signature == ("填报人：", "审核人：", "单位（盖章）：", "日期：　　年　月　日")
    assert not any("盖章" in box.text for part in form.parts for box in part.boxes)


def test_a_filled_signature_is_shown_to_the_person_who_checks_the_import():
    form = print_form(content())
    signed = replace(form, signature=("填报人：李四", *form.signature[1:]))
    found = imported(write_official_docx(signed), "docx")
    assert [text.raw for text in found.unread] == ["　　　　".join(signed.signature)]


def test_a_long_declaration_prints_on_as_many_pages_as_it_needs():
    long = produced(overview="很长的项目概况。" * 900)
    assert write_official_pdf(print_form(long)) == write_official_pdf(print_form(long))
    assert_identical(long, "docx")


WORDS = st.text(
    "申报绩效目标建设项目服务甲乙丙丁0123456789%≥≤.,，。；（）“”《》ab=+-@'& ", min_size=1
)
LINE = WORDS.map(lambda text: f"第{text.strip()}条")
TEXT = st.lists(st.one_of(LINE, WORDS, st.sampled_from(("", "　")))).map("\n".join)
TARGET = st.one_of(LINE, st.builds("{}{}".format, st.sampled_from(("", " ", "=", "\t")), LINE))
FEN = st.integers(0, 10**12)
AMOUNT = st.one_of(
    st.builds(lambda fen: PreviousAmount("AMOUNT", fen), FEN),
    st.builds(lambda word: PreviousAmount("NOT_APPLICABLE", None, word), st.sampled_from("无-/")),
    st.just(PreviousAmount("BLANK")),
)
LEVEL1 = st.sampled_from(("投入和管理目标", "产出目标", "效果目标", "影响力目标"))
DAYS = st.sampled_from(("", "2019年1月1日", "2019-1-1", "2019.01.01", "二〇一九年一月一日", "错"))
MONEY = st.sampled_from(("", "300,000", "300000.00", "¥300,000元", "30万", "299999"))


@st.composite
def contents(draw: st.DrawFn) -> DeclarationContent:
    """Return whatever a unit may declare, in words that are no labels of the form."""
    two_column = draw(st.booleans())
    level2 = st.just("") if two_column else st.one_of(st.just(""), LINE)
    levels = draw(st.lists(st.tuples(LEVEL1, level2, LINE, TARGET), min_size=1, max_size=6))
    given = {"starts_on": draw(DAYS), "budget_year": draw(MONEY), "budget_total": draw(MONEY)}
    return content(
        layout="two-column" if two_column else "three-level",
        project=draw(LINE),
        organisation=draw(LINE),
        types=(draw(st.sampled_from(PROJECT_TYPES)),),
        uses=(draw(st.sampled_from(FUND_USES)),),
        ends_precision=draw(st.sampled_from(("DAY", "MONTH"))),
        previous_budget=draw(AMOUNT),
        previous_executed=draw(AMOUNT),
        **{name: draw(TEXT) for name in ("overview", "basis", "plan", "annual_goal", "remarks")},
        subprojects=tuple(
            SubProjectLine(name, fen) for name, fen in draw(st.lists(st.tuples(LINE, FEN)))
        ),
        indicators=tuple(
            IndicatorRow(number, level1, second, name, target, level1)
            for number, (level1, second, name, target) in enumerate(levels, start=1)
        ),
        printed={name: text for name, text in given.items() if text},
    )


@pytest.mark.parametrize("kind", WRITERS)
@given(declared=contents())
@settings(max_examples=40)
def test_whatever_is_declared_comes_back_as_it_was(kind, declared):
    printed = {row.level1 for row in declared.indicators}
    framework = "national-2020" if printed <= {"产出目标"} else "sh-2019"
    assert_identical(replace(declared, framework=framework), kind)
