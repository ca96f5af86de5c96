"""Balance and entries of one card among ten million, asked 500 times a second: how long it takes, waiting included.

Run: `make bench`, or `python -m benchmarks.card_queries [CARDS] [SECONDS]`. Fills the table of balances by COPY in a
platform of its own, and the ledger with a row for each card. The question is the consumer's page's own. Questions arrive at random moments, whether or not the one before is answered; a delay counts
from the moment at which the question came. The limit of the same run is the same question for a table of one card.
"""

import hashlib
import json
import random
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import numpy as np

from benchmarks.site.running import Sender, running, yesterday

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 20
# As many threads as the site keeps connections, but for the one of the main thread.
PER_SECOND, THREADS, OPERATORS = 500, 7, 20
BLOCK = 100_000
# One row of the ledger for each card, in the order of the index that finds it.
MOVED = """
INSERT INTO prepaid_cardday
    (operator_id, day, sequence, batch_id, card, kind, outlet, issued_fen, redeemed_fen, refunded_fen, closing_fen)
SELECT operator_id, last_day, row_number() OVER (ORDER BY card), 1, card, kind, 'MD1', balance_fen, 0, 0, balance_fen
FROM prepaid_cardbalance WHERE operator_id = %s ORDER BY card
"""


def main() -> None:
    """Print the delays as JSON."""
    with running():
        print(json.dumps(measure(), ensure_ascii=False, indent=2))


def measure() -> dict[str, Any]:
    """Fill, warm, ask."""
    senders = [Sender(n) for n in range(1, OPERATORS + 2)]
    started = time.perf_counter()
    for sender in senders[:OPERATORS]:
        fill(sender, CARDS // OPERATORS)
    alone = senders[OPERATORS]
    fill(alone, 1)
    filled = time.perf_counter() - started
    rng = random.Random(1)
    ask([(alone, 0)] * PER_SECOND)
    limit = ask([(alone, 0) for _ in range(round(PER_SECOND * SECONDS))])
    questions = [
        (rng.choice(senders[:OPERATORS]), rng.randrange(CARDS // OPERATORS))
        for _ in range(round(PER_SECOND * SECONDS))
    ]
    found = ask(questions)
    return {
        "what": "balance and entries of one card by its token",
        "cards": CARDS,
        "filled_in_s": round(filled, 1),
        "per_second": PER_SECOND,
        **found,
        "one_card_only": limit,
        "ratio_p99": round(found["p99_ms"] / limit["p99_ms"], 2),
        "bound": "the round trip and the object around the row; the index has four levels",
    }


def _block(sender: Sender, block: int) -> bytes:
    """A hundred thousand tokens: quick to make, and as scattered as true ones."""
    return hashlib.shake_256(f"{sender.uscc}{block}".encode()).digest(32 * BLOCK)


def fill(sender: Sender, count: int) -> None:
    """COPY the balances of an operator's cards, each of its number in fen, and post a row for each."""
    from django.db import connection

    from shangwu.prepaid.operations.batches.copying import copy_new_cards
    from shangwu.prepaid.operations.batches.receiving import open_month

    open_month(yesterday())

    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        plain = _block(sender, start // BLOCK)[: 32 * size]
        copy_new_cards(
            sender.operator.pk,
            yesterday(),
            np.frombuffer(plain, dtype=np.uint8).reshape(size, 32),
            np.arange(start, start + size, dtype=np.int64),
            np.zeros(size, dtype=np.int64),
        )
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [sender.operator.pk])


def ask(questions: list[tuple[Sender, int]]) -> dict[str, float]:
    """Ask at random moments, so many a second on average; fail on a wrong balance.

    Unit: milliseconds.
    """
    from django.db import connection

    from shangwu.prepaid.queries.consumers.card import card_answer

    rng, blocks, moment = random.Random(2), {}, 0.0
    today = yesterday() + timedelta(days=1)
    due: list[tuple[float, Sender, bytes, int]] = []
    for sender, number in questions:
        moment += rng.expovariate(PER_SECOND)
        place = (sender.uscc, number // BLOCK)
        if place not in blocks:
            blocks[place] = _block(sender, number // BLOCK)
        at = 32 * (number % BLOCK)
        due.append((moment, sender, blocks[place][at : at + 32], number))
    delays: list[float] = []
    lock, following = threading.Lock(), iter(due)
    started = time.perf_counter() + 0.2

    def work(_: int) -> None:
        while True:
            with lock:
                one = next(following, None)
            if one is None:
                connection.close()
                return
            moment, sender, card, number = one
            time.sleep(max(0.0, started + moment - time.perf_counter()))
            held = card_answer(sender.operator, card, on=today)
            delays.append((time.perf_counter() - started - moment) * 1000)
            assert held.is_found and held.balance_fen == number and len(held.entries) == 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    cuts = statistics.quantiles(delays, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "asked_per_s": round(len(due) / moment),
    }


if __name__ == "__main__":
    main()
