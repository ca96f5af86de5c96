"""Which days a monitoring report speaks of, and by when it is sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from shangwu.foundation import workdays
from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.monitoring.law import monitoring_law


@dataclass(frozen=True)
class ReportDay:
    """The day by which a report or a correction is due, and the sentence that explains it."""

    due: date
    why: str


def usual_period(year: int) -> tuple[date, date]:
    """Return first and last day of the year's round.

    Source: law/targets.toml#rule.monitoring_period
    """
    period = monitoring_law(date(year, 12, 31)).period.value
    after = date(year + period.last_month // 12, period.last_month % 12 + 1, 1)
    return date(year, period.first_month, 1), after - timedelta(days=1)


def report_day(starts_on: date, ends_on: date) -> ReportDay:
    """Return by when the report of a period is due: the round's own day, else some working days after it.

    Source: law/targets.toml#rule.monitoring_period, law/targets.toml#alert.limits
    """
    law = monitoring_law(ends_on)
    if (starts_on, ends_on) == usual_period(ends_on.year):
        month, day = law.period.value.report_by.split("-")
        due = date(ends_on.year, int(month), int(day))
        return ReportDay(due, f"年度监控应于 {due} 前报送（{law.period.source}）。")
    count = law.limits.value.report_workdays
    found = after_workdays(ends_on, count)
    return ReportDay(found.due, f"期间结束后 {count} 个工作日内报送。{found.why}")


def after_workdays(start: date, count: int) -> ReportDay:
    """Return the day `count` working days after `start`, which itself is not counted.

    Source: 民法典 第二百零一条
    """
    found = workdays.due(
        workdays.load_calendar(),
        start=start,
        count=count,
        day_zero=workdays.DayZero.CALENDAR_DATE,
    )
    later = "该年放假安排尚未公布，日期暂定。" if found.provisional else ""
    why = f"自 {start} 的次日起数 {count} 个工作日，为 {found.due}。{later}"
    return ReportDay(found.due, why)


def elapsed_share(starts_on: date, ends_on: date, *, on: date) -> Fraction:
    """Return the share of the project's days that are over at the end of a day, 0 to 1."""
    whole = (ends_on - starts_on).days + 1
    return max(Fraction(0), min(Fraction((on - starts_on).days + 1, whole), Fraction(1)))


def require_period(starts_on: date, ends_on: date, *, first: date, last: date, today: date) -> None:
    """Refuse a period that is empty, reaches out of the project's, or is not over yet.

    Raises: Refused MONITORING-PERIOD.
    """
    if ends_on < starts_on:
        raise Refused("期间止不能早于期间起，请核对。", code="MONITORING-PERIOD")
    if starts_on < first or ends_on > last:
        raise Refused(
            f"监控期间须在项目期间 {first} 至 {last} 之内，请核对。", code="MONITORING-PERIOD"
        )
    if ends_on > today:
        raise Refused("期间尚未结束，不能编制监控报告。", code="MONITORING-PERIOD")
