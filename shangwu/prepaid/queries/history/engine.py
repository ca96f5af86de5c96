"""The engine in the platform: DuckDB over the files of history. The expressions themselves know no engine."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import ibis

from shangwu.prepaid.models import ArchivedDay
from shangwu.prepaid.queries.history.files import files_of, folder
from shangwu.prepaid.rules.history.tables import CARD_DAY, OPERATOR_DAY

# Beside the site and the database on one machine: what does not fit is spilled to the disk.
# Nothing is ever fetched from elsewhere.
LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def shared() -> duckdb.DuckDBPyConnection:
    """Return a cursor of the process's own engine, for short reads; each caller gets its own."""
    return _engine().cursor()


@contextmanager
def spilling() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine for one long piece of work, which puts on the disk what does not fit and ends afterwards."""
    with TemporaryDirectory(prefix="spill-", dir=folder()) as spill:
        connection = duckdb.connect(config={**LIMITS, "temp_directory": spill})
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def history(days: Iterable[ArchivedDay]) -> Iterator[tuple[Any, Any]]:
    """Give operator-days and card-days of the archived days, in an engine that ends afterwards."""
    days = list(days)
    with spilling() as connection:
        tables = ibis.duckdb.from_connection(connection)
        yield tuple(
            tables.read_parquet(files_of(days, table), table_name=table, hive_partitioning=False)
            for table in (OPERATOR_DAY, CARD_DAY)
        )


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=LIMITS)
