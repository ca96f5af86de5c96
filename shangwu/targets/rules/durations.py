"""Durations: a length of time, the events between which it runs, and nothing else around it."""

import re
from fractions import Fraction

from shangwu.targets.rules.lexicon import GrammarLaw
from shangwu.targets.rules.numerals import exact
from shangwu.targets.rules.target import Part

_EVENT = r"[^\d]{1,12}?"
_BETWEEN = re.compile(
    rf"(?:(?:自|从)(?P<since>{_EVENT})(?:之日)?(?:至|到)|(?P<start>{_EVENT})至)"
    rf"(?P<end>{_EVENT})(?:时间|时限|之日|止)?"
)
_AFTER = re.compile(rf"(?:(?:自|从)(?P<since>{_EVENT})(?:之日)?起|(?P<after>{_EVENT})(?:之)?后)")
_MEASURED = re.compile(r"[^不未无]{0,8}(?:时间|时限|时长|周期|期限|时效)(?:为)?")
_NO_END = re.compile(r"[底末初份中上下旬前后季/]|率|度|[\d%‰]")
# 2019年 is a year, not two thousand years.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def duration(
    tail: str, value: Fraction, lead: str, *, cmp: str, source: str, name: str, law: GrammarLaw
) -> Part | None:
    """Return the duration when the words after the number are a unit of time and at most an event.

    `lead` are the words before the number: the events between which the time runs, or a word for time.
    Source: law/target_grammar.toml#duration_events
    """
    row = next((row for row in law.durations.value if tail.startswith(row.word)), None)
    if row is None:
        return None
    end = re.sub(r"^(?:以内|之内|内)", "", tail[len(row.word) :].strip())
    dated = row.unit == "year" and _FIRST_YEAR <= value <= _LAST_YEAR
    events = _events(lead)
    if dated or events is None or len(end) > 12 or _NO_END.search(end):
        return None
    start, finish = events
    if not start and not finish and not end:
        start, finish = _usual_events(name, law)
    return Part(
        "duration",
        cmp=cmp or "le",
        value=exact(value),
        dim="duration",
        unit=row.unit,
        from_=start.removeprefix("信息"),
        to_=end or finish,
        polarity="higher" if cmp in {"ge", "gt"} else "lower",
        cmp_source=source,
        unit_source="value",
    )


def _events(lead: str) -> tuple[str, str] | None:
    """Return the events that the words before the number name, or None when they say something else."""
    if not lead or _MEASURED.fullmatch(lead):
        return "", ""
    if found := _AFTER.fullmatch(lead):
        return found["since"] or found["after"], ""
    if found := _BETWEEN.fullmatch(lead):
        return found["since"] or found["start"], found["end"]
    return None


def _usual_events(name: str, law: GrammarLaw) -> tuple[str, str]:
    rows = law.duration_events.value
    return next(((row.start, row.end) for row in rows if row.word in name), ("", ""))
