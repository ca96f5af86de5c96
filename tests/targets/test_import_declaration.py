"""`shangwu import_declaration FILE --dry-run`: answers without a server, in under a second."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clock import bare_starts
from tests.foundation.documents.packages import word_file
from tests.targets.forms import demo, printed

FIELDS = {
    "project",
    "year",
    "organisation",
    "starts_on",
    "ends_on",
    "types",
    "uses",
    "budget_total_fen",
    "budget_year_fen",
    "previous_budget_fen",
    "previous_executed_fen",
    "subprojects",
    "indicators",
    "doubts",
}


def shangwu(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the console script as an operator does, on a machine without a database."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from shangwu.config.commandline import main; main()",
            "import_declaration",
            *map(str, arguments),
            "--dry-run",
        ],
        capture_output=True,
        text=True,
        env=environment | {"PYTHONUTF8": "1"},
        check=False,
    )


@pytest.fixture
def form_file(tmp_path: Path) -> Path:
    path = tmp_path / "申报表 3.docx"
    path.write_bytes(printed(demo(3)))
    return path


class TestText:
    def test_shows_values_cells_and_doubts(self, form_file):
        found = shangwu(form_file)
        assert found.returncode == 0, found.stderr
        assert "项目总预算：1,843,294.00 元" in found.stdout
        assert "上年预算额：无（不适用）" in found.stdout
        assert "2019-12-31（原文 2019年12月）" in found.stdout
        assert "存疑 [表1 第19行 第3列]" in found.stdout

    def test_takes_less_than_five_bare_starts(self, form_file):
        assert bare_starts(lambda: shangwu(form_file)) < 5


class TestJson:
    def test_one_form_is_an_object_with_the_settled_keys(self, form_file):
        found = shangwu(form_file, "--format", "json")
        assert found.returncode == 0, found.stderr
        form = json.loads(found.stdout)
        assert form.keys() >= FIELDS
        assert form["budget_total_fen"] == 184_329_400
        assert form["previous_budget_fen"] is None
        assert form["previous_budget_kind"] == "NOT_APPLICABLE"
        assert form["ends_on"] == "2019-12-31"
        assert len(form["indicators"]) == 7
        for row in form["indicators"]:
            assert row.keys() >= {"level1", "level2", "name", "target_raw", "target"}
            assert row["target"]["raw"] == row["target_raw"]
            assert all("kind" in part for part in row["target"]["parts"])
        assert all(doubt["cell"] and doubt["why"] for doubt in form["doubts"])

    def test_several_forms_are_a_list(self, tmp_path):
        path = tmp_path / "五份.txt"
        path.write_bytes(printed(*(demo(number) for number in range(1, 6)), kind="txt"))
        forms = json.loads(shangwu(path, "--format", "json").stdout)
        assert [len(form["indicators"]) for form in forms] == [13, 5, 7, 8, 11]
        assert sum(form["budget_total_fen"] for form in forms) == 661_329_400

    def test_the_real_text_file(self, shared_forms):
        found = shangwu(shared_forms / "declarations-2019.txt", "--format", "json")
        forms = json.loads(found.stdout)
        assert sum(len(form["indicators"]) for form in forms) == 44
        assert sum(form["budget_total_fen"] for form in forms) == 661_329_400


class TestRefusals:
    def test_a_document_that_is_no_form(self, tmp_path):
        path = tmp_path / "会议通知.docx"
        path.write_bytes(word_file("<w:p><w:r><w:t>会议通知</w:t></w:r></w:p>"))
        found = shangwu(path)
        assert (found.returncode, found.stdout) == (1, "")
        assert "FORM-NOT-DECLARATION" in found.stderr

    def test_a_missing_file(self, tmp_path):
        found = shangwu(tmp_path / "没有.docx")
        assert found.returncode == 1
        assert "找不到文件" in found.stderr

    def test_a_folder(self, tmp_path):
        found = shangwu(tmp_path)
        assert found.returncode == 1
        assert "打不开文件" in found.stderr

    def test_wrong_usage(self):
        assert shangwu().returncode == 2
