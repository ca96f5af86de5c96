"""The platform's own weeks written as the folder that `shangwu watch` reads; it lives as long as the run does."""

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from shangwu.prepaid.queries.warning.feeds import STATEMENTS, Row, Span, feed, operators
from shangwu.prepaid.rules.warning.feeds import CONTRACT
from shangwu.prepaid.rules.warning.feeds import OPERATORS as ROSTER

# A week in which nobody reported or no bank told is unknown; of the others silence means that there was nothing.
ABSENT_WHEN_EMPTY = frozenset({"batches", "custody"})


def write_weeks(folder: Path, over: Span) -> None:
    """Write the roster and every week's files; a feed is absent before it first told anything.

    Unit: fen.
    """
    _write(folder / f"{ROSTER}.csv", ROSTER, operators(over))
    for number in range(1, over.weeks + 1):
        _week(folder, number).mkdir()
    for name in STATEMENTS:
        _write_feed(folder, name, over)


def _write_feed(folder: Path, name: str, over: Span) -> None:
    written = set()
    for week, rows in groupby(feed(name, over), key=lambda row: int(row[0])):
        _write(_week(folder, week) / f"{name}.csv", name, (row[1:] for row in rows))
        written.add(week)
    if name not in ABSENT_WHEN_EMPTY and written:
        for week in range(min(written), over.weeks + 1):
            if week not in written:
                _write(_week(folder, week) / f"{name}.csv", name, ())


def _week(folder: Path, number: int) -> Path:
    return folder / f"w{number:03d}"


def _write(path: Path, name: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["operator", *CONTRACT[name]])
        table.writerows(rows)
