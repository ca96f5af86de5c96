"""Standings of 100,000 operators under every rule in force: all of them anew, a quiet night, and one operator.

Then what another ratio would mean for each of them, and everybody's credit grade.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.requirement`. Works in a scratch database of its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import django

from benchmarks.simulated.operators import AT, DAY, fill
from benchmarks.simulated.supervisors import supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.site.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
COUNT = int(os.environ.get("OPERATORS", "100000"))
MOST_SECONDS = {"all_anew_seconds": 20.0, "what_if_seconds": 60.0}


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return how many seconds the work took, and its answer."""
    started = time.perf_counter()
    found = work()
    return round(time.perf_counter() - started, 2), found


def try_ratio(at: datetime) -> int:
    """Try 80 instead of 100 per cent on everybody, as the desk asks for it; return how many would change."""
    from shangwu.prepaid.operations.trials import ask_trial, run_trial

    asked = ask_trial(
        pack="SH-IM19-11",
        on=DAY,
        old_ratio=Decimal("1.00"),
        new_ratio=Decimal("0.80"),
        by=supervisor("city"),
        at=at,
    )
    return run_trial(trial=asked.pk, clock=lambda: at)


def measure() -> dict[str, object]:
    """Return the seconds of each run and of what bounds it, in the same process and database."""
    from django.db import connection

    from shangwu.prepaid.models import CreditStanding, CustodyStanding, RatioTrialChange
    from shangwu.prepaid.operations.credit import restate_credit
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
    what_if, changed = timed(lambda: try_ratio(at))
    assert changed == RatioTrialChange.objects.count() > 0, changed
    grading, graded = timed(lambda: restate_credit(None, day=DAY, cause="每日评定", at=at))
    assert graded == CreditStanding.objects.count() == COUNT, graded
    again, _ = timed(
        lambda: restate_credit(None, day=DAY, cause="每日评定", at=at + timedelta(hours=1))
    )
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
        "what_if_seconds": what_if,
        "what_if_changes": changed,
        "grading_seconds": grading,
        "grading_again_nothing_new_seconds": again,
        "of_it_reading_seconds": reading,
        "of_it_rules_seconds": rules,
        "every_tier_pack_of_every_place_seconds": everywhere,
        "packs_of_every_place": len(packs),
        "limit_insert_of_the_same_rows_seconds": copying,
        "ratio_to_rules_and_insert": round(anew / (rules + copying), 2),
        "bound": "the rules and the sentences of each row in Python, one processor",
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
    kept = [float(str(found[name])) <= most for name, most in MOST_SECONDS.items()]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
