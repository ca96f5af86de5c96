"""What the page of history shows: figures by month, sector or district, and the state of the archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, cast

from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from shangwu.foundation import codes
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.web.components import Task
from shangwu.prepaid.models import (
    ArchiveCheck,
    ArchivedDay,
    DayClosing,
    MonthStatistic,
    StatisticsRun,
    ThinnedMonth,
)
from shangwu.prepaid.queries.scope import area_of
from shangwu.prepaid.rules.history.retention import kept_from
from shangwu.prepaid.vocabulary import RunState, Sector

FLOWS = ("issued_fen", "redeemed_fen", "refunded_fen", "days", "late_days", "active_cards")
STANDS = ("operators", "holding", "balance_fen")
NAMES_A_CITY_HAS = 512
State = Literal["WAITING", "RUNNING", "DONE", "FAILED"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what was moved in all its months, and what stood at the end of the last of them. Unit: fen."""

    label: str
    operators: int
    holding: int
    balance_fen: int
    issued_fen: int
    redeemed_fen: int
    refunded_fen: int
    days: int
    late_days: int
    active_cards: int

    @property
    def late(self) -> Fraction | None:
        """The share of operator-days that came late; nothing where none was reported."""
        return Fraction(self.late_days, self.days) if self.days else None


@dataclass(frozen=True)
class Figures:
    """The rows of one question, and their sum."""

    by: str
    first: date
    last: date
    lines: Sequence[Line]
    total: Line


@dataclass(frozen=True)
class ArchiveState:
    """How the archive stands: what is in files, whether it was verified, and what the database still holds."""

    days: int
    first: date | None
    last: date | None
    rows: int
    bytes: int
    verified: int
    checked_at: datetime | None
    damaged: Sequence[date]
    waiting: int
    thinned: int
    kept_from: date


def newest_month(account: Account, *, on: date) -> date | None:
    """Return the newest month of which the account may see figures."""
    visible = MonthStatistic.objects.filter(area_of(account, on=on))
    return _newest(visible)


def figures(account: Account, *, first: date, last: date, by: str, on: date) -> Figures:
    """Return the figures of the months (both included) that the account may see, grouped as asked.

    Flows are summed over the months. Operators and balances are those of the last month in which there are any:
    adding up balances of several months would count money twice.
    """
    visible = MonthStatistic.objects.filter(
        area_of(account, on=on), month__gte=first, month__lte=last
    )
    flows = visible.values(by).annotate(**{name: Sum(name) for name in FLOWS}).order_by(by)
    stands = _stands(visible, by)
    lines = [
        Line(
            label=_label(by, row[by], on=last),
            **stands[row[by]],
            **{name: row[name] for name in FLOWS},
        )
        for row in flows
    ]
    return Figures(by=by, first=first, last=last, lines=lines, total=_total(visible, lines))


def archive_state(*, today: date) -> ArchiveState:
    """Return how the archive stands."""
    facts = ArchivedDay.objects.aggregate(
        first=Min("day"),
        last=Max("day"),
        rows=Sum("rows", default=0),
        bytes=Sum("bytes", default=0),
    )
    newest = ArchivedDay.objects.aggregate(newest=Max("closing"))["newest"]
    verdicts = list(
        ArchivedDay.objects.annotate(whole=_newest_check("is_whole")).values_list("day", "whole")
    )
    return ArchiveState(
        days=len(verdicts),
        **facts,
        verified=sum(whole is True for _, whole in verdicts),
        checked_at=ArchiveCheck.objects.aggregate(at=Max("checked_at"))["at"],
        damaged=sorted(day for day, whole in verdicts if whole is False),
        waiting=DayClosing.objects.filter(day__gt=newest or date.min).count(),
        thinned=ThinnedMonth.objects.count(),
        kept_from=kept_from(today),
    )


def archived_days() -> QuerySet[ArchivedDay]:
    """Return the archived days, newest first, each with its newest verification (`whole`, `checked`)."""
    return ArchivedDay.objects.annotate(
        whole=_newest_check("is_whole"), checked=_newest_check("checked_at")
    ).order_by("-day", "-closing")


def run_progress(poll: str) -> Task | None:
    """Return how far the newest computation of the statistics has come; nothing where none was asked for."""
    run = StatisticsRun.objects.order_by("-asked_at", "-pk").first()
    if run is None:
        return None
    sentences = {
        RunState.WAITING: "已经排队，马上开始。",
        RunState.RUNNING: "逐月读取历史文件，可以离开本页，完成后再来查看。",
        RunState.DONE: f"{run.total} 个月的统计已更新。"
        if run.total
        else "没有新归档的日期，统计已是最新。",
        RunState.FAILED: "上次统计没有完成，请重新提出。",
    }
    return Task(
        title="按历史文件统计",
        state=cast(State, run.state),
        done=run.done,
        total=run.total,
        sentence=sentences[RunState(run.state)],
        poll=poll,
    )


def _newest_check(field: str) -> Subquery:
    newest = ArchiveCheck.objects.filter(archived=OuterRef("pk")).order_by("-checked_at", "-pk")
    return Subquery(newest.values(field)[:1])


def _newest(visible: QuerySet[MonthStatistic]) -> date | None:
    found: date | None = visible.aggregate(newest=Max("month"))["newest"]
    return found


def _stands(visible: QuerySet[MonthStatistic], by: str) -> dict[object, dict[str, int]]:
    sums = {name: Sum(name) for name in STANDS}
    if by == "month":
        rows = visible.values("month").annotate(**sums)
    else:
        # Of a sector or district that fell silent, the last month of the question says that nothing was reported.
        newest = _newest(visible) or date.min
        rows = visible.values(by).annotate(
            **{name: Sum(name, filter=Q(month=newest), default=0) for name in STANDS}
        )
    found = cast(list[dict[str, Any]], list(rows))
    return {row[by]: {name: row[name] for name in STANDS} for row in found}


def _total(visible: QuerySet[MonthStatistic], lines: Sequence[Line]) -> Line:
    newest = _newest(visible) or date.min
    stands = visible.filter(month=newest).aggregate(**{n: Sum(n, default=0) for n in STANDS})
    flows = {name: sum(getattr(line, name) for line in lines) for name in FLOWS}
    return Line(label="合计", **stands, **flows)


def _label(by: str, value: str | date, *, on: date) -> str:
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return str(Sector(value).label) if by == "sector" else _district(value, on)


@lru_cache(NAMES_A_CITY_HAS)
def _district(code: str, on: date) -> str:
    found = codes.check("division", code, on=on)
    return str(found.facts["division"]) if found.ok else code
