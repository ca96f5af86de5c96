"""Grades, measures and the weight of a pre-check: pure law, no database."""

from datetime import date

import pytest

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.credit import (
    Fact,
    Finding,
    grade,
    measures_for,
    summary,
    weight,
    window_start,
)
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.rules.supervision import (
    breach_shown_by,
    breaches_with_fines,
    letter_number,
    require_impersonal,
)
from shangwu.prepaid.vocabulary import (
    Agency,
    CreditGrade,
    FindingKind,
    FindingLevel,
    LetterKind,
    ObservationKind,
)

ON = date(2019, 9, 2)


@pytest.mark.parametrize(
    ("facts", "points", "letter"),
    [
        ([], 100, "A"),
        ([Fact("late_day", 10)], 90, "A"),
        ([Fact("late_day", 11)], 89, "B"),
        ([Fact("under_secured", 1)], 75, "B"),
        ([Fact("under_secured", 1), Fact("late_day", 1)], 74, "C"),
        ([Fact("penalty", 2)], 60, "C"),
        ([Fact("penalty", 2), Fact("late_day", 1)], 59, "D"),
        # Never more than the cap of a fact, never above the full mark.
        ([Fact("penalty", 9)], 40, "D"),
        ([Fact("rectified", 5)], 100, "A"),
        ([Fact("late_day", 12), Fact("rectified", 1)], 91, "A"),
    ],
)
def test_grade(facts, points, letter):
    found = grade(facts, is_listed=False, on=ON)
    assert (found.points, found.grade) == (points, letter)


def test_a_listed_operator_is_d_whatever_its_points():
    found = grade([], is_listed=True, on=ON)
    assert (found.points, found.grade) == (100, "D")
    assert "名单" in found.sentence


def test_every_line_says_what_since_when_and_how_many_points():
    [line] = grade([Fact("penalty", 9, date(2019, 3, 1))], is_listed=False, on=ON).lines
    assert line.sentence == "近 12 个月受到行政处罚 9 次，最早 2019-03-01：-60 分，按上限计 60 分。"


def test_what_is_only_our_proposal_says_so():
    assert "本平台建议值" in grade([], is_listed=False, on=ON).sentence


def test_a_fact_that_the_law_does_not_name_is_refused():
    with pytest.raises(Refused) as raised:
        grade([Fact("gossip", 1)], is_listed=False, on=ON)
    assert raised.value.code == "PREPAID-CREDIT-FACT"


def test_grades_of_the_law_are_the_vocabularys_and_descend():
    rows = governance(ON).grades.value
    assert [row.grade for row in rows] == list(CreditGrade.values)
    assert [row.at_least for row in rows] == sorted((r.at_least for r in rows), reverse=True)


def test_window():
    assert window_start("penalty", on=ON) == date(2018, 9, 2)
    assert window_start("open_case", on=ON) == ON


def test_measures_are_the_published_ones_and_the_gravest_only_for_the_list():
    keys = {g: {m.key for m in measures_for(g, is_listed=False, on=ON)} for g in "ABCD"}
    assert keys == {
        "A": {"R1", "R2"},
        "B": set(),
        "C": {"P1", "P3"},
        "D": {"P1", "P2", "P3", "P4"},
    }
    extra = {m.key for m in measures_for("D", is_listed=True, on=ON)} - keys["D"]
    assert extra == {"S1", "S2", "S3", "S4"}


def finding(level):
    return Finding(FindingKind.ABNORMAL_LIST.value, level, "…", "…")


@pytest.mark.parametrize(
    ("levels", "whole"),
    [
        ([], "CLEAR"),
        (["CLEAR", "NOTE"], "NOTE"),
        (["CLEAR", "UNKNOWN", "NOTE"], "UNKNOWN"),
        (["UNKNOWN", "SERIOUS"], "SERIOUS"),
    ],
)
def test_unknown_is_never_clear(levels, whole):
    assert weight([finding(FindingLevel(level).value) for level in levels]) == whole


def test_the_summary_leaves_the_decision_to_a_person():
    assert summary([]) == "各项均未发现不良记录。核查结果供审核人参考，是否受理由人决定。"


def test_the_checklist_has_fifteen_items_of_articles_nine_to_thirteen():
    items = governance(ON).items.value
    articles = {"第九条", "第十条", "第十一条", "第十二条", "第十三条"}
    assert (len(items), {item.article for item in items}) == (15, articles)
    assert len({item.key for item in items}) == 15


def test_breaches_by_anomaly():
    assert breach_shown_by(ObservationKind.UNDER_SECURED) == "risk_measure"
    assert breach_shown_by(ObservationKind.REPORT_MISSING) == "reporting"
    # No article provides a fine for selling above a limit: none is invented.
    assert breach_shown_by(ObservationKind.OVER_LIMIT) == ""


def test_only_breaches_with_a_fine_in_force_are_offered():
    found = breaches_with_fines(on=ON, sector="catering")
    assert {"reporting", "risk_measure"} <= set(found)
    assert "voucher" not in found  # Beijing's


@pytest.mark.parametrize(
    "text", ["请联系 13812345678", "证件 11010519491231002X", "写信到 a.b@example.com"]
)
def test_numbers_of_people_are_refused_and_not_repeated(text):
    with pytest.raises(Refused) as raised:
        require_impersonal("无", text)
    assert raised.value.code == "PREPAID-PERSONAL"
    assert text.split(" ")[1] not in raised.value.sentence


def test_a_representative_may_be_named():
    require_impersonal("法定代表人张三已到场，罚款 20,000.00 元，2019-09-17 前改正")


def test_letter_number():
    number = letter_number(
        LetterKind.WARNING, agency=Agency.SPORTS, district="浦东新区", year=2019, serial=3
    )
    assert number == "沪浦东体预警〔2019〕3号"
