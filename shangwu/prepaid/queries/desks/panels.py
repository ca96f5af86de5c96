"""Figures of other subjects on the desk: each is one function, and one line in `PANELS`.

Each gets the condition of the desk's area as seen from a row that belongs to an operator. Warnings, cases and
complaints put theirs here in the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse

from shangwu.foundation.money import format_yuan
from shangwu.prepaid.models import Closing, Observation, WarningAlert
from shangwu.prepaid.queries.desks.operators import YES
from shangwu.prepaid.vocabulary import TOLD_BY_CONSUMERS, ClosingState, WarningState

RECENT_DAYS = 30


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


PANELS: tuple[Callable[[Q, date], Panel], ...] = (consumers, closings, warnings)
