"""The tables of law/codes are sourced, dated and free of overlap, and a fault in one is named."""

import pytest

from shangwu.foundation.codes import tables
from shangwu.foundation.codes.identity import documents


def test_every_table_states_its_source_and_reads_without_fault():
    names = sorted(path.name for path in tables.FOLDER.glob("*.toml"))
    assert len(names) == 6
    for name in names:
        tables.read_table(name)
    assert len(tables.divisions()) > 6800
    assert set(tables.departments()) == set("123456789ANY")
    assert documents()["residence_permit"].fits("810000199001010019")


def test_a_table_without_source_is_refused(tmp_path, monkeypatch):
    (tmp_path / "bad.toml").write_text(
        'label = "x"\nunit = "code"\nchecked_on = 2026-01-01\n', "utf8"
    )
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    with pytest.raises(tables.FaultyTable, match=r"bad\.toml: source is missing"):
        tables.read_table("bad.toml")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"name": "甲", "until": 2000}, {"name": "乙", "from": 1999}], "overlap"),
        ([{"name": "甲", "from": 2000, "until": 1999}], "before it starts"),
        ([{"name": "甲", "from": "2000"}], "neither a year nor a date"),
    ],
)
def test_faulty_rows_are_refused(rows, fault):
    with pytest.raises(tables.FaultyTable, match=fault):
        tables._rows(rows, "here")
