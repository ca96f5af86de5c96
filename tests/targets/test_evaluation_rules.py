"""Evaluation by rules alone: every worked example, what may never happen, and what printed tables get wrong."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation import law
from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.evaluation.evaluate import evaluate
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.evaluation.report import as_json
from shangwu.targets.rules.evaluation.table import read_table
from shangwu.targets.rules.evaluation.weights import largest_remainder

CASES = tomllib.loads((law.LAW_FOLDER / "cases/evaluation.toml").read_text("utf-8"))
TODAY = date(2020, 3, 1)


def evaluated(**table):
    """Return the evaluation of a table as machines read it."""
    return as_json(evaluate(read_table({"framework": "national-2020", **table}, today=TODAY)))


def item(name, target, actual, weight, level1="产出指标", **more):
    """Return one row of a table."""
    return {
        "level1": level1,
        "level2": "",
        "name": name,
        "target": target,
        "actual": actual,
        "weight": weight,
        **more,
    }


def codes(flags):
    return sorted(flag["code"] for flag in flags)


@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["id"])
def test_worked_rows(case):
    row = item(case["name"], case["target"], case["actual"], case["weight"])
    if case.get("cause"):
        row |= {"cause": "其他", "remedy": "下一年度补齐"}
    if "band" in case:
        row["rating"] = {"band": case["band"], "percent": case["percent"]}
    if "polarity" in case:
        row["polarity"] = case["polarity"]
    table = {"jurisdiction": case.get("jurisdiction", "shanghai"), "indicators": [row]}
    [found] = evaluated(**table)["indicators"]
    assert (found["status"], found["score"]) == (case["status"], case.get("score"))
    assert codes(found["flags"]) == sorted(case.get("flags", []))


@pytest.mark.parametrize("case", CASES["tables"], ids=lambda case: case["id"])
def test_worked_tables(case):
    rows = [
        item(name, target, actual, weight, level1, cause="其他", remedy="补齐")
        for level1, name, target, actual, weight in case["items"]
    ]
    table = {"framework": case["framework"], "indicators": rows}
    if "budget" in case:
        table["budget"] = dict(zip(("adjusted", "executed"), case["budget"], strict=True))
    found = evaluated(**table)
    assert [row["score"] or "" for row in found["indicators"]] == case["scores"]
    assert (found["execution"]["score"] or "") == case["execution"]
    assert (found["total"], found["grade"]) == (case["total"], case["grade"])
    assert codes(found["flags"]) == sorted(case["flags"])
    for bound in ("lowest", "highest"):
        assert found[bound] == case.get(bound, case["total"])


def test_every_scored_row_names_a_rule_that_exists():
    entries = law.load_file("targets").entries
    for case in CASES["rows"]:
        found = evaluated(indicators=[item(case["name"], case["target"], case["actual"], 10)])
        for row in found["indicators"]:
            assert row["score"] is None or row["rules"]
            for rule in row["rules"]:
                assert rule["key"].removeprefix("law/targets.toml#") in entries
                assert rule["sentence"].endswith("。")
                assert rule["source_status"] in law.SOURCE_STATUSES


def table_of(weights, actuals):
    """Return rows of which each promises 100 and found the actual."""
    return [
        item(f"网点数{n}", "100家", f"{actual}家", weight)
        for n, (weight, actual) in enumerate(zip(weights, actuals, strict=True))
    ]


ROWS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 300)), min_size=1, max_size=8)


@given(ROWS, st.integers(0, 1200))
def test_no_score_is_above_its_weight_and_the_total_is_the_exact_sum(pairs, executed):
    rows = table_of(*zip(*pairs, strict=True))
    budget = {"adjusted": 1000, "executed": executed}
    result = evaluate(
        read_table(
            {"framework": "national-2020", "indicators": rows, "budget": budget}, today=TODAY
        )
    )
    assert all(0 <= row.score <= row.weight for row in result.rows)
    assert 0 <= result.execution.score <= 10
    assert result.totals.total == sum(row.score for row in result.rows) + result.execution.score
    assert result.totals.lowest == result.totals.highest == result.totals.total


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_no_score(pairs, random):
    rows = table_of(*zip(*pairs, strict=True))
    shuffled = random.sample(rows, len(rows))
    one, other = evaluated(indicators=rows), evaluated(indicators=shuffled)
    assert one["total"] == other["total"]
    scores = [{row["name"]: row["score"] for row in found["indicators"]} for found in (one, other)]
    assert scores[0] == scores[1]


@given(st.integers(0, 500), st.integers(0, 500), st.booleans())
def test_better_actuals_never_earn_less(first, second, lower):
    low, high = sorted((first, second))
    found = [
        evaluate(
            read_table(
                {
                    "framework": "national-2020",
                    "indicators": [
                        item("件数", "100件", f"{n}件", 90, polarity="反向" if lower else "正向")
                    ],
                },
                today=TODAY,
            )
        )
        .rows[0]
        .score
        for n in (low, high)
    ]
    assert found[0] >= found[1] if lower else found[0] <= found[1]


@given(st.fractions(min_value=0, max_value=1000))
def test_half_up_is_what_a_decimal_rounds_half_up_to(value):
    shown = Fraction(half_up(value))
    assert abs(shown - value) <= Fraction(1, 200)
    assert shown - value > -Fraction(1, 200)


@given(st.integers(1, 12), st.integers(1, 10_000))
def test_largest_remainder_adds_up_exactly_and_stays_within_a_cent(count, cents):
    total = Fraction(cents, 100)
    shares = largest_remainder([total / count] * count, total)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= Fraction(1, 100)


def test_undeclared_weights_are_proposed_and_give_no_score_before_sign_off():
    rows = [
        item("执行规范性", "规范", "规范", None, "投入和管理目标"),
        item("受理件数", "100件", "100件", None, "产出目标"),
        item("办结件数", "100件", "90件", None, "产出目标"),
        item("发布数", "3篇", "3篇", None, "产出目标"),
        item("及时处理率", "100%", "100%", None, "效果目标"),
        item("满意率", "95%", "95%", None, "影响力目标"),
    ]
    table = {"framework": "sh-2019", "indicators": rows, "budget": {"adjusted": 1, "executed": 1}}
    found = evaluated(**table)
    weights = [row["weight"] for row in found["indicators"]]
    assert weights == [None, "16.67", "16.67", "16.66", "30", "10"]
    assert {row["score"] for row in found["indicators"]} == {None}
    assert (found["total"], found["grade"], found["weights_proposed"]) == (None, None, True)
    assert codes(found["flags"]) == ["WEIGHTS-PROPOSED"]
    signed = evaluated(**table, weights_signed_off=True)
    assert (signed["total"], signed["grade"], signed["weights_proposed"]) == ("98.33", "优", False)


def test_an_empty_category_is_spread_over_the_rest_as_a_proposal():
    rows = [item("受理件数", "1件", "1件", None), item("及时率", "100%", "100%", None, "效益指标")]
    found = evaluated(indicators=rows, budget={"adjusted": 1, "executed": 1})
    weights = [Fraction(row["weight"]) for row in found["indicators"]]
    assert [half_up(weight) for weight in weights] == ["56.25", "33.75"]
    assert sum(weights) + Fraction(found["execution"]["weight"]) == 100
    assert codes(found["flags"]) == ["CATEGORY-EMPTY", "WEIGHTS-PROPOSED"]


@pytest.mark.parametrize(
    ("actual", "printed", "code"),
    [
        ("80家", 20, "MISSED-FULL-MARKS"),
        ("100家", 18, "MET-MARKED-DOWN"),
        ("80家", "15.99", "PRINTED-DIFFERS"),
        ("≥100家", 20, "UNPROVEN-MARKS"),
        ("100家", 21, "PRINTED-ABOVE-WEIGHT"),
    ],
)
def test_printed_marks_are_held_against_the_rules(actual, printed, code):
    rows = [item("网点数", "100家", actual, 20, score=printed, cause="其他", remedy="补齐")]
    assert code in codes(evaluated(indicators=rows)["indicators"][0]["flags"])


def test_a_permitted_maximum_exceeded_with_full_marks_is_flagged():
    rows = [item("事故数", "≤2次", "3次", 20, score=20, cause="其他", remedy="整改")]
    assert codes(evaluated(indicators=rows)["indicators"][0]["flags"]) == ["MAXIMUM-EXCEEDED"]


def test_marks_that_agree_are_not_flagged():
    rows = [item("网点数", "3家", "1家", 20, score="6.67", cause="其他", remedy="补齐")]
    assert evaluated(indicators=rows)["indicators"][0]["flags"] == []


def test_totals_weighted_twice_and_wrong_totals_and_grades_are_flagged():
    rows = [
        item("网点数", "10家", "10家", 50, score=50),
        item("及时率", "100%", "100%", 30, "效益指标", score=30),
        item("满意度", "≥90%", "90%", 10, "满意度指标", score=10),
    ]
    budget = {"adjusted": 1, "executed": 1, "score": 9}
    twice = evaluated(indicators=rows, budget=budget, total="35")
    assert codes(twice["flags"]) == ["PRINTED-EXECUTION", "WEIGHTED-TWICE"]
    wrong = evaluated(indicators=rows, budget={"adjusted": 1, "executed": 1}, total=99, grade="良")
    assert codes(wrong["flags"]) == ["PRINTED-GRADE", "PRINTED-TOTAL"]


def test_a_reviewer_may_deduct_with_a_reason():
    deduction = {"points": "2.5", "reason": "目标定得过低"}
    rows = [item("网点数", "100家", "150家", 90, cause="需求增加", deduction=deduction)]
    [found] = evaluated(indicators=rows)["indicators"]
    assert found["score"] == "87.50"
    assert "目标定得过低" in str(found["rules"])


def test_a_band_without_a_share_narrows_what_is_possible():
    rows = [item("社会影响", "正面支撑", "部分达成预期指标并具有一定效果", 50)]
    [found] = evaluated(indicators=rows)["indicators"]
    assert (found["score"], found["lowest"], found["highest"]) == (None, "30.00", "40.00")


def test_a_milestone_that_is_not_due_earns_nothing_yet_and_may_earn_all():
    rows = [item("2019年12月底，建设任务", "500家", "430家", 50)]
    [found] = evaluated(indicators=rows, on="2019-11-30")["indicators"]
    assert (found["status"], found["score"], found["highest"]) == ("NOT_DUE", None, "50.00")
    [due] = evaluated(indicators=rows, on="2020-01-10")["indicators"]
    assert (due["status"], due["score"]) == ("MISSED", "43.00")


def test_a_department_evaluation_gives_output_and_benefit_at_least_sixty_points():
    rows = [
        item("网点数", "10家", "10家", 50),
        item("满意度", "≥90%", "90%", 40, "满意度指标"),
    ]
    found = evaluated(indicators=rows, budget={"adjusted": 1, "executed": 1}, kind="DEPARTMENT")
    assert codes(found["flags"]) == ["OUTPUT-BENEFIT-SHARE"]


def test_a_budget_reference_is_answered_by_the_budget_itself():
    rows = [item("项目支出", "控制在预算内", "控制在预算内", 90)]
    within = evaluated(indicators=rows, budget={"adjusted": 100, "executed": 99})
    assert within["indicators"][0]["score"] == "90.00"
    above = evaluated(indicators=rows, budget={"adjusted": 100, "executed": 125})
    assert above["indicators"][0]["score"] == "72.00"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "EVALUATE-SHAPE"),
        ({}, "EVALUATE-FRAMEWORK"),
        ({"framework": "mars-2020"}, "EVALUATE-FRAMEWORK"),
        ({"framework": "sh-2019"}, "EVALUATE-INDICATORS"),
        ({"framework": "sh-2019", "indicators": {}}, "EVALUATE-INDICATORS"),
        ({"framework": "sh-2019", "indicators": ["甲"]}, "EVALUATE-SHAPE"),
        ({"framework": "sh-2019", "indicators": [{}]}, "EVALUATE-ROW"),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲", "weight": "很多"}]},
            "EVALUATE-POINTS",
        ),
        ({"framework": "sh-2019", "indicators": [{"name": "甲", "weight": -1}]}, "EVALUATE-POINTS"),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲", "weight": True}]},
            "EVALUATE-NUMBER",
        ),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲", "weight": Decimal("1e999999")}]},
            "EVALUATE-NUMBER",
        ),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲", "actual": [1]}]},
            "EVALUATE-NUMBER",
        ),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲", "polarity": "横向"}]},
            "EVALUATE-POLARITY",
        ),
        ({"framework": "sh-2019", "indicators": [{"name": "甲"}], "budget": 3}, "EVALUATE-SHAPE"),
        (
            {
                "framework": "sh-2019",
                "indicators": [{"name": "甲"}],
                "budget": {"adjusted": "许多"},
            },
            "EVALUATE-BUDGET",
        ),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲"}], "budget": {"executed": -1}},
            "EVALUATE-BUDGET",
        ),
        ({"framework": "sh-2019", "indicators": [{"name": "甲"}], "on": "去年"}, "EVALUATE-DAY"),
        (
            {"framework": "sh-2019", "indicators": [{"name": "甲"}], "jurisdiction": "mars"},
            "EVALUATE-JURISDICTION",
        ),
    ],
)
def test_wrong_tables_are_refused_with_a_sentence(content, code):
    with pytest.raises(Refused) as raised:
        read_table(content, today=TODAY)
    assert raised.value.code == code
    assert raised.value.sentence.endswith("。")


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_evaluation_or_scores_above_the_weight(target, actual):
    [found] = evaluated(indicators=[item("名称", target, actual, 10)])["indicators"]
    assert found["score"] is None or 0 <= Decimal(found["score"]) <= 10
