"""A small world watched through the command: nothing from the future, within the budget, with reasons that replay."""

import csv
import io
import itertools
import shutil
from collections import Counter, defaultdict

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from city.worlds.writing import write
from shangwu.prepaid.management.commands.watch import Command
from shangwu.prepaid.rules.warning.feeds import FEEDS

OPERATORS, WEEKS, SEED = 1_000, 40, 3
EASY = {"failures_a_year": 0.08, "absent": (), "missing_weeks": 0.05, "missing_rows": 0.01}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "one"
    write(place, seed=SEED, operators=OPERATORS, weeks=WEEKS, changes=EASY)
    return place


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "small"
    write(place, seed=SEED, operators=500, weeks=31, changes=EASY)
    return place


@pytest.fixture(scope="module")
def alerts(folder, tmp_path_factory):
    return watched(folder, tmp_path_factory.mktemp("alerts"))


def watched(folder, place):
    out = place / "alerts.csv"
    said = io.StringIO()
    call_command(Command(), str(folder), out=out, stderr=said)
    return out.read_bytes(), said.getvalue()


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def copied(folder, tmp_path, weeks=WEEKS):
    place = tmp_path / "world"
    place.mkdir()
    shutil.copy(folder / "operators.csv", place)
    for week in range(1, weeks + 1):
        shutil.copytree(folder / f"w{week:03d}", place / f"w{week:03d}")
    return place


def refusal(folder, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command(Command(), str(folder), out=tmp_path / "alerts.csv")
    assert not (tmp_path / "alerts.csv").exists()
    return str(refused.value)


def test_alerts_keep_budget_and_pause_and_begin_in_week_30(alerts):
    found = rows(alerts[0])
    assert list(found[0]) == ["week", "operator", "score", "reasons"]
    weeks = [int(row["week"]) for row in found]
    assert weeks == sorted(weeks) and min(weeks) == 30
    assert max(Counter(weeks).values()) <= OPERATORS // 1000
    named = defaultdict(list)
    for row in found:
        assert 0 < float(row["score"]) < 1
        named[row["operator"]].append(int(row["week"]))
    assert all(b - a >= 13 for each in named.values() for a, b in itertools.pairwise(each))


def test_reasons_name_signal_week_figure_and_measure(alerts):
    for row in rows(alerts[0]):
        for reason in row["reasons"].split("；"):
            assert "第" in reason and "周起" in reason
            assert int(reason.split("第")[1].split("周")[0]) <= int(row["week"])
    told = " ".join(row["reasons"] for row in rows(alerts[0]))
    assert "同类中位" in told and "此前" in told


def test_nothing_from_the_future(folder, alerts, tmp_path):
    until = 35
    cut = copied(folder, tmp_path, weeks=until)
    before = [row for row in rows(alerts[0]) if int(row["week"]) <= until]
    content, _ = watched(cut, tmp_path)
    assert rows(content) == before and len(before) == 6
    # The same bytes also where the future is another one.
    strange = cut / f"w{until + 1:03d}"
    strange.mkdir()
    (strange / "complaints.csv").write_text("operator,kind,count\nOP000001,x,99\n", "utf-8")
    assert watched(cut, tmp_path)[0].startswith(content)


def test_the_same_world_gives_the_same_bytes(folder, alerts, tmp_path):
    assert watched(folder, tmp_path)[0] == alerts[0]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_may_be_missing_altogether(small, tmp_path, feed):
    place = copied(small, tmp_path, weeks=31)
    for file in place.glob(f"w*/{feed}.csv"):
        file.unlink()
    content, said = watched(place, tmp_path)
    assert len(rows(content)) == 1 and f"（{feed}.csv）全部缺失" in said


def test_all_feeds_may_be_missing_and_a_week_and_words_be_strange(small, tmp_path):
    place = copied(small, tmp_path, weeks=31)
    for file in place.glob("w*/changes.csv"):
        file.write_text("operator,what\nOP000003,？？\nNOBODY,closing\n", "utf-8")
    shutil.rmtree(place / "w007")
    content, said = watched(place, tmp_path)
    assert len(rows(content)) == 1 and "不在名单中" in said
    for file in place.glob("w*/*.csv"):
        file.unlink()
    assert len(rows(watched(place, tmp_path)[0])) == 1


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A world of the third author: empty cells, banks that tell monthly, feeds that begin late, codes for words."""
    place = tmp_path_factory.mktemp("worlds") / "foreign"
    changes = {
        **{"failures_a_year": 0.1, "absent": (), "starts": {"arrears": 12, "lookups": 20}},
        **{"blank_cells": 0.05, "blank_roster": 0.2, "custody_every": 4, "tongue": 2},
    }
    write(place, seed=SEED, operators=1_000, weeks=34, changes=changes, author="third")
    return place


def mangled(content):
    """Write a table as an office program may: signature, other line ends, parted thousands, columns turned about."""
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    frame = frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^\d{4,}$"))
        .then(pl.col(name).str.replace(r"(\d+)(\d{3})$", "$1,$2"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in frame.columns
        if name.endswith("_fen")
    )
    shown = frame.select(reversed(frame.columns)).with_columns(pl.lit("x").alias("remark"))
    return ("\ufeff" + shown.write_csv(line_terminator="\r\n")).encode()


def test_how_a_world_is_written_changes_no_alert(foreign, tmp_path):
    plain, _ = watched(foreign, tmp_path)
    assert len(rows(plain)) == 5
    place = copied(foreign, tmp_path, weeks=34)
    for file in place.rglob("*.csv"):
        file.write_bytes(mangled(file.read_bytes()))
    roster = place / "operators.csv"
    first = roster.read_bytes().splitlines(keepends=True)[1]
    roster.write_bytes(roster.read_bytes() + first + b",,,,,,,\r\n")
    again, said = watched(place, tmp_path)
    assert again == plain
    assert "1 行与前面完全相同，未计入" in said and "1 行是空行，未计入" in said


def test_a_world_of_holes_is_watched_to_its_end(foreign, tmp_path):
    place = copied(foreign, tmp_path, weeks=34)
    for number in (2, 9, 10, 31):
        shutil.rmtree(place / f"w{number:03d}")
    for number, file in enumerate(sorted(place.glob("w*/*.csv"))):
        frame = pl.read_csv(file, infer_schema=False)
        told = [name for name in frame.columns if name != "operator"]
        holes = pl.int_range(pl.len()) % 3 == number % 3
        frame = frame.with_columns(
            pl.when(holes).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in told
        )
        # Every fifth file says everything twice.
        (pl.concat([frame, frame]) if number % 5 == 0 else frame).write_csv(file)
    said = rows(watched(place, tmp_path)[0])
    assert [int(row["week"]) for row in said] == [30, 31, 32, 33, 34]
    assert all(row["reasons"] for row in said)


def test_too_few_weeks_give_no_alert_and_say_so(folder, tmp_path):
    content, said = watched(copied(folder, tmp_path, weeks=3), tmp_path)
    assert content == b"week,operator,score,reasons\n" and "周数还不够" in said


def test_an_extra_column_is_noted_and_not_used(folder, tmp_path):
    place = copied(folder, tmp_path, weeks=2)
    file = place / "w002" / "custody.csv"
    pl.read_csv(file).with_columns(bank=pl.lit("x")).write_csv(file)
    assert "w002/custody.csv 多出的列未使用：bank" in watched(place, tmp_path)[1]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("operators.csv", None, "没有 operators.csv"),
        ("operators.csv", b"", "没有任何经营者"),
        ("operators.csv", "name,sector\nA,b\n", "缺少列 operator"),
        ("w002/custody.csv", "operator,custody\nA,1\n", "第 1 行缺少列 custody_fen"),
        ("w002/custody.csv", "operator,custody_fen\nOP000001,1\nOP000002,12x\n", "第 3 行"),
        ("w002/custody.csv", "operator,custody_fen\nOP000001,inf\n", "不是数字"),
        ("operators.csv", "operator,sector\n,b\n", "第 2 行没有写经营者编号"),
        ("operators.csv", "operator,sector\nA,b\nA,b\nA,c\n", "第 4 行的经营者“A”重复"),
        ("operators.csv", "operator,sector\n,\n,\n", "没有任何经营者"),
        ("w002/custody.csv", b"operator,custody_fen\n\xff\xfe\x00,1\n", "WATCH-"),
        (
            "operators.csv",
            "operator,sector,district,opened_on,prior_revenue_fen,brand,address_key\n",
            "没有任何经营者",
        ),
    ],
)
def test_bad_input_is_refused_by_file_and_line(folder, tmp_path, name, content, says):
    place = copied(folder, tmp_path, weeks=2)
    file = place / name
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refusal(place, tmp_path)
    assert says in said and name.rpartition("/")[2] in said and "（WATCH-" in said


def test_a_folder_that_is_none_and_one_without_weeks_are_refused(folder, tmp_path):
    assert "找不到目录" in refusal(tmp_path / "none", tmp_path)
    place = copied(folder, tmp_path, weeks=0)
    assert "没有任何一周" in refusal(place, tmp_path)
    for name in ("w1", "w001"):
        (place / name).mkdir()
    assert "同一周" in refusal(place, tmp_path)
    (place / "w1").rmdir()
    (place / "w20260104").mkdir()
    assert "w20260104 超出第 9999 周" in refusal(place, tmp_path)
