"""How the platform's service stood in a span of days: needs met, channels used, publicity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import F, Min, Sum
from django.db.models.functions import TruncDate

from shangwu.foundation.law import Value
from shangwu.prepaid.models import (
    Closing,
    Collapse,
    ConsumerRequest,
    Publicity,
    ServiceDay,
)
from shangwu.prepaid.queries.coverage import SHANGHAI, connected_days, counted_until, lookups
from shangwu.prepaid.rules.service import service_law
from shangwu.prepaid.vocabulary import RequestKind

Days = tuple[date, date]
MINUTE = timedelta(minutes=1)
CHANNELS = {
    "card": "查询自己的卡",
    "difference": "反映余额不符",
    "complaint": "投诉",
    "question": "咨询",
    "notice": "停业和失联公告",
}


@dataclass(frozen=True)
class Need:
    """One need: how many of how many were served, and what share is asked; no data is no share."""

    key: str
    label: str
    served: int
    wanted: int
    threshold: Decimal
    source: str

    @property
    def share(self) -> Decimal | None:
        """The share that was served, or None without data."""
        return Decimal(self.served) / self.wanted if self.wanted else None

    @property
    def is_met(self) -> bool:
        """Whether there are data and the share is reached."""
        return self.share is not None and self.share >= self.threshold

    @property
    def sentence(self) -> str:
        """The need with its figures."""
        if self.share is None:
            return f"{self.label}：没有数据"
        word = "达到" if self.is_met else "未达到"
        return (
            f"{self.label}：{self.served}/{self.wanted}（{self.share:.2%}），"
            f"{word} {self.threshold:.0%}（{self.source}）"
        )


@dataclass(frozen=True)
class ChannelUse:
    """How often a channel of public supervision was used; notices are counted as they are published."""

    channel: str
    label: str
    count: int

    @property
    def said(self) -> str:
        """The count in words."""
        return f"公布 {self.count} 份" if self.channel == "notice" else f"使用 {self.count} 次"


def needs(*, since: date, on: date, known_at: datetime) -> list[Need]:
    """Return the needs of supervisors and consumers in the days from `since` to `on`."""
    law = service_law(on)
    wanted_days, got_days = connected_days(since=since, on=on, known_at=known_at)
    asked, in_time = _answered(since, on, known_at)
    minutes, answered, quick = _minutes_served(since, counted_until(on, known_at=known_at))
    return [
        Need(
            "days", "日常监管：经营者每日数据收到", got_days, wanted_days, *_of(law.days_complete)
        ),
        Need("letters", "消费者来件按期答复", in_time, asked, *_of(law.answered_in_time)),
        Need("available", "消费者查询有答复（分钟）", answered, minutes, *_of(law.available)),
        Need("quick", "消费者查询及时答复", quick, answered, *_of(law.quick_share)),
    ]


def channel_uses(channels: Sequence[str], *, days: Days, known_at: datetime) -> list[ChannelUse]:
    """Return how often each channel was used in the days."""
    count: dict[str, Callable[[Days, datetime], int]] = {
        "card": _lookups,
        "difference": partial(_requests, RequestKind.DIFFERENCE),
        "complaint": partial(_requests, RequestKind.COMPLAINT),
        "question": partial(_requests, RequestKind.QUESTION),
        "notice": _notices,
    }
    return [ChannelUse(name, CHANNELS[name], count[name](days, known_at)) for name in channels]


def publicity(*, since: date, on: date, known_at: datetime) -> list[Publicity]:
    """Return the standing records of publicity in the days, oldest first."""
    withdrawn = Publicity.objects.filter(withdraws__isnull=False, at__lte=known_at)
    return list(
        Publicity.objects.filter(
            published_on__gte=since, published_on__lte=on, at__lte=known_at, withdraws__isnull=True
        )
        .exclude(pk__in=withdrawn.values("withdraws"))
        .order_by("published_on", "pk")
    )


def _answered(since: date, on: date, known_at: datetime) -> tuple[int, int]:
    """How many letters were due in the days, and how many of them were answered by their day."""
    due = ConsumerRequest.objects.filter(
        due_on__gte=since, due_on__lt=on, received_at__lte=known_at
    )
    day = TruncDate("answered_at", tzinfo=SHANGHAI)
    in_time = due.filter(answered_at__lte=known_at).annotate(answered_on=day)
    return due.count(), in_time.filter(answered_on__lte=F("due_on")).count()


def _minutes_served(since: date, last: date) -> tuple[int, int, int]:
    """How many minutes the platform had to answer in, up to the end of the last day, and in how many it did.

    Minutes count from the first probe ever, asked or not: who did not ask himself cannot say that he answered.
    """
    until = ServiceDay.objects.filter(day__lte=last)
    begun = until.aggregate(begun=Min("minutes_since"))["begun"]
    begins, ends = _moments((since, last))
    minutes = 0
    if begun is not None:
        minutes = max((ends - max(begun.replace(second=0, microsecond=0), begins)) // MINUTE, 0)
    days = until.filter(day__gte=since).aggregate(
        by_count=Sum("by_count"), answered=Sum("answered"), quick=Sum("quick")
    )
    wanted = minutes + (days["by_count"] or 0)
    answered = min(days["answered"] or 0, wanted)
    return wanted, answered, min(days["quick"] or 0, answered)


def _requests(kind: str, days: Days, known_at: datetime) -> int:
    begins, ends = _moments(days)
    return ConsumerRequest.objects.filter(
        kind=kind, received_at__gte=begins, received_at__lt=min(ends, known_at)
    ).count()


def _lookups(days: Days, known_at: datetime) -> int:
    return lookups(since=days[0], on=days[1], known_at=known_at)


def _notices(days: Days, known_at: datetime) -> int:
    begins, ends = _moments(days)
    until = min(ends, known_at)
    return (
        Closing.objects.filter(announced_at__gte=begins, announced_at__lt=until).count()
        + Collapse.objects.filter(signed_at__gte=begins, signed_at__lt=until).count()
    )


def _moments(days: Days) -> tuple[datetime, datetime]:
    """The first moment of the first day, and the first after the last."""
    begins, ends = days[0], days[1] + timedelta(days=1)
    return (
        datetime.combine(begins, time(), SHANGHAI),
        datetime.combine(ends, time(), SHANGHAI),
    )


def _of(value: Value[Decimal]) -> tuple[Decimal, str]:
    return value.value, value.source
