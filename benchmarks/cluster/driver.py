"""What runs beside the cluster, in the cluster's own environment: every expression of history, compiled for Spark.

Run by benchmarks.history as `python -m benchmarks.cluster.driver MASTER FOLDER RESULTS NAME…`; it says on its standard
output, in JSON lines, when an expression begins and how long it took.
"""

import json
import sys
import time
from pathlib import Path

import ibis
from pyspark.sql import SparkSession

from shangwu.prepaid.rules.history.catalogue import EXPRESSIONS
from shangwu.prepaid.rules.history.tables import CARD_DAY, OPERATOR_DAY

CONFIGURATION = {
    "spark.app.name": "shangwu-history",
    "spark.executor.memory": "1g",
    "spark.executor.cores": "1",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # A year of days is listed here, not by a job of its own.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    # A worker that was killed is noticed in seconds, not minutes.
    "spark.network.timeout": "60s",
    "spark.executor.heartbeatInterval": "5s",
}


def say(**facts: object) -> None:
    """Tell the benchmark something."""
    print(json.dumps(facts), flush=True)


def main(master: str, folder: str, results: str, *names: str) -> None:
    """Run the named expressions one after the other and write each result as Parquet."""
    builder = SparkSession.builder.master(master)
    for name, value in CONFIGURATION.items():
        builder = builder.config(name, value)
    started = time.perf_counter()
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    connection = ibis.pyspark.connect(session)
    tables = [
        connection.read_parquet(str(Path(folder, table)), table_name=table)
        for table in (OPERATOR_DAY, CARD_DAY)
    ]
    say(connected=round(time.perf_counter() - started, 2))
    for name in names:
        say(begins=name)
        started = time.perf_counter()
        expression, _ = EXPRESSIONS[name]
        frame = session.sql(ibis.to_sql(expression(*tables), dialect="pyspark"))
        frame.write.mode("overwrite").parquet(str(Path(results, name)))
        say(ends=name, seconds=round(time.perf_counter() - started, 2))
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
