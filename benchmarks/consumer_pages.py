"""The day after a rumour: one operator's page asked for by everybody, and cards looked up, among 100,000 operators.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.consumer_pages`. Works in a scratch database of its own.
The asking programs share the processors with the server and the database, in every row alike. What a page costs is
also given in processor time of server and database, the asking programs taken off: nothing else may run meanwhile.
"""

import hashlib
import http.client
import json
import os
import random
import re
import secrets
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
os.environ["SHANGWU_DEMONSTRATION"] = "1"
os.environ["SHANGWU_SECRET_KEY"] = secrets.token_urlsafe(40)
OPERATORS, CARDS, ASKERS, SECONDS = 100_000, 100_000, 2, 6.0
AT, DAY = datetime(2019, 9, 2, 2, tzinfo=UTC), date(2019, 9, 1)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLANNED_PER_SECOND = 500
# What two cores carry that ask as well, with room: the delay that people meet, not the rate that breaks it.
STEADY_PER_SECOND = 150
TALKED_ABOUT = OPERATORS // 2


def number_of(n: int) -> str:
    """Return the platform number of the n-th operator."""
    return f"YF{n:08d}"


def slip_of(n: int) -> tuple[str, str]:
    """Return number and secret of the n-th card."""
    digest = hashlib.sha256(str(n).encode()).digest()
    return f"{n:010d}", "".join(LETTERS[byte % 32] for byte in digest[:16])


def fill() -> None:
    """Store operators with a day's figures, and the cards of the operator that the rumour is about."""
    from django.db import connection

    from shangwu.prepaid.models import Operator, OperatorDay

    Operator.objects.bulk_create(
        (
            Operator(
                number=number_of(n),
                uscc=f"9131{n:014d}",
                name=f"基准{n}号服务有限公司",
                brand=f"品牌{n % 5000}",
                sector="catering",
                form="enterprise",
                district="310101",
                place=f"基准路{n}号",
                address_key=str(n),
                status="CONNECTED",
                registered_at=AT,
                connected_on=DAY,
            )
            for n in range(OPERATORS)
        ),
        batch_size=5000,
    )
    days = (
        OperatorDay(operator_id=pk, day=DAY, state="OPEN", balance_fen=1, first_received_at=AT)
        for pk in Operator.objects.values_list("pk", flat=True).iterator()
    )
    OperatorDay.objects.bulk_create(days, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [DAY])
        _copy_cards(cursor)
        cursor.execute("ANALYZE")


def _copy_cards(cursor: object) -> None:
    from shangwu.prepaid.models import Operator
    from shangwu.prepaid.rules.tokens import card_token

    talked_about = Operator.objects.get(number=number_of(TALKED_ABOUT))
    tokens = []
    for n in range(CARDS):
        number, secret = slip_of(n)
        tokens.append(card_token(operator=talked_about.uscc, number=number, secret=secret))
    columns = "(operator_id, card, balance_fen, kind, first_day, last_day)"
    with cursor.copy(f"COPY prepaid_cardbalance {columns} FROM STDIN") as copy:  # type: ignore[attr-defined] # psycopg 3 under the wrapper
        for token in tokens:
            row = (talked_about.pk, bytes.fromhex(token), 65_000, "registered", DAY, DAY)
            copy.write_row(row)
    columns = (
        "(operator_id, day, sequence, batch_id, card, kind, outlet, issued_fen, redeemed_fen, refunded_fen, "
        "closing_fen, remark)"
    )
    with cursor.copy(f"COPY prepaid_cardday {columns} FROM STDIN") as copy:  # type: ignore[attr-defined] # psycopg 3 under the wrapper
        for n, token in enumerate(tokens, start=1):
            copy.write_row(
                (
                    talked_about.pk,
                    DAY,
                    n,
                    1,
                    bytes.fromhex(token),
                    "registered",
                    "A0001",
                    100_000,
                    35_000,
                    0,
                    65_000,
                    "",
                )
            )


def ask(port: int, kind: str, seed: int, per_second: float) -> tuple[list[float], float]:
    """Ask for pages and return the delays, and this program's own processor time.

    At a rate, a delay runs from the moment at which the question was due; at 0 the next follows without a pause.

    Unit: milliseconds, and seconds.
    """
    own = time.process_time()
    rng = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = _with_token(connection) if kind == "card" else {}
    delays: list[float] = []
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + SECONDS:
        method, address, body = _wanted(kind, rng, headers)
        due = began + len(delays) / per_second if per_second else now
        time.sleep(max(0.0, due - time.perf_counter()))
        started = due if per_second else time.perf_counter()
        connection.request(method, address, body=body, headers=headers)
        answer = connection.getresponse()
        page = answer.read()
        delays.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, (kind, answer.status)
        assert kind != "card" or b"650.00" in page, "the card was not found"
    return delays, time.process_time() - own


def _with_token(connection: http.client.HTTPConnection) -> dict[str, str]:
    connection.request("GET", "/prepaid/card/")
    answer = connection.getresponse()
    answer.read()
    token = re.search(r"csrftoken=(\w+)", answer.headers["Set-Cookie"])
    assert token
    return {
        "Cookie": f"csrftoken={token[1]}",
        "X-CSRFToken": token[1],
        "Content-Type": "application/x-www-form-urlencoded",
    }


def _wanted(kind: str, rng: random.Random, headers: dict[str, str]) -> tuple[str, str, str | None]:
    if kind == "bare":
        return "GET", "/bare/public/", None
    if kind == "talked_about":
        return "GET", f"/prepaid/operators/{number_of(TALKED_ABOUT)}/", None
    if kind == "any":
        return "GET", f"/prepaid/operators/{number_of(rng.randrange(OPERATORS))}/", None
    if kind == "search":
        return "GET", f"/prepaid/search/?{urlencode({'q': f'{rng.randrange(OPERATORS)}号'})}", None
    number, secret = slip_of(rng.randrange(CARDS))
    # A crowd has many addresses; the deployment's proxy names them.
    headers["X-Forwarded-For"] = f"10.{rng.randrange(256)}.{rng.randrange(256)}.1"
    given = {"operator": number_of(TALKED_ABOUT), "number": number, "secret": secret}
    return "POST", "/prepaid/card/", urlencode(given)


def crowd(port: int, kind: str, per_second: int = 0) -> dict[str, float]:
    """Let several programs ask at once, together so many a second or without a pause; return delays and the rate.

    Unit: milliseconds, pages per second, and milliseconds of processor a page.
    """
    with ProcessPoolExecutor(ASKERS) as askers:
        list(askers.map(time.sleep, [0.1] * ASKERS))  # they have started
        before = _busy_seconds()
        each = [per_second / ASKERS] * ASKERS
        found = list(askers.map(ask, [port] * ASKERS, [kind] * ASKERS, range(ASKERS), each))
        busy = _busy_seconds() - before - sum(own for _, own in found)
        delays = [one for part, _ in found for one in part]
    cuts = statistics.quantiles(delays, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "per_second": round(len(delays) / SECONDS, 1),
        "processor_ms": round(busy / len(delays) * 1000, 2),
    }


def _busy_seconds() -> float:
    """Return what all processors have worked since the machine started: user, nice, system, interrupts."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(ticks[place] for place in (0, 1, 2, 5, 6)) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path) -> dict[str, object]:
    """Return rates and delays of the consumer pages beside a bare public view of the same server."""
    from django.db import connection

    from benchmarks.site.serving import environment_for, serving

    fill()
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = environment_for(f"{base}/{connection.settings_dict['NAME']}", folder)
    environment["SHANGWU_PROXIES"] = "1"
    with serving(environment) as port:
        crowd(port, "bare")  # warm
        found = {
            kind: crowd(port, kind) for kind in ("bare", "talked_about", "any", "search", "card")
        }
        steady = crowd(port, "card", STEADY_PER_SECOND)
    bare = found["bare"]["per_second"]
    card = found["card"]["processor_ms"]
    return {
        "what": f"{OPERATORS} operators, {CARDS} cards of one, {ASKERS} asking programs, gunicorn 2 x 4",
        **found,
        "ratio_to_bare": {
            kind: round(one["per_second"] / bare, 2)
            for kind, one in found.items()
            if kind != "bare"
        },
        f"card_at_{STEADY_PER_SECOND}_a_second": steady,
        "planned_per_second": PLANNED_PER_SECOND,
        "cores_for_planned_look_ups": round(PLANNED_PER_SECOND * card / 1000, 1),
        "bound": "a kept page asks the database for nothing; the others by their template and reads",
    }


def main() -> None:
    """Print the figures as JSON."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
