"""TG-1: texts as published come out as typed, exactly; what is unknown is never met."""

import json
import subprocess
import sys
import time
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation import law
from shangwu.targets.rules.describe import describe, grounds
from shangwu.targets.rules.grammar import parse
from shangwu.targets.rules.lexicon import GrammarLaw
from shangwu.targets.rules.numerals import exact, fraction, number
from shangwu.targets.rules.target import ParsedTarget

CASES = tomllib.loads((law.LAW_FOLDER / "cases" / "target_texts.toml").read_text("utf-8"))
SHARED = ("kind", "cmp", "value", "unit", "dim", "scale", "level", "by")
DECLARED = [
    entry for key, entry in law.load_file("targets").entries.items() if key.startswith("target.")
]


def typed(case: dict) -> ParsedTarget:
    """Parse a case's text with what stands beside it."""
    beside = {key: case[key] for key in ("name", "unit", "year", "budget_fen") if key in case}
    return parse(case["text"], **beside)


@pytest.mark.parametrize("key", CASES)
def test_published_texts_are_typed_exactly(key):
    case = CASES[key]
    target = typed(case)
    assert target.raw == case["text"]
    (part,) = target.parts
    found = part.to_json()
    assert {name: found.get(name) for name in case["part"]} == case["part"]
    assert [warning.code for warning in target.warnings] == case.get("warns", [])


def test_every_published_text_of_the_handbook_is_here():
    assert [key for key in CASES if key.startswith("P")] == [f"P{n:02}" for n in range(1, 31)]


def test_a_text_that_is_unknown_needs_a_rating():
    target = parse("让人民满意的服务型窗口建设迈上新台阶")
    assert [part.kind for part in target.parts] == ["text"]


def test_conditions_joined_by_and_are_all_kept():
    kinds = [(p.cmp, p.value) for p in parse("≥90%且≤95%").parts]
    assert kinds == [("ge", "0.9"), ("le", "0.95")]


def test_milestones_in_one_text_become_one_part_each():
    parts = parse("6月底150家，9月底300家，12月底500家", year=2019).parts
    assert [(p.by, p.value, p.unit) for p in parts] == [
        ("2019-06-30", "150", "家"),
        ("2019-09-30", "300", "家"),
        ("2019-12-31", "500", "家"),
    ]


def test_increments_are_added_up_and_pointed_out():
    target = parse("6月底新增150家、9月底新增150家，12月底新增200家", year=2019)
    assert [part.value for part in target.parts] == ["150", "300", "500"]
    assert {warning.code for warning in target.warnings} == {"INCREMENTAL"}


def test_a_whole_share_by_a_day_is_an_equality():
    parts = parse("100%", name="2019年3月底，完成实施方案", year=2019).parts
    assert [(p.kind, p.cmp, p.by) for p in parts] == [
        ("quant", "eq", "2019-03-31"),
        ("deadline", "le", "2019-03-31"),
    ]


COMPARATORS = {row.word for row in law.read(GrammarLaw, on=date(2019, 12, 31)).prefixes.value}
DENIED = sorted(
    denial + word
    for denial in ("未", "没有", "并非", "不得不")
    for word in COMPARATORS
    if not any(len(w) > len(word) and (denial + word).endswith(w) for w in COMPARATORS)
)


@pytest.mark.parametrize("words", DENIED)
def test_a_denied_comparison_is_never_read_as_its_opposite(words):
    assert [part.kind for part in parse(f"{words}95%").parts] == ["text"]


@given(st.text(alphabet="甲乙丙丁戊己庚辛不未减", min_size=1, max_size=8))
def test_a_number_after_unknown_words_is_left_to_a_person(word):
    assert [part.kind for part in parse(f"{word}95%").parts] == ["text"]


def test_a_date_in_the_name_becomes_part_of_the_target():
    target = parse("完成", name="2019年年底完成")
    assert [p.kind for p in target.parts] == ["flag", "deadline"]
    assert target.parts[1].by == "2019-12-31"
    assert [w.code for w in target.warnings] == ["DATE-IN-NAME"]


@pytest.mark.parametrize(
    "text", ["低于万分之一", "低于 万分之一", "＜万分之一", "小于0.01%", "<1/10000"]
)
def test_one_in_ten_thousand_survives_every_spelling(text):
    (part,) = parse(text, name="服务对象投诉率").parts
    assert (part.cmp, fraction(part.value)) == ("lt", Fraction(1, 10_000))


@given(st.text(max_size=80))
def test_any_text_is_typed_without_a_crash_and_kept(text):
    target = parse(text, name=text[:20], year=2019)
    assert target.raw == text
    assert target.parts
    assert ParsedTarget.from_json(json.loads(json.dumps(target.to_json()))) == target
    for part in target.parts:
        assert describe(part)
        assert grounds(part)


@given(
    st.text(
        alphabet="≥≤<>=0123456789.,%万亿千百十一二三九两成分之年月日底前至-·家次元率(（)）以上内",
        max_size=40,
    )
)
def test_texts_of_the_trade_are_typed_without_a_crash(text):
    target = parse(text, name="完成率", year=2019)
    for part in target.parts:
        if part.value:
            fraction(part.value)


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=10**6))
def test_a_printed_value_reads_back_as_itself(value):
    assert fraction(exact(value)) == value


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_a_formatted_number_parses_to_the_same_value(value):
    (part,) = parse(f"≥{value:,f}家").parts
    assert fraction(part.value) == Fraction(value)


def test_chinese_numerals():
    for text, value in {
        "两": 2,
        "十五": 15,
        "一百零五": 105,
        "三千二百": 3200,
        "一万二千": 12_000,
        "两亿": 200_000_000,
        "二〇一九": 2019,
    }.items():
        assert number(text) == value, text


@pytest.mark.parametrize(
    "text", ["一" * 10_000, "≥" * 10_000, "1," * 5_000, "、" * 10_000, "(" * 10_000]
)
def test_hostile_length_is_refused_quickly(text):
    started = time.process_time()
    target = parse(text)
    assert time.process_time() - started < 0.2
    assert [part.kind for part in target.parts] == ["text"]


@pytest.mark.parametrize("text", ["1," * 240, "优" * 480, "至" * 480, "年1月" * 150, "0." * 240])
def test_hostile_patterns_are_read_quickly(text):
    started = time.process_time()
    parse(text, name=text[:200], year=2019)
    assert time.process_time() - started < 0.2


def test_all_declared_targets_are_typed_as_the_law_data_states():
    wrong = []
    for entry in DECLARED:
        facts, (value,) = entry.facts, entry.values
        target = parse(facts["declared"], name=facts["indicator"], year=2019)
        found = [part.to_json() for part in target.parts]
        stated = value.value if isinstance(value.value, tuple) else (value.value,)
        for expected in stated:
            if expected.get("unit") == "领域":
                assert len(target.parts[0].contains) == int(expected["value"])
                continue
            wanted = {key: str(expected[key]) for key in SHARED if key in expected}
            if not any(all(part.get(k) == v for k, v in wanted.items()) for part in found):
                wrong.append((facts["indicator"], facts["declared"], wanted, found))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(DECLARED) == 44


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as an operator would."""
    return subprocess.run(
        [sys.executable, "-m", "shangwu.config.commandline", "parse_target", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(law.LAW_FOLDER).parent,
    )


def test_the_command_line_prints_strict_and_exact():
    done = run("低于万分之一", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["parts"][0]["cmp"] == "lt"
    assert json.loads(done.stdout)["parts"][0]["value"] == "0.0001"
    assert "不包括本数" in run("低于万分之一").stdout


def test_the_command_line_refuses_wrong_usage_with_two():
    assert run().returncode == 2
