"""Pages of the desks with 100,000 operators, against a bare view behind the same door in the same server.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.prepaid_desks`. Works in a scratch database of its own.
The operators are copied into the tables; standings, observations and sums are made by the platform's own night.
"""

import json
import os
import secrets
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django

from benchmarks.simulated.operators import AT, DAY, fill
from benchmarks.simulated.supervisors import supervisor

if TYPE_CHECKING:
    from shangwu.foundation.accounts.models import Account

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
os.environ["SHANGWU_DEMONSTRATION"] = "1"
os.environ["SHANGWU_SECRET_KEY"] = secrets.token_urlsafe(40)
COUNT, MOST_MS = int(os.environ.get("OPERATORS", "100000")), 300
DESK, FILES, SEEN = "/office/prepaid/", "/office/prepaid/files/", "/office/prepaid/observations/"
PAGES = {
    "city_desk": ("city", DESK),
    "agency_desk": ("agency", DESK),
    "district_desk": ("district", DESK),
    "district_and_sector": ("city", f"{DESK}?district=310104&sector=catering"),
    "wall_and_map": ("city", f"{DESK}screen/body/"),
    "operators": ("city", FILES),
    "operators_of_an_agency": ("agency", FILES),
    "operators_of_a_district": ("district", FILES),
    "operators_short_by_balance": ("city", f"{FILES}?short=0&sort=-balance"),
    "operators_without_complete_data": ("city", f"{FILES}?complete=True"),
    "operators_above_their_cap": ("city", f"{FILES}?cap=True"),
    "operators_by_name": ("city", f"{FILES}?sort=name"),
    "operators_last_page": ("city", f"{FILES}?page=1000000"),
    "operators_by_name_last_page": ("city", f"{FILES}?sort=name&page=1000000"),
    "operators_searched_by_name": ("city", f"{FILES}?q=商业77"),
    "operators_searched_by_what_all_have": ("city", f"{FILES}?q=有限"),
    "operators_searched_by_code": ("city", f"{FILES}?q=91310000000077"),
    "linkage_searched": ("city", "/office/prepaid/linkage/?q=商业77"),
    "observations": ("city", f"{SEEN}?state=OPEN"),
    "observations_searched": ("city", f"{SEEN}?q=商业77"),
    "observations_last_page": ("city", f"{SEEN}?page=1000000"),
    "operator_file": ("city", f"{FILES}YF00000017/"),
    "workbench": ("city", "/office/"),
}


def night() -> dict[str, float]:
    """Let the platform work its night over the made-up city, and return how long each half took."""
    from shangwu.prepaid.operations.reconciling import reconcile
    from shangwu.prepaid.operations.standings import restate

    found = {}
    for name, work in (
        ("standings", lambda: restate(None, day=DAY + timedelta(days=1), cause="NIGHTLY", at=AT)),
        ("reconciling", lambda: reconcile(at=AT + timedelta(hours=1))),
    ):
        started = time.perf_counter()
        work()
        found[name] = round(time.perf_counter() - started, 2)
    return found


def cookie(account: "Account") -> str:
    """Return the session of somebody who has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def measure(folder: Path) -> dict[str, object]:
    """Return the delays of each page, of a bare view, and the size of what they read."""
    from urllib.parse import quote

    from django.conf import settings
    from django.db import connection

    from benchmarks.site.serving import environment_for, serving, visit
    from shangwu.config.rehearsal import move_clock
    from shangwu.prepaid.models import AreaSum, Observation, OperatorSummary

    settings.DATA_DIR = folder
    fill(COUNT)
    seconds = night()
    people = {
        "city": cookie(supervisor("city")),
        "agency": cookie(supervisor("agency", agency="sports")),
        "district": cookie(supervisor("district", district="310104")),
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    clock = folder / "clock"
    move_clock(clock, to=AT + timedelta(hours=1))
    environment = {
        **environment_for(f"{base}/{connection.settings_dict['NAME']}", folder),
        "SHANGWU_CLOCK": str(clock),
    }
    pages = {}
    with serving(environment) as port:
        visit(port, "/bare/", people["city"], users=2, seconds=2, pause=0)
        bare = visit(port, "/bare/", people["city"], users=1, seconds=5, pause=0)
        for name, (who, address) in PAGES.items():
            address = quote(address, safe="/?=&-")
            # Both of the processes that serve have seen the page once.
            visit(port, address, people[who], users=2, seconds=3, pause=0)
            pages[name] = visit(port, address, people[who], users=1, seconds=4, pause=0)
    return {
        "what": f"desk pages with {COUNT} operators, one person, no pause",
        "pages": pages,
        "slowest_p95_ms": max(one["p95_ms"] for one in pages.values()),
        "bare": bare,
        "night_seconds": seconds,
        "rows": {
            "summaries": OperatorSummary.objects.count(),
            "areas": AreaSum.objects.count(),
            "open_observations": Observation.objects.exclude(state="SETTLED").count(),
        },
        "load_average": os.getloadavg()[0],
        "bound": "the templates; lists: counting the summaries; searches: one text of each operator, read twice",
    }


def main() -> None:
    """Print the figures as JSON; exit status 1 when a page takes longer than the issue allows."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    slowest = found["slowest_p95_ms"]
    assert isinstance(slowest, float)
    sys.exit(0 if slowest <= MOST_MS else 1)


if __name__ == "__main__":
    main()
