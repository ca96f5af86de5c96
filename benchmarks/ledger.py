"""Card-days through the public interface against COPY of the same rows into the same table in the same run.

Run: `make bench`, or `python -m benchmarks.ledger [ROWS]`. Starts a platform of its own with `shangwu up`, durable as
in production. The reference is COPY by text and by binary into another month of the same partitioned table, whose
partition is empty as that of the first rows was. Before each scene, ours and COPY's alike, the database is vacuumed and
a checkpoint ends, so that none pays for the one before. The sender signs inside the clock and works on the same cores.
Exit status 1 when new cards in one stream or one batch come in at less than a third of the rate of text COPY: rows arrive
as text, ours and COPY's alike; binary COPY is given rows that somebody else has already parsed. Two streams share two cores
with their senders and are reported only. Fewer rows than a million flatter COPY.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from benchmarks.site.running import Platform, Sender, peak_mib, running, yesterday

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
HELD_TO_A_BAR = ("one_stream_new_cards", "one_batch_new_cards")
BATCHES, SPENDERS, SENDINGS = 10, 200, 5
SLICE = 256 * 1024
LEAST_RATIO = 0.333
SCENES = (
    "one_stream_new_cards",
    "one_batch_new_cards",
    "two_streams_new_cards",
    "one_stream_known_cards",
)


def main() -> int:
    """Print the figures as JSON; 1 when new cards in one stream or one batch are slower than planned."""
    with running() as platform:
        found = measure(platform)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    ratios = [found[f"ratio_{scene}_text"]["rate"] for scene in HELD_TO_A_BAR]
    return 0 if min(ratios) >= LEAST_RATIO else 1


def measure(platform: Platform) -> dict[str, Any]:
    """Return the rates, ratios and peaks of memory."""
    from django.db import connection

    senders = [Sender(n) for n in range(1, 2 * BATCHES + 4)]
    one, two, rest = senders[:BATCHES], senders[BATCHES : 2 * BATCHES], senders[2 * BATCHES :]
    each = ROWS // BATCHES
    day = yesterday()
    at_rest = peak_mib(platform.children("gunicorn"))
    figures: dict[str, Any] = {"what": "card-day rows through the interface", "rows": ROWS}

    opened = [issues(sender, each, day) for sender in one]
    figures["one_stream_new_cards"] = rate(platform, partial(deliver, platform, one, opened, 1))
    peaks = {"at_rest": at_rest, "ten_batches": peak_mib(platform.children("gunicorn"))}
    whole = [issues(rest[0], ROWS, day)]
    figures["one_batch_new_cards"] = rate(platform, partial(deliver, platform, rest[:1], whole, 1))
    peaks["one_batch"] = peak_mib(platform.children("gunicorn"))
    figures["server_peak_mib"] = peaks
    opened = [issues(sender, each, day) for sender in two]
    figures["two_streams_new_cards"] = rate(platform, partial(deliver, platform, two, opened, 2))
    today = day + timedelta(days=1)
    drawn = [redemptions(sender, each, today) for sender in one]
    figures["one_stream_known_cards"] = rate(
        platform, partial(deliver, platform, one, drawn, 1, "b")
    )

    operators = [sender.operator.pk for sender in one]
    halves = [operators[: BATCHES // 2], operators[BATCHES // 2 :]]
    months = count(1)
    for name, form in (("text", ""), ("binary", "(FORMAT BINARY)")):
        for streams, groups in (("one_stream", [operators]), ("two_streams", halves)):
            empty = month_before(day, next(months))
            plain = [copied_out(group, day, empty, form) for group in groups]
            open_month(empty)
            figures[f"copy_{name}_{streams}"] = rate(platform, partial(copy_in, plain, form))
    for scene in SCENES:
        streams = "two_streams" if scene.startswith("two") else "one_stream"
        for name in ("text", "binary"):
            ours, copied = figures[scene], figures[f"copy_{name}_{streams}"]
            figures[f"ratio_{scene}_{name}"] = {
                "rate": round(ours["rows_per_s"] / copied["rows_per_s"], 3),
                "cpu": round(copied["cpu_us_per_row"] / ours["cpu_us_per_row"], 2),
            }
    figures["same_batch_five_times"] = five_times(platform, rest[1])
    figures["two_hundred_spend_one_balance"] = spend(platform, rest[2])
    connection.close()
    figures["bound"] = (
        "processor: parsing and hashing on one core, COPY and two indexes on the other"
    )
    return figures


def rate(platform: Platform, work: Callable[[], object]) -> dict[str, float]:
    """Return how many rows a second the work did, and what each cost the platform's processors."""
    platform.settle()
    started, worked = time.perf_counter(), platform.cpu_seconds()
    work()
    seconds, processor = time.perf_counter() - started, platform.cpu_seconds() - worked
    return {
        "rows_per_s": round(ROWS / seconds),
        "cpu_us_per_row": round(processor / ROWS * 1e6, 1),
    }


def issues(sender: Sender, rows: int, day: date) -> bytes:
    """Return a batch in which every card is new."""
    lines = (
        sender.row(n, n, day, issued=50_000, redeemed=n % 1_000, closing=50_000 - n % 1_000)
        for n in range(1, rows + 1)
    )
    return "\n".join(lines).encode()


def redemptions(sender: Sender, rows: int, day: date) -> bytes:
    """Return a batch of the day after, in which every card is known."""
    lines = (
        sender.row(n, n, day, redeemed=100, closing=49_900 - n % 1_000) for n in range(1, rows + 1)
    )
    return "\n".join(lines).encode()


def deliver(
    platform: Platform, senders: list[Sender], bodies: list[bytes], streams: int, mark: str = "a"
) -> None:
    """Send each sender's batch; fail unless every row was posted."""

    def one(at: int) -> None:
        status, answer = senders[at].send(platform.port, f"batch-{mark}-{at:03d}", bodies[at])
        receipt = json.loads(answer)
        assert status == 200 and receipt["state"] == "STORED", (status, receipt)

    with ThreadPoolExecutor(streams) as pool:
        list(pool.map(one, range(len(senders))))


def copied_out(operators: list[int], day: date, to: date, form: str) -> bytes:
    """Return the stored rows of a day as COPY takes them, for another day of operators that nobody is."""
    from django.db import connection

    statement = (
        "COPY (SELECT operator_id + 1000000, %s::date, sequence, batch_id, card, kind, outlet, issued_fen,"
        " redeemed_fen, refunded_fen, closing_fen, valid_to, reverses_day, reverses_sequence, remark"
        " FROM prepaid_cardday WHERE operator_id = ANY(%s) AND day = %s"
        f" ORDER BY operator_id, sequence) TO STDOUT {form}"
    )
    with connection.cursor() as cursor, cursor.copy(statement, [to, operators, day]) as copy:
        return b"".join(copy)


def copy_in(streams: list[bytes], form: str) -> None:
    """COPY the rows into the table, a connection for each stream."""
    from django.db import connection

    def one(plain: bytes) -> None:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY prepaid_cardday FROM STDIN {form}") as copy:
                for at in range(0, len(plain), SLICE):
                    copy.write(plain[at : at + SLICE])
        connection.close()

    with ThreadPoolExecutor(len(streams)) as pool:
        list(pool.map(one, streams))


def open_month(day: date) -> None:
    """Make the month's partition before the clock runs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [day])


def month_before(day: date, months: int) -> date:
    """Return the first day of an earlier month, whose partition nobody has used."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def five_times(platform: Platform, sender: Sender) -> dict[str, Any]:
    """Send one batch of 100,000 rows five times at once; one effect, one receipt."""
    from shangwu.prepaid.models import CardDay, OperatorDay

    body = issues(sender, 100_000, yesterday())
    with ThreadPoolExecutor(SENDINGS) as pool:
        sent = [
            pool.submit(sender.send, platform.port, "five-times", body) for _ in range(SENDINGS)
        ]
        answers = [one.result() for one in sent]
    stored = CardDay.objects.filter(operator=sender.operator)
    day = OperatorDay.objects.get(operator=sender.operator)
    found = {
        "receipts": len(set(answers)),
        "statuses": sorted({status for status, _ in answers}),
        "rows": stored.count(),
        "rows_of_the_day": day.rows,
    }
    assert found == {
        "receipts": 1,
        "statuses": [200],
        "rows": 100_000,
        "rows_of_the_day": 100_000,
    }, found
    return found


def spend(platform: Platform, sender: Sender) -> dict[str, int]:
    """Let 200 threads spend the whole balance of one card at once; one wins."""
    from shangwu.prepaid.models import CardBalance

    day = yesterday()
    opened = sender.row(1_000, 1, day, issued=500, closing=500).encode()
    assert sender.send(platform.port, "open-the-card", opened)[0] == 200

    def one(at: int) -> int:
        body = sender.row(at + 1, 1, day, redeemed=500, closing=0).encode()
        status, _ = sender.send(platform.port, f"spend-{at:05d}", body)
        return int(status)

    with ThreadPoolExecutor(SPENDERS) as pool:
        statuses = list(pool.map(one, range(SPENDERS)))
    left = CardBalance.objects.get(operator=sender.operator).balance_fen
    found = {
        "won": statuses.count(200),
        "refused": statuses.count(422),
        "other": sum(status not in (200, 422) for status in statuses),
        "balance_fen": left,
    }
    assert found == {"won": 1, "refused": SPENDERS - 1, "other": 0, "balance_fen": 0}, found
    return found


if __name__ == "__main__":
    sys.exit(main())
