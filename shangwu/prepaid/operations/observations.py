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
    subject: str,
    at_stake_fen: int,
    sentence: str,
    at: datetime,
    expected_fen: int | None = None,
    found_fen: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Observation:
    """Store what differs, or return the record of it that stands.

    Unit: fen.
    """
    found, _ = Observation.objects.get_or_create(
        operator=operator,
        kind=kind,
        day=day,
        subject=subject,
        defaults={
            "at_stake_fen": at_stake_fen,
            "sentence": sentence,
            "expected_fen": expected_fen,
            "found_fen": found_fen,
            "facts": dict(facts or {}),
            "state": ObservationState.OPEN,
            "seen_at": at,
        },
    )
    return found
