"""Observations: what differs or is breached is written down once, kept up to date, and settled when cured."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Observation, Operator
from shangwu.prepaid.vocabulary import TOLD_BY_CONSUMERS, ObservationState

CHUNK = 5000
LIVE = (ObservationState.OPEN, ObservationState.IN_CASE)
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('prepaid.card.' || %s, 0))"

# Only what differs is written: on a quiet night tens of thousands are seen again and no row is touched.
# A row that this statement made has no xmax.
OBSERVE = """
INSERT INTO prepaid_observation AS kept (
    operator_id, kind, day, subject, expected_fen, found_fen, at_stake_fen, sentence, facts, state, seen_at)
SELECT t.operator, %(kind)s, t.day, t.subject, t.expected_fen, t.found_fen, t.at_stake_fen, t.sentence,
       t.facts, %(open)s, %(at)s
FROM jsonb_to_recordset(%(seen)s) AS t(
    operator bigint, day date, subject text, expected_fen bigint, found_fen bigint, at_stake_fen bigint,
    sentence text, facts jsonb)
LEFT JOIN prepaid_observation o
       ON o.operator_id = t.operator AND o.kind = %(kind)s AND o.day = t.day AND o.subject = t.subject
WHERE o.id IS NULL OR o.state = %(settled)s
   OR (o.expected_fen, o.found_fen, o.at_stake_fen, o.sentence)
      IS DISTINCT FROM (t.expected_fen, t.found_fen, t.at_stake_fen, t.sentence)
ON CONFLICT (operator_id, kind, day, subject) DO UPDATE SET
    expected_fen = excluded.expected_fen, found_fen = excluded.found_fen,
    at_stake_fen = excluded.at_stake_fen, sentence = excluded.sentence, facts = excluded.facts,
    state = excluded.state, settled_at = NULL
WHERE kept.state <> %(in_case)s AND NOT kept.facts ? 'settled_because'
RETURNING xmax = 0
"""


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


def observe_card(*, operator: Operator, kind: str, seen: Sighting, at: datetime) -> Observation:
    """Return the observation of a card of which a holder tells: one while it lasts, however often it is told.

    Every report is evidence of the same difference. The newest slip says what is at stake, so that no money counts
    twice; what lies in a case stays as it was when the case was opened. `subject` is the card.

    Unit: fen.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [seen.subject])
    told: dict[str, Any] = {
        "expected_fen": seen.expected_fen,
        "found_fen": seen.found_fen,
        "at_stake_fen": seen.at_stake_fen,
        "sentence": seen.sentence,
        "facts": {**seen.facts, "slip": seen.day.isoformat()},
    }
    live = (
        Observation.objects.select_for_update(of=("self",))
        .filter(operator=operator, kind__in=TOLD_BY_CONSUMERS, subject=seen.subject, state__in=LIVE)
        .order_by("pk")
        .first()
    )
    if live is None:
        return observe(
            operator=operator, kind=kind, day=seen.day, subject=seen.subject, at=at, **told
        )
    # One written before slips were noted is of the day of its first and only slip.
    newest = live.facts.get("slip", live.day.isoformat())
    if live.state == ObservationState.OPEN and told["facts"]["slip"] >= newest:
        live.kind = kind
        for name, value in told.items():
            setattr(live, name, value)
        live.save(update_fields=["kind", *told])
    return live


def observe_all(kind: str, sightings: Sequence[Sighting], *, at: datetime) -> int:
    """Write down many sightings of one kind; return how many are new.

    One that lasts gets today's figures, one that comes back is opened again; what lies in a case stays as it was
    when the case was opened, and what a person has settled stays settled.

    Unit: fen.
    """
    # Of two that are one observation the last word counts: a statement may not write a row twice.
    once = list({(one.operator, one.day, one.subject): one for one in sightings}.values())
    asked: dict[str, str | datetime] = {
        "kind": kind,
        "open": ObservationState.OPEN.value,
        "settled": ObservationState.SETTLED.value,
        "in_case": ObservationState.IN_CASE.value,
        "at": at,
    }
    new = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(once), CHUNK):
            seen = json.dumps(
                [_told(one) for one in once[start : start + CHUNK]], ensure_ascii=False
            )
            cursor.execute(OBSERVE, {**asked, "seen": seen})
            new += sum(is_new for (is_new,) in cursor.fetchall())
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


def _told(one: Sighting) -> dict[str, Any]:
    return {
        "operator": one.operator,
        "day": one.day.isoformat(),
        "subject": one.subject,
        "expected_fen": one.expected_fen,
        "found_fen": one.found_fen,
        "at_stake_fen": one.at_stake_fen,
        "sentence": one.sentence,
        "facts": dict(one.facts),
    }
