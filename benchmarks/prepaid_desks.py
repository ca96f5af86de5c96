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
from datetime import date, timedelta
from pathlib import Path

import django

from benchmarks.simulated.operators import AT, DAY, fill

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
os.environ["SHANGWU_DEMONSTRATION"] = "1"
os.environ["SHANGWU_SECRET_KEY"] = secrets.token_urlsafe(40)
COUNT, MOST_MS = int(os.environ.get("OPERATORS", "100000")), 300
PAGES = {
    "city_desk": "/office/prepaid/",
    "district_and_sector": "/office/prepaid/?district=310104&sector=catering",
    "wall": "/office/prepaid/screen/body/",
    "operators": "/office/prepaid/files/",
    "operators_short_by_balance": "/office/prepaid/files/?short=0&sort=-balance",
    "operators_last_page": "/office/prepaid/files/?page=1000000",
    "operators_searched": "/office/prepaid/files/?q=商业77",
    "observations": "/office/prepaid/observations/?state=OPEN",
    "operator_file": "/office/prepaid/files/YF00000017/",
    "workbench": "/office/",
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


def cookie() -> str:
    """Return the session of a supervisor of the whole city."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from shangwu.foundation.accounts.models import Account, Appointment, Organisation, Post
    from shangwu.prepaid.models import SupervisingUnit

    unit = Organisation.objects.create(name="市商务委员会")
    SupervisingUnit.objects.create(organisation=unit, agency="commerce", district="")
    account = Account.objects.create(login="city", display_name="市级监管", created_at=AT)
    post = Post.objects.create(organisation=unit, name="预付卡复核岗")
    Appointment.objects.create(
        account=account,
        post=post,
        role="PREPAID_REVIEWER",
        from_on=date(2018, 1, 1),
        reason="测量",
        appointed_at=AT,
    )
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
    seconds, who = night(), cookie()
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
        visit(port, "/bare/", who, users=2, seconds=2, pause=0)
        bare = visit(port, "/bare/", who, users=1, seconds=8, pause=0)
        for name, address in PAGES.items():
            address = quote(address, safe="/?=&-")
            visit(port, address, who, users=1, seconds=4, pause=0)
            pages[name] = visit(port, address, who, users=1, seconds=10, pause=0)
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
        "bound": "desks: 176 sums and one count of observations; lists: counting and sorting the summaries",
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
