"""Judging: exact comparisons, boundaries, days; no data is never met."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.targets.rules.facts import Facts
from shangwu.targets.rules.grammar import parse
from shangwu.targets.rules.status import judge, rating_levels
from shangwu.targets.vocabulary import TargetStatus as S

YEAR_END = date(2019, 12, 31)


def facts(numerator, denominator=1, unit="ratio", **more) -> Facts:
    """Return counted facts."""
    return Facts(Decimal(numerator), Decimal(denominator), unit, period_ends_on=YEAR_END, **more)


@pytest.mark.parametrize(
    ("text", "name", "found", "status"),
    [
        ("低于万分之一", "服务对象投诉率", facts(4, 40_000), S.MISSED),
        ("低于万分之一", "服务对象投诉率", facts(3, 36_000), S.MET),
        ("低于万分之一", "服务对象投诉率", facts(0, 36_000), S.MET),
        ("95%以上", "服务对象满意率", facts(95, 100), S.MET),
        ("95%以上", "服务对象满意率", facts(9499, 10_000), S.MISSED),
        (">92%", "合格率", facts(92, 100), S.MISSED),
        ("=100.00%", "质量达标率", facts(7, 7), S.MET),
        ("=100.00%", "质量达标率", facts(6, 7), S.MISSED),
        ("=100.00%", "质量达标率", facts(8, 7), S.NO_DATA),
        ("0", "固定资产流失率", facts(0, 300), S.MET),
        ("0", "固定资产流失率", facts(1, 300), S.MISSED),
        ("三分之二以上", "通过率", facts(2, 3), S.MET),
        ("15区", "布点覆盖区", facts(15, 1, "区"), S.MET),
        ("15区", "布点覆盖区", facts(14, 1, "区"), S.MISSED),
        ("2个工作日", "办理时效性", facts(120, 120), S.MET),
        ("2个工作日", "办理时效性", facts(119, 120), S.MISSED),
        ("6小时内扑灭率不低于95%", "", facts(95, 100), S.MET),
        ("约100家", "网点数", facts(90, 1, "家"), S.MET),
        ("约100家", "网点数", facts(89, 1, "家"), S.MISSED),
        ("90%-95%", "入住率", facts(90, 100), S.MET),
        ("控制在预算内", "支出", facts(99, 100), S.MET),
        ("控制在预算内", "支出", facts(101, 100), S.MISSED),
        ("优良中差 100% 90% 85% 85%", "", facts(90, 100), S.PARTIAL),
        ("95%以上", "满意率", facts(0, 0), S.NO_DATA),
        ("95%以上", "满意率", Facts(), S.NO_DATA),
        ("健全", "", Facts(), S.NEEDS_RATING),
        ("健全", "", Facts(level="基本健全"), S.MISSED),
        ("完善", "", Facts(level="健全"), S.MET),
        ("较满意", "", Facts(level="很满意"), S.MET),
        ("基本覆盖", "", Facts(level="全覆盖"), S.MET),
        ("合规", "", Facts(level="合规"), S.MET),
        ("合规", "", Facts(level="未合规"), S.MISSED),
        ("正面支撑", "", Facts(), S.NEEDS_RATING),
        ("正面支撑", "", Facts(level="达成预期指标"), S.MET),
    ],
)
def test_a_target_at_the_years_end(text, name, found, status):
    judgement = judge(parse(text, name=name, year=2019), found, on=YEAR_END)
    assert judgement.status == status, judgement.why
    assert judgement.why.endswith("。")


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("95%以上", facts(696, 720), "实际值 约 96.67%（696÷720）"),
        ("95%以上", facts(94_999, 99_999), "实际值 约 94.99995%（94999÷99999）"),
        ("低于万分之一", facts(3, 70_000), "实际值 约 0.00004286（万分之0.4286）（3÷70000）"),
        ("95%以上", facts(95, 100), "实际值 95%（95÷100）"),
    ],
)
def test_an_endless_decimal_is_rounded_but_not_onto_the_promise(text, found, words):
    assert words in judge(parse(text), found, on=YEAR_END).why


def test_equality_with_a_strict_promise_says_why_it_missed():
    judgement = judge(parse("低于万分之一"), facts(4, 40_000), on=YEAR_END)
    assert "第一千二百五十九条" in judgement.why
    assert judgement.ratio == 1


@pytest.mark.parametrize(
    ("on", "done", "status"),
    [
        (date(2019, 6, 30), None, S.NOT_DUE),
        (date(2019, 7, 1), None, S.MISSED),
        (date(2019, 7, 1), date(2019, 6, 30), S.MET),
        (date(2019, 7, 9), date(2019, 7, 2), S.NEEDS_RATING),
    ],
)
def test_a_deadline_is_decided_by_dates(on, done, status):
    assert judge(parse("6月底前完成", year=2019), Facts(done_on=done), on=on).status == status


@pytest.mark.parametrize(
    ("on", "count", "status"),
    [
        (date(2019, 6, 29), 20, S.NOT_DUE),
        (date(2019, 6, 29), 150, S.MET),
        (date(2019, 7, 1), 149, S.MISSED),
        (date(2019, 7, 1), 150, S.MET),
    ],
)
def test_each_milestone_has_its_own_day(on, count, status):
    target = parse("150家", name="2019年6月底，推进建设任务", year=2019)
    assert judge(target, facts(count, 1, "家"), on=on).status == status


def test_a_yearly_count_is_not_missed_before_the_year_ends():
    assert judge(parse("15区"), facts(3, 1, "区"), on=date(2019, 5, 1)).status == S.NOT_DUE


def series(*values: int) -> Facts:
    """Return facts with one value a year."""
    return Facts(series=tuple((date(2015 + n, 1, 1), Decimal(v)) for n, v in enumerate(values)))


@pytest.mark.parametrize(
    ("text", "values", "status"),
    [
        ("正增长", (10, 11), S.MET),
        ("正增长", (10, 10), S.MISSED),
        ("下降", (10, 9), S.MET),
        ("下降", (10, 11), S.MISSED),
        ("同比增长5%", (100, 105), S.MET),
        ("同比增长5%", (100, 104), S.MISSED),
        ("同比下降5%", (100, 95), S.MET),
        ("同比下降5%", (100, 96), S.MISSED),
        ("稳步提升", (1, 2, 2, 3), S.MET),
        ("稳步提升", (1, 3, 2, 4), S.MISSED),
        ("稳步提升", (2, 2, 2), S.MISSED),
        ("正增长", (0, 5), S.NEEDS_RATING),
        ("正增长", (5,), S.NEEDS_RATING),
    ],
)
def test_a_trend_is_read_from_its_series(text, values, status):
    judgement = judge(parse(text), series(*values), on=YEAR_END)
    assert judgement.status == status, judgement.why


def test_one_condition_of_two_is_partial():
    assert judge(parse("≥90%且≤95%"), facts(99, 100), on=YEAR_END).status == S.PARTIAL


def test_work_promised_by_a_day_is_not_due_before_it_even_without_records():
    target = parse("完成", name="2019年年底完成", year=2019)
    nothing = Facts(numerator=Decimal(0), denominator=Decimal(0))
    assert judge(target, nothing, on=date(2019, 6, 30)).status == S.NOT_DUE
    assert judge(target, nothing, on=date(2020, 1, 1)).status == S.MISSED


@pytest.mark.parametrize(
    ("text", "values", "status"),
    [
        ("提高2个百分点", ("0.90", "0.92"), S.MET),
        ("提高2个百分点", ("0.90", "0.915"), S.MISSED),
        ("下降超过3%", ("100", "97"), S.MISSED),
        ("下降超过3%", ("100", "96"), S.MET),
        ("不下降", ("100", "100"), S.MET),
        ("逐年下降", ("9", "8", "7"), S.MET),
        ("逐年下降", ("9", "8", "8.5"), S.MISSED),
        ("每季度稳步提升", ("1", "2", "2"), S.MET),
    ],
)
def test_a_trend_by_an_amount_or_over_periods(text, values, status):
    series = tuple((date(2017 + n, 12, 31), Decimal(v)) for n, v in enumerate(values))
    found = judge(parse(text), Facts(series=series), on=date(2019, 12, 31))
    assert found.status == status


def test_levels_to_choose_from_come_from_the_scale():
    assert rating_levels(parse("健全"))[0] == "健全"
    assert rating_levels(parse("合规")) == ("合规", "未合规")
    assert len(rating_levels(parse("正面支撑"))) == 3


@given(st.text(max_size=60), st.integers(0, 5), st.integers(0, 5))
def test_nothing_without_data_is_ever_met(text, numerator, denominator):
    target = parse(text, year=2019)
    judgement = judge(target, Facts(), on=YEAR_END)
    assert judgement.status not in {S.MET, S.PARTIAL}
    judge(target, facts(numerator, denominator), on=YEAR_END)


@pytest.mark.parametrize(
    ("text", "name", "found", "shown"),
    [
        ("100%", "预算执行率", facts(139_500, 195_000), "约 71.54%（139500÷195000）"),
        (
            "低于万分之一",
            "服务对象投诉率",
            facts(1, 30_000),
            "约 0.00003333（万分之0.3333）（1÷30000）",
        ),
        ("95%以上", "满意率", facts(19, 20), "95%（19÷20）"),
    ],
)
def test_a_figure_without_an_end_is_said_as_people_say_it(text, name, found, shown):
    why = judge(parse(text, name=name, year=2019), found, on=YEAR_END).why
    assert f"实际值 {shown}" in why
