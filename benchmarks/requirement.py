"""Standings of 100,000 operators under every rule in force: all of them anew, a quiet night, and one operator.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.requirement`. Works in a scratch database of its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

from benchmarks.simulated.operators import AT, DAY, fill

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
COUNT, MOST_SECONDS = int(os.environ.get("OPERATORS", "100000")), 20


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return how many seconds the work took, and its answer."""
    started = time.perf_counter()
    found = work()
    return round(time.perf_counter() - started, 2), found


def measure() -> dict[str, object]:
    """Return the seconds of each run and of what bounds it, in the same process and database."""
    from django.db import connection

    from shangwu.prepaid.models import CustodyStanding
    from shangwu.prepaid.operations.standings import restate
    from shangwu.prepaid.queries.facts import facts_on
    from shangwu.prepaid.rules import law
    from shangwu.prepaid.rules.parameters import TierDeposit
    from shangwu.prepaid.rules.requirement.tiers import assess
    from shangwu.prepaid.rules.standing import stand

    fill(COUNT)
    reading, facts = timed(lambda: facts_on(None, day=DAY, known_at=AT))
    assert isinstance(facts, dict)
    rules, _ = timed(lambda: [stand(one, on=DAY) for one in facts.values()])
    packs = [p for p in law.all_packs() if isinstance(p.parameters, TierDeposit) and not p.is_draft]
    settings = law.settings(DAY)
    everywhere, _ = timed(
        lambda: [
            assess(pack, one.position, on=DAY, settings=settings)
            for one in facts.values()
            for pack in packs
        ]
    )
    at = AT + timedelta(hours=1)
    anew, stored = timed(lambda: restate(None, day=DAY + timedelta(days=1), cause="NIGHTLY", at=at))
    quiet, none = timed(
        lambda: restate(
            None, day=DAY + timedelta(days=1), cause="NIGHTLY", at=at + timedelta(hours=1)
        )
    )
    assert none == 0, none
    assert stored == CustodyStanding.objects.count(), stored
    one, _ = timed(lambda: restate([17], day=DAY, cause="CUSTODY", at=at + timedelta(hours=2)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE prepaid_custodystanding INCLUDING ALL)")
        copying, _ = timed(
            lambda: cursor.execute("INSERT INTO bare SELECT * FROM prepaid_custodystanding")
        )
    return {
        "what": f"standings of {COUNT} operators, read, worked out, kept, summed",
        "all_anew_seconds": anew,
        "stored": stored,
        "a_quiet_night_seconds": quiet,
        "one_operator_two_days_seconds": one,
        "of_it_reading_seconds": reading,
        "of_it_rules_seconds": rules,
        "every_tier_pack_of_every_place_seconds": everywhere,
        "packs_of_every_place": len(packs),
        "limit_insert_of_the_same_rows_seconds": copying,
        "ratio_to_rules_and_insert": round(anew / (rules + copying), 2),
        "bound": "the rules in Python, one processor; then the sentences of each row and their insertion",
    }


def main() -> None:
    """Print the figures as JSON; exit status 1 when the promise of the issue is not kept."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        found = measure()
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    seconds = found["all_anew_seconds"]
    assert isinstance(seconds, float)
    sys.exit(0 if seconds <= MOST_SECONDS else 1)


if __name__ == "__main__":
    main()
