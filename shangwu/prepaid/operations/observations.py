"""Differences and breaches, each observed once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shangwu.prepaid.models import Observation, Operator
from shangwu.prepaid.vocabulary import ObservationState


def observe(
    *,
    operator: Operator,
    kind: str,
    day: date,
    subject: str = "",
    at_stake_fen: int,
    sentence: str,
    expected_fen: int | None = None,
    found_fen: int | None = None,
    facts: Mapping[str, Any] | None = None,
    at: datetime,
) -> Observation:
    """Return the observation of that kind, day and subject; seen again it is not written a second time.

    Unit: fen.
    """
    found, _ = Observation.objects.get_or_create(
        operator=operator,
        kind=kind,
        day=day,
        subject=subject,
        defaults={
            "expected_fen": expected_fen,
            "found_fen": found_fen,
            "at_stake_fen": at_stake_fen,
            "sentence": sentence,
            "facts": dict(facts or {}),
            "state": ObservationState.OPEN,
            "seen_at": at,
        },
    )
    return found
