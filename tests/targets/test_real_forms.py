"""The five real declarations, as Word files and as one text: what stands on them is what is read."""

from datetime import date
from pathlib import Path

import pytest

from shangwu.foundation.documents import read_document
from shangwu.targets.rules.content import PreviousAmount
from shangwu.targets.rules.form import ReadDeclaration, read_form
from tests.clock import bare_starts
from tests.targets.forms import assert_nothing_lost, codes

REAL = {
    "1-investment-platform": (13, 275_000, ("其他经常性项目",), ("政府购买服务",), "three-level"),
    "2-foreign-trade-filing": (5, 195_000, ("其他经常性项目",), ("政府购买服务",), "two-column"),
    "3-prepaid-card-platform": (
        7,
        1_843_294,
        ("其他一次性项目",),
        ("信息化建设类",),
        "three-level",
    ),
    "4-smart-micro-market": (8, 4_000_000, ("其他经常性项目",), ("政策补贴类",), "three-level"),
    "5-service-hall": (11, 300_000, ("其他经常性项目",), ("政府购买服务",), "two-column"),
}


def read_real(folder: Path, name: str) -> ReadDeclaration:
    (found,) = read_form(read_document(folder / f"{name}.docx", name=name))
    return found


def read_text(folder: Path) -> tuple[ReadDeclaration, ...]:
    path = folder / "declarations-2019.txt"
    return read_form(read_document(path, name=path.name))


class TestRealForms:
    @pytest.mark.parametrize("name", REAL)
    def test_indicators_budget_ticks_dates_and_layout(self, shared_forms, name):
        count, yuan, types, uses, layout = REAL[name]
        form = read_real(shared_forms, name)
        assert form.title.value == "上海市财政支出项目绩效目标申报表"
        assert form.year.value == 2019
        assert form.organisation.value == "上海市商务委员会"
        assert len(form.indicators) == count
        assert form.budget_total.value == form.budget_year.value == yuan * 100
        assert (form.ticked("types"), form.ticked("uses")) == (types, uses)
        assert form.layout == layout
        assert form.starts_on.value == date(2019, 1, 1)
        assert form.ends_on.value == date(2019, 12, 31)
        assert form.starts_on.style == ("MONTH" if name.startswith("3") else "DAY")
        assert not form.unread

    def test_forty_four_indicators_and_the_sum_of_the_budgets(self, shared_forms):
        forms = [read_real(shared_forms, name) for name in REAL]
        assert sum(len(form.indicators) for form in forms) == 44
        assert sum(form.budget_total.value or 0 for form in forms) == 661_329_400

    def test_previous_year_of_form_three_is_not_applicable_and_not_zero(self, shared_forms):
        form = read_real(shared_forms, "3-prepaid-card-platform")
        assert form.previous_budget.value == PreviousAmount("NOT_APPLICABLE", None, "无")
        assert form.previous_executed.value.kind == "NOT_APPLICABLE"
        assert form.budget_year.raw == "1,843,294"
        market = read_real(shared_forms, "4-smart-micro-market")
        assert market.previous_budget.value.fen == 400_000_000
        assert market.previous_executed.value.fen == 397_600_000

    def test_the_warnings_that_people_must_see(self, shared_forms):
        def doubted(name: str) -> list[tuple[str, str]]:
            return [(d.code, d.cell) for d in read_real(shared_forms, name).doubts]

        assert doubted("1-investment-platform") == [("LEVEL1-AMBIGUOUS", "表1 第23行 第3列")]
        assert doubted("2-foreign-trade-filing") == []
        assert set(doubted("3-prepaid-card-platform")) == {
            ("LEVEL2-CLASH", "表1 第19行 第3列"),
            ("DATE-IN-NAME", "表1 第22行 第3列"),
            ("TICK-NO-BOX", "表1 第4行 第2列"),
        }
        assert ("DATE-IN-NAME", "表1 第20行 第3列") in doubted("4-smart-micro-market")
        assert doubted("5-service-hall") == []

    def test_row_one_point_five_is_inferred_and_its_print_kept(self, shared_forms):
        row = read_real(shared_forms, "1-investment-platform").indicators[4]
        assert row.name == "信息和数据服务产品数"
        assert (row.level1, row.level1_printed) == ("产出目标", "投入和管理目标")

    def test_the_milestones_are_one_series(self, shared_forms):
        series = {name: read_real(shared_forms, name).series for name in REAL}
        assert series.pop("4-smart-micro-market") == ((3, 4, 5),)
        assert not any(series.values())

    def test_texts_and_table_agree(self, shared_forms):
        market = read_real(shared_forms, "4-smart-micro-market").checks
        assert [c.code for c in market].count("PLAN-MILESTONE") == 3
        assert [c.code for c in market].count("PLAN-PERCENT") == 3
        hall = read_real(shared_forms, "5-service-hall").checks
        goals = [c for c in hall if c.code == "GOAL-FIGURE"]
        assert [c.sentence[c.sentence.index("第") :].split("行")[0] for c in goals] == [
            "第10",
            "第8",
            "第9",
        ]
        assert all(c.holds for name in REAL for c in read_real(shared_forms, name).checks)

    def test_the_text_file_says_the_same_field_by_field(self, shared_forms):
        from_text = read_text(shared_forms)
        assert len(from_text) == 5
        for name, other in zip(REAL, from_text, strict=True):
            form = read_real(shared_forms, name)
            expected, found = form.content().to_json(), other.content().to_json()
            # The brackets around the year are the one thing that the two prints do not share.
            assert expected["printed"].pop("year") == "（2019年）"
            assert found["printed"].pop("year") == "(2019年)"
            assert found == expected
            assert codes(other) == codes(form)

    def test_nothing_is_lost(self, shared_forms):
        for path in sorted(shared_forms.iterdir()):
            document = read_document(path, name=path.name)
            assert_nothing_lost(document, read_form(document))

    def test_reading_all_five_takes_a_fraction_of_a_second(self, shared_forms):
        assert bare_starts(lambda: [read_real(shared_forms, n) for n in REAL], times=1) < 5
