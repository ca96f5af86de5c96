"""What the platform knew of operators at the end of a day, read for one or for all in the same few statements."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from shangwu.prepaid.rules.requirement.bonds import Bond
from shangwu.prepaid.rules.standing import FIRST_MONTHS, Facts, Figures
from shangwu.prepaid.vocabulary import InstitutionKind, OperatorStatus

Ids = Sequence[int] | None
# Whoever has not begun, or has left, secures nothing.
STANDING = tuple(
    status.value
    for status in OperatorStatus
    if status not in {OperatorStatus.APPLIED, OperatorStatus.ENDED}
)

# Every probe ends after one row of an index: the cost does not grow with the history.
# Head of a group or a brand is whom a member names, itself included: an applicant's word alone makes nobody a head.
OPERATORS = """
SELECT o.id, o.sector, o.district, o.established_on, o.capital_fen, o.has_tenant_cards,
       o.uscc IN (SELECT group_head FROM prepaid_operator
                  WHERE group_head <> '' AND status = ANY(%(standing)s)),
       o.uscc IN (SELECT franchise_head FROM prepaid_operator
                  WHERE franchise_head <> '' AND status = ANY(%(standing)s)),
       now.balance_fen, quarter.balance_fen
FROM prepaid_operator o
LEFT JOIN LATERAL (
    SELECT balance_fen FROM prepaid_operatorday d
    WHERE d.operator_id = o.id AND d.day <= %(day)s ORDER BY d.day DESC LIMIT 1
) now ON true
LEFT JOIN LATERAL (
    SELECT balance_fen FROM prepaid_operatorday d
    WHERE d.operator_id = o.id AND d.day < %(quarter)s ORDER BY d.day DESC LIMIT 1
) quarter ON true
WHERE o.status = ANY(%(standing)s) AND (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))
"""

# The newest day of each bank, and of that day the last word. An operator's banks are walked from one to the next:
# most have one, and asking every bank of the city about every operator would cost a million probes.
CUSTODY = """
SELECT o.id, sum(told.balance_fen)::bigint, min(told.day)
FROM prepaid_operator o
CROSS JOIN LATERAL (
    WITH RECURSIVE walked AS (
        (SELECT institution_id, balance_fen, day FROM prepaid_custodyday c
         WHERE c.operator_id = o.id AND c.day <= %(day)s AND c.received_at <= %(known_at)s
         ORDER BY c.institution_id DESC, c.day DESC, c.received_at DESC LIMIT 1)
        UNION ALL
        SELECT following.* FROM walked CROSS JOIN LATERAL (
            SELECT institution_id, balance_fen, day FROM prepaid_custodyday c
            WHERE c.operator_id = o.id AND c.institution_id < walked.institution_id
                  AND c.day <= %(day)s AND c.received_at <= %(known_at)s
            ORDER BY c.institution_id DESC, c.day DESC, c.received_at DESC LIMIT 1
        ) following
    )
    SELECT * FROM walked
) told
JOIN prepaid_institution bank ON bank.id = told.institution_id AND bank.kind = %(bank)s
WHERE %(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s)
GROUP BY o.id
"""

BONDS = """
SELECT operator_id, kind, amount_fen, starts_on, until FROM (
    SELECT DISTINCT ON (operator_id, institution_id, number)
           operator_id, kind, amount_fen, starts_on, until
    FROM prepaid_bondrecord
    WHERE received_at <= %(known_at)s AND (%(ids)s::bigint[] IS NULL OR operator_id = ANY(%(ids)s))
    ORDER BY operator_id, institution_id, number, received_at DESC
) newest
WHERE until >= %(day)s AND until > starts_on
ORDER BY operator_id, until, starts_on
"""

# The statement of last year, or while it has not come that of the year before.
REVENUES = """
SELECT DISTINCT ON (operator_id) operator_id, year, revenue_fen
FROM prepaid_operatoryear
WHERE year BETWEEN %(year)s - 1 AND %(year)s AND provided_at <= %(known_at)s
      AND (%(ids)s::bigint[] IS NULL OR operator_id = ANY(%(ids)s))
ORDER BY operator_id, year DESC, provided_at DESC
"""

EFFECTIVE = """
SELECT o.id, s.day, s.known_at, s.balance_fen, s.required_fen, s.counted_fen, s.custody_fen,
       s.shortfall_fen, s.is_complete, s.basis
FROM prepaid_operator o
JOIN LATERAL (
    SELECT * FROM prepaid_custodystanding c
    WHERE c.operator_id = o.id AND c.day <= %(day)s ORDER BY c.day DESC, c.known_at DESC LIMIT 1
) s ON true
WHERE (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))
"""


def facts_on(operator_ids: Ids, *, day: date, known_at: datetime) -> dict[int, Facts]:
    """Return what was known at `known_at` of each operator at the end of the day; of all for None.

    Unit: fen.
    """
    asked = {
        "ids": None if operator_ids is None else list(operator_ids),
        "day": day,
        "known_at": known_at,
        "quarter": quarter_start(day),
        "standing": list(STANDING),
        "bank": InstitutionKind.BANK.value,
        "year": day.year - 1,
    }
    custody = {row[0]: row[1:] for row in _rows(CUSTODY, asked)}
    revenues = {row[0]: row[1:] for row in _rows(REVENUES, asked)}
    bonds: dict[int, list[Bond]] = {}
    for operator, kind, amount, starts_on, until in _rows(BONDS, asked):
        bonds.setdefault(operator, []).append(Bond(kind, amount, starts_on, until))
    found = {}
    for pk, sector, district, established, capital, *more in _rows(OPERATORS, asked):
        tenants, group, brand, balance, quarter = more
        year, revenue = revenues.get(pk, (None, None))
        money, told_on = custody.get(pk, (None, None))
        found[pk] = Facts(
            sector=sector,
            district=district,
            balance=balance,
            quarter_end_balance=quarter,
            prior_revenue=revenue,
            revenue_year=year,
            established_on=established,
            registered_capital=capital,
            has_tenant_cards=tenants,
            heads_group=group,
            heads_brand=brand,
            custody=money,
            custody_on=told_on,
            bonds=tuple(bonds.get(pk, ())),
        )
    return found


def effective(operator_ids: Ids, *, day: date) -> dict[int, tuple[date, datetime, Figures]]:
    """Return the standing that holds for each operator on the day, with its own day and since when it is known."""
    asked = {"ids": None if operator_ids is None else list(operator_ids), "day": day}
    return {row[0]: (row[1], row[2], Figures(*row[3:])) for row in _rows(EFFECTIVE, asked)}


def quarter_start(day: date) -> date:
    """Return the first day of the quarter that the day lies in."""
    return date(day.year, max(month for month in FIRST_MONTHS if month <= day.month), 1)


def quarter_before(day: date) -> date:
    """Return the first day of the last quarter that is over on the day."""
    return quarter_start(quarter_start(day) - timedelta(days=1))


def _rows(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
