"""The expressions of history on DuckDB and on a Spark standalone cluster: equal row by row, also after losing a worker.

Run: `make bench`, or `python -m benchmarks.history [--data FOLDER] [--spark calm|lost|both|none] [ROWS…]` (5,000,000 by
default; a year of card-days each, kept in the folder if one is given). No database. Without Java 17 it
measures DuckDB alone, says so and fails, unless it was asked for no Spark. Exit status 1 also when a result differs,
or when the worker that was killed did no harm to any work.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.cluster import made_up, spark
from shangwu.prepaid.rules.history.catalogue import EXPRESSIONS
from shangwu.prepaid.rules.history.tables import CARD_DAY, OPERATOR_DAY, unbound

DEFAULT_ROWS = (5_000_000,)
OPERATORS = 2_000
LOST_DURING = "weekly_features"
# The whole again, on a cluster that stays whole and on one that loses a worker in the middle of an expression.
RUNS = {"calm": ("spark", ""), "lost": ("spark_after_losing_a_worker", LOST_DURING)}


def on_duckdb(data: Path, results: Path) -> dict[str, float]:
    """Run every expression here and return the seconds of each."""
    started = time.perf_counter()
    connection = ibis.duckdb.connect(
        threads=2, memory_limit="2GB", temp_directory=str(results / "spill")
    )
    operator_days, card_days = (
        connection.read_parquet(
            str(data / table / "*" / "*.parquet"), table_name=table, hive_partitioning=False
        )
        for table in (OPERATOR_DAY, CARD_DAY)
    )
    found = {"connect": round(time.perf_counter() - started, 2)}
    for name, (expression, _) in EXPRESSIONS.items():
        (results / name).mkdir(parents=True)
        started = time.perf_counter()
        connection.to_parquet(
            expression(operator_days, card_days), results / name / "result.parquet"
        )
        found[name] = round(time.perf_counter() - started, 2)
    connection.disconnect()
    return found


def result(folder: Path, name: str) -> pa.Table:
    """Return an expression's result in one order and in the types that the expression promises."""
    expression, keys = EXPRESSIONS[name]
    promised = expression(unbound(OPERATOR_DAY), unbound(CARD_DAY)).schema().to_pyarrow()
    found = pq.read_table(folder / name, partitioning=None).select(promised.names)
    return found.cast(promised).sort_by([(key, "ascending") for key in keys])


def bare_scan(data: Path) -> float:
    """Return the seconds of reading every column of every card-day once: the limit of any of them."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    started = time.perf_counter()
    connection.execute(
        "SELECT count(operator_id), max(day), max(card), sum(issued_fen), sum(redeemed_fen), sum(refunded_fen),"
        " max(valid_to) FROM read_parquet($files, hive_partitioning = false)",
        {"files": str(data / CARD_DAY / "*" / "*.parquet")},
    ).fetchall()
    return round(time.perf_counter() - started, 2)


def measure(folder: Path, data: Path, rows: int, runs: list[str]) -> dict[str, Any]:
    """Return the seconds of both engines for a year of so many rows, and whether their results are equal."""
    here = folder / "duckdb"
    made = made_up.make(data, rows=rows, operators=OPERATORS)
    found: dict[str, Any] = {
        **made,
        "bytes_per_row": round(made["bytes"] / made["rows"], 1),
        "scan_seconds": bare_scan(data),
        "duckdb_seconds": on_duckdb(data, here),
        "result_rows": {name: result(here, name).num_rows for name in EXPRESSIONS},
    }
    assert found["result_rows"]["identity_breaks"] == made_up.BREAKS
    try:
        for label, lost in (RUNS[run] for run in runs):
            there = folder / label
            names = [LOST_DURING, *(n for n in EXPRESSIONS if n != LOST_DURING)]
            with spark.running(folder) as cluster:
                seconds = spark.run(
                    cluster, data=data, results=there, names=names, kill_during=lost
                )
                alive = cluster.alive()
            assert alive == spark.WORKERS - bool(lost)
            equal = {name: result(here, name).equals(result(there, name)) for name in EXPRESSIONS}
            found[label] = {"seconds": seconds, "workers_at_the_end": alive, "equal": equal}
    except spark.CannotRun as reason:
        found["spark"] = {"skipped": str(reason)}
    return found


def main() -> int:
    """Print the figures as JSON; 1 when the engines disagree, or could not be compared as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=DEFAULT_ROWS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--spark", choices=[*RUNS, "both", "none"], default="both")
    given = parser.parse_args()
    runs = {"both": list(RUNS), "none": []}.get(given.spark, [given.spark])
    whole = []
    for rows in given.sizes:
        with tempfile.TemporaryDirectory(prefix="shangwu-history-") as folder:
            data = (given.data or Path(folder, "data")) / str(rows)
            whole.append(measure(Path(folder), data, rows, runs))
    print(
        json.dumps(
            {
                "what": "five expressions over a year of card-days of 2,000 operators; DuckDB with two threads, "
                "Spark with a master and two workers of one core",
                "sizes": whole,
                "bound": "DuckDB: decoding and hashing the 32 bytes of each card; Spark: shuffles and start of tasks",
            },
            ensure_ascii=False,
            indent=2,
        )
    )
    results = [one[label]["equal"] for one in whole for label, _ in RUNS.values() if label in one]
    compared = len(results) == len(runs) * len(whole)
    return 0 if compared and all(all(equal.values()) for equal in results) else 1


if __name__ == "__main__":
    sys.exit(main())
