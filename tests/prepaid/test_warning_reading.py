"""Files as they come: what can be made sense of is read and noted, whatever program wrote it."""

import numpy as np
import polars as pl
import pytest

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.warning.feeds import CONTRACT
from shangwu.prepaid.rules.warning.reading import read_feed, read_roster
from shangwu.prepaid.rules.warning.scales import Scale

PLACES = pl.DataFrame({"operator": ["甲", "B", "C"]}).with_row_index("place")
CUSTODY = "operator,custody_fen\n"


def custody(content):
    if isinstance(content, str):
        content = content.encode()
    return read_feed(content, feed="custody", file="w001/custody.csv", places=PLACES)


@pytest.mark.parametrize(
    ("content", "who", "values"),
    [
        ("\ufeffoperator,custody_fen\r\n甲,100\r\nC,\r\n", [0, 2], [100, np.nan]),
        ((CUSTODY + "甲,7\n").encode("gb18030"), [0], [7]),
        (' Operator , CUSTODY_FEN\n"B","1,234,500"\n', [1], [1_234_500]),
        ('custody_fen,operator,bank\n5.5e3,B,"some, bank"\n', [1], [5500]),
        (CUSTODY + "B,N/A\nC,-\n甲,nan\n", [1, 2, 0], [np.nan] * 3),
        (CUSTODY + "B,-300\nC,0\n", [1, 2], [np.nan, 0]),
        (CUSTODY + "stranger,1\n,2\nC,3\n", [2], [3]),
        (CUSTODY + "\nC,3\n\n", [2], [3]),
    ],
)
def test_a_table_is_read_however_it_was_written(content, who, values):
    table = custody(content)
    assert table.told and table.columns["who"].tolist() == who
    assert np.array_equal(table.columns["custody_fen"], values, equal_nan=True)


@pytest.mark.parametrize("content", ["", CUSTODY, CUSTODY + "stranger,1\n"])
def test_a_file_that_names_nobody_counts_as_not_come(content):
    table = custody(content)
    assert not table.told and "按未到处理" in table.notes[-1]


def test_a_file_of_events_without_rows_says_that_there_were_none():
    content = b"operator,kind,count\n"
    table = read_feed(content, feed="complaints", file="c.csv", places=PLACES)
    assert table.told and len(table.columns["who"]) == 0 and not table.notes


def test_of_a_repeated_batch_the_last_holds_and_of_two_banks_both():
    batch = ",".join(("operator", *CONTRACT["batches"])) + "\n"
    rows = "B,1,1,1,1,10,0,0,0\nC,2,1,1,1,20,0,0,0\nB,3,1,1,1,30,0,0,0\n"
    table = read_feed(
        (batch + rows).encode(), feed="batches", file="w002/batches.csv", places=PLACES
    )
    assert table.columns["who"].tolist() == [2, 1]
    assert table.columns["reported_balance_fen"].tolist() == [20, 30]
    assert table.notes == ("w002/batches.csv 有 1 行的经营者重复，以最后一行为准",)
    assert custody(CUSTODY + "B,1\nB,1\n").columns["custody_fen"].tolist() == [1, 1]


def test_a_missing_column_is_unknown_and_a_file_without_any_is_refused():
    table = read_feed(b"operator,lookups\nB,4\n", feed="lookups", file="l.csv", places=PLACES)
    assert table.columns["lookups"].tolist() == [4] and np.isnan(table.columns["mismatches"][0])
    assert "l.csv 缺少列 mismatches，按未知处理" in table.notes
    with pytest.raises(Refused, match="缺少列 lookups、mismatches"):
        read_feed(b"operator,n\nB,4\n", feed="lookups", file="l.csv", places=PLACES)


def test_a_roster_needs_numbers_only_and_reads_days_as_people_write_them():
    roster, notes = read_roster(
        b"operator,opened_on\nA,2024/01/02\nB,2024-01-03T08:00:00\nC,\nD,soon\n", file="o.csv"
    )
    assert roster.opened[:2].tolist() == [19724, 19725] and np.isnan(roster.opened[2:]).all()
    assert np.isnan(roster.revenue).all() and set(roster.brand) == {""}
    assert "o.csv 的 opened_on 有 1 个不是日期，按未知处理" in notes


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ([10.0, 30.0, 0.0, np.nan], [10.0, 30.0, 0.0, np.nan]),
        ([0.1, 0.3, 0.0, 0.0], [10.0, 30.0, 0.0, 0.0]),
        ([90.0, 70.0, 100.0, 95.0], [10.0, 30.0, 0.0, 5.0]),
        ([0.9, 0.7, 1.0, 0.95], [10.0, 30.0, 0.0, 5.0]),
    ],
)
def test_discounts_are_read_as_per_cent_off_and_stay_so(told, means):
    scale = Scale(may_be_left=True)
    assert np.isnan(scale.read(np.array([np.nan]))[0]) and not scale.decided
    assert scale.read(np.array(told * 10)) == pytest.approx(means * 10, nan_ok=True)
    scale.read(np.full(50, 0.5))
    assert scale.read(np.array(told)) == pytest.approx(means, nan_ok=True)
