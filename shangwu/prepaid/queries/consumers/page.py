"""What the public page of an operator says, in four queries at most, however much is known of it.

Four more where figures are missing and it is to be told whether the known ones decide already.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from shangwu.prepaid.models import Operator, Outlet
from shangwu.prepaid.queries.facts import facts_on
from shangwu.prepaid.queries.listings import published
from shangwu.prepaid.rules.consumers.law import days_taken
from shangwu.prepaid.rules.consumers.requests import a_year_before, median
from shangwu.prepaid.rules.consumers.statements.statement import (
    Credit,
    Listing,
    Notice,
    OperatorFacts,
    Standing,
)
from shangwu.prepaid.rules.least import Least, least
from shangwu.prepaid.vocabulary import (
    ClosingState,
    CollapseState,
    ObservationKind,
    ObservationState,
    OperatorStatus,
    RequestKind,
)

MOST_OUTLETS = 30
# Written out: building such a statement anew for each page took longer than all the rest of the page.
KNOWN = """
SELECT operator.*,
    (
        SELECT day FROM prepaid_operatorday
        WHERE operator_id = operator.id AND first_received_at IS NOT NULL ORDER BY day DESC LIMIT 1
    ) AS reported_until,
    (
        SELECT day FROM prepaid_observation
        WHERE operator_id = operator.id AND kind = %(short)s AND state = ANY(%(open)s)
        ORDER BY day LIMIT 1
    ) AS short_since,
    EXISTS (SELECT 1 FROM prepaid_creditlisting WHERE operator_id = operator.id) AS may_be_listed,
    mark.code, mark.issued_on, mark.withdrawn_on,
    custody.day AS custody_day, custody.balance_fen AS custody_fen, custody.name AS custodian,
    -- Nights in which nothing changed leave no row: what was found before still held.
    CASE WHEN standing.day IS NOT NULL AND operator.status <> %(gone)s THEN greatest(
        standing.day, (SELECT day FROM prepaid_nightlycheck WHERE day <= %(on)s ORDER BY day DESC LIMIT 1)
    ) ELSE standing.day END AS standing_day,
    standing.required_fen, standing.shortfall_fen, standing.is_complete,
    credit.grade, credit.day AS graded_on,
    closing.number AS closing_number, closing.takes_effect_on,
    collapse.number AS collapse_number, collapse.claims_until
FROM prepaid_operator AS operator
LEFT JOIN LATERAL (
    SELECT code, issued_on, withdrawn_on FROM prepaid_linkagemark
    WHERE operator_id = operator.id ORDER BY issued_on DESC, id DESC LIMIT 1
) AS mark ON TRUE
LEFT JOIN LATERAL (
    SELECT one.day, one.balance_fen, institution.name
    FROM prepaid_custodyday AS one JOIN prepaid_institution AS institution ON institution.id = one.institution_id
    WHERE one.operator_id = operator.id ORDER BY one.day DESC, one.received_at DESC LIMIT 1
) AS custody ON TRUE
LEFT JOIN LATERAL (
    SELECT day, required_fen, shortfall_fen, is_complete FROM prepaid_custodystanding
    WHERE operator_id = operator.id ORDER BY day DESC, known_at DESC LIMIT 1
) AS standing ON TRUE
LEFT JOIN LATERAL (
    SELECT grade, day FROM prepaid_creditstanding
    WHERE operator_id = operator.id AND day <= %(on)s ORDER BY day DESC, known_at DESC LIMIT 1
) AS credit ON TRUE
LEFT JOIN LATERAL (
    SELECT number, takes_effect_on FROM prepaid_closing
    WHERE operator_id = operator.id AND state = %(announced)s AND takes_effect_on IS NOT NULL
    ORDER BY id DESC LIMIT 1
) AS closing ON TRUE
LEFT JOIN LATERAL (
    SELECT one.number, one.claims_until
    FROM prepaid_collapsemember AS member JOIN prepaid_collapse AS one ON one.id = member.collapse_id
    WHERE member.operator_id = operator.id AND one.state <> %(proposed)s AND one.claims_until IS NOT NULL
    ORDER BY one.id DESC LIMIT 1
) AS collapse ON TRUE
WHERE operator.number = %(number)s
"""
# By the days of receipt and answer: after a collapse there may be thousands of complaints.
COMPLAINTS = """
SELECT received_on, answered_on, count(*) FROM (
    SELECT (received_at AT TIME ZONE 'Asia/Shanghai')::date AS received_on,
        (answered_at AT TIME ZONE 'Asia/Shanghai')::date AS answered_on
    FROM prepaid_consumerrequest WHERE operator_id = %s AND kind = %s
) AS request
WHERE received_on > %s GROUP BY received_on, answered_on
"""


@dataclass(frozen=True)
class OperatorPage:
    """What the public page of an operator shows."""

    operator: Operator
    facts: OperatorFacts
    outlets: tuple[Outlet, ...]


def operator_page(number: str, *, on: date) -> OperatorPage:
    """Return an operator with what is known of it.

    Raises: Operator.DoesNotExist.
    """
    asked = {
        "number": number,
        "on": on,
        "short": ObservationKind.UNDER_SECURED,
        "open": [ObservationState.OPEN.value, ObservationState.IN_CASE.value],
        "announced": ClosingState.ANNOUNCED,
        "proposed": CollapseState.PROPOSED,
        "gone": OperatorStatus.ENDED,
    }
    # An operator with one more attribute for each column that is none of its own.
    known: Any = next(iter(Operator.objects.raw(KNOWN, asked)), None)
    if known is None:
        raise Operator.DoesNotExist
    received, answered, middle = _complaints(known, on)
    facts = OperatorFacts(
        today=on,
        status=known.status,
        connected_on=known.connected_on,
        ended_on=known.ended_on,
        mark=known.code if known.code and not known.withdrawn_on else "",
        mark_issued_on=known.issued_on,
        mark_withdrawn_on=known.withdrawn_on,
        last_day=known.reported_until,
        custody_day=known.custody_day,
        custody_fen=known.custody_fen or 0,
        custodian=known.custodian or "",
        standing=_standing(known),
        complaints=received,
        answered=answered,
        median_days=middle,
        notice=_notice(known),
        credit=Credit(known.grade, known.graded_on) if known.grade else None,
        listing=_listing(known, on) if known.may_be_listed else None,
    )
    outlets = Outlet.objects.filter(operator=known, closed_on__isnull=True).order_by("number")
    return OperatorPage(known, facts, tuple(outlets[:MOST_OUTLETS]))


def _standing(known: Any) -> Standing | None:
    if known.standing_day is None:
        return None
    return Standing(
        day=known.standing_day,
        required_fen=known.required_fen,
        shortfall_fen=known.shortfall_fen,
        is_complete=known.is_complete,
        since=known.short_since,
        least=_least(known) if known.shortfall_fen and not known.is_complete else None,
    )


def _least(known: Any) -> Least | None:
    """Read the facts anew: a standing keeps its sums, not which of its figures were missing."""
    day = known.standing_day
    facts = facts_on([known.pk], day=day, known_at=timezone.localtime()).get(known.pk)
    return least(facts, on=day) if facts else None


def _notice(known: Any) -> Notice | None:
    if known.collapse_number:
        return Notice(known.collapse_number, True, known.claims_until)
    if known.closing_number:
        return Notice(known.closing_number, False, known.takes_effect_on)
    return None


def _listing(operator: Operator, on: date) -> Listing | None:
    listed = published(today=on).filter(operator=operator)
    found = listed.values_list("number", "decided_on", F("is_objected")).first()
    return Listing(*found) if found else None


def _complaints(operator: Operator, on: date) -> tuple[int, int, str]:
    """Return how many complaints a year brought, how many are answered, and within how many days half of them."""
    received, taken = 0, Counter[int]()
    with connection.cursor() as cursor:
        cursor.execute(COMPLAINTS, [operator.pk, RequestKind.COMPLAINT, a_year_before(on)])
        for received_on, answered_on, count in cursor.fetchall():
            received += count
            if answered_on:
                taken[days_taken(received_on, answered_on)] += count
    return received, taken.total(), median(list(taken.elements()))
