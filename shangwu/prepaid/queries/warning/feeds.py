"""The platform's own weeks as the watcher's contract names them: one statement for each file, over all weeks.

A week is Monday to Sunday in Shanghai and counts from 1. Rows come in the order of weeks. Nothing of a person is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from shangwu.foundation.workdays import load_calendar, local
from shangwu.prepaid.models import OperatorDay
from shangwu.prepaid.rules.batch.day import FIRST_DAY
from shangwu.prepaid.rules.deadlines import row_due
from shangwu.prepaid.rules.law import settings
from shangwu.prepaid.rules.warning.feeds import LONG_CARD_DAYS
from shangwu.prepaid.vocabulary import ClosingKind, ClosingState, NoticeEvent, RequestKind

DAYS_A_WEEK = 7

OPERATORS = """
SELECT o.number, o.sector, o.district, coalesce(o.established_on, shop.opened_on), y.revenue_fen, o.brand,
       o.address_key
FROM prepaid_operator o
LEFT JOIN LATERAL (
    SELECT min(opened_on) AS opened_on FROM prepaid_outlet s WHERE s.operator_id = o.id
) shop ON true
LEFT JOIN LATERAL (
    SELECT revenue_fen FROM prepaid_operatoryear y
    WHERE y.operator_id = o.id AND y.year < %(year)s AND y.provided_at <= %(known_at)s
    ORDER BY y.year DESC, y.provided_at DESC LIMIT 1
) y ON true
WHERE o.connected_on < %(until)s
      OR EXISTS (SELECT FROM prepaid_operatorday d WHERE d.operator_id = o.id AND d.day < %(until)s)
ORDER BY o.number
"""

# A day that did not come counts like one that came late, from the day on which the operator was connected.
# No rule asks for a term of validity: of cards without one nothing is said.
# What is issued on an opening day is what old cards still hold, and no sale (`opening_day` of rules/batch/day.py).
BATCHES = """
WITH opening AS (
    SELECT o.id AS operator_id, min(d.day) AS day
    FROM prepaid_operator o JOIN prepaid_operatorday d ON d.operator_id = o.id AND d.rows > 0
    WHERE %(opening)s
    GROUP BY o.id
    HAVING min(d.day) <= greatest(o.connected_on, (o.registered_at AT TIME ZONE 'Asia/Shanghai')::date)
), days AS (
    SELECT operator_id, (day - %(first)s::date) / 7 + 1 AS week,
           sum(CASE WHEN (operator_id, day) IN (TABLE opening) THEN 0 ELSE issued_fen END) AS issued_fen,
           sum(redeemed_fen) AS redeemed_fen, sum(refunded_fen) AS refunded_fen, count(*) AS days,
           count(*) FILTER (WHERE is_late) AS late,
           (array_agg(balance_fen ORDER BY day DESC))[1] AS balance_fen
    FROM prepaid_operatorday
    WHERE day >= %(first)s AND day < %(until)s AND first_received_at IS NOT NULL
    GROUP BY 1, 2
), cards AS (
    SELECT operator_id, (day - %(first)s::date) / 7 + 1 AS week, count(DISTINCT card) AS cards,
           sum(issued_fen) FILTER (WHERE valid_to IS NOT NULL) AS dated_fen,
           sum(issued_fen) FILTER (WHERE valid_to > day + %(long)s) AS long_fen
    FROM prepaid_cardday
    WHERE day >= %(first)s AND day < %(until)s AND issued_fen > 0
          AND (operator_id, day) NOT IN (TABLE opening)
    GROUP BY 1, 2
)
SELECT d.week, o.number, d.issued_fen, c.cards, d.redeemed_fen, d.refunded_fen, d.balance_fen,
       round(coalesce(c.long_fen, 0) / nullif(c.dated_fen, 0), 3), NULL,
       d.late + greatest(0, least(7, %(first)s::date + (7 * d.week)::int - o.connected_on) - d.days)
FROM days d
JOIN prepaid_operator o ON o.id = d.operator_id
LEFT JOIN cards c ON c.operator_id = d.operator_id AND c.week = d.week
ORDER BY d.week, o.number
"""

# Of each bank the last word on the last day of the week that it told.
CUSTODY = """
SELECT told.week, o.number, sum(told.balance_fen)
FROM (
    SELECT DISTINCT ON (operator_id, institution_id, (day - %(first)s::date) / 7)
           operator_id, (day - %(first)s::date) / 7 + 1 AS week, balance_fen
    FROM prepaid_custodyday
    WHERE day >= %(first)s AND day < %(until)s AND received_at <= %(known_at)s
    ORDER BY operator_id, institution_id, (day - %(first)s::date) / 7, day DESC, received_at DESC
) told
JOIN prepaid_operator o ON o.id = told.operator_id
GROUP BY 1, 2 ORDER BY 1, 2
"""

BONDS = """
SELECT w.week, o.number, sum(b.amount_fen)
FROM generate_series(1, %(weeks)s) AS w(week)
JOIN (
    SELECT DISTINCT ON (operator_id, institution_id, number) operator_id, amount_fen, starts_on, until
    FROM prepaid_bondrecord WHERE received_at <= %(known_at)s
    ORDER BY operator_id, institution_id, number, received_at DESC
) b ON b.starts_on < %(first)s::date + 7 * w.week AND b.until >= %(first)s::date + 7 * w.week
JOIN prepaid_operator o ON o.id = b.operator_id
GROUP BY 1, 2 ORDER BY 1, 2
"""

COMPLAINTS = """
SELECT ((r.received_at AT TIME ZONE 'Asia/Shanghai')::date - %(first)s::date) / 7 + 1 AS week, o.number,
       coalesce(nullif(r.subject, ''), r.kind) AS kind, count(*)
FROM prepaid_consumerrequest r
JOIN prepaid_operator o ON o.id = r.operator_id
WHERE r.kind = ANY(%(kinds)s::text[])
      AND (r.received_at AT TIME ZONE 'Asia/Shanghai')::date >= %(first)s
      AND (r.received_at AT TIME ZONE 'Asia/Shanghai')::date < %(until)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

LOOKUPS = """
SELECT (l.day - %(first)s::date) / 7 + 1 AS week, o.number, sum(l.lookups), sum(l.mismatches)
FROM prepaid_lookupday l
JOIN prepaid_operator o ON o.id = l.operator_id
WHERE l.day >= %(first)s AND l.day < %(until)s
GROUP BY 1, 2 ORDER BY 1, 2
"""

# Of what was corrected or compared only which facts changed is taken, never to what.
CHANGES = """
WITH happened AS (
    SELECT operator_id, announced_on AS day, k.label AS what
    FROM prepaid_closing c JOIN unnest(%(closings)s::text[], %(closing_words)s::text[]) AS k(code, label) ON k.code = c.kind
    WHERE c.state <> %(void)s
    UNION ALL
    SELECT operator_id, (received_at AT TIME ZONE 'Asia/Shanghai')::date, k.label
    FROM prepaid_holdernotice n JOIN unnest(%(notices)s::text[], %(notice_words)s::text[]) AS k(code, label) ON k.code = n.event
    UNION ALL
    SELECT s.operator_id, (s.at AT TIME ZONE 'Asia/Shanghai')::date, k.label
    FROM prepaid_linkagestep s
    JOIN prepaid_operator o ON o.id = s.operator_id
    JOIN unnest(%(facts)s::text[]) AS k(label) ON position(
        k.label IN CASE WHEN starts_with(s.sentence, '更正') THEN split_part(s.sentence, '：', 1)
                        ELSE s.sentence END) > 0
    WHERE s.kind = 'COMPARED' AND (s.at AT TIME ZONE 'Asia/Shanghai')::date > o.connected_on
)
SELECT (h.day - %(first)s::date) / 7 + 1 AS week, o.number, h.what
FROM happened h JOIN prepaid_operator o ON o.id = h.operator_id
WHERE h.day >= %(first)s AND h.day < %(until)s
ORDER BY 1, 2, 3
"""
# Arrears of wages, rent and taxes are not sent to the platform: that file is never written, so they stay unknown.
STATEMENTS: Mapping[str, str] = {
    "batches": BATCHES,
    "custody": CUSTODY,
    "bonds": BONDS,
    "complaints": COMPLAINTS,
    "lookups": LOOKUPS,
    "changes": CHANGES,
}
CHANGED_FACTS = ["法定代表人", "住所", "名称", "品牌"]
COMPLAINING = [RequestKind.COMPLAINT.value, RequestKind.DIFFERENCE.value]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Span:
    """The weeks to be watched: the first Monday, and how many; `known_at` is when the platform looks."""

    first: date
    weeks: int
    known_at: datetime

    @property
    def until(self) -> date:
        """The day after the last Sunday."""
        return self.first + timedelta(days=DAYS_A_WEEK * self.weeks)

    @property
    def newest(self) -> date:
        """The Monday of the last week."""
        return self.monday(self.weeks)

    def monday(self, number: int) -> date:
        """Return the Monday of a week by its number."""
        return self.first + timedelta(days=DAYS_A_WEEK * (number - 1))


def span(at: datetime) -> Span | None:
    """Return all weeks up to the newest for which reporting time is over; none before anything was reported.

    Source: law/prepaid.toml#setting.A11
    """
    reported = OperatorDay.objects.filter(first_received_at__isnull=False)
    begun = reported.aggregate(first=Min("day"))["first"]
    if begun is None:
        return None
    today = local(at)[0]
    first = begun - timedelta(days=begun.weekday())
    sunday = today - timedelta(days=today.weekday() + 1)
    while row_due(sunday, calendar=load_calendar()).due >= today:
        sunday -= timedelta(days=DAYS_A_WEEK)
    weeks = (sunday - first).days // DAYS_A_WEEK + 1
    return Span(first, weeks, at) if weeks > 0 else None


def operators(over: Span) -> Iterator[Row]:
    """Return who trades or traded, in the columns of the contract.

    Unit: fen.
    """
    return _rows(OPERATORS, over)


def feed(name: str, over: Span) -> Iterator[Row]:
    """Return the rows of a feed over all weeks, each headed by the number of its week.

    Unit: fen.
    """
    return _rows(STATEMENTS[name], over)


def _rows(sql: str, over: Span) -> Iterator[Row]:
    asked = {
        "first": over.first,
        "until": over.until,
        "weeks": over.weeks,
        "known_at": over.known_at,
        "year": over.until.year,
        "long": LONG_CARD_DAYS,
        "kinds": COMPLAINING,
        "void": ClosingState.VOID.value,
        "closings": ClosingKind.values,
        "closing_words": ClosingKind.labels,
        "notices": NoticeEvent.values,
        "notice_words": NoticeEvent.labels,
        "facts": CHANGED_FACTS,
        "opening": settings(over.newest).opening_balances.value == FIRST_DAY,
    }
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"COPY ({sql}) TO STDOUT", asked) as copy:
            yield from copy.rows()
