"""Signed notes that a form carries: that it counts once, and what was answered before."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.http import HttpRequest

from shangwu.foundation.law import Refused

FORM_SALT, CARD_SALT = "shangwu.prepaid.form", "shangwu.prepaid.card"
FORM_SECONDS, CARD_SECONDS = 24 * 3600, 3600


@dataclass(frozen=True)
class SeenCard:
    """What a look-up answered: operator, token, balance in fen or None, and up to which day data had come."""

    operator: int
    card: bytes
    found: int | None
    known_until: date | None


def new_ticket() -> str:
    """Return a note by which a form counts once, however often it is sent."""
    return signing.dumps(secrets.token_urlsafe(16), salt=FORM_SALT)


def read_ticket(ticket: str) -> str:
    """Return the nonce of a form.

    Raises: Refused PREPAID-TICKET.
    """
    try:
        return str(signing.loads(ticket, salt=FORM_SALT, max_age=FORM_SECONDS))
    except signing.BadSignature as wrong:
        raise _too_old() from wrong


def sender_of(request: HttpRequest) -> str:
    """Return what tells this browser from every other: the secret of its forms, empty for one that keeps no cookies."""
    return str(request.META.get("CSRF_COOKIE", ""))


def card_note(seen: SeenCard) -> str:
    """Return the signed note of a look-up; the token in it is no secret, and number and secret are not in it."""
    until = seen.known_until.isoformat() if seen.known_until else ""
    return signing.dumps([seen.operator, seen.card.hex(), seen.found, until], salt=CARD_SALT)


def read_card_note(note: str) -> SeenCard:
    """Return what a look-up answered.

    Raises: Refused PREPAID-TICKET.
    """
    try:
        operator, card, found, until = signing.loads(note, salt=CARD_SALT, max_age=CARD_SECONDS)
    except signing.BadSignature as wrong:
        raise _too_old() from wrong
    return SeenCard(
        operator, bytes.fromhex(card), found, date.fromisoformat(until) if until else None
    )


def _too_old() -> Refused:
    return Refused("这张表单已经过期，请重新打开再填；已经提交的不受影响。", code="PREPAID-TICKET")
