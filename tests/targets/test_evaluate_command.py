"""`shangwu evaluate FILE.json` as a person runs it: no server, plain refusals, the right exit status."""

import json
import subprocess
import sys

import pytest

from tests.targets.test_evaluation_rules import item


def shangwu(*arguments):
    program = "from shangwu.config.commandline import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def table(tmp_path):
    """A table that any unit could hold: a figure as a number, an amount with separators."""
    rows = [
        item("网点数", 500, 430, 50),
        item("及时率", "≥98%", "98.5%", 30, "效益指标"),
        item("满意度", "90%以上", 0.93, 10, "满意度指标"),
    ]
    content = {
        "framework": "national-2020",
        "indicators": rows,
        "budget": {"adjusted": "1,000,000", "executed": 985000.5},
    }
    path = tmp_path / "表.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def test_the_settled_shape_is_printed(table):
    done = shangwu("evaluate", str(table), "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["score"] for row in found["indicators"]] == ["43.00", "30.00", "10.00"]
    assert found["execution"]["rate"] == "0.9850005"
    assert found["execution"]["score"] == "9.85"
    assert (found["total"], found["grade"]) == ("92.85", "优")


def test_people_read_every_rule_with_its_key(table):
    done = shangwu("evaluate", str(table))
    assert done.returncode == 0
    assert "总分：92.85　等次：优" in done.stdout
    assert "law/targets.toml#rule.grade_table" in done.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[1]", "对象"),
        (b'{"framework": "x", "indicators": []}', "指标框架"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_wrong_files_are_refused_in_one_sentence(tmp_path, content, words):
    path = tmp_path / "wrong.json"
    path.write_bytes(content)
    done = shangwu("evaluate", str(path))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_refused_and_no_file_is_wrong_usage(tmp_path):
    assert "找不到文件" in shangwu("evaluate", str(tmp_path / "none.json")).stderr
    assert shangwu("evaluate", str(tmp_path)).returncode == 1
    assert shangwu("evaluate").returncode == 2
