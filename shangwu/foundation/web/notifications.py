"""Notifications: one sentence to one person about something that waits."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shangwu.foundation.web import live
from shangwu.foundation.web.models import Notification

KEPT_SHOWN = 200


def notify(*, account: Any, sentence: str, link: str, at: datetime) -> Notification:
    """Leave a notification for the account; call it inside the transaction of the act it tells about."""
    left = Notification.objects.create(account=account, sentence=sentence, link=link, created_at=at)
    live.tell_account(account)
    return left


def unread_count(account: Any) -> int:
    """Return how many notifications the account has not read."""
    return Notification.objects.filter(account=account, read_at=None).count()


def newest(account: Any, *, limit: int = KEPT_SHOWN) -> QuerySet[Notification]:
    """Return the account's notifications, newest first."""
    return Notification.objects.filter(account=account).order_by("-created_at", "-pk")[:limit]


def mark_read(*, account: Any, at: datetime, number: int | None = None) -> int:
    """Mark one notification, or all, as read and return how many changed."""
    waiting = Notification.objects.filter(account=account, read_at=None)
    if number is not None:
        waiting = waiting.filter(pk=number)
    return waiting.update(read_at=at)
