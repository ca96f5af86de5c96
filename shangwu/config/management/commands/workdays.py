"""`shangwu workdays`: the due date of a period, and why each day counted or did not."""

import argparse
import json
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shangwu.config.counting import counting_law
from shangwu.foundation import workdays
from shangwu.foundation.law import LawError, Refused

WEEKDAYS = "一二三四五六日"
STOP_HELP = """停止计时 A..B：A 为发出补正告知之日（当日仍计入），B 为收到补正材料之日（重新起算，当日不计入），
即 A 之后至 B 止（含 B）的各日不计入；A、B 可为日期或带时区偏移的时刻，可重复给出，可重叠"""


def moment(text: str) -> workdays.Moment:
    """Read a date or an instant with offset."""
    try:
        if len(text) == len("2019-01-31"):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}”不是日期（如 2019-01-31）或时刻（如 2019-01-31T10:00+08:00）"
        ) from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"时刻“{text}”须带时区偏移，如 +08:00")
    return instant


def days(text: str) -> int:
    """Read a number of days."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是整数天数（如 5）") from None


def stop(text: str) -> workdays.Stop:
    """Read A..B."""
    notified, dots, resumed = text.partition("..")
    if not dots:
        raise argparse.ArgumentTypeError(f"“{text}”须写成 A..B")
    return workdays.Stop(moment(notified), moment(resumed))


def clock(text: str) -> time:
    """Read a time of day."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是时间（如 17:00）") from None


def rule_name(text: str) -> str:
    """Read a rule's name; both spellings, with - and with _, are understood."""
    return text.replace("-", "_")


class Command(BaseCommand):
    """Count a period over the calendar in law/ without any server."""

    help = "推算到期日，并逐日说明是否计入及原因。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare START COUNT and the rules that may be named."""
        parser.add_argument(
            "start", metavar="START", type=moment, help="收到之日，或带时区偏移的时刻"
        )
        parser.add_argument("count", metavar="COUNT", type=days, help="期限的天数")
        parser.add_argument(
            "--stop",
            dest="stops",
            metavar="A..B",
            type=stop,
            action="append",
            default=[],
            help=STOP_HELP,
        )
        parser.add_argument(
            "--day-zero",
            type=rule_name,
            choices=[rule.value for rule in workdays.DayZero],
            help="起算日规则：next_workday 非工作日或下班后收到的以下一工作日为起算日；"
            "calendar_date 以收到当日为起算日。默认按 law/filing.toml",
        )
        parser.add_argument(
            "--closing-time", metavar="HH:MM", type=clock, help="下班时间，默认按 law/filing.toml"
        )
        parser.add_argument(
            "--floor-days",
            metavar="N",
            type=days,
            help="期限用尽当日才发补正告知的，补正后另给的工作日",
        )
        parser.add_argument("--calendar-days", action="store_true", help="按自然日计算")
        parser.add_argument(
            "--roll-over",
            type=rule_name,
            choices=[rule.value for rule in workdays.RollOver],
            help="自然日期限届满日为休息日时：next_workday 顺延，none 不顺延",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the deadline, or say why there is none."""
        try:
            deadline = self.deadline(options)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except LawError as error:
            raise CommandError(f"规定文件有误，无法推算：\n{error}") from error
        report = as_json(deadline) if options["format"] == "json" else as_text(deadline)
        self.stdout.write(report)

    def deadline(self, options: dict[str, Any]) -> workdays.Deadline:
        """Count by the options, and by law where they are silent."""
        calendar = workdays.load_calendar()
        start, count = options["start"], options["count"]
        rules = counting_law(workdays.local(start)[0])
        if options["calendar_days"]:
            if options["stops"]:
                raise CommandError(
                    "自然日期限没有停止计时；请去掉 --stop 或 --calendar-days。", returncode=2
                )
            in_law = rules.roll_over.value if rules.roll_over else workdays.RollOver.NONE
            roll_over = workdays.RollOver(options["roll_over"] or in_law)
            return workdays.period_end(calendar, start=start, days=count, roll_over=roll_over)
        floor_days = options["floor_days"]
        return workdays.due(
            calendar,
            start=start,
            count=count,
            stops=options["stops"],
            day_zero=workdays.DayZero(options["day_zero"] or rules.day_zero.value),
            closing_time=options["closing_time"] or rules.closing_time.value,
            floor_days=rules.floor_days.value if floor_days is None else max(floor_days, 0),
        )


def as_json(deadline: workdays.Deadline) -> str:
    """Return the shape that machines read."""
    return json.dumps(
        {
            "due": deadline.due.isoformat(),
            "provisional": deadline.provisional,
            "raw": deadline.raw.isoformat(),
            "received_on": deadline.received_on.isoformat(),
            "day_zero": {"on": deadline.day_zero_on.isoformat(), "rule": deadline.day_zero_rule},
            "floor_days_used": deadline.floor_days_used,
            "calendar_version": deadline.calendar_version,
            "trace": [
                {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
                for day in deadline.trace
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_text(deadline: workdays.Deadline) -> str:
    """Return what a person reads."""
    lines = [
        f"到期日：{_day(deadline.due)}"
        + ("（暂定，放假通知尚未收录）" if deadline.provisional else "")
    ]
    if deadline.raw != deadline.due:
        lines.append(f"顺延前：{_day(deadline.raw)}")
    lines.append(f"起算日：{_day(deadline.day_zero_on)}，当日不计入")
    if deadline.floor_days_used:
        lines.append(f"期限已用尽，补正后另给 {deadline.floor_days_used} 个工作日")
    lines.append(f"日历版本：{deadline.calendar_version}")
    lines.append("")
    lines += [
        f"{_day(day.date)}  {'计入' if day.counted else '不计'}  {day.why}"
        for day in deadline.trace
    ]
    return "\n".join(lines)


def _day(day: date) -> str:
    return f"{day.isoformat()} 星期{WEEKDAYS[day.weekday()]}"
