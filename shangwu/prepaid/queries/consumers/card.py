"""What the ledger has of one card."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from shangwu.foundation.workdays import local
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.history import card_entries
from shangwu.prepaid.rules.batch.day import opening_day
from shangwu.prepaid.rules.consumers.law import is_overdue

# Entries of a year up to the last one; older ones are on the consumer's slips and with the operator.
SHOWN_FOR = timedelta(days=366)
MOST_ENTRIES = 60
# Written out, and one statement: of a look-up, building statements anew and going back and forth took longer than what
# the database does for them.
ASKED = """
SELECT card.balance_fen, card.kind, card.first_day, card.last_day, (
    SELECT day FROM prepaid_operatorday
    WHERE operator_id = %(operator)s AND first_received_at IS NOT NULL ORDER BY day DESC LIMIT 1
), (
    SELECT day FROM prepaid_operatorday WHERE operator_id = %(operator)s AND rows > 0 ORDER BY day LIMIT 1
), ARRAY(
    SELECT json_build_array(
        day, sequence, issued_fen, redeemed_fen, refunded_fen, closing_fen, reverses_day IS NOT NULL
    )
    FROM prepaid_cardday
    WHERE operator_id = %(operator)s AND card = %(card)s AND day > coalesce(card.last_day, %(on)s) - %(shown)s
    ORDER BY day DESC, sequence DESC LIMIT %(most)s
)
FROM (VALUES (1)) AS asked
LEFT JOIN prepaid_cardbalance AS card ON card.operator_id = %(operator)s AND card.card = %(card)s
"""


@dataclass(frozen=True)
class Entry:
    """One day's movements of a card, in fen."""

    day: date
    sequence: int
    issued_fen: int
    redeemed_fen: int
    refunded_fen: int
    closing_fen: int
    is_reversal: bool


@dataclass(frozen=True)
class CardAnswer:
    """What is known of a card. `known_until` is the last day of which the operator's data arrived.

    What came onto the card on `opening_on` had been paid before the operator reported.
    """

    card: bytes
    is_found: bool
    balance_fen: int
    kind: str
    first_day: date | None
    last_day: date | None
    known_until: date | None
    is_late: bool
    opening_on: date | None
    entries: tuple[Entry, ...]


def card_answer(operator: Operator, card: bytes, *, on: date) -> CardAnswer:
    """Return balance and entries of a card by its token; the same read whether or not it is known.

    Unit: fen.
    """
    asked: dict[str, int | bytes | date] = {
        "operator": operator.pk,
        "card": card,
        "on": on,
        "shown": SHOWN_FOR.days,
        "most": MOST_ENTRIES,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASKED, asked)
        balance_fen, kind, first_day, last_day, until, began, found = cursor.fetchone()
    entries = tuple(Entry(date.fromisoformat(day), *rest) for day, *rest in found)
    if last_day and not entries:  # Its months have left the database.
        entries = _archived(operator, card, since=last_day - SHOWN_FOR)
    return CardAnswer(
        card=card,
        is_found=balance_fen is not None,
        balance_fen=balance_fen or 0,
        kind=kind or "",
        first_day=first_day,
        last_day=last_day,
        known_until=until,
        is_late=until is None or is_overdue(until, on),
        opening_on=opening_day(
            began,
            connected_on=operator.connected_on,
            taken_in_on=local(operator.registered_at)[0],
        ),
        entries=entries,
    )


def _archived(operator: Operator, card: bytes, *, since: date) -> tuple[Entry, ...]:
    found = card_entries(operator=operator.pk, card=card, since=since)
    return tuple(
        Entry(
            day=one.day,
            sequence=one.sequence,
            issued_fen=one.issued_fen,
            redeemed_fen=one.redeemed_fen,
            refunded_fen=one.refunded_fen,
            closing_fen=one.closing_fen,
            is_reversal=one.reverses_day is not None,
        )
        for one in reversed(found[-MOST_ENTRIES:])
    )
