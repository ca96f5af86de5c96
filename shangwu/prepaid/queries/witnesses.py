"""Where the witnesses differ: days not reported, sums that do not agree, money gone, reports not sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.onboarding import Unconnected
from shangwu.prepaid.rules.reconciling import runs
from shangwu.prepaid.vocabulary import (
    TOLD_BY_CONSUMERS,
    InstitutionKind,
    ObservationState,
    OperatorStatus,
)

ONE_DAY = timedelta(days=1)
APPLYING = (OperatorStatus.APPLIED, OperatorStatus.ONBOARDING)
REPORTING = (OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING)

# Counting first finds the few who lack a day; only theirs are looked at one by one.
LACKING = """
SELECT o.id, greatest(o.connected_on, %(since)s), coalesce(b.balance_fen, 0),
       coalesce(array_agg(d.day) FILTER (WHERE d.day IS NOT NULL), '{}')
FROM prepaid_operator o
LEFT JOIN prepaid_operatorday d
       ON d.operator_id = o.id AND d.day >= greatest(o.connected_on, %(since)s) AND d.day < %(until)s
          AND d.first_received_at IS NOT NULL
LEFT JOIN LATERAL (
    SELECT balance_fen FROM prepaid_operatorday c
    WHERE c.operator_id = o.id ORDER BY c.day DESC LIMIT 1
) b ON true
WHERE o.status = ANY(%(reporting)s) AND o.connected_on < %(until)s
GROUP BY o.id, o.connected_on, b.balance_fen
HAVING count(d.day) < %(until)s - greatest(o.connected_on, %(since)s)
"""

LATE = """
SELECT operator_id, day, balance_fen, first_received_at FROM prepaid_operatorday
WHERE day >= %(since)s AND day < %(until)s AND is_late AND first_received_at IS NOT NULL
"""

MISMATCHED = """
SELECT operator_id, day, (stated->>'balance_fen')::bigint, balance_fen,
       abs((stated->>'issued_fen')::bigint - issued_fen)
         + abs((stated->>'redeemed_fen')::bigint - redeemed_fen)
         + abs((stated->>'refunded_fen')::bigint - refunded_fen)
FROM prepaid_operatorday
WHERE day >= %(since)s AND day < %(until)s AND stated IS NOT NULL
  AND ((stated->>'balance_fen')::bigint <> balance_fen OR (stated->>'issued_fen')::bigint <> issued_fen
       OR (stated->>'redeemed_fen')::bigint <> redeemed_fen
       OR (stated->>'refunded_fen')::bigint <> refunded_fen)
"""

UNREPORTED_QUARTER = """
SELECT o.id, coalesce(b.balance_fen, 0)
FROM prepaid_operator o
LEFT JOIN LATERAL (
    SELECT balance_fen FROM prepaid_operatorday c
    WHERE c.operator_id = o.id AND c.day <= %(day)s ORDER BY c.day DESC LIMIT 1
) b ON true
WHERE o.status = ANY(%(reporting)s) AND o.connected_on < %(quarter_end)s
  AND NOT EXISTS (SELECT FROM prepaid_quarterreport r
                  WHERE r.operator_id = o.id AND r.quarter_start = %(quarter)s)
"""

# A consumer's word alone accuses nobody: what an officer has taken into a case counts.
UNCONNECTED = """
SELECT o.id, o.status, (o.registered_at AT TIME ZONE 'Asia/Shanghai')::date, o.established_on, o.sells_since,
       told.day
FROM prepaid_operator o
LEFT JOIN (
    SELECT operator_id, min(day) AS day FROM prepaid_observation
    WHERE kind = ANY(%(told)s) AND state = %(in_case)s GROUP BY operator_id
) told ON told.operator_id = o.id
WHERE o.status = ANY(%(applying)s) AND o.form = ANY(%(forms)s)
ORDER BY o.id
"""

# Both days are told by the bank itself: a day that it missed is no drop.
MOVED = """
SELECT a.operator_id, sum(b.balance_fen)::bigint, sum(a.balance_fen)::bigint,
       max(old.balance_fen), max(new.balance_fen)
FROM (SELECT DISTINCT ON (operator_id, institution_id) operator_id, institution_id, balance_fen
      FROM prepaid_custodyday WHERE day = %(day)s AND received_at <= %(known_at)s
      ORDER BY operator_id, institution_id, received_at DESC) a
JOIN (SELECT DISTINCT ON (operator_id, institution_id) operator_id, institution_id, balance_fen
      FROM prepaid_custodyday WHERE day = %(before)s AND received_at <= %(known_at)s
      ORDER BY operator_id, institution_id, received_at DESC) b USING (operator_id, institution_id)
LEFT JOIN LATERAL (SELECT balance_fen FROM prepaid_operatorday c
    WHERE c.operator_id = a.operator_id AND c.day <= %(before)s ORDER BY c.day DESC LIMIT 1) old ON true
LEFT JOIN LATERAL (SELECT balance_fen FROM prepaid_operatorday c
    WHERE c.operator_id = a.operator_id AND c.day <= %(day)s ORDER BY c.day DESC LIMIT 1) new ON true
GROUP BY a.operator_id
HAVING sum(a.balance_fen) < sum(b.balance_fen)
"""


@dataclass(frozen=True)
class Gap:
    """Days in a row for which an operator has reported nothing, and the money that it last said it held, in fen."""

    operator: int
    starts_on: date
    until: date
    balance_fen: Fen


@dataclass(frozen=True)
class Move:
    """An operator's custody and its own balance on two days, in fen."""

    operator: int
    before: Fen
    after: Fen
    balance_before: Fen
    balance_after: Fen


def gaps(*, since: date, until: date) -> list[Gap]:
    """Return the runs of days in [since, until) that connected operators have not reported.

    Unit: fen.
    """
    found = []
    for operator, first, balance, received in _rows(LACKING, since=since, until=until):
        got = set(received)
        wanted = (first + n * ONE_DAY for n in range((until - first).days))
        found += [
            Gap(operator, start, end, balance)
            for start, end in runs(day for day in wanted if day not in got)
        ]
    return found


def late_days(*, since: date, until: date) -> list[tuple[int, date, Fen, datetime]]:
    """Return the days in [since, until) that came late: operator, day, balance in fen, when they came."""
    return _rows(LATE, since=since, until=until)


def mismatches(*, since: date, until: date) -> list[tuple[int, date, Fen, Fen, Fen]]:
    """Return the days whose stated sums differ from the cards': operator, day, stated, found, movements apart; fen."""
    return _rows(MISMATCHED, since=since, until=until)


def unreported_quarter(*, quarter: date, quarter_end: date, on: date) -> list[tuple[int, Fen]]:
    """Return the operators, with their balance in fen, that owe the report of a quarter."""
    return _rows(UNREPORTED_QUARTER, quarter=quarter, quarter_end=quarter_end, day=on)


def unconnected(*, forms: Collection[str]) -> list[tuple[int, str, Unconnected]]:
    """Return the operators of these forms that are on their way to linkage: number, status, what is known."""
    asked = {
        "applying": [status.value for status in APPLYING],
        "forms": list(forms),
        "told": [kind.value for kind in TOLD_BY_CONSUMERS],
        "in_case": ObservationState.IN_CASE.value,
    }
    return [
        (operator, status, Unconnected(*known))
        for operator, status, *known in _rows(UNCONNECTED, **asked)
    ]


def moves(*, before: date, day: date, known_at: datetime) -> list[Move]:
    """Return the operators whose custody fell between two days, as their banks told both.

    An operator without a balance of its own on either day counts as having redeemed nothing.

    Unit: fen.
    """
    return [
        Move(operator, was, now, old or 0, new if new is not None else old or 0)
        for operator, was, now, old, new in _rows(MOVED, before=before, day=day, known_at=known_at)
    ]


def has_custody_feed(day: date) -> bool:
    """Tell whether any bank has told of that day: a night without a feed compares nothing."""
    return bool(
        _rows(
            "SELECT 1 FROM prepaid_institution i WHERE i.kind = %(bank)s AND EXISTS ("
            "SELECT FROM prepaid_custodyday c WHERE c.institution_id = i.id AND c.day = %(day)s) LIMIT 1",
            bank=InstitutionKind.BANK.value,
            day=day,
        )
    )


def _rows(sql: str, **asked: Any) -> list[tuple[Any, ...]]:
    reporting = [status.value for status in REPORTING]
    with connection.cursor() as cursor:
        cursor.execute(sql, {**asked, "reporting": reporting})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
