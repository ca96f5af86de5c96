"""A closed day from the ledger into files, against COPY of the same rows to nowhere; an old card's entries from a year of files.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.archive [ROWS [YEAR_ROWS [FOLDER]]]`; the made-up year is kept in
the folder if one is given. Works in a scratch database of its own; the rows are put into the tables by one statement, as
the ledger would have left them.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
YEAR_ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
YEAR_FOLDER = sys.argv[3] if len(sys.argv) > 3 else ""
OPERATORS, YEAR_OPERATORS, LOOKUPS, WITHOUT_INDEX = 1_000, 2_000, 200, 20
DAY, AT = date(2019, 9, 1), datetime(2019, 9, 3, 18, tzinfo=UTC)
OPERATOR = """
INSERT INTO prepaid_operator (number, uscc, name, trade_name, brand, sector, subsector, form, district, place,
    address_key, representative, group_head, franchise_head, has_tenant_cards, status, registered_at)
SELECT 'BM' || n, lpad(n::text, 18, '0'), '虚构' || n, '', '', 'catering', '', 'enterprise', '310101', '', '', '', '', '',
    false, 'CONNECTED', now() FROM generate_series(1, %s) AS n
"""
CARD_DAY = """
INSERT INTO prepaid_cardday (operator_id, day, sequence, batch_id, card, kind, outlet, issued_fen, redeemed_fen,
    refunded_fen, closing_fen)
SELECT o.id, %s, n, 1, sha256((o.id || ' ' || n)::bytea), 'registered', 'A0001', n %% 50 * 100, 0, 0, n %% 50 * 100
FROM prepaid_operator o, generate_series(1, %s) AS n
"""
OPERATOR_DAY = """
INSERT INTO prepaid_operatorday (operator_id, day, state, rows, cards, issued_fen, redeemed_fen, refunded_fen,
    balance_fen, is_late, root, closed_at)
SELECT operator_id, day, 'CLOSED', count(*), count(*), sum(issued_fen), 0, 0, sum(closing_fen), false,
    sha256(operator_id::text::bytea), %s FROM prepaid_cardday GROUP BY operator_id, day
"""


def fill() -> None:
    """Store and close a day of the ledger."""
    from django.db import connection

    from shangwu.prepaid.models import DayClosing

    with connection.cursor() as cursor:
        cursor.execute(OPERATOR, [OPERATORS])
        cursor.execute("SELECT prepaid_open_month(%s)", [DAY])
        cursor.execute(CARD_DAY, [DAY, ROWS // OPERATORS])
        cursor.execute(OPERATOR_DAY, [AT])
        cursor.execute("ANALYZE")
    DayClosing.objects.create(
        day=DAY,
        operators=OPERATORS,
        rows=ROWS,
        balance_fen=0,
        root=bytes(32),
        proof={},
        closed_at=AT,
    )


def bare_copy() -> float:
    """Return the seconds of the same COPY, in the same order, with what it sends thrown away."""
    from django.db import connection

    from shangwu.prepaid.operations.history.writing import ROWS as QUERIES

    asked = {"day": DAY, "closed_at": AT, "shard": 0, "shards": 1}
    started = time.perf_counter()
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"COPY ({QUERIES['card_day']}) TO STDOUT (FORMAT csv)", asked) as copy:
            for _ in copy:
                pass
    return time.perf_counter() - started


def archive() -> dict[str, Any]:
    """Archive and verify the day and return the rates, with the memory that it took at most."""
    from shangwu.prepaid.operations.history.archiving import archive_day
    from shangwu.prepaid.queries.history.verification import differences

    limit = bare_copy()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    (archived,) = archive_day(day=DAY, at=AT)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    assert differences(archived) == []
    verified = time.perf_counter() - started
    cards = sum(file["bytes"] for file in archived.files if file["table"] == "card_day")
    return {
        "rows": archived.rows,
        "rows_per_second": round(archived.rows / seconds),
        "copy_rows_per_second": round(archived.rows / limit),
        "ratio": round(seconds / limit, 2),
        "verified_rows_per_second": round(archived.rows / verified),
        "bytes_per_row": round(cards / archived.rows, 1),
        "memory_mb_before_and_at_most": [before // 1024, memory // 1024],
    }


def let_the_year_leave(days: Iterable[date]) -> None:
    """Record a made-up year as days whose months left the database."""
    from benchmarks.cluster import made_up
    from shangwu.prepaid.models import ArchivedDay, ThinnedMonth
    from shangwu.prepaid.rules.history.tables import CARD_DAY, shard_file

    sums = dict.fromkeys(
        ("operators", "rows", "issued_fen", "redeemed_fen", "refunded_fen", "balance_fen", "bytes"),
        0,
    )
    ArchivedDay.objects.bulk_create(
        ArchivedDay(
            day=day,
            closing=day,
            root=bytes(32),
            files=[
                {
                    "table": CARD_DAY,
                    "path": shard_file(CARD_DAY, day, closing=day, shard=0, shards=1),
                    "shard": 0,
                    "shards": 1,
                }
            ],
            archived_at=AT,
            **sums,
        )
        for day in days
    )
    ThinnedMonth.objects.bulk_create(
        ThinnedMonth(month=date(made_up.FIRST.year, month, 1), days=0, rows=0, thinned_at=AT)
        for month in range(1, 13)
    )


def index_the_year() -> dict[str, Any]:
    """Write the twelve indexes and return what they took."""
    from shangwu.prepaid.models import ArchivedDay, ThinnedMonth
    from shangwu.prepaid.operations.history.indexing import write_index
    from shangwu.prepaid.queries.history.indexes import index_path

    started, rows, size = time.perf_counter(), 0, 0
    for month in ThinnedMonth.objects.values_list("month", flat=True):
        days = ArchivedDay.objects.filter(day__year=month.year, day__month=month.month)
        rows += write_index(month, days)
        size += index_path(month).stat().st_size
    seconds = time.perf_counter() - started
    return {"rows_per_second": round(rows / seconds), "bytes_per_row": round(size / rows, 1)}


def look_up(folder: Path) -> dict[str, Any]:
    """Return how long an old card's entries of a whole year take, one asker and no pause: with the indexes and without,
    and the limit, which is to read the files in which they lie and to know beforehand which these are.
    """
    import duckdb
    from django.conf import settings

    from benchmarks.cluster import made_up
    from shangwu.prepaid.queries.history.cards import archived_entries, card_entries
    from shangwu.prepaid.queries.history.files import folder as history

    settings.DATA_DIR = folder
    made = made_up.make(history(), rows=YEAR_ROWS, operators=YEAR_OPERATORS)
    files = {
        date.fromisoformat(file.parent.name.removeprefix("day=")): str(file)
        for file in history().glob("card_day/*/*.parquet")
    }
    wanted = duckdb.execute(
        "SELECT operator_id, card FROM read_parquet($files, hive_partitioning = false)"
        " GROUP BY ALL ORDER BY card LIMIT $lookups",
        {"files": list(files.values()), "lookups": LOOKUPS},
    ).fetchall()
    let_the_year_leave(files)
    asked = [{"operator": o, "card": card, "since": made_up.FIRST} for o, card in wanted]
    answers = {}

    def ask(question: dict[str, Any]) -> None:
        answers[question["card"]] = card_entries(**question)
        assert len(answers[question["card"]]) == made_up.ROWS_OF_A_CARD

    def ask_knowing(question: dict[str, Any]) -> None:
        known = [files[entry.day] for entry in answers[question["card"]]]
        assert len(archived_entries(files=known, **question)) == made_up.ROWS_OF_A_CARD

    def ask_all(question: dict[str, Any]) -> None:
        found = archived_entries(files=list(files.values()), **question)
        assert sorted(found, key=lambda row: row.day) == answers[question["card"]]

    return {
        **made,
        "index": index_the_year(),
        "lookups": len(asked),
        **_delays(ask, asked),
        "limit": _delays(ask_knowing, asked),
        "without_index": _delays(ask_all, asked[:WITHOUT_INDEX]),
    }


def _delays(ask: Callable[[dict[str, Any]], None], asked: list[dict[str, Any]]) -> dict[str, float]:
    delays = []
    for question in asked:
        started = time.perf_counter()
        ask(question)
        delays.append(time.perf_counter() - started)
    delays.sort()
    return {
        "p50_ms": round(delays[len(delays) // 2] * 1000, 1),
        "p95_ms": round(delays[len(delays) * 95 // 100] * 1000, 1),
    }


def main() -> None:
    """Print the figures as JSON."""
    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory(prefix="shangwu-archive-") as folder:
            settings.DATA_DIR = Path(folder)
            fill()
            found = {
                "what": "a closed day into files; an old card's sixteen entries from 359 files of a year",
                "archive": archive(),
                "old_card": look_up(Path(YEAR_FOLDER or folder, "year")),
                "bound": "archive: sort and hexadecimal text of COPY; old card: a group of rows of each day it moved",
            }
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
