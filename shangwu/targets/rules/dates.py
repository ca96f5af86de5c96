"""Days and periods in target texts and indicator names: 2019年6月底, 2023.07-2024.01, 12月底到位."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from shangwu.targets.rules.target import Part, Warning

_SEP = r"[年./-]"
_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_MONTH = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})月?(底|末|份)?")
_NAMED = re.compile(
    r"(?:(?P<y>\d{4})年)?(?:(?P<yearend>年底|年末|底)|(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|(?P<end>底|末))?)(?:前|之前|以前)?"
)
_PERIOD = re.compile(r"(.+?)\s*(?:--|至|到|~|—|-)\s*(.+)")
_WHOLE = re.compile(r"(?:(\d{4})年)?全年")


@dataclass(frozen=True)
class NamedDay:
    """A day found in words, with the words around it."""

    day: date
    before: str
    after: str


def day_in(text: str, *, year: int | None) -> NamedDay | None:
    """Return the first due day named in the text (月底, 年底, a full date), or None."""
    if found := _DAY.search(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        return _named(day, text, found) if day else None
    for found in _NAMED.finditer(text):
        month, of_year = found["m"], found["y"]
        chosen = int(of_year) if of_year else year
        if chosen is None or not (
            of_year or found["end"] or found["d"] or found["yearend"] in {"年底", "年末"}
        ):
            continue
        if found["yearend"]:
            day = date(chosen, 12, 31)
        elif found["d"]:
            day = _day(chosen, int(month), int(found["d"]))
        else:
            day = last_day(chosen, int(month))
        return _named(day, text, found) if day else None
    return None


def deadline(text: str, *, year: int | None) -> Part | None:
    """Return a deadline when the text is a due day with at most an event after it."""
    found = day_in(text, year=year)
    if found is None or found.before:
        return None
    event = re.sub(r"^(?:之前|以前|前)", "", found.after).strip("，,。 ")
    if len(event) > 20 or re.search(r"\d", event):
        return None
    return Part("deadline", cmp="le", by=found.day.isoformat(), event=event, cmp_source="explicit")


def period(text: str, *, year: int | None) -> tuple[Part, tuple[Warning, ...]] | None:
    """Return a period when the text is one, with a warning where it leaves the fiscal year."""
    if found := _WHOLE.fullmatch(text):
        chosen = int(found[1]) if found[1] else year
        if chosen is None:
            return None
        return _period(date(chosen, 1, 1), date(chosen, 12, 31)), ()
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    starts = _edge(found[1], year=year, last=False)
    ends = _edge(found[2], year=starts.year if starts else year, last=True)
    if starts is None or ends is None or ends < starts:
        return None
    if starts.year == ends.year:
        return _period(starts, ends), ()
    warning = Warning("PERIOD-CROSSES-YEAR", "起止时间跨越预算年度，请确认按哪个年度考核。")
    return _period(starts, ends), (warning,)


def last_day(year: int, month: int) -> date | None:
    """Return the month's last day, or None when there is no such month."""
    if not 1 <= month <= 12:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _period(starts: date, ends: date) -> Part:
    return Part("period", from_=starts.isoformat(), to_=ends.isoformat())


def _edge(text: str, *, year: int | None, last: bool) -> date | None:
    if found := _DAY.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _MONTH.fullmatch(text)
    if found is None or (found[1] is None and "月" not in text and not text.isdecimal()):
        return None
    chosen, month = int(found[1]) if found[1] else year, int(found[2])
    if chosen is None or not 1 <= month <= 12:
        return None
    return last_day(chosen, month) if last else date(chosen, month, 1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(day: date | None, text: str, found: re.Match[str]) -> NamedDay | None:
    if day is None:
        return None
    return NamedDay(day, text[: found.start()].strip(), text[found.end() :].strip("，,、 "))
