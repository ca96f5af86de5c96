"""Operators as consumers find and read them: few queries each, however many operators there are."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate

from shangwu.prepaid.models import (
    Closing,
    Collapse,
    ConsumerRequest,
    CreditStanding,
    CustodyDay,
    CustodyStanding,
    LinkageMark,
    Observation,
    Operator,
    OperatorDay,
    Outlet,
)
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
from shangwu.prepaid.vocabulary import (
    ClosingState,
    CollapseState,
    ObservationKind,
    ObservationState,
    RequestKind,
)

PER_PAGE = 20
MOST_PAGES = 50
MOST_OUTLETS = 30
USCC_LENGTH = 18
LONGEST_QUERY = 60


@dataclass(frozen=True)
class Search:
    """One page of operators that fit, and whether more follow."""

    query: str
    operators: tuple[Operator, ...]
    page: int
    has_more: bool


def search(*, query: str, district: str = "", sector: str = "", page: int = 1) -> Search:
    """Return operators by name, trade name, brand, social credit code, platform number or mark, in one query."""
    words = unicodedata.normalize("NFKC", query).strip()[:LONGEST_QUERY]
    page = min(max(page, 1), MOST_PAGES)
    found = Operator.objects.annotate(has_mark=Exists(_valid_marks()))
    if district:
        found = found.filter(district=district)
    if sector:
        found = found.filter(sector=sector)
    if words:
        found = found.filter(_named(words))
    start = (page - 1) * PER_PAGE
    rows = tuple(found.order_by("name", "pk")[start : start + PER_PAGE + 1])
    return Search(words, rows[:PER_PAGE], page, len(rows) > PER_PAGE and page < MOST_PAGES)


def _named(words: str) -> Q:
    code = words.upper()
    if len(code) == USCC_LENGTH and code.isascii() and code.isalnum():
        return Q(uscc=code)
    # Folding the case of every name costs more than all the rest, and Han has none.
    how = "contains" if words.upper() == words.lower() else "icontains"
    by_name = Q()
    for field in ("name", "trade_name", "brand"):
        by_name |= Q(**{f"{field}__{how}": words})
    if not code.isascii():
        return by_name
    marked = LinkageMark.objects.filter(code=code).values("operator")
    return by_name | Q(number=code) | Q(pk__in=marked)


def _valid_marks() -> QuerySet[LinkageMark]:
    return LinkageMark.objects.filter(operator=OuterRef("pk"), withdrawn_on__isnull=True)


def named_operator(words: str) -> Operator | None:
    """Return the operator with that social credit code, platform number or mark; None where there is none."""
    code = unicodedata.normalize("NFKC", words).strip().upper()[:LONGEST_QUERY]
    marked = LinkageMark.objects.filter(code=code).values("operator")
    return Operator.objects.filter(Q(uscc=code) | Q(number=code) | Q(pk__in=marked)).first()


def by_district() -> dict[str, tuple[int, int]]:
    """Return for each district how many operators are registered, and how many of them hold a valid mark."""
    rows = (
        Operator.objects.annotate(has_mark=Exists(_valid_marks()))
        .values("district")
        .annotate(all=Count("pk"), marked=Count("pk", filter=Q(has_mark=True)))
        .order_by()
    )
    return {row["district"]: (row["all"], row["marked"]) for row in rows}


@dataclass(frozen=True)
class OperatorPage:
    """What the public page of an operator shows."""

    operator: Operator
    facts: OperatorFacts
    outlets: tuple[Outlet, ...]


def operator_page(number: str, *, on: date) -> OperatorPage:
    """Return an operator with what is known of it, in six queries.

    Raises: Operator.DoesNotExist.
    """
    days = OperatorDay.objects.filter(operator=OuterRef("pk"), first_received_at__isnull=False)
    short = Observation.objects.filter(
        operator=OuterRef("pk"),
        kind=ObservationKind.UNDER_SECURED,
        state__in=[ObservationState.OPEN, ObservationState.IN_CASE],
    )
    closing = Closing.objects.filter(operator=OuterRef("pk"), state=ClosingState.ANNOUNCED)
    collapse = Collapse.objects.filter(members__operator=OuterRef("pk")).exclude(
        state=CollapseState.PROPOSED
    )
    graded = CreditStanding.objects.filter(operator=OuterRef("pk"), day__lte=on)
    listed = published(today=on).filter(operator=OuterRef("pk"))
    operator = Operator.objects.annotate(
        reported_until=Subquery(days.order_by("-day").values("day")[:1]),
        short_since=Subquery(short.order_by("day").values("day")[:1]),
        closing=_newest(closing, day="takes_effect_on"),
        collapse=_newest(collapse, day="claims_until"),
        credit=Subquery(
            graded.order_by("-day", "-known_at")
            .annotate(facts=JSONObject(grade="grade", day="day"))
            .values("facts")[:1]
        ),
        listing=Subquery(
            listed.annotate(
                facts=JSONObject(number="number", on="decided_on", objected="is_objected")
            ).values("facts")[:1]
        ),
    ).get(number=number)
    mark = LinkageMark.objects.filter(operator=operator).order_by("-issued_on", "-pk").first()
    custody = (
        CustodyDay.objects.filter(operator=operator)
        .select_related("institution")
        .order_by("-day", "-received_at")
        .first()
    )
    received, answered, middle = _complaints(operator, on)
    facts = OperatorFacts(
        today=on,
        status=operator.status,
        connected_on=operator.connected_on,
        ended_on=operator.ended_on,
        mark=mark.code if mark and not mark.withdrawn_on else "",
        mark_issued_on=mark.issued_on if mark else None,
        mark_withdrawn_on=mark.withdrawn_on if mark else None,
        last_day=operator.reported_until,
        custody_day=custody.day if custody else None,
        custody_fen=custody.balance_fen if custody else 0,
        custodian=custody.institution.name if custody else "",
        standing=_standing(operator, operator.short_since),
        complaints=received,
        answered=answered,
        median_days=middle,
        notice=_notice(operator.collapse, is_collapse=True)
        or _notice(operator.closing, is_collapse=False),
        credit=_credit(operator.credit),
        listing=_listing(operator.listing),
    )
    outlets = Outlet.objects.filter(operator=operator, closed_on__isnull=True).order_by("number")
    return OperatorPage(operator, facts, tuple(outlets[:MOST_OUTLETS]))


def _newest(notices: QuerySet[Any], *, day: str) -> Subquery:
    """The newest notice as one JSON value, so that it comes with the operator's own row."""
    rows = notices.filter(**{f"{day}__isnull": False}).order_by("-pk")
    return Subquery(rows.annotate(facts=JSONObject(number="number", day=day)).values("facts")[:1])


def _notice(found: dict[str, str] | None, *, is_collapse: bool) -> Notice | None:
    if found is None:
        return None
    return Notice(found["number"], is_collapse, date.fromisoformat(found["day"]))


def _credit(found: dict[str, str] | None) -> Credit | None:
    return Credit(found["grade"], date.fromisoformat(found["day"])) if found else None


def _listing(found: dict[str, Any] | None) -> Listing | None:
    if found is None:
        return None
    return Listing(found["number"], date.fromisoformat(found["on"]), found["objected"])


def _standing(operator: Operator, since: date | None) -> Standing | None:
    found = CustodyStanding.objects.filter(operator=operator).order_by("-day", "-known_at").first()
    if found is None:
        return None
    return Standing(
        day=found.day,
        required_fen=found.required_fen,
        shortfall_fen=found.shortfall_fen,
        is_complete=found.is_complete,
        since=since,
    )


def _complaints(operator: Operator, on: date) -> tuple[int, int, str]:
    """Count a year's complaints by the days of receipt and answer: after a collapse there may be thousands."""
    rows = (
        ConsumerRequest.objects.filter(
            operator=operator,
            kind=RequestKind.COMPLAINT,
            received_at__date__gt=a_year_before(on),
        )
        .annotate(received_on=TruncDate("received_at"), answered_on=TruncDate("answered_at"))
        .values("received_on", "answered_on")
        .annotate(count=Count("pk"))
        .order_by()
    )
    received = sum(row["count"] for row in rows)
    taken: Counter[int] = Counter()
    for row in rows:
        if row["answered_on"]:
            taken[days_taken(row["received_on"], row["answered_on"])] += row["count"]
    return received, taken.total(), median(list(taken.elements()))
