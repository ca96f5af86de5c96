"""The periods of prepaid-card law: what is due when, each day explained, with the article.

Source: law/prepaid.toml#pack.SH-REG18-12-1
"""

from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.foundation import workdays
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import (
    DayZero,
    Deadline,
    RollOver,
    TraceDay,
    WorkdayCalendar,
)
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months
from shangwu.prepaid.rules.law import Citation, Pack
from shangwu.prepaid.rules.parameters import Clock, Clocks

ONE_DAY = timedelta(days=1)
MONTHS_A_QUARTER, QUARTERS = 3, 4
UNITS = {"workday": "个工作日", "calendar_day": "日", "month": "个月"}
CREDIT_CLOCKS = {
    "objection_mark": "对异议信息作出标注",
    "objection_decision": "对异议作出处理",
    "objection_forward": "转交信息提供单位",
    "forwarded_decision": "信息提供单位作出处理",
    "repair_deletion": "删除已修复或者撤销的信息",
}


@dataclass(frozen=True)
class Due:
    """The last day of a period, until 24:00; every day of it; the article; the answer in a sentence.

    `is_provisional` says that a later holiday notice may move it.
    """

    due: date
    trace: tuple[TraceDay, ...]
    is_provisional: bool
    citation: Citation
    sentence: str


def row_due(day: date, *, calendar: WorkdayCalendar) -> Due:
    """Return until when the rows of a day must have arrived (A11).

    Source: law/prepaid.toml#setting.A11
    """
    settings = law.settings(day)
    pack, clock = _clock("row", on=day)
    if settings.row_calendar.value == "workday":
        end = _workdays(calendar, day, clock.count)
    else:
        end = _days(calendar, day, clock.count)
    return _due(end, pack, f"{day} 的发行和兑付数据，应于 {end.due} 24:00 前报送")


def quarter_report_due(year: int, quarter: int, *, calendar: WorkdayCalendar) -> Due:
    """Return until when the use of a quarter's prepaid money must be reported (A5).

    Source: law/prepaid.toml#pack.SH-REG18-12-2
    Raises: Refused for a quarter that does not exist.
    """
    if not 1 <= quarter <= QUARTERS:
        raise Refused("季度须为 1 至 4。", code="PREPAID-QUARTER")
    first = add_months(date(year, 1, 1), MONTHS_A_QUARTER * quarter)
    pack, clock = _clock("quarter_report", on=first)
    end = workdays.period_end(
        calendar,
        start=first - ONE_DAY,
        days=clock.count,
        roll_over=RollOver(law.settings(first).quarter_roll.value),
    )
    return _due(end, pack, f"{year} 年第 {quarter} 季度预收资金支出，应于 {end.due} 前报告")


def notice_by(
    closing_on: date, *, on: date, sector: str | None = None, event: str = "closing_notice"
) -> Due:
    """Return the last day for the notice before a closing or a move; the law of the day `on` decides.

    `event` "deregistration_notice" asks for the notice before an operator leaves the platform.

    Source: law/prepaid.toml#pack.SH-REG18-17
    Raises: Refused where no rule on such a notice is in force.
    """
    pack, clock = _clock(event, on=on, sector=sector)
    last = closing_on - clock.count * ONE_DAY
    trace = tuple(
        TraceDay(last + n * ONE_DAY, n > 0, "告知期间" if n else "告知的最后一日")
        for n in range(clock.count + 1)
    )
    text = f"{closing_on} 停业或者迁移的，应于 {last} 前（提前 {clock.count} 日）告知"
    return Due(last, trace, False, pack.citation, f"{text}（{pack.citation.text}）。")


def mark_due(connected_on: date, *, calendar: WorkdayCalendar) -> Due:
    """Return until when the linkage mark must be obtained and shown.

    Source: law/prepaid.toml#pack.SH-REG18-12-1
    """
    pack, clock = _clock("mark", on=connected_on)
    end = _workdays(calendar, connected_on, clock.count)
    return _due(end, pack, f"{connected_on} 完成信息对接，应于 {end.due} 前取得并展示对接标识")


def credit_due(name: str, received_on: date, *, calendar: WorkdayCalendar) -> Due:
    """Return until when one step of an objection, revocation or repair must be done.

    Source: law/prepaid.toml#pack.SH-CRED17-36
    Raises: Refused for a step that the law does not know.
    """
    if name not in CREDIT_CLOCKS:
        raise Refused(f"没有“{name}”这一信用信息处理期限。", code="PREPAID-CLOCK")
    pack, clock = _clock(name, on=received_on)
    end = _workdays(calendar, received_on, clock.count)
    return _due(end, pack, f"{received_on} 收到，应于 {end.due} 前{CREDIT_CLOCKS[name]}")


def transition_due(*, on: date, calendar: WorkdayCalendar, jurisdiction: str = "shanghai") -> Due:
    """Return until when operators older than the law had to connect or comply.

    Source: law/prepaid.toml#pack.SH-REG18-28
    """
    pack, clock = _clock("transition", on=on, jurisdiction=jurisdiction)
    start = pack.starts_on
    last = add_months(start, clock.count)
    days = (last - start).days if clock.unit == "month" else clock.count
    end = _days(calendar, start, days)
    text = (
        f"施行前（{start}）已经营业的，应于 {end.due} 前完成（{clock.count} {UNITS[clock.unit]}）"
    )
    return _due(end, pack, text)


def credit_visible_until(ended_on: date) -> Due:
    """Return until when a dishonest act may be looked up, its end given.

    Source: law/prepaid.toml#pack.SH-CRED17-35
    """
    pack = law.pack("SH-CRED17-35", on=ended_on)
    last = add_months(ended_on, MONTHS_A_YEAR * pack.parameters.years)
    text = f"失信行为 {ended_on} 终止，信息可查询至 {last}（{pack.citation.text}）。"
    trace = (TraceDay(ended_on, False, "起算日，不计入"), TraceDay(last, True, "查询的最后一日"))
    return Due(last, trace, False, pack.citation, text)


def _clock(
    name: str, *, on: date, jurisdiction: str = "shanghai", sector: str | None = None
) -> tuple[Pack[Clocks], Clock]:
    """The period of that name in force: of several the strictest (A10), of two alike the place's own."""
    found = [
        (pack, clock)
        for pack in law.packs(Clocks, on=on, jurisdiction=jurisdiction, sector=sector)
        for clock in pack.parameters.clock
        if clock.name == name
    ]
    if not found:
        raise Refused(f"{on.isoformat()} 没有有效的期限规定“{name}”。", code="PREPAID-CLOCK")
    # A notice is the stricter the earlier it must come, any other period the shorter it is.
    return max(found, key=lambda one: one[1].count if one[1].before else -one[1].count)


def _workdays(calendar: WorkdayCalendar, start: date, count: int) -> Deadline:
    return workdays.due(calendar, start=start, count=count, day_zero=DayZero.CALENDAR_DATE)


def _days(calendar: WorkdayCalendar, start: date, count: int) -> Deadline:
    return workdays.period_end(calendar, start=start, days=count, roll_over=RollOver.NONE)


def _due(end: Deadline, pack: Pack[Clocks], text: str) -> Due:
    note = "；放假安排公布前为暂定" if end.provisional else ""
    sentence = f"{text}{note}（{pack.citation.text}）。"
    return Due(end.due, end.trace, end.provisional, pack.citation, sentence)
