"""Consumers' requests as the office handles them: whose, until when, and how soon they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.urls import reverse

from shangwu.foundation import workdays
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import SOURCE_STATUSES
from shangwu.foundation.web.components import Card, CountedDay, DueDate, Moment
from shangwu.prepaid.models import ConsumerRequest, Observation
from shangwu.prepaid.queries.scope import units_of
from shangwu.prepaid.rules.consumers.english import district
from shangwu.prepaid.rules.consumers.law import answer_due, answer_period, days_taken
from shangwu.prepaid.rules.consumers.requests import a_year_before, median
from shangwu.prepaid.vocabulary import Agency, RequestKind, RequestState

MOST_MISSING = 200


@dataclass(frozen=True)
class Served:
    """How requests of a kind were answered in a year: received, answered, in time, half within `median_days`."""

    label: str
    received: int
    answered: int
    in_time: int
    median_days: str


def requests_of(account: Account, *, on: date) -> QuerySet[ConsumerRequest]:
    """Return the requests that the account's units handle that day; the city's commerce unit sees all."""
    if account.has_role(Role.LEADER, on=on):
        return ConsumerRequest.objects.all()
    allowed = Q(pk__in=[])
    for unit in units_of(account, on=on):
        if unit.agency == Agency.COMMERCE and not unit.district:
            return ConsumerRequest.objects.all()
        here = Q(unit_district=unit.district) if unit.district else Q()
        allowed |= here & Q(unit_agency=unit.agency)
    return ConsumerRequest.objects.filter(allowed)


def reports_of(
    seen: Observation, account: Account, *, on: date
) -> list[tuple[ConsumerRequest, bool]]:
    """Return what consumers reported of an observation, the newest slip first, and whether the account may open it."""
    mine = set(requests_of(account, on=on).filter(observation=seen).values_list("pk", flat=True))
    told = seen.consumer_requests.order_by("-day", "-received_at", "-pk")
    return [(one, one.pk in mine) for one in told]


def due_of(request: ConsumerRequest, *, today: date) -> DueDate:
    """Return until when a request must be answered, as a chip that explains itself."""
    counted = answer_due(request.kind, received_at=request.received_at)
    on, _ = workdays.local(request.received_at)
    period = answer_period(request.kind, on=on)
    status = SOURCE_STATUSES[period.source_status]
    return DueDate(
        due=request.due_on,
        today=today,
        rule=f"自收到的次日起 {period.value} 个工作日内答复。",
        source=f"{period.source}〔{status}〕",
        provisional=counted.provisional,
        done_on=workdays.local(request.answered_at)[0] if request.answered_at else None,
        trace=[CountedDay(day.date, day.counted, day.why) for day in counted.trace],
    )


def unit_label(agency: str, place: str) -> str:
    """Return what people call a handling unit: 黄浦区商务部门, 市商务部门."""
    return f"{district(place).zh if place else '市'}{Agency(agency).label}"


def moments_of(request: ConsumerRequest) -> list[Moment]:
    """Return what was done with a request, oldest first."""
    return [
        Moment(
            one.at,
            f"{one.get_act_display()}（{unit_label(one.unit_agency, one.unit_district)}）",
            f"{one.text}{f'——{one.by.display_name}' if one.by else ''}",
        )
        for one in request.steps.select_related("by").order_by("at", "pk")
    ]


def served(requests: QuerySet[ConsumerRequest], *, on: date) -> list[Served]:
    """Return for each kind how the requests of the last twelve months were answered.

    Unit: working days.
    """
    rows = list(
        requests.filter(received_at__date__gt=a_year_before(on)).values_list(
            "kind", "received_at", "answered_at", "due_on"
        )
    )
    return [_served(kind, [row for row in rows if row[0] == kind]) for kind in RequestKind]


def _served(kind: RequestKind, rows: Sequence[tuple[object, ...]]) -> Served:
    taken, in_time = [], 0
    for _, received_at, answered_at, due_on in rows:
        if answered_at is not None:
            taken.append(days_taken(received_at, answered_at))  # type: ignore[arg-type]
            in_time += workdays.local(answered_at)[0] <= due_on  # type: ignore[arg-type, operator]
    return Served(str(kind.label), len(rows), len(taken), in_time, median(taken))


@dataclass(frozen=True)
class Missing:
    """An operator that consumers name and that is not registered. Unit: fen."""

    name: str
    district: str
    sector: str
    complaints: int
    amount_fen: int
    first_on: date


def missing_operators(requests: QuerySet[ConsumerRequest]) -> list[Missing]:
    """Return the unregistered operators that consumers named, the most often named first."""
    rows = (
        requests.filter(operator__isnull=True)
        .exclude(named_operator="")
        .values("named_operator", "unit_district", "sector")
        .annotate(count=Count("pk"), sum=Sum("amount_fen"), first=Min("received_at"))
        .order_by("-count", "named_operator")
    )
    return [
        Missing(
            row["named_operator"],
            district(row["unit_district"]).zh,
            row["sector"],
            row["count"],
            row["sum"] or 0,
            workdays.local(row["first"])[0],
        )
        for row in rows[:MOST_MISSING]
    ]


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits for an officer among consumers' requests."""
    if not account.has_role(Role.PREPAID_OFFICER, on=today):
        return []
    waiting = requests_of(account, on=today).filter(state=RequestState.RECEIVED)
    counts = waiting.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    if not counts["all"]:
        return []
    return [
        Card(
            "消费者来件待答复",
            f"其中 {counts['late']} 件已经逾期。" if counts["late"] else "都在期限以内。",
            reverse("prepaid:requests"),
            "inbox",
            figure=str(counts["all"]),
            tone="danger" if counts["late"] else "info",
        )
    ]
