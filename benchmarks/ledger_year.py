"""A year of random operators, posted day by day, closed night by night: the identity holds to the fen at every level.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.ledger_year [OPERATORS] [DAYS]`; 1000 365 is example 3 of the
handbook in full. Works in a scratch database of its own. Rows are posted by the operation behind the interface. Fails
when a sum differs, when the ledger does not verify, or when a row that is changed afterwards is not named.
"""

import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
OPERATORS, DAYS = 10, 60
FIRST = date(2019, 1, 1)
CARDS, MOST_ROWS = 40, 12


@dataclass
class Year:
    """One operator's year: what its cards hold by its own books, and what can still be reversed."""

    sender: Any
    rng: random.Random
    cards: dict[int, int] = field(default_factory=dict)
    last: tuple[date, int, int, int] | None = None

    def rows(self, day: date) -> list[dict[str, object]]:
        """Return a day's rows: issues, redemptions, refunds and now and then a reversal of the day before."""
        made: list[dict[str, object]] = []
        undo, self.last = self.last, None
        if undo and self.rng.random() < 0.3 and self.cards[undo[2]] >= undo[3]:
            number = {"reverses_day": undo[0].isoformat(), "reverses_sequence": undo[1]}
            made.append(self._row(day, 1, undo[2], issued=-undo[3]) | number)
        for sequence in range(len(made) + 1, self.rng.randint(1, MOST_ROWS) + len(made) + 1):
            card = self.rng.randrange(CARDS)
            before = self.cards.get(card, 0)
            if before and self.rng.random() < 0.6:
                name = self.rng.choice(["redeemed", "refunded"])
                made.append(self._row(day, sequence, card, **{name: self.rng.randint(1, before)}))
            else:
                issued = self.rng.randint(1, 90_000)
                made.append(self._row(day, sequence, card, issued=issued))
                self.last = (day, sequence, card, issued)
        return made

    def _row(self, day: date, sequence: int, card: int, **amounts: int) -> dict[str, object]:
        given = {name: amounts.get(name, 0) for name in ("issued", "redeemed", "refunded")}
        moved = given["issued"] - given["redeemed"] - given["refunded"]
        self.cards[card] = self.cards.get(card, 0) + moved
        return {
            "operator": self.sender.uscc,
            "outlet": "A0001",
            "day": day.isoformat(),
            "sequence": sequence,
            "card": self.sender.card(card),
            "kind": "registered",
            **{f"{name}_fen": fen for name, fen in given.items()},
            "closing_fen": self.cards[card],
            "sent_at": f"{day}T13:00:00Z",
        }


def measure(operators: int, days: int) -> dict[str, Any]:
    """Play the days and compare."""
    from benchmarks.site.running import Sender
    from shangwu.foundation.workdays import SHANGHAI
    from shangwu.prepaid.operations.batches import own_delivery, receive_card_days
    from shangwu.prepaid.operations.closing_days import close_days

    years = [Year(Sender(n), random.Random(n)) for n in range(1, operators + 1)]
    started, rows = time.perf_counter(), 0
    for number in range(days):
        day = FIRST + timedelta(days=number)
        at = datetime(day.year, day.month, day.day, 1, tzinfo=SHANGHAI) + timedelta(days=1)
        for year in years:
            sent = year.rows(day)
            rows += len(sent)
            key = f"{year.sender.operator.number}-{day}"
            batch = receive_card_days(
                own_delivery(operator=year.sender.operator, key=key, rows=sent, at=at)
            )
            assert batch.state == "STORED", batch.receipt
        close_days(at=at)
    close_days(at=at + timedelta(days=2))
    posted = time.perf_counter() - started
    compare(years)
    started = time.perf_counter()
    whole, named = tampered()
    return {
        "what": "balance identity, day by day",
        "operators": operators,
        "days": days,
        "rows": rows,
        "operator_days_per_s": round(operators * days / posted, 1),
        "verified": whole,
        "verify_s": round(time.perf_counter() - started, 1),
        "changed_row_named": named,
        "bound": "some thirty statements for each small batch",
    }


def compare(years: list[Year]) -> None:
    """Fail unless rows, cards, operators' days and the closing say the same."""
    from django.db.models import F, Sum

    from shangwu.prepaid.models import CardBalance, CardDay, DayClosing, OperatorDay

    total = 0
    for year in years:
        operator = year.sender.operator
        own = sum(year.cards.values())
        rows = CardDay.objects.filter(operator=operator)
        moved = F("issued_fen") - F("redeemed_fen") - F("refunded_fen")
        by_rows = rows.aggregate(sum=Sum(moved))["sum"]
        cards = CardBalance.objects.filter(operator=operator)
        by_cards = cards.aggregate(sum=Sum("balance_fen"))["sum"]
        last = OperatorDay.objects.filter(operator=operator).order_by("-day")[0]
        assert own == by_rows == by_cards == last.balance_fen, (own, by_rows, by_cards)
        assert last.state == "CLOSED"
        total += own
    assert DayClosing.objects.order_by("-day")[0].balance_fen == total


def tampered() -> tuple[bool, bool]:
    """Verify, change one row behind the platform's back, and tell whether exactly that row is named."""
    from django.db import connection

    from shangwu.prepaid.models import CardDay
    from shangwu.prepaid.queries.verification import verify_ledger

    whole = verify_ledger().ok
    victim = CardDay.objects.select_related("operator").order_by("-day", "-sequence")[0]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE prepaid_cardday DISABLE TRIGGER prepaid_cardday_append_only")
        cursor.execute(
            "UPDATE prepaid_cardday SET closing_fen = closing_fen + 1"
            " WHERE operator_id = %s AND day = %s AND sequence = %s",
            [victim.operator_id, victim.day, victim.sequence],
        )
        cursor.execute("ALTER TABLE prepaid_cardday ENABLE TRIGGER prepaid_cardday_append_only")
    broken = verify_ledger().broken
    found = [(one.operator, one.day, one.sequence) for one in broken]
    named = found == [(victim.operator.uscc, victim.day, victim.sequence)]
    assert whole and named, broken
    return whole, named


def main() -> None:
    """Print the figures as JSON."""
    given = [int(argument) for argument in sys.argv[1:]]
    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.DATA_DIR = Path(folder)
            print(json.dumps(measure(*(given or (OPERATORS, DAYS))), ensure_ascii=False, indent=2))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
