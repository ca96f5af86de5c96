"""What a form's ticket, or its content, makes: the same letters whenever it is sent, so that no receipt is ever lost."""

import hmac

from django.conf import settings

from shangwu.prepaid.rules.tokens import CROCKFORD


def letters_of(ticket: str, purpose: str, count: int) -> str:
    """Return so many letters, at most 32; whoever does not know the platform's key cannot make them."""
    key = settings.SECRET_KEY.encode()
    made = hmac.digest(key, f"prepaid.request|{purpose}|{ticket}".encode(), "sha256")
    return "".join(CROCKFORD[byte % len(CROCKFORD)] for byte in made[:count])
