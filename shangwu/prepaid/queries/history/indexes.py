"""The indexes of old months: on which days a card moved, so that only the files of those days are opened.

An index is derived from the files of its days and recorded nowhere: without it, or with one that cannot be read, an
answer is slow, not wrong, and whether it says the same as the files is found by reading both.
"""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from shangwu.prepaid.models import ArchivedDay
from shangwu.prepaid.queries.history import engine
from shangwu.prepaid.queries.history.files import Difference, files_of, folder
from shangwu.prepaid.rules.history.tables import CARD_DAY, KEY_BYTES, card_key, index_file

# A row of the index for each row of the files, from the files themselves.
ENTRIES = f"""
SELECT operator_id, CAST('0x' || hex(card[1:{KEY_BYTES}]) AS UINTEGER) AS key, day
FROM read_parquet($files, hive_partitioning = false)
"""  # noqa: S608 - a whole number
# The key in the column's own type: one that the column had to be converted for would let no group be passed over.
MOVED = """
SELECT DISTINCT day FROM read_parquet($indexes, hive_partitioning = false)
WHERE operator_id = $operator AND key = CAST($key AS UINTEGER) AND day >= $since
"""
# Order does not matter, and the sums of digests are equal only if the rows are.
OF_OPERATORS = (
    "SELECT operator_id, count(*) AS rows, sum(hash(key, day)) AS digest FROM {} GROUP BY ALL"
)
UNEQUAL = f"""
SELECT operator_id FROM ({OF_OPERATORS.format(f"({ENTRIES})")}) AS files
FULL JOIN ({OF_OPERATORS.format("read_parquet($index, hive_partitioning = false)")}) AS indexed USING (operator_id)
WHERE files.rows IS DISTINCT FROM indexed.rows OR files.digest IS DISTINCT FROM indexed.digest
ORDER BY operator_id
"""  # noqa: S608 - constants
OPERATORS_NAMED = 20


def index_path(month: date) -> Path:
    """Return where the index of a month lies, if it has one."""
    return folder() / index_file(month)


def days_moved(
    months: Collection[date], *, operator: int, card: bytes, since: date
) -> tuple[set[date], set[date]]:
    """Return the days of the months on which a card may have moved, and the months whose index is missing or unreadable."""
    indexed = {month for month in months if index_path(month).exists()}
    unread = set(months) - indexed
    if not indexed:
        return set(), unread
    asked = {"operator": operator, "key": card_key(card), "since": since}
    try:
        return _moved(indexed, asked), unread
    except duckdb.Error:
        days: set[date] = set()
    for month in indexed:
        try:
            days |= _moved({month}, asked)
        except duckdb.Error:
            unread.add(month)
    return days, unread


def _moved(months: Iterable[date], asked: dict[str, Any]) -> set[date]:
    indexes = [str(index_path(month)) for month in months]
    found = engine.shared().execute(MOVED, asked | {"indexes": indexes}).fetchall()
    return {day for (day,) in found}


def index_difference(month: date, archived: Iterable[ArchivedDay]) -> Difference | None:
    """Return in what the index of a month says something else than the files of its days; a missing one says nothing."""
    path, files = index_path(month), files_of(archived, CARD_DAY)
    if not path.exists() or not files:
        return None
    asked = {"files": files, "index": str(path)}
    try:
        with engine.spilling() as connection:
            unequal = [str(number) for (number,) in connection.execute(UNEQUAL, asked).fetchall()]
    except duckdb.Error:
        return Difference(month, index_file(month), "file", "", "")
    if not unequal:
        return None
    return Difference(month, index_file(month), "index", "", "、".join(unequal[:OPERATORS_NAMED]))
