"""Figures of other subjects on the desk: each is one function, and one line in `PANELS`.

Each gets the condition of the desk's area as seen from a row that belongs to an operator, and asks once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode

from shangwu.foundation.money import format_yuan
from shangwu.prepaid.models import Case, Closing, ConsumerRequest, Observation, WarningAlert
from shangwu.prepaid.queries.desks.operators import YES
from shangwu.prepaid.vocabulary import (
    TOLD_BY_CONSUMERS,
    CaseState,
    ClosingState,
    RequestKind,
    RequestState,
    WarningState,
)

RECENT_DAYS, WEEK_DAYS = 30, 7


@dataclass(frozen=True)
class Panel:
    """One figure with its sentence, and the door to where it comes from."""

    title: str
    figure: str
    sentence: str
    link: str


def consumers(here: Q, on: date) -> Panel:
    """Return how often, and over how much money, consumers' look-ups differed from what operators sent.

    Unit: fen.
    """
    found = Observation.objects.filter(
        here, kind__in=TOLD_BY_CONSUMERS, day__gt=on - timedelta(days=RECENT_DAYS)
    ).aggregate(count=Count("pk"), money=Sum("at_stake_fen"), whom=Count("operator", distinct=True))
    return Panel(
        "消费者反映的差异",
        f"{found['count']:,} 条",
        f"近三十日，涉及 {found['whom']:,} 家、{format_yuan(found['money'] or 0)} 元",
        f"{reverse('prepaid:observations')}?told={YES}",
    )


def closings(here: Q, on: date) -> Panel:
    """Return how many announced closings are under way, and when the next takes effect."""
    rows = Closing.objects.filter(here, state=ClosingState.ANNOUNCED)
    coming = (
        rows.filter(takes_effect_on__gte=on)
        .order_by("takes_effect_on")
        .values_list("takes_effect_on", flat=True)
        .first()
    )
    return Panel(
        "公告期内的停业、迁移",
        f"{rows.count():,} 家",
        f"最近一家 {coming} 生效" if coming else "没有将要生效的",
        reverse("prepaid:closings"),
    )


def warnings(here: Q, on: date) -> Panel:
    """Return how many alerts wait to be looked into, and how many came in thirty days."""
    found = WarningAlert.objects.filter(here).aggregate(
        waiting=Count("pk", filter=Q(state=WarningState.OPEN)),
        recent=Count("pk", filter=Q(week__gt=on - timedelta(days=RECENT_DAYS))),
    )
    return Panel(
        "待核查的风险预警",
        f"{found['waiting']:,} 条",
        f"近三十日共 {found['recent']:,} 条，每周一次，须由人核查",
        reverse("prepaid:alerts"),
    )


def cases(here: Q, on: date) -> Panel:
    """Return how many cases are open, how many of them are late with their next act, and how many are due soon."""
    week = on + timedelta(days=WEEK_DAYS)
    found = (
        Case.objects.filter(here)
        .exclude(state=CaseState.CLOSED)
        .aggregate(
            open=Count("pk"),
            late=Count("pk", filter=Q(act_by__lt=on)),
            soon=Count("pk", filter=Q(act_by__gte=on, act_by__lt=week)),
        )
    )
    view = "overdue" if found["late"] else "open"
    return Panel(
        "办理中的案件",
        f"{found['open']:,} 件",
        f"逾期 {found['late']:,} 件，七日内到期 {found['soon']:,} 件",
        f"{reverse('prepaid:cases')}?view={view}",
    )


def complaints(here: Q, on: date) -> Panel:
    """Return how many complaints about operators of the area have no answer yet, and how many of those are late."""
    found = ConsumerRequest.objects.filter(
        here, operator__isnull=False, kind=RequestKind.COMPLAINT, state=RequestState.RECEIVED
    ).aggregate(
        waiting=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=on)),
        soon=Count("pk", filter=Q(due_on__gte=on, due_on__lt=on + timedelta(days=WEEK_DAYS))),
    )
    asked = urlencode({"kind": RequestKind.COMPLAINT.value, "state": RequestState.RECEIVED.value})
    return Panel(
        "待答复的投诉",
        f"{found['waiting']:,} 件",
        f"逾期 {found['late']:,} 件，七日内到期 {found['soon']:,} 件；不含未登记的经营者",
        f"{reverse('prepaid:requests')}?{asked}",
    )


PANELS: tuple[Callable[[Q, date], Panel], ...] = (
    cases,
    complaints,
    consumers,
    closings,
    warnings,
)
