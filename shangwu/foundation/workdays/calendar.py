"""The calendar of working days: law/calendar/*.toml, and provisional days where no notice reaches."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from shangwu.foundation import law

CALENDAR_FOLDER = law.LAW_FOLDER / "calendar"
FILE_KEYS = frozenset({"year", "checked_on", "source_status", "notices", "holidays", "workdays"})
ROW_KEYS = {
    "notices": frozenset({"title", "number", "issued_on", "note"}),
    "holidays": frozenset({"name", "first_day", "last_day", "notice"}),
    "workdays": frozenset({"name", "day", "notice"}),
}
SATURDAY = 5
DECEMBER = 12
# A notice for a year may rearrange the last days of the year before.
EARLIEST_IN_YEAR_BEFORE = 20


@dataclass(frozen=True)
class FixedHolidays:
    """The holidays with a fixed date (MM-DD) and the days on which that list holds."""

    starts_on: date
    until: date | None
    days: frozenset[str]


@dataclass(frozen=True)
class WorkdayCalendar:
    """Which days are worked, why, and how sure that is. `version` changes when any file changes."""

    years: frozenset[int]
    holidays: Mapping[date, str]
    makeup_days: Mapping[date, str]
    fixed: tuple[FixedHolidays, ...] = ()
    revisable_from: str = "12-24"
    version: str = field(default="", compare=False)

    def is_provisional(self, day: date) -> bool:
        """Return whether a later notice may still change the day."""
        if day.year not in self.years:
            return day not in self.holidays and day not in self.makeup_days
        return f"{day:%m-%d}" >= self.revisable_from and day.year + 1 not in self.years

    def holiday_name(self, day: date) -> str:
        """Return the name of the holiday that the day belongs to, or an empty text."""
        if name := self.holidays.get(day):
            return name
        if day.year not in self.years and self._is_fixed_holiday(day):
            return "法定节日"
        return ""

    def is_workday(self, day: date) -> bool:
        """Return whether offices work on the day."""
        if day in self.makeup_days:
            return True
        return day.weekday() < SATURDAY and not self.holiday_name(day)

    def why(self, day: date) -> str:
        """Return in Chinese why the day is or is not a working day."""
        if day in self.makeup_days:
            reason = f"调休上班（{self.makeup_days[day]}）"
        elif name := self.holiday_name(day):
            reason = name if name == "法定节日" else f"{name}假期"
        else:
            reason = "周末" if day.weekday() >= SATURDAY else "工作日"
        return f"{reason}（暂定）" if self.is_provisional(day) else reason

    def workday_on_or_after(self, day: date) -> date:
        """Return the day itself when it is worked, else the next one that is."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def workdays_between(self, starts_on: date, until: date) -> int:
        """Return how many working days lie from `starts_on` up to but not including `until`."""
        span = (until - starts_on).days
        return sum(self.is_workday(starts_on + timedelta(days=n)) for n in range(span))

    def _is_fixed_holiday(self, day: date) -> bool:
        return any(
            f"{day:%m-%d}" in rule.days
            and rule.starts_on <= day
            and (rule.until is None or day < rule.until)
            for rule in self.fixed
        )


@cache
def load_calendar(folder: Path = CALENDAR_FOLDER) -> WorkdayCalendar:
    """Return the calendar made of every year's file, read once per process.

    Source: law/workdays.toml#fixed_holidays
    Raises: LawError naming file and key when a file is defective.
    """
    if problems := check_calendar(folder):
        raise law.LawError(problems)
    holidays: dict[date, str] = {}
    makeup_days: dict[date, str] = {}
    years = set()
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        content = tomllib.loads(raw.decode())
        years.add(content["year"])
        makeup_days |= {row["day"]: row["name"] for row in content.get("workdays", [])}
        for row in content.get("holidays", []):
            holidays |= dict.fromkeys(days_of(row), row["name"])
    rules = law.load_file("workdays", folder.parent)
    digest.update(rules.digest.encode())
    return WorkdayCalendar(
        years=frozenset(years),
        holidays=holidays,
        makeup_days=makeup_days,
        fixed=tuple(
            FixedHolidays(value.starts_on, value.until, frozenset(_words(value)))
            for value in rules.entries["fixed_holidays"].values
        ),
        revisable_from=_words(rules.entries["revisable_from"].values[-1])[0],
        version=digest.hexdigest()[:16],
    )


def check_calendar(folder: Path = CALENDAR_FOLDER) -> list[law.Problem]:
    """Return what is wrong with the calendar files, by file and key."""
    problems: list[law.Problem] = []
    seen: dict[date, str] = {}
    for path in sorted(folder.glob("*.toml")):
        file = f"law/calendar/{path.name}"
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(law.Problem(file, "", "not_toml", f"不是合格的 TOML 文件：{error}"))
            continue
        found = [*_head_problems(path, content), *_row_problems(content)]
        if not found:
            found = [*_day_problems(content, seen, file)]
        problems += [law.Problem(file, key, code, message) for key, code, message in found]
    return problems


def missing_year(on: date, folder: Path = CALENDAR_FOLDER) -> int | None:
    """Return the year whose file ought to be there by that day and is not; next year's from 1 December."""
    wanted = [on.year, on.year + 1] if on.month == DECEMBER else [on.year]
    return next((year for year in wanted if not (folder / f"{year}.toml").is_file()), None)


def days_of(row: Mapping[str, Any]) -> Iterator[date]:
    """Yield every day of a holiday; `first_day` and `last_day` are both holidays, as notices are worded."""
    first, last = row["first_day"], row["last_day"]
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _words(value: law.DatedValue) -> tuple[str, ...]:
    return value.value if isinstance(value.value, tuple) else ()


Finding = tuple[str, str, str]


def _head_problems(path: Path, content: dict[str, Any]) -> Iterator[Finding]:
    for key in content.keys() - FILE_KEYS:
        yield key, "unknown_key", "不认识的键，请检查拼写"
    if str(content.get("year")) != path.stem:
        yield "year", "wrong_year", "年份须与文件名一致"
    if not isinstance(content.get("checked_on"), date):
        yield "checked_on", "missing_checked_on", "缺少核对日期"
    if content.get("source_status") not in law.SOURCE_STATUSES:
        yield "source_status", "unknown_source_status", "缺少核实状态，或不认识"
    notices = content.get("notices")
    if not isinstance(notices, dict) or not notices:
        yield "notices", "missing_source", "须列出所依据的放假通知"
        return
    for name, notice in notices.items():
        if not notice.get("title"):
            yield f"notices.{name}", "missing_source", "缺少通知名称 title"
        for key in notice.keys() - ROW_KEYS["notices"]:
            yield f"notices.{name}.{key}", "unknown_key", "不认识的键，请检查拼写"


def _row_problems(content: dict[str, Any]) -> Iterator[Finding]:
    for kind, wanted in (("holidays", ("first_day", "last_day")), ("workdays", ("day",))):
        for n, row in enumerate(content.get(kind, [])):
            key = f"{kind}[{n}]"
            for name in row.keys() - ROW_KEYS[kind]:
                yield f"{key}.{name}", "unknown_key", "不认识的键，请检查拼写"
            if not row.get("name"):
                yield key, "missing_name", "缺少节日名称 name"
            if not all(isinstance(row.get(name), date) for name in wanted):
                yield key, "wrong_type", f"须写明日期 {'、'.join(wanted)}"
            if row.get("notice", "annual") not in content.get("notices", {}):
                yield f"{key}.notice", "unknown_notice", "所引通知不在 notices 之内"


def _day_problems(content: dict[str, Any], seen: dict[date, str], file: str) -> Iterator[Finding]:
    rows = [
        *(
            (f"holidays[{n}]", list(days_of(row)))
            for n, row in enumerate(content.get("holidays", []))
        ),
        *((f"workdays[{n}]", [row["day"]]) for n, row in enumerate(content.get("workdays", []))),
    ]
    earliest = date(content["year"] - 1, DECEMBER, EARLIEST_IN_YEAR_BEFORE)
    for key, days in rows:
        if not days:
            yield key, "empty_period", "最后一日早于第一日"
        for day in days:
            if not earliest <= day <= date(content["year"], DECEMBER, 31):
                yield key, "wrong_year", f"{day} 不属于本年的安排"
            if day in seen:
                yield key, "overlap", f"{day} 已由 {seen[day]} 安排"
            if key.startswith("workdays") and day.weekday() < SATURDAY:
                yield key, "not_weekend", f"{day} 不是周末，无须列为调休上班"
            seen[day] = f"{file}#{key}"
