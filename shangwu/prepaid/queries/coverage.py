"""Whom the platform serves on a day, as it was known by a moment: sectors, obliged operators, months of use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from shangwu.foundation.accounts.models import Appointment
from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import (
    Batch,
    ConsumerRequest,
    LookupDay,
    Operator,
    OperatorDay,
)
from shangwu.prepaid.queries.scope import SUPERVISORS
from shangwu.prepaid.rules.amounts import add_months
from shangwu.prepaid.rules.routing import MUST_CONNECT
from shangwu.prepaid.vocabulary import BatchState, RecordKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A sector is served while its operators report: a day's data may arrive until the end of the next day.
_RECENT = timedelta(days=7)
SIGN_IN = "accounts.sign_in"


@dataclass(frozen=True)
class SectorService:
    """How a sector is served: operators connected, those that reported lately, and since when data come."""

    sector: str
    connected: int
    reporting: int
    first_at: datetime | None

    @property
    def has_begun(self) -> bool:
        """Whether there is an operator, or ever were data."""
        return bool(self.connected or self.first_at)


@dataclass(frozen=True)
class MonthOfUse:
    """What was done on the platform in a month: data received, consumers' look-ups and letters, supervision.

    Supervisors are people in supervising posts: how often they signed in, and what they did. What the
    platform finds by itself at night is nobody's use.
    """

    month: date
    batches: int
    consumers: int
    visits: int
    acts: int

    @property
    def is_used(self) -> bool:
        """Whether operators, consumers and supervisors all used the platform in the month."""
        return min(self.batches, self.consumers, self.visits + self.acts) > 0


def obliged(*, on: date, known_at: datetime) -> QuerySet[Operator]:
    """Return the operators that were registered by that day and must connect, connected or not."""
    ends = datetime.combine(on + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return (
        Operator.objects.filter(form__in=MUST_CONNECT, registered_at__lt=min(ends, known_at))
        .exclude(ended_on__lte=on)
        .order_by("number")
    )


def unregistered(*, on: date, known_at: datetime) -> list[tuple[str, datetime]]:
    """Return the operators that consumers named and the platform does not know, with the first letter's time."""
    found = (
        ConsumerRequest.objects.filter(operator__isnull=True, received_at__lte=known_at)
        .exclude(named_operator="")
        .values("named_operator")
        .annotate(first=Min("received_at"))
        .order_by("named_operator")
    )
    return [(row["named_operator"], row["first"]) for row in found if _day(row["first"]) <= on]


def sector_services(sectors: Sequence[str], *, on: date, known_at: datetime) -> list[SectorService]:
    """Return how each of the sectors is served that day, in the order asked.

    Who has left serves no longer, and stays in the day since which data came.
    """
    received = Q(
        batches__kind=RecordKind.CARD_DAY,
        batches__state__in=[BatchState.STORED, BatchState.PARTIAL],
        batches__received_at__lte=known_at,
        batches__day__lte=on,
    )
    # A day without movements is stated with zeros, and is reported like any other.
    lately = OperatorDay.objects.filter(
        operator=OuterRef("pk"),
        day__gt=on - _RECENT,
        day__lte=on,
        first_received_at__lte=known_at,
    )
    there = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    rows = (
        Operator.objects.filter(
            sector__in=sectors, connected_on__lte=on, registered_at__lte=known_at
        )
        .values("sector")
        .annotate(
            connected=Count("pk", distinct=True, filter=there),
            reporting=Count("pk", distinct=True, filter=Q(there, Exists(lately))),
            first=Min("batches__received_at", filter=received),
        )
    )
    found = {
        row["sector"]: SectorService(
            row["sector"], row["connected"], row["reporting"], row["first"]
        )
        for row in rows
    }
    return [found.get(sector, SectorService(sector, 0, 0, None)) for sector in sectors]


def months_of_use(*, on: date, known_at: datetime) -> list[MonthOfUse]:
    """Return every month since the first data came, up to the day; a begun one only once it is used.

    On the first days of a month nobody can have done what a month is for.
    """
    first = Batch.objects.filter(received_at__lte=known_at).aggregate(first=Min("received_at"))
    if first["first"] is None or _day(first["first"]) > on:
        return []
    begins = _day(first["first"]).replace(day=1)
    supervision = supervision_by_month(since=begins, on=on, known_at=known_at)
    months = []
    for month in _months(begins, on):
        last = min(add_months(month, 1) - timedelta(days=1), on)
        starts = datetime.combine(month, datetime.min.time(), SHANGHAI)
        ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), SHANGHAI)
        inside = {"received_at__gte": starts, "received_at__lt": min(ends, known_at)}
        letters = ConsumerRequest.objects.filter(**inside).count()
        months.append(
            MonthOfUse(
                month,
                Batch.objects.filter(**inside).count(),
                lookups(since=month, on=last, known_at=known_at) + letters,
                *supervision.get(month, (0, 0)),
            )
        )
    is_begun = add_months(months[-1].month, 1) > on + timedelta(days=1)
    return months[:-1] if is_begun and not months[-1].is_used else months


def supervision_by_month(
    *, since: date, on: date, known_at: datetime
) -> dict[date, tuple[int, int]]:
    """Return how often people in supervising posts signed in, and how much they did, by the first of the month.

    By the record of acts, which says who did what; each by the days of the appointment. A leader, who comes for
    much else, is none of them.
    """
    posts = Q(pk__in=[])
    held = Appointment.objects.filter(role__in=SUPERVISORS, from_on__lte=on)
    for number, first, until in held.values_list("account__number", "from_on", "until_on"):
        in_post = Q(actor_number=str(number), day__gte=max(first, since))
        posts |= in_post & Q(day__lt=until) if until else in_post
    is_visit = Q(act=SIGN_IN)
    rows = (
        Act.objects.filter(posts, actor_kind="person", day__lte=on, at__lte=known_at)
        .filter(is_visit | Q(act__startswith="prepaid."))
        .annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(visits=Count("pk", filter=is_visit), acts=Count("pk", filter=~is_visit))
        .order_by("month")
    )
    return {row["month"]: (row["visits"], row["acts"]) for row in rows}


def lookups(*, since: date, on: date, known_at: datetime) -> int:
    """Return how often consumers looked a card up in the days from `since` to `on`."""
    days = {"day__gte": since, "day__lte": counted_until(on, known_at=known_at)}
    return LookupDay.objects.filter(**days).aggregate(sum=Sum("lookups"))["sum"] or 0


def counted_until(on: date, *, known_at: datetime) -> date:
    """Return the last day up to `on` that was over when this was known: until then its counter still rises."""
    return min(on, _day(known_at) - timedelta(days=1))


def connected_days(*, since: date, on: date, known_at: datetime) -> tuple[int, int]:
    """Return how many operator-days should have been reported by `on`, and for how many data came.

    Days from `since` on whose term is over; an operator counts from the day after it was connected.
    """
    last = on - timedelta(days=2)
    wanted = 0
    known = Operator.objects.filter(connected_on__lt=last, registered_at__lte=known_at)
    operators = known.values_list("connected_on", "ended_on")
    for connected, ended in operators.iterator():
        if connected is None:  # Excluded by the query, which the type does not know.
            continue
        begins = max(connected + timedelta(days=1), since)
        ends = min(ended - timedelta(days=1), last) if ended else last
        wanted += max((ends - begins).days + 1, 0)
    got = OperatorDay.objects.filter(
        day__gte=since,
        day__lte=last,
        first_received_at__lte=known_at,
        day__gt=F("operator__connected_on"),
    ).count()
    return wanted, min(got, wanted)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = add_months(month, 1)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
