"""Every worked example of law/cases/codes.toml, through the function and through the command line."""

import dataclasses
import json
import time
import tomllib
from pathlib import Path

import pytest

from shangwu.config.commandline import main
from shangwu.foundation import codes

FILE = Path(__file__).resolve().parents[3] / "law" / "cases" / "codes.toml"
TABLE = tomllib.loads(FILE.read_text("utf8"))
CASES = TABLE["case"]
NAMES = [f"{i}-{case['kind']}-{case['given']}" for i, case in enumerate(CASES)]


def compare(case, verdict):
    got = {key: verdict[key] for key in case["expect"]}
    assert got == case["expect"], verdict["message"]
    assert case.get("says", "") in verdict["message"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_function_answers_as_the_case_says(case):
    on = case.get("on", TABLE["on"])
    found = codes.check(case["kind"], case["given"], on=on, division=case.get("division", ""))
    verdict = json.loads(json.dumps(dataclasses.asdict(found)))
    compare(case, verdict)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_command_answers_as_the_case_says(case, capsys):
    on = case.get("on", TABLE["on"]).isoformat()
    arguments = [
        "shangwu",
        "check_code",
        case["kind"],
        case["given"],
        "--format",
        "json",
        "--on",
        on,
    ]
    if division := case.get("division"):
        arguments += ["--division", division]
    status = 0
    try:
        main(arguments)
    except SystemExit as stopped:
        status = stopped.code
    printed = capsys.readouterr()
    compare(case, json.loads(printed.out))
    assert status == (0 if case["expect"]["ok"] else 1)
    assert bool(printed.err) is (not case["expect"]["ok"])


def test_wrong_usage_is_told_apart_from_a_wrong_code(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["shangwu", "check_code", "nonsense", "1"])
    assert stopped.value.code == 2


def test_text_output_names_place_and_remedy(capsys):
    with pytest.raises(SystemExit):
        main(["shangwu", "check_code", "uscc", "9131O115MA1TEAT03N"])
    printed = capsys.readouterr()
    assert "位置：第 5 位" in printed.out
    assert "建议：91310115MA1TEAT03N" in printed.out
    assert printed.err.startswith("E-USCC-CHAR：第 5 位是字母 O")


def test_one_check_is_quick():
    started = time.process_time()
    codes.check("uscc", "91310115MA1TEAT03N", on=TABLE["on"])
    assert time.process_time() - started < 1
