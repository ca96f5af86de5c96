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
MEMORY, THREADS = "1GB", 2
# Nothing is ever fetched from elsewhere.
CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def shared() -> duckdb.DuckDBPyConnection:
    """Return a cursor of the process's own engine, for short reads; each caller gets its own."""
    return _engine().cursor()


@contextmanager
def history(days: Iterable[ArchivedDay]) -> Iterator[tuple[Any, Any]]:
    """Give operator-days and card-days of the archived days, in an engine that ends afterwards."""
    days = list(days)
    with TemporaryDirectory(prefix="spill-", dir=folder()) as spill:
        connection = ibis.duckdb.connect(
            threads=THREADS, memory_limit=MEMORY, temp_directory=spill, **CLOSED
        )
        try:
            yield tuple(
                connection.read_parquet(
                    files_of(days, table), table_name=table, hive_partitioning=False
                )
                for table in (OPERATOR_DAY, CARD_DAY)
            )
        finally:
            connection.disconnect()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "enable_object_cache": True, **CLOSED}
    )
