"""`shangwu law` and `shangwu workdays`: what they print, what they refuse, and how quickly."""

import json
import subprocess
import sys

import pytest

from tests.clock import bare_starts

PROGRAM = "from shangwu.config.commandline import main; main()"


def shangwu(*arguments):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "arguments",
    [("workdays", "2019-01-31T10:00+08:00", "2", "--format", "json"), ("law", "--format", "json")],
)
def test_answers_within_two_bare_starts_and_without_a_server(arguments, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    assert bare_starts(lambda: run_well(*arguments)) < 2


def run_well(*arguments):
    assert shangwu(*arguments).returncode == 0


def test_says_what_is_in_force_and_what_changes_next():
    printed = json.loads(
        shangwu("law", "--on", "2019-12-01", "--system", "filing", "--format", "json").stdout
    )
    values = {row["key"]: row for row in printed["values"]}
    assert values["filing#mode"]["value"] == "pilot"
    assert values["filing#mode"]["next"] == {"on": "2022-12-30", "value": "archive"}
    assert values["filing#clock.service_target"]["source_status"] == "form"
    assert values["filing#clock.service_target"]["next"] == {"on": "2022-12-30", "value": None}
    assert "filing#clock.register_change" in printed["not_in_force"]


def test_a_citizen_of_another_place_gets_the_nations_value():
    shanghai, hubei = (
        json.loads(
            shangwu(
                "law",
                "--on",
                "2020-06-01",
                "--system",
                "targets",
                "--jurisdiction",
                place,
                "--format",
                "json",
            ).stdout
        )
        for place in ("shanghai", "hubei")
    )
    bands = [
        next(row for row in printed["values"] if row["key"] == "targets#rule.qualitative_bands")
        for printed in (shanghai, hubei)
    ]
    assert [band["value"][1]["from"] for band in bands] == ["0.60", "0.50"]
    assert [band["jurisdiction"] for band in bands] == ["national", "hubei"]


def test_text_for_people_names_source_and_status():
    printed = shangwu("law", "--on", "2019-06-01", "--system", "targets").stdout
    assert "办事大厅：服务对象投诉率" in printed
    assert "第9行 · 据申报表" in printed
    assert "下一次变化：2020-01-01 失效" in printed


@pytest.mark.parametrize("kind", ["uscc", "USCC", "统一社会信用代码", "credit-code"])
def test_a_kind_of_code_may_be_called_as_people_call_it(kind):
    done = shangwu("check_code", kind, " 91310115 ma1teat03n ", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["normalized"] == "91310115MA1TEAT03N"


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("workdays", "2019-02-30", "2"), 2, "2019-02-30"),
        (("workdays", "2019-01-31T10:00", "2"), 2, "时区"),
        (("workdays", "2019-01-31", "two"), 2, "COUNT"),
        (("workdays", "2019-01-31", "2", "--stop", "2019-02-01"), 2, "A..B"),
        (("workdays", "2019-01-31", "0"), 1, "1 至 10000"),
        (("workdays", "9999-12-31", "2"), 1, "9999-12-31"),
        (("workdays", "2019-01-31", "2", "--stop", "2019-02-12..2019-02-01"), 1, "早于"),
        (
            ("workdays", "2019-01-31", "30", "--calendar-days", "--stop", "2019-02-01..2019-02-12"),
            2,
            "--stop",
        ),
        (("workdays", "2019-01-31", "two"), 2, "整数天数"),
        (("check_code", "nosuch", "1"), 2, "没有“nosuch”这种号码"),
        (("check_code", "id", "1", "--on", "2019-02-30"), 2, "2019-02-30"),
        (("law", "--on", "2019-13-01"), 2, "2019-13-01"),
        (("law", "--system", "glossary"), 1, "没有"),
        (("law", "--system", "../pyproject"), 1, "没有"),
    ],
)
def test_refuses_with_a_reason_and_the_right_status(arguments, status, reason):
    done = shangwu(*arguments)
    assert done.returncode == status
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
