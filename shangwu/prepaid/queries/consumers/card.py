"""What the ledger has of one card."""

from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.prepaid.models import CardBalance, CardDay, Operator, OperatorDay
from shangwu.prepaid.rules.consumers.statements.linkage import EXPECTED_WITHIN

# Entries of a year up to the last one; older ones are on the consumer's slips and with the operator.
SHOWN_FOR = timedelta(days=366)
MOST_ENTRIES = 60


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
    """What is known of a card. `known_until` is the last day of which the operator's data arrived."""

    card: bytes
    is_found: bool
    balance_fen: int
    kind: str
    first_day: date | None
    last_day: date | None
    known_until: date | None
    is_late: bool
    entries: tuple[Entry, ...]


def card_answer(operator: Operator, card: bytes, *, on: date) -> CardAnswer:
    """Return balance and entries of a card by its token; the same three reads whether or not it is known.

    Unit: fen.
    """
    balance = CardBalance.objects.filter(operator=operator, card=card).first()
    last = balance.last_day if balance else on
    entries = CardDay.objects.filter(operator=operator, card=card, day__gt=last - SHOWN_FOR)
    rows = tuple(
        Entry(
            row.day,
            row.sequence,
            row.issued_fen,
            row.redeemed_fen,
            row.refunded_fen,
            row.closing_fen,
            row.reverses_day is not None,
        )
        for row in entries.order_by("-day", "-sequence")[:MOST_ENTRIES]
    )
    days = OperatorDay.objects.filter(operator=operator, first_received_at__isnull=False)
    until = days.order_by("-day").values_list("day", flat=True).first()
    return CardAnswer(
        card=card,
        is_found=balance is not None,
        balance_fen=balance.balance_fen if balance else 0,
        kind=balance.kind if balance else "",
        first_day=balance.first_day if balance else None,
        last_day=balance.last_day if balance else None,
        known_until=until,
        is_late=until is None or on - until > EXPECTED_WITHIN,
        entries=rows,
    )
