"""Count working days: day 0 excluded, stops, roll-over, and the trace that explains every day.

Counting is half-open: a period that starts on day 0 counts the working days D with day 0 < D <= due.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shangwu.foundation.law import Refused
from shangwu.foundation.workdays.calendar import WorkdayCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
# No period of the office's comes near; the limit keeps a mistyped count from running for minutes.
LONGEST_COUNT = 10_000
LONGEST_SPAN_DAYS = 40_000
EARLIEST_YEAR, LATEST_YEAR = 1949, 2199

Moment = date | datetime


class DayZero(StrEnum):
    """Which day is day 0 when something arrives on a non-working day or after closing time."""

    NEXT_WORKDAY = "next_workday"
    CALENDAR_DATE = "calendar_date"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            DayZero.NEXT_WORKDAY: "非工作日或下班后收到的，以下一工作日为起算日",
            DayZero.CALENDAR_DATE: "一律以收到当日为起算日",
        }[self]


class RollOver(StrEnum):
    """What happens to a period of calendar days that ends on a non-working day."""

    NEXT_WORKDAY = "next_workday"
    NONE = "none"


class UncountablePeriod(Refused):
    """A period that cannot be counted: no days, too many, or a stop that does not end."""


@dataclass(frozen=True)
class Stop:
    """The clock stands still after the day of the notice, up to and including the day of resubmission.

    The day of the notice still counts; the day of resubmission is a new day 0 and does not.
    `resumed` is None while the material has not come back.
    """

    notified: Moment
    resumed: Moment | None


@dataclass(frozen=True)
class TraceDay:
    """One calendar day: whether it counted, and why, in Chinese."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True)
class Deadline:
    """The last day of a period, with the trace of every calendar day from receipt to that day.

    `raw` is the end before any roll-over. `provisional` says that a later holiday notice may move it.
    """

    due: date
    raw: date
    provisional: bool
    received_on: date
    day_zero_on: date
    day_zero_rule: str
    floor_days_used: int
    calendar_version: str
    trace: tuple[TraceDay, ...]

    def has_passed(self, at: datetime) -> bool:
        """Return whether the period is over at that instant, by the date in Shanghai."""
        return local(at)[0] > self.due


def local(moment: Moment) -> tuple[date, time | None]:
    """Return the date in Shanghai, and the time of day when the moment is an instant.

    Raises: ValueError for an instant without offset.
    """
    if not isinstance(moment, datetime):
        return moment, None
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset")
    there = moment.astimezone(SHANGHAI)
    return there.date(), there.time()


def day_zero_of(
    calendar: WorkdayCalendar, moment: Moment, *, rule: DayZero, closing_time: time | None = None
) -> date:
    """Return the day that is not counted. An instant after `closing_time` belongs to the next day."""
    day, clock = local(moment)
    if rule is DayZero.CALENDAR_DATE:
        return day
    if clock is not None and closing_time is not None and clock > closing_time:
        day += ONE_DAY
    return calendar.workday_on_or_after(day)


def due(
    calendar: WorkdayCalendar,
    *,
    start: Moment,
    count: int,
    stops: Iterable[Stop] = (),
    day_zero: DayZero = DayZero.NEXT_WORKDAY,
    closing_time: time | None = None,
    floor_days: int = 0,
) -> Deadline:
    """Return the day on which `count` working days have passed since day 0, and the trace.

    Stops may overlap and come in any order. When the last day is used up on the very day of a notice,
    `floor_days` further working days are allowed after resubmission and reported as used.

    Unit: working days.
    Raises: UncountablePeriod when nothing can be counted or a stop has not ended.
    """
    _require_count(count)
    clock = _Clock(calendar, start, tuple(stops), day_zero, closing_time)
    if any(until is None for _, until in clock.stopped):
        raise UncountablePeriod(
            "计时已停止，补正材料尚未收到，暂不能确定到期日。", code="WORKDAYS-STOPPED"
        )
    trace: list[TraceDay] = []
    wanted, floor_used = count, 0
    for day in clock.days():
        trace.append(day)
        wanted -= day.counted
        if wanted == 0:
            if not (floor_days and day.counted and clock.stops_after(day.date)):
                break
            wanted, floor_used = floor_days, floor_used + floor_days
    return Deadline(
        due=trace[-1].date,
        raw=trace[-1].date,
        provisional=any(calendar.is_provisional(day.date) for day in trace),
        received_on=clock.received_on,
        day_zero_on=clock.day_zero_on,
        day_zero_rule=day_zero.value,
        floor_days_used=floor_used,
        calendar_version=calendar.version,
        trace=tuple(trace),
    )


def elapsed(
    calendar: WorkdayCalendar,
    *,
    start: Moment,
    on: date,
    stops: Iterable[Stop] = (),
    day_zero: DayZero = DayZero.NEXT_WORKDAY,
    closing_time: time | None = None,
) -> int:
    """Return how many working days have counted after day 0 up to and including `on`.

    Unit: working days.
    """
    clock = _Clock(calendar, start, tuple(stops), day_zero, closing_time)
    total = 0
    for day in clock.days():
        if day.date > on:
            break
        total += day.counted
    return total


def remaining(calendar: WorkdayCalendar, *, deadline: Deadline, on: date) -> int:
    """Return how many counted days are left after `on`; below zero, by how many it is overdue.

    Unit: working days.
    """
    if on <= deadline.due:
        return sum(day.counted for day in deadline.trace if day.date > on)
    return -calendar.workdays_between(deadline.due + ONE_DAY, on + ONE_DAY)


def period_end(
    calendar: WorkdayCalendar,
    *,
    start: Moment,
    days: int,
    roll_over: RollOver = RollOver.NEXT_WORKDAY,
) -> Deadline:
    """Return the last of `days` calendar days after the start day, rolled to a working day if so ruled.

    Unit: calendar days.
    Source: law/filing.toml#counting.roll_over
    """
    _require_count(days)
    first, _ = local(start)
    _require_year(first)
    raw = first + timedelta(days=days)
    last = calendar.workday_on_or_after(raw) if roll_over is RollOver.NEXT_WORKDAY else raw
    trace = [TraceDay(first, False, "起算日，不计入")]
    while (day := trace[-1].date + ONE_DAY) <= raw:
        trace.append(TraceDay(day, True, "自然日"))
    while (day := trace[-1].date) < last:
        trace[-1] = TraceDay(day, trace[-1].counted, f"{calendar.why(day)}，期限顺延")
        trace.append(TraceDay(day + ONE_DAY, False, "顺延后的到期日"))
    return Deadline(
        due=last,
        raw=raw,
        provisional=roll_over is RollOver.NEXT_WORKDAY
        and any(calendar.is_provisional(day.date) for day in trace if day.date >= raw),
        received_on=first,
        day_zero_on=first,
        day_zero_rule=DayZero.CALENDAR_DATE.value,
        floor_days_used=0,
        calendar_version=calendar.version,
        trace=tuple(trace),
    )


def _require_year(day: date) -> None:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise UncountablePeriod(
            f"日期须在 {EARLIEST_YEAR} 年至 {LATEST_YEAR} 年之间，现为 {day.isoformat()}。",
            code="WORKDAYS-DATE",
        )


def _require_count(count: int) -> None:
    if not 1 <= count <= LONGEST_COUNT:
        raise UncountablePeriod(
            f"天数须在 1 至 {LONGEST_COUNT} 之间，现为 {count}。", code="WORKDAYS-COUNT"
        )


class _Clock:
    """One running period: where it starts and on which days it stands still."""

    def __init__(
        self,
        calendar: WorkdayCalendar,
        start: Moment,
        stops: tuple[Stop, ...],
        rule: DayZero,
        closing_time: time | None,
    ) -> None:
        self.calendar = calendar
        self.rule = rule
        self.received_on, _ = local(start)
        _require_year(self.received_on)
        self.day_zero_on = day_zero_of(calendar, start, rule=rule, closing_time=closing_time)
        spans = (self._span(stop, closing_time) for stop in stops)
        self.stopped = _merge(span for span in spans if span)

    def _span(self, stop: Stop, closing_time: time | None) -> tuple[date, date | None] | None:
        """The stopped days, half-open; nothing when the stop covers no day."""
        _require_year(local(stop.notified)[0])
        first = local(stop.notified)[0] + ONE_DAY
        if stop.resumed is None:
            return first, None
        if local(stop.resumed)[0] < local(stop.notified)[0]:
            raise UncountablePeriod(
                "停止计时的结束日早于开始日，请核对。", code="WORKDAYS-STOP-ORDER"
            )
        _require_year(local(stop.resumed)[0])
        last = day_zero_of(self.calendar, stop.resumed, rule=self.rule, closing_time=closing_time)
        return (first, last + ONE_DAY) if last >= first else None

    def stops_after(self, day: date) -> bool:
        """Whether the clock was stopped by a notice of that very day."""
        return any(first == day + ONE_DAY for first, _ in self.stopped)

    def days(self) -> Iterator[TraceDay]:
        for n in range(LONGEST_SPAN_DAYS):
            yield self._explain(self.received_on + n * ONE_DAY)
        raise UncountablePeriod("期限跨越的时间过长，请核对日期。", code="WORKDAYS-SPAN")

    def _explain(self, day: date) -> TraceDay:
        if day < self.day_zero_on:
            late = self.calendar.is_workday(day)
            reason = "下班后收到" if late else self.calendar.why(day)
            return TraceDay(day, False, f"{reason}，起算日顺延")
        if day == self.day_zero_on:
            return TraceDay(day, False, f"起算日，不计入（{self.rule.label}）")
        for first, until in self.stopped:
            if first <= day and (until is None or day < until):
                ends = until is not None and day == until - ONE_DAY
                return TraceDay(
                    day, False, "材料补正停止计时" + ("，收到补正材料之日不计入" if ends else "")
                )
        return TraceDay(day, self.calendar.is_workday(day), self.calendar.why(day))


def _merge(spans: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    merged: list[tuple[date, date | None]] = []
    for first, until in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        if merged and (merged[-1][1] is None or first <= merged[-1][1]):
            before, end = merged[-1]
            merged[-1] = (before, None if end is None or until is None else max(end, until))
        else:
            merged.append((first, until))
    return merged
