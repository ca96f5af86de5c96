"""kill -9 of web server, worker and database at ten random points under load: nothing lost, nothing counted twice.

Run: `make bench`, or `python -m benchmarks.ledger_kill [KILLS] [SEED]`. Starts a platform of its own with `shangwu up`.
Operators send batch after batch, each under one key until it is receipted; a batch whose answer was lost is sent
again. In the end every receipt must be the one that was given, and every card, day and operator must hold what the
receipts add up to. Fails when one does not.
"""

import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.site.running import Platform, Sender, running, yesterday

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20_190_901
SENDERS, LARGEST, CARDS = 4, 3_000, 500
# Who is killed, in an order drawn anew each round: the web's master or one of its processes, the worker of jobs, the
# database's master or one of its processes. The master is the eldest.
VICTIMS = (
    ("gunicorn", True),
    ("gunicorn", False),
    ("procrastinate", True),
    ("postgres", True),
    ("postgres", False),
)


@dataclass
class Business:
    """An operator under load: what it has been receipted for, and what its cards must hold."""

    sender: Sender
    rng: random.Random
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    cards: dict[int, int] = field(default_factory=dict)
    sequence: int = 0
    again: int = 0

    def batch(self) -> tuple[str, bytes, dict[int, int], int]:
        """Return the next batch: its key, its bytes, the cards and the last number after it."""
        cards, sequence, lines = dict(self.cards), self.sequence, []
        for _ in range(self.rng.randint(1, LARGEST)):
            sequence += 1
            card = self.rng.randrange(CARDS)
            before = cards.get(card, 0)
            drawn = self.rng.randint(0, before) if before else 0
            issued = 0 if drawn else self.rng.randint(1, 900)
            cards[card] = before + issued - drawn
            given = {"issued": issued, "redeemed": drawn, "closing": cards[card]}
            lines.append(self.sender.row(sequence, card, yesterday(), **given))
        return f"kill-{sequence:08d}", "\n".join(lines).encode(), cards, sequence

    def run(self, port: int, until: threading.Event) -> None:
        """Send batches until the end, each again and again until its receipt has arrived."""
        while not until.is_set():
            key, body, cards, sequence = self.batch()
            while True:
                try:
                    status, answer = self.sender.send(port, key, body, timeout=60)
                except (OSError, http.client.HTTPException):
                    status, answer = 0, b""
                if status == 200:
                    break
                assert status in (0, 500, 502, 503), (status, answer)
                self.again += 1
                time.sleep(0.3)
            self.acknowledged[key], self.cards, self.sequence = answer, cards, sequence


def main() -> None:
    """Print what was done as JSON; fail when anything was lost or counted twice."""
    with running() as platform:
        print(json.dumps(measure(platform), ensure_ascii=False, indent=2))


def measure(platform: Platform) -> dict[str, Any]:
    """Kill under load, wait for the rest, and compare."""
    rng = random.Random(SEED)
    businesses = [Business(Sender(n), random.Random(SEED + n)) for n in range(1, SENDERS + 1)]
    until = threading.Event()
    threads = [threading.Thread(target=one.run, args=(platform.port, until)) for one in businesses]
    for thread in threads:
        thread.start()
    killed: dict[str, int] = {}
    for number in range(KILLS):
        if number % len(VICTIMS) == 0:
            order = rng.sample(VICTIMS, len(VICTIMS))
        name, is_master = order[number % len(VICTIMS)]
        time.sleep(rng.uniform(1, 4))
        eldest, *others = _group(platform, name, least=1 if is_master else 2)
        os.kill(eldest if is_master else rng.choice(others), signal.SIGKILL)
        label = f"{name}, {'master' if is_master else 'one of its processes'}"
        killed[label] = killed.get(label, 0) + 1
        _wait(platform)
    time.sleep(2)
    until.set()
    for thread in threads:
        thread.join()
    compare(businesses)
    return {
        "what": "kill -9 under load",
        "seed": SEED,
        "killed": killed,
        "batches_receipted": sum(len(one.acknowledged) for one in businesses),
        "rows_receipted": sum(one.sequence for one in businesses),
        "sent_again": sum(one.again for one in businesses),
        "lost": 0,
        "counted_twice": 0,
    }


def compare(businesses: list[Business]) -> None:
    """Fail unless the ledger holds what was receipted, once."""
    from django.db import connection
    from django.db.models import Sum

    from shangwu.prepaid.models import Batch, CardBalance, CardDay, OperatorDay
    from shangwu.prepaid.rules.interface.receipts import canonical

    # What this process held to the database died with it.
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # of the backend with a pool
    for one in businesses:
        operator = one.sender.operator
        stored = {
            batch.key: canonical(batch.receipt) for batch in Batch.objects.filter(operator=operator)
        }
        assert stored == one.acknowledged, "a receipt was lost, or is another now"
        numbers = CardDay.objects.filter(operator=operator).order_by("sequence")
        found = list(numbers.values_list("sequence", flat=True))
        assert found == list(range(1, one.sequence + 1)), "a row was lost, or stands there twice"
        held = {
            bytes(card).hex(): balance
            for card, balance in CardBalance.objects.filter(operator=operator).values_list(
                "card", "balance_fen"
            )
        }
        assert held == {one.sender.card(card): fen for card, fen in one.cards.items()}
        day = OperatorDay.objects.get(operator=operator)
        sums = numbers.aggregate(issued=Sum("issued_fen"), redeemed=Sum("redeemed_fen"))
        assert (day.issued_fen, day.redeemed_fen) == (sums["issued"], sums["redeemed"])
        assert day.balance_fen == sum(one.cards.values()) == sums["issued"] - sums["redeemed"]
        assert (day.rows, day.cards) == (one.sequence, len(one.cards))


def _group(platform: Platform, name: str, *, least: int) -> list[int]:
    """The processes of that name, once there are so many again after the kill before."""
    until = time.monotonic() + 120
    while len(found := platform.children(name)) < least:
        assert time.monotonic() < until, (platform.folder / "up.log").read_text("utf-8")
        time.sleep(0.2)
    return found


def _wait(platform: Platform) -> None:
    until = time.monotonic() + 120
    while not platform.is_healthy():
        assert time.monotonic() < until, (platform.folder / "up.log").read_text("utf-8")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
