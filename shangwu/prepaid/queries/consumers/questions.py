"""Requests as consumers see them: their own by number and secret, and answered questions."""

import hashlib
import hmac

from django.db.models import QuerySet

from shangwu.prepaid.models import ConsumerRequest

NOBODY = bytes(32)
MOST_QUESTIONS = 50


def secret_digest(secret: str) -> bytes:
    """Return what is stored of a request's secret, whose eighty random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def own_request(number: str, secret: str) -> ConsumerRequest | None:
    """Return the request with that number if the secret is right; None alike for either being wrong."""
    found = ConsumerRequest.objects.select_related("operator").filter(number=number).first()
    kept = bytes(found.secret_digest) if found else NOBODY
    is_right = hmac.compare_digest(kept, secret_digest(secret))
    return found if found and is_right else None


def published_questions() -> QuerySet[ConsumerRequest]:
    """Return the newest questions whose answers the office has published."""
    return (
        ConsumerRequest.objects.filter(is_published=True)
        .select_related("operator")
        .order_by("-answered_at")[:MOST_QUESTIONS]
    )
