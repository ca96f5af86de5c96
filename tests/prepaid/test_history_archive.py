"""A closed day becomes files once and whole; damage is named; a month leaves only when all of it is safe."""

import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    ArchiveCheck,
    ArchivedDay,
    CardBalance,
    CardDay,
    DayClosing,
    OperatorDay,
    ThinnedMonth,
)
from shangwu.prepaid.operations.history import archiving, checking, indexing, writing
from shangwu.prepaid.operations.history.archiving import archive_closed_days, archive_day
from shangwu.prepaid.operations.history.thinning import months_held, thin
from shangwu.prepaid.queries.history import card_entries, indexes
from shangwu.prepaid.queries.history.files import folder
from shangwu.prepaid.queries.history.verification import differences
from shangwu.prepaid.queries.verification import verify_ledger
from shangwu.prepaid.rules.history import tables
from shangwu.prepaid.rules.history.retention import kept_from
from shangwu.prepaid.tasks.history import check_history
from tests.architecture.project import ROOT
from tests.prepaid.factories import operator
from tests.prepaid.history import Ledger, card

pytestmark = pytest.mark.django_db
DAY, AT = date(2019, 9, 1), datetime(2019, 9, 3, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """History of each test in a folder of its own."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def shops():
    return [operator(), operator()]


@pytest.fixture
def closed(ledger, shops):
    """Two shops, two days of September and one of October, closed."""
    one, two = shops
    ledger.close(DAY, {one: [(1, 50_000, 0, 0), (2, 30_000, 1_000, 0)], two: [(3, 9_900, 0, 0)]})
    ledger.close(date(2019, 9, 2), {one: [(1, 0, 12_345, 0)], two: []})
    ledger.close(date(2019, 10, 1), {one: [(1, 0, 1, 5_000)], two: [(3, 0, 100, 0)]})
    return ledger


def archive_one(day, at=AT):
    """Archive a day of which its own closing sealed all."""
    (archived,) = archive_day(day=day, at=at)
    return archived


def paths(archived, table=tables.CARD_DAY):
    return [folder() / file["path"] for file in archived.files if file["table"] == table]


def test_a_closed_day_becomes_files_with_their_digests_and_sums(closed, shops):
    archived = archive_one(DAY)
    (path,) = paths(archived)
    assert path.relative_to(folder()).as_posix() == (
        "card_day/day=2019-09-01/closing-20190901-shard-0000-of-0001.parquet"
    )
    rows = pq.read_table(path, partitioning=None).to_pylist()
    assert [(r["operator_id"], r["card"], r["issued_fen"]) for r in rows] == sorted(
        [
            (shops[0].pk, card(1), 50_000),
            (shops[0].pk, card(2), 30_000),
            (shops[1].pk, card(3), 9_900),
        ]
    )
    assert rows[0]["valid_to"] == date(2020, 1, 1)
    assert rows[0]["reverses_day"] is None
    assert pq.read_schema(path).equals(tables.CARD_DAY_SCHEMA)
    assert (archived.rows, archived.operators) == (3, 2)
    assert (archived.issued_fen, archived.redeemed_fen) == (89_900, 1_000)
    assert archived.balance_fen == 88_900
    for file in archived.files:
        content = (folder() / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
    (days,) = paths(archived, tables.OPERATOR_DAY)
    first = pq.read_table(days, partitioning=None).to_pylist()[0]
    assert (first["sector"], first["district"], first["rows"]) == ("catering", "310101", 2)
    assert first["closed_at"] == datetime(2019, 9, 2, 18, tzinfo=UTC)
    assert first["root"] == bytes(OperatorDay.objects.get(operator=shops[0], day=DAY).root)
    assert differences(archived) == []


def test_archiving_twice_changes_nothing_and_equal_rows_give_equal_bytes(closed):
    first = archive_one(DAY)
    assert archive_one(DAY, AT + timedelta(days=1)) == first
    assert Act.objects.filter(act="prepaid.archive_day").count() == 1
    before = [(path, path.read_bytes()) for path in paths(first)]
    again = writing.write_shard(
        folder=folder(),
        table=tables.CARD_DAY,
        day=DAY,
        closing=DayClosing.objects.get(day=DAY),
        shard=0,
        shards=1,
    )
    assert again == first.files[0]
    assert [(path, path.read_bytes()) for path in paths(first)] == before


def test_awkward_text_and_empty_days_survive_the_way(ledger, shops):
    remark = '第一行\n第二行，"引号"，逗号,\t\\N'
    ledger.close(DAY, {shops[0]: [(1, 100, 0, 0)]}, remark=remark, valid_to=None)
    ledger.close(date(2019, 9, 2), {shops[0]: []})
    (path,) = paths(archive_one(DAY))
    (row,) = pq.read_table(path, partitioning=None).to_pylist()
    assert (row["remark"], row["valid_to"]) == (remark, None)
    empty = archive_one(date(2019, 9, 2))
    assert (empty.rows, empty.operators, differences(empty)) == (0, 1, [])


def test_a_large_day_is_cut_by_operator_into_row_groups(closed, shops, monkeypatch):
    monkeypatch.setattr(tables, "SHARD_ROWS", 1)
    monkeypatch.setattr(writing, "ROW_GROUP_ROWS", 1)
    archived = archive_one(DAY)
    assert len(paths(archived)) == 3
    by_file = [
        pq.read_table(path, partitioning=None).column("operator_id") for path in paths(archived)
    ]
    for shop in shops:
        holding = [n for n, ids in enumerate(by_file) if shop.pk in ids.to_pylist()]
        assert holding == [shop.pk % 3]
    assert pq.ParquetFile(paths(archived)[shops[0].pk % 3]).num_row_groups == 2
    assert differences(archived) == []


def test_an_open_day_is_not_archived(closed):
    with pytest.raises(Refused, match="还没有关账"):
        archive_one(date(2019, 9, 30))
    assert archive_closed_days(at=AT) == [DAY, date(2019, 9, 2), date(2019, 10, 1)]
    assert archive_closed_days(at=AT) == []


def test_an_operator_that_was_held_follows_with_the_closing_that_seals_it(closed, shops):
    """What was held stays out of the files and keeps its month; nobody else waits for it."""
    held = OperatorDay.objects.filter(operator=shops[1], day=DAY)
    held.update(state="HELD")
    archive_closed_days(at=AT)
    assert ArchivedDay.objects.get(day=DAY).operators == 1
    with pytest.raises(Refused, match="2019-09-01 的卡日明细还没有全部关账和归档"):
        thin(until=date(2019, 11, 1), at=AT)
    late = Ledger().close(date(2019, 10, 2), {})
    held.update(state="CLOSED", closed_at=late.closed_at)
    assert archive_closed_days(at=AT) == [date(2019, 10, 2)]
    parts = ArchivedDay.objects.filter(day=DAY).order_by("closing")
    assert [(part.closing, part.operators, part.rows) for part in parts] == [
        (DAY, 1, 2),
        (date(2019, 10, 2), 1, 1),
    ]
    assert [differences(part) for part in parts] == [[], []]
    asked = {"operator": shops[1].pk, "card": card(3), "since": DAY}
    before = card_entries(**asked)
    assert [month.rows for month in thin(until=date(2019, 10, 15), at=AT)] == [4]
    assert card_entries(**asked) == before != []


def test_what_does_not_add_up_is_not_archived(closed, shops):
    OperatorDay.objects.filter(operator=shops[0], day=DAY).update(issued_fen=1)
    with pytest.raises(Refused, match="与关账记录不一致"):
        archive_one(DAY)
    assert not ArchivedDay.objects.exists()


def test_a_full_disk_refuses_kindly(closed, monkeypatch):
    monkeypatch.setattr(archiving, "FREE_BYTES_KEPT", 10**18)
    with pytest.raises(Refused, match="存储空间不足"):
        archive_one(DAY)


DAMAGE = {
    "a byte changed": (lambda path: _flip(path), {"sha256"}),
    "cut short": (lambda path: path.write_bytes(path.read_bytes()[:-9]), {"bytes", "sha256"}),
    "gone": (lambda path: path.unlink(), {"file"}),
}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_by_day_and_file(closed, damage):
    archive_closed_days(at=AT)
    inflict, expected = DAMAGE[damage]
    archived = ArchivedDay.objects.get(day=DAY)
    inflict(paths(archived)[0])
    found = differences(archived)
    assert {one.what for one in found} >= expected
    assert {one.file for one in found} == {archived.files[0]["path"]}
    out = StringIO()
    with pytest.raises(CommandError, match="最早是 2019-09-01"):
        call_command("verify_history", format="json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["ok"], answer["days"]) == (False, 3)
    assert answer["differences"][0]["day"] == "2019-09-01"
    call_command("verify_history", day=date(2019, 9, 2), stdout=out)
    assert "历史文件完整：1 天" in out.getvalue()
    with pytest.raises(CommandError, match="还没有归档"):
        call_command("verify_history", day=date(2031, 1, 1))


def test_a_swapped_file_with_other_sums_and_a_changed_closing_are_named(closed):
    archive_closed_days(at=AT)
    first, second = ArchivedDay.objects.order_by("day")[:2]
    paths(first)[0].write_bytes(paths(second)[0].read_bytes())
    assert {one.what for one in differences(first)} == {"bytes", "sha256", "rows", "sums", "row"}
    second.root = b"\0" * 32
    assert [one.what for one in differences(second)] == ["root"]
    second.rows += 1
    assert {one.what for one in differences(second)} == {"root", "sums"}


def changed(rows, place, **values):
    """Return the rows of a file with one of them changed."""
    listed = rows.to_pylist()
    listed[place] |= values
    return pa.Table.from_pylist(listed, schema=rows.schema)


def without(rows, place):
    return pa.concat_tables([rows.slice(0, place), rows.slice(place + 1)])


def with_another(rows, place):
    return pa.concat_tables([rows, changed(rows, place, sequence=9).slice(place, 1)])


# What is done to the first shop's second row (card 2, first in the file), which row is named, and in what words.
ALTERED = {
    "an amount": (lambda rows: changed(rows, 0, issued_fen=30_001), 2, "发行合计与日账差 1 分"),
    "a card": (lambda rows: changed(rows, 0, card=card(9)), 2, "卡、门店"),
    "a row taken out": (lambda rows: without(rows, 0), 2, "已被删除"),
    "a row added": (lambda rows: with_another(rows, 0), 9, "后来添加"),
}


@pytest.mark.parametrize("alteration", ALTERED)
def test_the_row_that_was_altered_is_named(closed, shops, alteration):
    """Whoever can write a file cannot write the leaves that its batches sealed."""
    alter, sequence, words = ALTERED[alteration]
    path = paths(archive_one(DAY))[0]
    rows = pq.read_table(path, partitioning=None)
    assert rows["card"][0].as_py() == card(2)
    pq.write_table(alter(rows), path, compression="zstd")
    out = StringIO()
    with pytest.raises(CommandError, match="2019-09-01"):
        call_command("verify_history", format="json", stdout=out)
    rows = [one for one in json.loads(out.getvalue())["differences"] if one["what"] == "row"]
    assert [one["recorded"] for one in rows] == [f"{shops[0].uscc} 第 {sequence} 号"]
    assert words in rows[0]["found"]
    with pytest.raises(CommandError):
        call_command("verify_history", day=DAY, stdout=out)
    assert f"parquet 中 {shops[0].uscc} 第 {sequence} 号：" in out.getvalue()


def test_where_a_file_cannot_be_read_the_rows_are_named(closed, monkeypatch):
    monkeypatch.setattr(writing, "ROW_GROUP_ROWS", 2)
    archived = archive_one(DAY)
    path = paths(archived)[0]
    column = pq.read_metadata(path).row_group(1).column(0)
    content = bytearray(path.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + column.total_compressed_size] = bytes(column.total_compressed_size)
    path.write_bytes(content)
    found = {one.what: one.sentence for one in differences(archived)}
    assert set(found) == {"sha256", "unreadable"}
    assert found["unreadable"].endswith("的第 3–3 行读不出来")


def test_the_ledger_verifies_from_the_files_when_a_month_has_left(closed, shops):
    archive_closed_days(at=AT)
    thin(until=date(2019, 10, 15), at=AT)
    archived = ArchivedDay.objects.get(day=DAY)
    assert row_breaks() == []
    path = paths(archived)[0]
    pq.write_table(changed(pq.read_table(path, partitioning=None), 2, issued_fen=9_901), path)
    assert row_breaks() == [(shops[1].uscc, DAY, 1)]


def row_breaks():
    """The rows that the ledger's verification names; the seals of these tests' days are not real ones."""
    return [(one.operator, one.day, one.sequence) for one in verify_ledger().broken if one.sequence]


def test_verification_is_recorded_and_comes_round(closed):
    archive_closed_days(at=AT)
    assert [check.is_whole for check in checking.check_due_days(at=AT)] == [True] * 3
    assert checking.check_due_days(at=AT + timedelta(days=29)) == []
    _flip(paths(ArchivedDay.objects.get(day=DAY))[0])
    later = checking.check_due_days(at=AT + timedelta(days=31), most=1)
    assert [check.is_whole for check in later] == [False]
    assert later[0].differences[0]["what"] == "sha256"
    assert Act.objects.filter(act="prepaid.find_damaged_history").count() == 1
    for table, change in ((ArchivedDay, {"bytes": 1}), (ArchiveCheck, {"differences": []})):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            table.objects.update(**change)


def test_a_month_leaves_the_database_and_its_cards_answer_as_before(closed, shops):
    archive_closed_days(at=AT)
    asked = {"operator": shops[0].pk, "card": card(1), "since": date(2019, 1, 1)}
    before = card_entries(**asked)
    assert [(e.day, e.redeemed_fen, e.closing_fen) for e in before] == [
        (DAY, 0, 50_000),
        (date(2019, 9, 2), 12_345, 37_655),
        (date(2019, 10, 1), 1, 32_654),
    ]
    gone = thin(until=date(2019, 10, 15), at=AT)
    assert [(month.month, month.days, month.rows) for month in gone] == [(DAY, 2, 4)]
    assert months_held() == [date(2019, 10, 1)]
    assert not CardDay.objects.filter(day=DAY).exists()
    assert card_entries(**asked) == before
    assert card_entries(**asked | {"since": date(2019, 9, 2)}) == before[1:]
    assert card_entries(**asked | {"operator": shops[1].pk}) == []
    assert card_entries(**asked | {"card": card(99)}) == []
    assert thin(until=date(2019, 10, 15), at=AT) == []
    assert ThinnedMonth.objects.count() == 1


def old_month(ledger, shop, *, days=20, cards=300, moves=(3, 11)):
    """Close a September of many cards, let it leave the database, and return the question for card 7, which moved twice."""
    for number in range(days):
        others = [(other, 100, 0, 0) for other in range(100, 100 + cards)]
        mine = [(7, 500, 0, 0)] if number in moves else []
        ledger.close(DAY + timedelta(days=number), {shop: [*others, *mine]})
    archive_closed_days(at=AT)
    thin(until=date(2019, 10, 15), at=AT)
    return {"operator": shop.pk, "card": card(7), "since": date(2019, 1, 1)}


def test_an_old_card_is_read_from_the_days_on_which_it_moved_and_from_no_other(
    ledger, shops, monkeypatch
):
    """Everything that must not be needed is destroyed; the answer is the same."""
    monkeypatch.setattr(indexing, "INDEX_GROUP_ROWS", 2_048)
    asked = old_month(ledger, shops[0])
    path = indexes.index_path(DAY)
    path.rename(hidden := path.with_suffix(".hidden"))
    plain = card_entries(**asked)
    hidden.rename(path)
    assert [entry.day for entry in plain] == [date(2019, 9, 4), date(2019, 9, 12)]
    assert card_entries(**asked) == plain
    for archived in ArchivedDay.objects.exclude(day__in=[entry.day for entry in plain]):
        paths(archived)[0].unlink()
    needed, groups = destroy_other_groups(path, card(7))
    assert (needed, groups) == (1, 3)
    assert card_entries(**asked) == plain
    with pytest.raises(duckdb.Error):
        # Its group is one of the destroyed, so that every day is asked for, and most are gone.
        card_entries(**asked | {"card": card(8)})


def destroy_other_groups(path, token):
    """Overwrite the groups of an index that cannot hold a card; return how many can, and how many there are."""
    facts, content, needed = pq.read_metadata(path), bytearray(path.read_bytes()), 0
    for number in range(facts.num_row_groups):
        group = facts.row_group(number)
        bounds = group.column(1).statistics
        if bounds.min <= tables.card_key(token) <= bounds.max:
            needed += 1
            continue
        for place in range(group.num_columns):
            column = group.column(place)
            start = column.dictionary_page_offset or column.data_page_offset
            size = column.total_compressed_size
            content[start : start + size] = bytes(size)
    path.write_bytes(content)
    return needed, facts.num_row_groups


def unlist(path, token):
    """Take the rows of a card out of an index."""
    rows = pq.read_table(path)
    pq.write_table(rows.filter(pc.not_equal(rows["key"], tables.card_key(token))), path)


@pytest.mark.django_db(transaction=True)
def test_the_nightly_task_mends_a_wrong_index_outside_of_any_transaction(ledger, shops):
    try:
        asked = old_month(ledger, shops[0], days=2, cards=3, moves=(1,))
        before, path = card_entries(**asked), indexes.index_path(DAY)
        whole = path.read_bytes()
        unlist(path, card(7))
        check_history.func()
        assert (path.read_bytes(), card_entries(**asked)) == (whole, before)
        assert Act.objects.filter(act="prepaid.find_damaged_history").count() == 1
    finally:
        with connection.cursor() as cursor:
            for month in months_held():
                cursor.execute(f"DROP TABLE prepaid_cardday_{month:%Y%m}")


def test_until_it_is_mended_a_damaged_index_makes_answers_slow_and_not_wrong(ledger, shops):
    asked = old_month(ledger, shops[0], days=4, cards=3, moves=(1, 3))
    CardBalance.objects.create(
        operator=shops[0],
        card=card(7),
        balance_fen=1_000,
        kind="registered",
        first_day=date(2019, 9, 2),
        last_day=date(2019, 9, 4),
    )
    before, path = card_entries(**asked), indexes.index_path(DAY)
    whole = path.read_bytes()
    assert [entry.day.day for entry in before] == [2, 4]
    path.write_bytes(whole[:-9])
    assert card_entries(**asked) == before
    path.write_bytes(whole)
    unlist(path, card(7))
    assert card_entries(**asked) == before, "the balance knows better"
    asked |= {"card": card(8)}
    assert card_entries(**asked) == []


def test_an_index_that_is_wrong_is_named_and_written_anew(ledger, shops):
    asked = old_month(ledger, shops[0], days=2, cards=3, moves=(1,))
    before, path = card_entries(**asked), indexes.index_path(DAY)
    whole = path.read_bytes()
    assert indexing.mend_indexes(at=AT) == []
    assert pq.read_table(path).num_rows == 7
    unlist(path, card(7))
    assert card_entries(**asked) == []
    out = StringIO()
    with pytest.raises(CommandError, match="1 处不一致"):
        call_command("verify_history", stdout=out)
    assert (
        f"card_index/month=2019-09.parquet 与逐日文件不符，涉及经营者（内部编号）{shops[0].pk}"
        in (out.getvalue())
    )
    assert indexing.mend_indexes(at=AT) == [DAY]
    assert (path.read_bytes(), card_entries(**asked)) == (whole, before)
    assert Act.objects.filter(act="prepaid.find_damaged_history", subject="2019-09").count() == 1
    path.write_bytes(whole[:-9])
    assert indexes.index_difference(DAY, ArchivedDay.objects.all()).what == "file"
    path.unlink()
    assert indexing.mend_indexes(at=AT) == [DAY]
    assert path.read_bytes() == whole


def test_a_month_with_a_day_not_archived_or_damaged_stays(closed):
    archive_one(DAY)
    with pytest.raises(Refused, match="2019-09-02 的卡日明细还没有全部关账和归档"):
        thin(until=date(2019, 11, 1), at=AT)
    archive_closed_days(at=AT)
    _flip(paths(ArchivedDay.objects.get(day=DAY))[0])
    with pytest.raises(Refused, match="2019-09-01 的历史文件与归档记录不一致"):
        thin(until=date(2019, 11, 1), at=AT)
    assert months_held() == [DAY, date(2019, 10, 1)]


def drop(month):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_drop_month(%s)", [month])
        return cursor.fetchone()[0]


def test_the_owners_function_believes_nobody(closed, shops):
    """Asked directly, past every check of the application, it keeps what is not safe."""
    with pytest.raises(DatabaseError, match="not archived and verified whole"):
        drop(DAY)
    archive_closed_days(at=AT)
    with pytest.raises(DatabaseError, match="2019-09-01 is not archived and verified"):
        drop(DAY)
    checking.check_days(ArchivedDay.objects.all(), at=AT)
    CardDay.objects.create(
        operator=shops[0], day=date(2019, 9, 2), sequence=9, batch_id=1, card=card(1),
        kind="registered", outlet="A0001", issued_fen=1, redeemed_fen=0, refunded_fen=0,
        closing_fen=1, remark="",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="2019-09-02 is not archived and verified"):
        drop(DAY)
    assert drop(date(2019, 10, 1)) == 2
    assert drop(date(2031, 1, 1)) == 0


def test_how_long_the_database_keeps_card_days_is_law():
    assert kept_from(date(2019, 9, 15)) == date(2018, 8, 1)
    assert kept_from(date(2020, 1, 31)) == date(2018, 12, 1)
    assert kept_from(date(2020, 2, 1)) == date(2019, 1, 1)


CHILD = """
import os, pathlib, signal, sys
from datetime import UTC, date, datetime
import django
django.setup()
from django.conf import settings
from shangwu.prepaid.models import ArchivedDay
from shangwu.prepaid.operations.history import archiving, indexing, writing

settings.DATA_DIR = sys.argv[1]
holders = {"write": writing._Sink, "fsync": os, "replace": pathlib.Path, "record": archiving.audit}

def deadly(act, left):
    def wrapped(*args, **more):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*args, **more)
    return wrapped

def archive():
    archiving.archive_day(day=date(2019, 9, 1), at=datetime(2019, 9, 3, 18, tzinfo=UTC))

def index():
    indexing.write_index(date(2019, 9, 1), ArchivedDay.objects.all())

for line in sys.stdin:
    work, name, count = line.split()
    child = os.fork()
    if child == 0:
        if name in holders:
            setattr(holders[name], name, deadly(getattr(holders[name], name), int(count)))
        {"archive": archive, "index": index}[work]()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
# Before the nth act of a kind: in the middle of a file, before and after each sync and rename, before the record.
KILLS = (
    ("write", 1),
    ("write", 12),
    ("fsync", 1),
    ("replace", 1),
    ("fsync", 2),
    ("fsync", 5),
    ("replace", 2),
    ("fsync", 8),
    ("record", 1),
)


@contextmanager
def working_apart(folder):
    """Give a function that does some work in a process that dies before the nth act of a name: its exit status."""
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
        **connection.settings_dict
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": address}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, env=environment, **pipes) as process:

        def dying(work, name, count):
            process.stdin.write(f"{work} {name} {count}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield dying
        process.stdin.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_kill_at_any_point_leaves_nothing_half_done(closed, tmp_path):
    """Killed before each write, sync, rename and record in turn, the day is recorded whole or not at all."""
    try:
        with working_apart(tmp_path) as dying:
            for name, count in KILLS:
                assert dying("archive", name, count) == -9, (name, count)
                assert not ArchivedDay.objects.exists()
                assert not Act.objects.filter(act="prepaid.archive_day").exists()
            assert dying("archive", "nothing", 0) == 0
            for name in ("write", "fsync", "replace"):
                assert dying("index", name, 1) == -9, name
                assert not indexes.index_path(DAY).exists()
            assert dying("index", "nothing", 0) == 0
            assert indexes.index_difference(DAY, ArchivedDay.objects.all()) is None
            assert [p.name for p in indexes.index_path(DAY).parent.iterdir()] == [
                indexes.index_path(DAY).name
            ]
        archived = ArchivedDay.objects.get()
        assert differences(archived) == []
        assert [p.name for p in paths(archived)[0].parent.iterdir()] == [paths(archived)[0].name]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE prepaid_cardday")
            for month in months_held():
                cursor.execute(f"DROP TABLE prepaid_cardday_{month:%Y%m}")
