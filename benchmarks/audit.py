"""How much an audit row costs: `record` against a plain insert of the same columns, and a full walk.

Run: `DATABASE_URL=… python benchmarks/audit.py [ROWS]`. Works in a scratch database of its own.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
AT = datetime(2019, 7, 24, 1, 0, tzinfo=UTC)
PLAIN = """
CREATE TABLE plain_row (LIKE audit_act INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)
"""
INSERT = """
INSERT INTO plain_row (nonce, day, at, act, actor_kind, actor_number, actor_name, subject, before,
                       after, source_address, digest)
VALUES (%s, '2019-07-24', %s, 'targets.rate', 'person', 'a-7', '经办人', %s, NULL,
        '{"value": "0.95", "phone": "x"}', '', %s)
"""


def timed(work: Callable[[], object]) -> float:
    """Return how long the work took, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(folder: Path) -> dict[str, object]:
    """Return the rates, each with its limit from the same run."""
    from django.conf import settings
    from django.db import connection, transaction

    from shangwu.foundation import audit
    from shangwu.foundation.audit.operations import seal_acts
    from shangwu.foundation.audit.queries import verify

    settings.DATA_DIR = folder
    clerk = audit.Actor(kind="person", number="a-7", name="经办人")

    def recorded(number: int) -> None:
        facts = {"value": "0.95", "phone": str(number)}
        audit.record(act="targets.rate", by=clerk, at=AT, subject=f"target:{number}", after=facts)

    def plain(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [uuid4(), AT, f"target:{number}", b"x" * 32])

    def together(one: Callable[[int], None]) -> Callable[[], None]:
        def work() -> None:
            with transaction.atomic():
                for number in range(ROWS):
                    one(number)

        return work

    def each_its_own(one: Callable[[int], None]) -> Callable[[], None]:
        def work() -> None:
            for number in range(ROWS // 5):
                with transaction.atomic():
                    one(number)

        return work

    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
    together(recorded)()
    together(plain)()
    rates = {
        "record_rows_per_s": ROWS / timed(together(recorded)),
        "plain_rows_per_s": ROWS / timed(together(plain)),
        "record_commits_per_s": ROWS / 5 / timed(each_its_own(recorded)),
        "plain_commits_per_s": ROWS / 5 / timed(each_its_own(plain)),
    }
    waiting = 2 * ROWS + ROWS // 5
    rates["seal_rows_per_s"] = waiting / timed(lambda: seal_acts(at=AT))
    rates["verify_rows_per_s"] = waiting / timed(verify)
    return {
        "what": "audit.record against a plain insert of the same columns and indexes",
        "rows": ROWS,
        **{name: round(rate) for name, rate in rates.items()},
        "ratio_in_one_transaction": ratio(rates, "rows"),
        "ratio_with_commit_each": ratio(rates, "commits"),
        "bound": "round trips and the commit; the digests cost the rest",
    }


def ratio(rates: dict[str, float], kind: str) -> float:
    """Return how many times slower the audited insert is."""
    return round(rates[f"plain_{kind}_per_s"] / rates[f"record_{kind}_per_s"], 2)


def main() -> None:
    """Print the figures as JSON."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(Path(folder)), ensure_ascii=False, indent=2))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
