"""Days and periods in target texts and indicator names: 2019年6月底, 2023.07-2024.01, 12月底到位."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from shangwu.targets.rules.numerals import DIGITS, number
from shangwu.targets.rules.target import Part, Warning

_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_SHORT_DAY = re.compile(r"(\d{1,2})[月./-](\d{1,2})日?")
_MONTH = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})月?(底|末|份)?")
_NAMED = re.compile(
    r"(?:(?P<y>\d{4})年)?(?:(?P<yearend>年底|年末|底)"
    r"|(?P<nth>第)?(?P<q>[一二三四1-4])季度(?P<qend>末|底)?"
    r"|(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|(?P<end>底|末|份))?)(?:\(含\))?(?P<before>之前|以前|前)?"
)
_SEPARATOR = re.compile(r"\s*(?:-{2,}|—+|至|到|~|-)\s*")
_WHOLE = re.compile(r"(?:(\d{4})年)?全年")
_HAN_YEAR = re.compile(r"([〇零一二三四五六七八九]{4})(?=年)")
_HAN_MONTH = re.compile(
    r"(?<![〇零一二三四五六七八九十\d个])(十[一二]?|[一二三四五六七八九])月(?=底|末|份|[\d一二三十])"
)
_HAN_DAY = re.compile(r"(?<=月)([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日")
_QUARTERS = {word: place for place, word in enumerate("一二三四", start=1)}


@dataclass(frozen=True)
class NamedDay:
    """A day found in words, with the words around it."""

    day: date
    before: str
    after: str


def in_arabic(text: str) -> str:
    """Return the text with the days that it names in Chinese numerals written in Arabic ones."""
    text = _HAN_YEAR.sub(lambda found: "".join(str(DIGITS[c]) for c in found[1]), text)
    text = _HAN_MONTH.sub(lambda found: f"{number(found[1])}月", text)
    return _HAN_DAY.sub(lambda found: f"{number(found[1])}日", text)


def day_in(text: str, *, year: int | None) -> NamedDay | None:
    """Return the first due day named in the text (月底, 年底, a full date), or None."""
    text = in_arabic(text)
    if found := _DAY.search(text):
        return _named(_day(int(found[1]), int(found[2]), int(found[3])), text, found)
    for found in _NAMED.finditer(text):
        chosen = int(found["y"]) if found["y"] else year
        if chosen is not None and _names_a_day(found):
            return _named(_day_named(found, chosen), text, found)
    return None


def _names_a_day(found: re.Match[str]) -> bool:
    """Return whether the words name one day: 6月底 does, 6月 of no year and 2019年6月前 do not."""
    if found["yearend"]:
        return bool(found["y"]) or found["yearend"] != "底"
    if found["q"]:
        return bool(found["qend"] or ((found["nth"] or found["y"]) and not found["before"]))
    return bool(found["end"] or found["d"] or (found["y"] and not found["before"]))


def _day_named(found: re.Match[str], year: int) -> date | None:
    if found["yearend"]:
        return _day(year, 12, 31)
    if quarter := found["q"]:
        return last_day(year, 3 * (_QUARTERS.get(quarter) or int(quarter)))
    month = int(found["m"])
    return _day(year, month, int(found["d"])) if found["d"] else last_day(year, month)


def deadline(text: str, *, year: int | None, due_words: tuple[str, ...] = ()) -> Part | None:
    """Return a deadline when the text is a due day with at most an event after it."""
    found = day_in(text, year=year)
    if found is None or (found.before and found.before not in due_words):
        return None
    event = re.sub(r"^(?:\(含\))?(?:之前|以前|前)?", "", found.after).strip("，,。 ")
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
    text = in_arabic(text)
    for found in _SEPARATOR.finditer(text):
        starts = _edge(text[: found.start()], year=year, last=False)
        ends = _edge(text[found.end() :], year=starts.year if starts else year, last=True)
        if starts is None or ends is None or ends < starts:
            continue
        if starts.year == ends.year:
            return _period(starts, ends), ()
        warning = Warning("PERIOD-CROSSES-YEAR", "起止时间跨越预算年度，请确认按哪个年度考核。")
        return _period(starts, ends), (warning,)
    return None


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
    if year and (found := _SHORT_DAY.fullmatch(text)):
        return _day(year, int(found[1]), int(found[2]))
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
