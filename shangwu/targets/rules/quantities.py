"""Quantities and durations: a comparison, an exact number, a unit and what it is counted per."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from shangwu.targets.rules.lexicon import GrammarLaw, UnitWord
from shangwu.targets.rules.numerals import HAN, NUMBER, exact, is_share, number
from shangwu.targets.rules.target import Part, Warning

SCALES = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
PERIODS = {"日": "day", "天": "day", "周": "week", "月": "month", "季度": "quarter", "年": "year"}
_NUMBER = re.compile(NUMBER)
_RANGE = re.compile(rf"({NUMBER})(%?)(?:~|至|-|—|到)({NUMBER})")
_SCALE = re.compile("|".join(sorted(SCALES, key=len, reverse=True)))
_QUALIFIER = re.compile(r"[（(]([^（）()]*)[）)]$")
_RATE_NAME = re.compile(r"[率比]$|率[（(]|比例$|比重$")
_TEMPLATE = re.compile(r"[（(](?P<cmp>[≥≤><=]+)?\s*[*＊_xX]+\s*(?P<unit>[^）)]*)[）)]")
_OFTEN = re.compile(r"每(?:个)?(日|天|周|月|季度|半年|年)")
_EVENTS = re.compile(r"^(?P<start>[^\d]{1,10}?)(?:之)?后$")


@dataclass(frozen=True)
class Found:
    """A part with the warnings that came with it."""

    part: Part
    warnings: tuple[Warning, ...] = ()


def quantity(text: str, *, name: str, unit: str, law: GrammarLaw) -> Found | None:
    """Return a quantity or a duration when the text states one, else None."""
    body, qualifier = _qualified(text)
    cmp, source, before, rest = _comparison(body, law)
    found = _NUMBER.search(rest)
    if found is None or len(before) > 24:
        return None
    head, tail = rest[: found.start()], rest[found.end() :]
    if head and source == "explicit" and before:
        return None
    value = number(found[0])
    if value is None or _too_wordy(before + head):
        return None
    if spread := _RANGE.match(rest[found.start() :]):
        return _spread(spread, rest, qualifier=qualifier, name=name, unit=unit, law=law)
    tail, value = _scaled(tail, value, found[0])
    if (often := _OFTEN.fullmatch(before + head)) and "/" not in tail:
        head, tail = "", f"{tail}/{often[1]}"
    if duration := _duration(tail, value, before + head, cmp, source, law):
        return _with_rate_doubt(replace(duration, qualifier=qualifier), name)
    part = Part("quant", cmp=cmp, qualifier=qualifier, cmp_source=source)
    return _measured(part, value, tail, found[0], name=name, unit=unit, law=law)


def polarity(name: str, law: GrammarLaw) -> str:
    """Return "lower" or "higher" as the indicator's name says, or "" when it says nothing."""
    if any(word in name for word in law.lower_words.value):
        remedied = any(word in name for word in law.remedy_words.value)
        return "higher" if remedied else "lower"
    return "higher" if any(word in name for word in law.higher_words.value) else ""


def _qualified(text: str) -> tuple[str, str]:
    found = _QUALIFIER.search(text)
    return (text[: found.start()], found[1]) if found and found.start() else (text, "")


def _comparison(text: str, law: GrammarLaw) -> tuple[str, str, str, str]:
    """Return comparator, its source, the words before it and the rest without it."""
    for row in law.suffixes.value:
        if text.endswith(row.word):
            return row.cmp, "explicit", "", text[: -len(row.word)]
    for row in law.prefixes.value:
        place = text.find(row.word)
        if place >= 0:
            return row.cmp, "explicit", text[:place], text[place + len(row.word) :].lstrip()
    inner = re.search(r"(以内|之内|以上|以下|内)(?=\D|$)", text)
    if inner and re.search(r"\d|" + HAN, text[: inner.start()]):
        cmp = "ge" if inner[1] == "以上" else "le"
        return cmp, "explicit", "", text[: inner.start()] + text[inner.end() :]
    return "", "implicit", "", text


def _too_wordy(head: str) -> bool:
    return len(head) > 12 or bool(re.search(r"[，,。；;]", head))


def _scaled(tail: str, value: Fraction, printed: str) -> tuple[str, Fraction]:
    found = _SCALE.match(tail)
    if found is None or is_share(printed):
        return tail, value
    return tail[found.end() :], value * SCALES[found[0]]


def _duration(
    tail: str, value: Fraction, head: str, cmp: str, source: str, law: GrammarLaw
) -> Part | None:
    row = next((row for row in law.durations.value if tail.startswith(row.word)), None)
    if row is None:
        return None
    rest = tail[len(row.word) :].strip()
    if rest.startswith("/") or len(rest) > 12 or re.search(r"\d", rest + head):
        return None
    start = _EVENTS.match(head)
    verb = start["start"].removeprefix("信息") if start else ""
    return Part(
        "duration",
        cmp=cmp or "le",
        value=exact(value),
        dim="duration",
        unit=row.unit,
        from_=verb,
        to_=rest,
        polarity="higher" if cmp in {"ge", "gt"} else "lower",
        cmp_source=source,
        unit_source="value",
    )


def _with_rate_doubt(part: Part, name: str) -> Found:
    if not _RATE_NAME.search(name):
        return Found(part)
    return Found(part, (Warning("UNIT-RATE-DURATION", "指标名称是“率”，目标值却是时长，请核对。"),))


def _measured(
    part: Part, value: Fraction, tail: str, printed: str, *, name: str, unit: str, law: GrammarLaw
) -> Found | None:
    template = _TEMPLATE.search(name)
    written, _, per = tail.strip().partition("/")
    unit_word, source = written.strip(), "value"
    if not unit_word and not is_share(printed):
        unit_word, source = (unit, "column") if unit else ("", "none")
        if not unit_word and template and template["unit"]:
            unit_word, source = template["unit"], "name"
    row = _unit_row(unit_word, law)
    if unit_word and row is None:
        return None
    warnings: list[Warning] = []
    if unit and written.strip() and _unit_row(unit, law) not in {row, None}:
        warnings.append(
            Warning("UNIT-CONFLICT", f"目标值写“{written}”，单位栏写“{unit}”，两处不一致。")
        )
    part, value = _with_unit(part, value, row, source, printed, tail, per, name)
    if row and row.doubt:
        warnings.append(Warning("UNIT-DOUBT", row.doubt))
    if part.dim == "money" and row is None:
        warnings.append(Warning("UNIT-IMPLICIT", "没有写计量单位，按金额（元）理解，请核对。"))
    part, more = _compared(replace(part, value=exact(value)), name, template, law)
    if part.dim == "ratio" and value > 1:
        more = (*more, Warning("RATIO-ABOVE-ONE", "比率目标大于 100%，请核对原文是否有误。"))
    return Found(part, (*warnings, *more))


def _with_unit(
    part: Part,
    value: Fraction,
    row: UnitWord | None,
    source: str,
    printed: str,
    tail: str,
    per: str,
    name: str,
) -> tuple[Part, Fraction]:
    per = PERIODS.get(per.strip(), per.strip())
    if row is not None:
        return (
            replace(part, dim=row.dim, unit=row.unit, per=per, unit_source=source),
            value * Fraction(row.factor),
        )
    if is_share(printed):
        return replace(part, dim="ratio", unit="ratio", unit_source="value"), value
    if per or (value >= 10_000 and tail):
        return replace(part, dim="money", unit="CNY", per=per, unit_source="implicit"), value
    if _RATE_NAME.search(name):
        return replace(part, dim="ratio", unit="ratio", unit_source="name"), value
    return replace(part, dim="count", unit_source="none"), value


def _compared(
    part: Part, name: str, template: re.Match[str] | None, law: GrammarLaw
) -> tuple[Part, tuple[Warning, ...]]:
    known = polarity(name, law)
    if part.cmp:
        side = {"ge": "higher", "gt": "higher", "le": "lower", "lt": "lower"}.get(part.cmp, known)
        return replace(part, polarity=side or "higher"), ()
    if template and template["cmp"]:
        signs = {row.word: row.cmp for row in law.prefixes.value}
        cmp = signs.get(template["cmp"], "ge")
        return replace(
            part, cmp=cmp, polarity="higher" if cmp[0] == "g" else "lower", cmp_source="name"
        ), ()
    if not known and part.dim == "money" and part.per:
        known = "lower"
    cmp = "le" if known == "lower" else "ge"
    doubt = (
        ()
        if known or not name
        else (Warning("POLARITY-ASSUMED", "原文没有写比较方向，按“不低于”理解，请核对。"),)
    )
    return replace(part, cmp=cmp, polarity=known or "higher", cmp_source="implicit"), doubt


def _unit_row(word: str, law: GrammarLaw) -> UnitWord | None:
    return next((row for row in law.units.value if row.word == word), None)


def _spread(
    found: re.Match[str], rest: str, *, qualifier: str, name: str, unit: str, law: GrammarLaw
) -> Found | None:
    low, high = number(found[1]), number(found[3])
    tail = rest[rest.index(found[0]) + len(found[0]) :]
    if low is None or high is None or low > high:
        return None
    tail, high = _scaled(tail, high, found[3])
    row = _unit_row(tail.partition("/")[0].strip() or unit, law)
    factor = Fraction(row.factor) if row else Fraction(1)
    return Found(
        Part(
            "quant",
            cmp="range",
            value=exact(low * factor),
            upper=exact(high * factor),
            dim=row.dim if row else "count",
            unit=row.unit if row else "",
            qualifier=qualifier,
            polarity=polarity(name, law),
            cmp_source="explicit",
            unit_source="value" if row else "none",
        )
    )
