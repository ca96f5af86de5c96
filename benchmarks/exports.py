"""The list of 100,000 operators as a CSV file, against COPY TO of the same statement in the same process.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.exports`. Works in a scratch database of its own.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

import django
from django.db.models import QuerySet

from benchmarks.simulated.operators import AT, DAY, fill
from benchmarks.simulated.supervisors import supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site.settings")
os.environ.setdefault("SHANGWU_SECRET_KEY", secrets.token_urlsafe(40))
COUNT, MOST_GROWTH_MIB = int(os.environ.get("OPERATORS", "100000")), 32
MEBIBYTE = 1024 * 1024


def timed(work: Callable[[], int]) -> dict[str, float]:
    """Return how long the work took, of which processor of this process, how far memory rose, and what it wrote."""
    # The kernel forgets the highest mark so far.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _memory("VmRSS")
    started, processor = time.perf_counter(), time.process_time()
    size = work()
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
        "memory_rose_mib": round(_memory("VmHWM") - before, 1),
        "file_mib": round(size / MEBIBYTE, 1),
    }


def prepare(database: str) -> None:
    """Fill the scratch database, in a process of its own: what measures memory has held nothing before."""
    django.setup()
    from django.db import connection

    from shangwu.prepaid.operations.standings import restate

    connection.settings_dict["NAME"] = database
    fill(COUNT)
    restate(None, day=DAY + timedelta(days=1), cause="NIGHTLY", at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> dict[str, object]:
    """Return the figures of the office's list, of the public register, and of COPY TO of the list."""
    from django.db import connection, transaction

    from shangwu.foundation.web.table_files import csv_file, written
    from shangwu.prepaid.queries import register
    from shangwu.prepaid.queries.desks import operators

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(prepare, connection.settings_dict["NAME"]).result()
    office = operators.rows(supervisor("city"), on=DAY)
    public = register.register()

    def list_file() -> int:
        with transaction.atomic():
            file, rows = written(office, operators.file_columns(DAY), kind="csv", title="operators")
        assert rows == COUNT, rows
        return _size_of(file)

    def public_file() -> int:
        with transaction.atomic():
            file, _ = csv_file(register.HEADER, register.file_rows(public, on=DAY))
        return _size_of(file)

    def copied(rows: QuerySet[Any]) -> int:
        statement, values = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            raw = cursor.cursor
            with raw.copy(f"COPY ({raw.mogrify(statement, values)}) TO STDOUT (FORMAT csv)") as out:
                return sum(len(part) for part in out)

    columns = (
        *("operator__name", "district", "sector", "status", "balance_fen", "required_fen"),
        *("custody_fen", "shortfall_fen", "open_observations", "last_reported_on"),
        *("counted_fen", "revenue_cap_fen", "is_complete", "day", "operator__uscc"),
    )
    ours, limit = timed(list_file), timed(lambda: copied(office.values_list(*columns)))
    theirs = timed(public_file)
    return {
        "what": f"the list of {COUNT} operators as a CSV file",
        "list": ours,
        "copy_of_the_same_rows": limit,
        "ratio": round(ours["seconds"] / limit["seconds"], 1),
        "public_register": theirs,
        "memory_of_the_process_mib": round(_memory("VmRSS"), 1),
        "load_average": os.getloadavg()[0],
        "bound": "the objects of each row, and writing its cells out, in Python",
    }


def _size_of(file: IO[bytes]) -> int:
    size = file.seek(0, os.SEEK_END)
    file.close()
    return int(size)


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def main() -> None:
    """Print the figures as JSON; exit status 1 when memory grows with the rows."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        found = measure()
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    ours = found["list"]
    assert isinstance(ours, dict)
    sys.exit(0 if ours["memory_rose_mib"] <= MOST_GROWTH_MIB else 1)


if __name__ == "__main__":
    main()
