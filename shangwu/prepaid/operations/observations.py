"""Observations: what differs or is breached is written down once, kept up to date, and settled when cured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Observation, Operator
from shangwu.prepaid.vocabulary import ObservationState

CHUNK = 5000
LIVE = (ObservationState.OPEN, ObservationState.IN_CASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of one operator on one day; `subject` tells one from another of the same kind."""

    operator: int
    day: date
    at_stake_fen: Fen
    sentence: str
    subject: str = ""
    expected_fen: Fen | None = None
    found_fen: Fen | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def observe(
    *,
    operator: Operator,
    kind: str,
    day: date,
    subject: str = "",
    at_stake_fen: Fen,
    sentence: str,
    expected_fen: Fen | None = None,
    found_fen: Fen | None = None,
    facts: Mapping[str, Any] | None = None,
    at: datetime,
) -> Observation:
    """Return the observation of that kind, day and subject; seen again it is not written a second time.

    Belongs to the act in which it was seen, which records it.

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


def observe_all(kind: str, sightings: Sequence[Sighting], *, at: datetime) -> int:
    """Write down many sightings of one kind; return how many are new.

    One that lasts gets today's figures, one that comes back is opened again; what lies in a case stays as it was
    when the case was opened.

    Unit: fen.
    """
    new = 0
    for start in range(0, len(sightings), CHUNK):
        part = {
            (one.operator, one.day, one.subject): one for one in sightings[start : start + CHUNK]
        }
        stored = {
            (row.operator_id, row.day, row.subject): row
            for row in Observation.objects.filter(
                kind=kind,
                operator_id__in={key[0] for key in part},
                day__in={key[1] for key in part},
            ).select_for_update(of=("self",))
        }
        changed = [
            _renewed(stored[key], one)
            for key, one in part.items()
            if key in stored and _differs(stored[key], one)
        ]
        Observation.objects.bulk_update(
            changed,
            [
                "expected_fen",
                "found_fen",
                "at_stake_fen",
                "sentence",
                "facts",
                "state",
                "settled_at",
            ],
            batch_size=1000,
        )
        fresh = [_row(kind, one, at) for key, one in part.items() if key not in stored]
        Observation.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)
        new += len(fresh)
    return new


def settle_cured(kind: str, keys: Iterable[int], *, at: datetime) -> int:
    """Settle open observations of one kind, by number, whose cause is gone; return how many there were."""
    return Observation.objects.filter(
        kind=kind, pk__in=list(keys), state=ObservationState.OPEN
    ).update(state=ObservationState.SETTLED, settled_at=at)


def settle(*, observation: int, reason: str, by: Account, at: datetime) -> Observation:
    """Settle an observation that a person has looked into, with the reason.

    Raises: Refused PREPAID-OBSERVATION-CLOSED when it is no longer open, PREPAID-REASON without a reason.
    """
    if not reason.strip():
        raise Refused("请写明核实情况和了结理由。", code="PREPAID-REASON")
    with transaction.atomic():
        row = Observation.objects.select_for_update(of=("self",)).get(pk=observation)
        if row.state != ObservationState.OPEN:
            raise Refused(
                "这条异常记录已经立案或者了结，不能再次了结。请刷新页面查看最新状态。",
                code="PREPAID-OBSERVATION-CLOSED",
            )
        row.state, row.settled_at = ObservationState.SETTLED, at
        row.facts = {**row.facts, "settled_because": reason.strip()}
        row.save(update_fields=["state", "settled_at", "facts"])
        audit.record(
            act="prepaid.settle_observation",
            by=by.actor,
            at=at,
            subject=f"prepaid-observation:{row.pk}",
            before={"state": ObservationState.OPEN.value},
            after={"state": row.state, "reason": reason.strip()},
        )
    return row


def _row(kind: str, one: Sighting, at: datetime) -> Observation:
    return Observation(
        operator_id=one.operator,
        kind=kind,
        day=one.day,
        subject=one.subject,
        expected_fen=one.expected_fen,
        found_fen=one.found_fen,
        at_stake_fen=one.at_stake_fen,
        sentence=one.sentence,
        facts=dict(one.facts),
        state=ObservationState.OPEN,
        seen_at=at,
    )


def _differs(row: Observation, one: Sighting) -> bool:
    if row.state == ObservationState.IN_CASE or "settled_because" in row.facts:
        return False
    return row.state == ObservationState.SETTLED or (
        row.at_stake_fen,
        row.expected_fen,
        row.found_fen,
        row.sentence,
    ) != (one.at_stake_fen, one.expected_fen, one.found_fen, one.sentence)


def _renewed(row: Observation, one: Sighting) -> Observation:
    row.expected_fen, row.found_fen = one.expected_fen, one.found_fen
    row.at_stake_fen, row.sentence, row.facts = one.at_stake_fen, one.sentence, dict(one.facts)
    row.state, row.settled_at = ObservationState.OPEN, None
    return row
