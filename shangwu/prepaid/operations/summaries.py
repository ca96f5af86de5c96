"""Keep the rows that desks read in step with what happened: one of each operator, one of each area."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from shangwu.prepaid.models import AreaDay, AreaSum
from shangwu.prepaid.models.standing import AreaFigures
from shangwu.prepaid.queries.facts import Ids
from shangwu.prepaid.rules.revenue_cap import ratios
from shangwu.prepaid.rules.routing import must_connect_forms
from shangwu.prepaid.vocabulary import (
    ObservationKind,
    ObservationState,
    OperatorStatus,
)

CONNECTED = (OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING)

# Several observations concern the same money: the largest counts, not their sum. Only what differs is written:
# in a quiet night a hundred thousand rows are compared and none is touched.
SUMMARY = """
INSERT INTO prepaid_operatorsummary (
    operator_id, district, sector, status, must_connect, is_connected, day, balance_fen, required_fen,
    counted_fen, custody_fen, shortfall_fen, is_complete, last_reported_on, is_silent, open_observations,
    at_stake_fen, revenue_cap_fen, refreshed_at)
SELECT o.id, o.district, o.sector, o.status, n.must_connect, n.is_connected, s.day, s.balance_fen,
       n.required_fen, n.counted_fen, s.custody_fen, n.shortfall_fen, n.is_complete, d.day, n.is_silent,
       n.live, n.at_stake_fen, n.revenue_cap_fen, %(at)s
FROM prepaid_operator o
LEFT JOIN LATERAL (
    SELECT * FROM prepaid_custodystanding c
    WHERE c.operator_id = o.id AND c.day <= %(today)s ORDER BY c.day DESC, c.known_at DESC LIMIT 1
) s ON true
LEFT JOIN LATERAL (
    SELECT day FROM prepaid_operatorday c
    WHERE c.operator_id = o.id AND c.first_received_at IS NOT NULL ORDER BY c.day DESC LIMIT 1
) d ON true
LEFT JOIN (
    SELECT operator_id, count(*) AS live, max(at_stake_fen) AS at_stake_fen,
           bool_or(kind = %(missing)s) AS is_silent
    FROM prepaid_observation
    WHERE state <> %(settled)s AND (%(ids)s::bigint[] IS NULL OR operator_id = ANY(%(ids)s))
    GROUP BY operator_id
) b ON b.operator_id = o.id
LEFT JOIN (
    SELECT DISTINCT ON (operator_id) operator_id, revenue_fen
    FROM prepaid_operatoryear
    WHERE year BETWEEN %(year)s - 1 AND %(year)s
      AND (%(ids)s::bigint[] IS NULL OR operator_id = ANY(%(ids)s))
    ORDER BY operator_id, year DESC, provided_at DESC
) y ON y.operator_id = o.id
LEFT JOIN unnest(%(capped)s::text[], %(ratios)s::numeric[]) AS r(sector, ratio)
       ON r.sector = o.sector AND o.status <> %(ended)s
CROSS JOIN LATERAL (
    SELECT o.form = ANY(%(forms)s) AS must_connect, o.status = ANY(%(connected)s) AS is_connected,
           coalesce(s.required_fen, 0) AS required_fen, coalesce(s.counted_fen, 0) AS counted_fen,
           coalesce(s.shortfall_fen, 0) AS shortfall_fen, coalesce(s.is_complete, false) AS is_complete,
           coalesce(b.is_silent, false) AS is_silent, coalesce(b.live, 0) AS live,
           coalesce(b.at_stake_fen, 0) AS at_stake_fen,
           floor(y.revenue_fen * r.ratio)::bigint AS revenue_cap_fen
) n
LEFT JOIN prepaid_operatorsummary k ON k.operator_id = o.id
WHERE (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))
  AND (k.operator_id IS NULL
   OR (k.district, k.sector, k.status, k.must_connect, k.is_connected, k.day, k.balance_fen,
       k.required_fen, k.counted_fen, k.custody_fen, k.shortfall_fen, k.is_complete,
       k.last_reported_on, k.is_silent, k.open_observations, k.at_stake_fen, k.revenue_cap_fen)
   IS DISTINCT FROM
      (o.district, o.sector, o.status, n.must_connect, n.is_connected, s.day, s.balance_fen,
       n.required_fen, n.counted_fen, s.custody_fen, n.shortfall_fen, n.is_complete,
       d.day, n.is_silent, n.live, n.at_stake_fen, n.revenue_cap_fen))
ORDER BY o.id
ON CONFLICT (operator_id) DO UPDATE SET
    district = excluded.district, sector = excluded.sector, status = excluded.status,
    must_connect = excluded.must_connect, is_connected = excluded.is_connected, day = excluded.day,
    balance_fen = excluded.balance_fen, required_fen = excluded.required_fen,
    counted_fen = excluded.counted_fen, custody_fen = excluded.custody_fen,
    shortfall_fen = excluded.shortfall_fen, is_complete = excluded.is_complete,
    last_reported_on = excluded.last_reported_on, is_silent = excluded.is_silent,
    open_observations = excluded.open_observations, at_stake_fen = excluded.at_stake_fen,
    revenue_cap_fen = excluded.revenue_cap_fen, refreshed_at = excluded.refreshed_at
"""

# An operator that moved leaves its old area too: every area is summed anew that has one of them now or had it.
AREAS = """
SELECT DISTINCT district, sector FROM (
    SELECT district, sector FROM prepaid_operator
    WHERE %(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s)
    UNION ALL
    SELECT district, sector FROM prepaid_operatorsummary
    WHERE %(ids)s::bigint[] IS NULL OR operator_id = ANY(%(ids)s)
) touched ORDER BY district, sector
"""

SUMS = """
UPDATE prepaid_areasum a SET
    operators = n.operators, must_connect = n.must_connect, connected = n.connected, short = n.short,
    incomplete = n.incomplete, silent = n.silent, balance_fen = n.balance_fen, required_fen = n.required_fen,
    counted_fen = n.counted_fen, custody_fen = n.custody_fen, shortfall_fen = n.shortfall_fen,
    open_observations = n.open_observations, at_stake_fen = n.at_stake_fen, refreshed_at = %(at)s
FROM (
    SELECT t.id, count(s.operator_id) AS operators,
           count(*) FILTER (WHERE s.must_connect) AS must_connect,
           count(*) FILTER (WHERE s.must_connect AND s.is_connected) AS connected,
           count(*) FILTER (WHERE s.shortfall_fen > 0) AS short,
           count(*) FILTER (WHERE s.day IS NOT NULL AND NOT s.is_complete) AS incomplete,
           count(*) FILTER (WHERE s.is_silent) AS silent,
           coalesce(sum(s.balance_fen), 0)::bigint AS balance_fen,
           coalesce(sum(s.required_fen), 0)::bigint AS required_fen,
           coalesce(sum(s.counted_fen), 0)::bigint AS counted_fen,
           coalesce(sum(s.custody_fen), 0)::bigint AS custody_fen,
           coalesce(sum(s.shortfall_fen), 0)::bigint AS shortfall_fen,
           coalesce(sum(s.open_observations), 0) AS open_observations,
           coalesce(sum(s.at_stake_fen), 0)::bigint AS at_stake_fen
    FROM prepaid_areasum t
    LEFT JOIN prepaid_operatorsummary s
           ON s.district = t.district AND s.sector = t.sector AND s.status <> %(ended)s
    WHERE t.id = ANY(%(areas)s)
    GROUP BY t.id
) n WHERE a.id = n.id
"""


def refresh(operator_ids: Ids, *, on: date, at: datetime) -> None:
    """Write the summaries of these operators anew, of all for None, and the sums of their areas.

    Belongs to the act that changed something. Two acts in one area wait for each other here, so that the second
    sums what the first left.
    """
    caps = ratios(on)
    asked: dict[str, Any] = {
        "capped": list(caps),
        "ratios": list(caps.values()),
        "year": on.year - 1,
        "ids": None if operator_ids is None else list(operator_ids),
        "at": at,
        "today": on,
        "forms": must_connect_forms(on),
        "connected": [status.value for status in CONNECTED],
        "missing": ObservationKind.MISSING_DAY.value,
        "settled": ObservationState.SETTLED.value,
        "ended": OperatorStatus.ENDED.value,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AREAS, asked)
        touched = cursor.fetchall()
        AreaSum.objects.bulk_create(
            [AreaSum(district=d, sector=s, refreshed_at=at) for d, s in touched],
            ignore_conflicts=True,
        )
        cursor.execute(
            "SELECT a.id FROM prepaid_areasum a JOIN unnest(%s::text[], %s::text[]) AS t(district, sector)"
            " USING (district, sector) ORDER BY a.id FOR UPDATE OF a",
            [[d for d, _ in touched], [s for _, s in touched]],
        )
        asked["areas"] = [row[0] for row in cursor.fetchall()]
        cursor.execute(SUMMARY, asked)
        cursor.execute(SUMS, asked)


def keep_the_night(*, day: date) -> None:
    """Keep every area's sums as they stand in the night that begins the day; taken again they are replaced."""
    names = [field.name for field in AreaFigures._meta.local_concrete_fields]
    figures = [name for name in names if name not in {"id", "district", "sector"}]
    rows = AreaSum.objects.values(*names)
    AreaDay.objects.bulk_create(
        [AreaDay(day=day, **{name: row[name] for name in names}) for row in rows],
        update_conflicts=True,
        unique_fields=["day", "district", "sector"],
        update_fields=figures,
    )
