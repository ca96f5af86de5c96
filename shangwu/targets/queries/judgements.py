"""The ratings and completions that stood on a day, as known at an instant."""

from datetime import date, datetime

from shangwu.targets.models import Completion, Rating
from shangwu.targets.vocabulary import CompletionKind


def standing_rating(*, indicator: int, on: date, known_at: datetime) -> Rating | None:
    """Return the newest rating made on or before the day and recorded by the instant."""
    return (
        Rating.objects.filter(indicator_id=indicator, rated_on__lte=on, at__lte=known_at)
        .select_related("by")
        .prefetch_related("evidence__file")
        .order_by("-rated_on", "-at", "-pk")
        .first()
    )


def standing_completion(*, indicator: int, on: date, known_at: datetime) -> Completion | None:
    """Return the completion that stands: done on or before the day, recorded by then, not withdrawn."""
    latest = (
        Completion.objects.filter(indicator_id=indicator, at__lte=known_at)
        .select_related("by")
        .prefetch_related("evidence__file")
        .order_by("-at", "-pk")
        .first()
    )
    if latest is None or latest.kind != CompletionKind.DONE or latest.done_on > on:
        return None
    return latest
