"""The official form: what is read, what is doubted, and that nothing printed is lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.forms import TYPES, USES, Goal, Print, usual_print
from shangwu.foundation.documents import read_document
from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.content import DeclarationContent
from shangwu.targets.rules.form import read_form
from shangwu.targets.rules.form.values import read_amount, read_date, read_previous, read_ticks
from tests.targets.forms import FORMATS, assert_nothing_lost, codes, demo, opened, read

# Digits and separators as a Chinese input method types them.
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,."}


class TestEveryFormat:
    @pytest.mark.parametrize("number", range(1, 6))
    @pytest.mark.parametrize("kind", FORMATS)
    def test_reads_back_what_was_printed(self, kind, number):
        form = demo(number)
        content = read(form, kind=kind).content()
        assert (content.project, content.year, content.organisation) == (
            form.project,
            form.year,
            form.organisation,
        )
        assert (content.types, content.uses, content.layout) == (form.types, form.uses, form.layout)
        assert [(r.level1, r.level2, r.name, r.target_raw) for r in content.indicators] == [
            (g.level1, g.level2, g.name, g.target) for g in form.goals
        ]
        assert {name: getattr(content, name) for name in form.texts} == dict(form.texts)
        assert [(line.name, line.printed) for line in content.subprojects] == list(form.subprojects)
        assert DeclarationContent.from_json(content.to_json()) == content

    @pytest.mark.parametrize("kind", FORMATS)
    def test_five_forms_in_one_file(self, kind):
        document = opened(*(demo(number) for number in range(1, 6)), kind=kind)
        forms = read_form(document)
        assert [len(form.indicators) for form in forms] == [13, 5, 7, 8, 11]
        assert {form.organisation.value for form in forms} == {"上海市商务委员会"}
        assert_nothing_lost(document, forms)

    @pytest.mark.parametrize("kind", FORMATS)
    @pytest.mark.parametrize("number", [1, 5])
    @pytest.mark.parametrize("page_end", [3, 10, 12, 14, 18, 19, 21, 23])
    def test_a_page_may_end_anywhere(self, kind, number, page_end):
        form = demo(number)
        whole = read(form, kind=kind).content()
        for repeat in (False, True):
            how = replace(usual_print(form), pages_end_after=(page_end,), repeat_header=repeat)
            assert read(form, kind=kind, how=how).content() == whole

    def test_the_title_may_stand_inside_the_table(self):
        forms = read_form(opened(demo(1), demo(2), how=Print(title_in_table=True)))
        assert [form.year.raw for form in forms] == ["（2019年）", "（2019年）"]
        assert [form.organisation.value for form in forms] == ["上海市商务委员会"] * 2

    def test_gb18030_text(self):
        text = opened(demo(2), kind="txt")
        assert read_form(text)[0].project.value == "对外贸易经营者备案登记"

    def test_a_remark_is_read(self):
        form = demo(1)
        noted = replace(form, texts={**form.texts, "remarks": "须经复核"})
        assert read(noted).texts["remarks"].value == "须经复核"


class TestBoxes:
    ALL = tuple(option for line in (*TYPES, *USES) for option in line)

    def test_the_box_follows_its_label(self):
        ticks, remarks = read_ticks("甲 ☐ 乙 ☑ 丙 ☐", options=("甲", "乙", "丙"))
        assert [(tick.option, tick.ticked) for tick in ticks] == [
            ("甲", False),
            ("乙", True),
            ("丙", False),
        ]
        assert not remarks

    def test_a_label_without_box_is_not_ticked_and_shifts_nothing(self):
        form = demo(3)
        found = read(form, how=Print(without_box=frozenset({"政府购买服务"})))
        assert found.ticked("uses") == ("信息化建设类",)
        assert codes(found).count("TICK-NO-BOX") == 1

    def test_boxes_before_their_labels_are_seen_and_doubted(self):
        found = read(demo(1), how=Print(box_first=True))
        assert found.ticked("uses") == ("政府购买服务",)
        assert codes(found).count("TICK-BOX-FIRST") == 2

    @pytest.mark.parametrize(
        ("empty", "ticked"),
        [
            ("□", "■"),
            ("□", "√"),
            ("□", "☒"),
            ("□", "□√"),
            ("[ ]", "[√]"),
            ("（ ）", "（√）"),
            ("", "√"),
            ("£", "R"),
            ("\u00a8", "\u00fe"),
        ],
    )
    def test_other_signs_for_boxes(self, empty, ticked):
        found = read(demo(4), how=Print(empty=empty, ticked=ticked))
        assert found.ticked("uses") == ("政策补贴类",)

    @pytest.mark.parametrize("word", ["CRM", "R&D", "£100", "ER"])
    def test_a_letter_inside_a_word_is_no_box(self, word):
        ticks, _ = read_ticks(f"甲（{word}） ☐ 乙 ☑", options=("甲", "乙"))
        assert [tick.option for tick in ticks if tick.ticked] == ["乙"]

    @pytest.mark.parametrize(
        ("uses", "code"), [((), "TICK-NONE"), (("政府购买服务", "政策补贴类"), "TICK-MANY")]
    )
    def test_anything_but_one_tick_is_doubted(self, uses, code):
        assert code in codes(read(demo(1, uses=uses)))

    @pytest.mark.parametrize("in_two_rows", [False, True])
    def test_the_uses_in_one_row_or_two(self, in_two_rows):
        found = read(demo(1), how=Print(uses_in_two_rows=in_two_rows))
        assert len(found.uses) == 6
        assert found.ticked("uses") == ("政府购买服务",)

    @given(st.sets(st.sampled_from(ALL)), st.sets(st.sampled_from(ALL)))
    def test_a_tick_never_moves_to_a_neighbour(self, ticked, boxless):
        text = " ".join(
            option if option in boxless else f"{option} {'☑' if option in ticked else '☐'}"
            for option in self.ALL
        )
        ticks, _ = read_ticks(text, options=self.ALL)
        assert {tick.option for tick in ticks if tick.ticked} == ticked - boxless
        assert tuple(tick.option for tick in ticks) == self.ALL


class TestDates:
    @pytest.mark.parametrize(
        ("text", "start", "end", "style"),
        [
            ("2019年1月1日", date(2019, 1, 1), date(2019, 1, 1), "DAY"),
            ("2019-1-1", date(2019, 1, 1), date(2019, 1, 1), "DAY"),
            ("2019/01/01", date(2019, 1, 1), date(2019, 1, 1), "DAY"),
            ("2019.2", date(2019, 2, 1), date(2019, 2, 28), "MONTH"),
            ("2020年2月", date(2020, 2, 1), date(2020, 2, 29), "MONTH"),
            ("2019年12月", date(2019, 12, 1), date(2019, 12, 31), "MONTH"),
            ("2019年1月1日".translate(FULL_WIDTH), date(2019, 1, 1), date(2019, 1, 1), "DAY"),
            ("二〇一九年十二月三十一日", date(2019, 12, 31), date(2019, 12, 31), "DAY"),
            ("20190101", date(2019, 1, 1), date(2019, 1, 1), "DAY"),
            ("2019-01-01 00:00:00", date(2019, 1, 1), date(2019, 1, 1), "DAY"),
        ],
    )
    def test_styles(self, text, start, end, style):
        first, last = read_date(text, at_end=False)[0], read_date(text, at_end=True)[0]
        assert (first.value, last.value, first.style, first.raw) == (start, end, style, text)

    @pytest.mark.parametrize("text", ["2019年2月30日", "2019年13月", "年底", "2019", "1/2"])
    def test_nonsense_is_no_date(self, text):
        value, remarks = read_date(text, at_end=False)
        assert value.value is None
        assert [code for code, _ in remarks] == ["DATE-UNREADABLE"]

    def test_a_date_outside_the_year_is_doubted(self):
        assert "DATE-YEAR" in codes(read(demo(1, ends_on="2020年3月31日")))
        assert "DATE-ORDER" in codes(read(demo(1, ends_on="2018年3月31日")))

    def test_a_missing_date_is_refused_with_its_cell(self):
        found = read(demo(1, ends_on="待定"))
        with pytest.raises(Refused) as caught:
            found.content()
        assert caught.value.code == "FORM-UNREADABLE-VALUE"
        assert "待定" in caught.value.sentence
        assert "第5行 第4列" in caught.value.sentence


class TestMoney:
    @pytest.mark.parametrize(
        ("text", "fen", "style"),
        [
            ("275000", 27_500_000, "plain"),
            ("1,843,294", 184_329_400, "thousands"),
            ("1,843,294.50".translate(FULL_WIDTH), 184_329_450, "thousands"),
            ("¥300000元", 30_000_000, "plain"),
            ("27.5万元", 27_500_000, "plain"),
            ("0", 0, "plain"),
        ],
    )
    def test_amounts(self, text, fen, style):
        value, _ = read_amount(text)
        assert (value.value, value.style, value.raw) == (fen, style, text)

    @pytest.mark.parametrize("text", ["约三十万", "1.234", "12-34", "1e5"])
    def test_nonsense_is_no_amount(self, text):
        assert read_amount(text)[0].value is None

    def test_misplaced_commas_are_doubted(self):
        assert [code for code, _ in read_amount("18,43,294")[1]] == ["AMOUNT-COMMAS"]

    @pytest.mark.parametrize(
        ("text", "kind", "fen"),
        [
            ("无", "NOT_APPLICABLE", None),
            ("不适用", "NOT_APPLICABLE", None),
            ("/", "NOT_APPLICABLE", None),
            ("", "BLANK", None),
            (" ", "BLANK", None),
            ("0", "AMOUNT", 0),
            ("0.00", "AMOUNT", 0),
            ("无法确定", "BLANK", None),
        ],
    )
    def test_nothing_blank_and_zero_are_three_things(self, text, kind, fen):
        value, _ = read_previous(text)
        assert (value.value.kind, value.value.fen) == (kind, fen)

    @pytest.mark.parametrize("kind", FORMATS)
    @pytest.mark.parametrize(("text", "expected"), [("无", "NOT_APPLICABLE"), ("", "BLANK")])
    def test_they_stay_apart_in_every_format(self, kind, text, expected):
        found = read(demo(1, previous_budget=text, previous_executed=text), kind=kind)
        assert found.previous_budget.value.kind == expected
        assert found.previous_executed.value.kind == expected

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"subprojects": (("甲", "100"), ("乙", "274900.01"))}, "MONEY-SUM"),
            ({"budget_total": "1"}, "MONEY-YEAR"),
            ({"previous_executed": "275000.01"}, "MONEY-PREVIOUS"),
            ({"previous_executed": "无"}, "MONEY-PREVIOUS"),
        ],
    )
    def test_amounts_that_disagree_are_doubted(self, changes, code):
        assert code in codes(read(demo(1, **changes)))

    @pytest.mark.parametrize("kind", FORMATS)
    def test_several_subprojects_add_up(self, kind):
        lines = (("甲", "100,000"), ("乙", "150000"), ("丙", "25000"))
        found = read(demo(1, subprojects=lines), kind=kind)
        assert [(s.name, s.amount.raw) for s in found.subprojects] == list(lines)
        assert "MONEY-SUM" not in codes(found)

    @pytest.mark.parametrize("spans", [False, True])
    def test_the_amount_may_span_two_columns_or_follow_an_empty_one(self, spans):
        found = read(demo(1), how=Print(amount_spans_two=spans))
        assert found.subprojects[0].amount.value == 27_500_000


class TestRows:
    SLIP = Goal("产出目标", "数量目标", "信息和数据服务产品数", "正增长", "投入和管理目标")

    @pytest.mark.parametrize("kind", FORMATS)
    def test_a_row_slipped_over_the_border_is_inferred(self, kind):
        form = demo(1)
        goals = (*form.goals[:4], self.SLIP, *form.goals[5:])
        found = read(replace(form, goals=goals), kind=kind)
        row = found.indicators[4]
        assert (row.level1, row.level1_printed) == ("产出目标", "投入和管理目标")
        assert codes(found).count("LEVEL1-AMBIGUOUS") == 1

    def test_a_clash_inside_a_group_stays_as_printed(self):
        found = read(demo(3))
        assert (found.indicators[0].level1, found.indicators[0].level2) == (
            "投入和管理目标",
            "效益指标",
        )
        assert "LEVEL2-CLASH" in codes(found)

    @pytest.mark.parametrize(("name", "target"), [("", "10家"), ("覆盖区", "")])
    def test_half_a_row_is_doubted(self, name, target):
        form = demo(4)
        goals = (Goal("投入和管理目标", "投入目标", name, target), *form.goals[1:])
        found = read(replace(form, goals=goals))
        assert len(found.indicators) == 8
        assert ("ROW-NO-TARGET" if name else "ROW-NO-NAME") in codes(found)

    def test_script_in_a_cell_is_text(self):
        form = demo(4)
        evil = "<script>alert(1)</script>"
        goals = (Goal("投入和管理目标", "投入目标", evil, evil), *form.goals[1:])
        found = read(replace(form, goals=goals))
        assert (found.indicators[0].name, found.indicators[0].target_raw) == (evil, evil)

    def test_a_plan_that_does_not_add_up_is_doubted(self):
        form = demo(4)
        wrong = {**form.texts, "plan": form.texts["plan"].replace("60%", "70%")}
        assert wrong["plan"] != form.texts["plan"]
        assert "PLAN-PERCENT" in codes(read(replace(form, texts=wrong)))

    def test_a_goal_that_contradicts_its_row_is_doubted(self):
        form = demo(5)
        wrong = {**form.texts, "annual_goal": "1. 服务对象满意率达90%以上。"}
        assert "GOAL-FIGURE" in codes(read(replace(form, texts=wrong)))


class TestNoForm:
    @pytest.mark.parametrize(
        "content",
        [
            "只有一段话。\n",
            "名称\t价格\n苹果\t3\n",
            "项目名称\t修路\n金额\t30\n",
            "<table><tr><td>项目名称<td>修路</table>",
        ],
    )
    def test_another_document_is_refused_with_what_was_looked_for(self, content):
        with pytest.raises(Refused) as caught:
            read_form(read_document(content.encode(), name="x.txt"))
        assert caught.value.code == "FORM-NOT-DECLARATION"
        assert "项目名称" in caught.value.sentence

    def test_text_around_a_form_is_kept_as_unread(self):
        text = "".join(f"{value}\n\n" for value in ("领导批示：同意。",)) + opened_text()
        document = read_document(text.encode(), name="x.txt")
        (form,) = forms = read_form(document)
        assert [unread.raw for unread in form.unread] == ["领导批示：同意。"]
        assert_nothing_lost(document, forms)


def opened_text() -> str:
    from city.forms import as_text, lay_out

    return as_text(lay_out(demo(2)))


class TestNothingIsLost:
    @given(
        st.lists(
            st.tuples(
                *[st.text(st.characters(codec="utf-8", categories=["L", "N"]), max_size=8)] * 4
            ),
            max_size=6,
        )
    )
    def test_of_whatever_stands_in_the_table(self, rows):
        extra = "\n".join("\t".join(row) for row in rows)
        document = read_document((opened_text() + "\n" + extra).encode(), name="x.txt")
        assert_nothing_lost(document, read_form(document))
