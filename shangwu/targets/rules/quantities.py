"""Quantities and durations: a comparison, an exact number, a unit and what it is counted per."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from shangwu.targets.rules.durations import duration
from shangwu.targets.rules.lexicon import GrammarLaw, UnitWord
from shangwu.targets.rules.numerals import HAN, NUMBER, exact, is_share, number
from shangwu.targets.rules.target import Part, Warning
from shangwu.targets.rules.units import other_unit, scaled, unit_row

PERIODS = {"日": "day", "天": "day", "周": "week", "月": "month", "季度": "quarter", "年": "year"}
_NUMBER = re.compile(NUMBER)
_RANGE = re.compile(rf"({NUMBER})(%?)(?:~|至|-|—|到)({NUMBER})")
_QUALIFIER = re.compile(r"[（(]([^（）()]*)[）)]$")
_RATE_NAME = re.compile(r"[率比]$|率[（(]|比例$|比重$")
_TEMPLATE = re.compile(r"[（(](?P<cmp>[≥≤><=]+)?\s*[*＊_xX]+\s*(?P<unit>[^）)]*)[）)]")
_OFTEN = re.compile(r"每(?:个)?(日|天|周|月|季度|半年|年|人|户|家|区|台|次|件|亩)")
_INNER = re.compile(r"(以内|之内|以上|以下|内)(?=\D|$)")


@dataclass(frozen=True)
class Found:
    """A part with the warnings that came with it.

    `before` and `head` are the words before and after an explicit comparator that the part does not hold.
    """

    part: Part
    warnings: tuple[Warning, ...] = ()
    before: str = ""
    head: str = ""


def quantity(text: str, *, name: str, unit: str, law: GrammarLaw) -> Found | None:
    """Return a quantity or a duration when the text states one, else None."""
    body, qualifier = _qualified(text, law)
    compared = _comparison(body, law)
    if compared is None:
        return None
    cmp, source, before, rest = compared
    found = _NUMBER.search(rest)
    if found is None or len(before) > 24:
        return None
    head, tail = rest[: found.start()], rest[found.end() :]
    value = number(found[0])
    if value is None or _too_wordy(before + head):
        return None
    if spread := _RANGE.match(rest[found.start() :]):
        if cmp:
            return None
        tail = rest[found.start() + spread.end() :]
        part = _spread(spread, tail, unit=unit, law=law)
        return Found(replace(part, qualifier=qualifier), head=head) if part else None
    tail, value = scaled(tail, value, found[0], law)
    from_column = not tail.strip() and bool(unit) and not is_share(found[0])
    if from_column:
        tail, value = scaled(unit, value, found[0], law)
    if (often := _OFTEN.fullmatch(before + head)) and "/" not in tail:
        before, head, tail = "", "", f"{tail}/{often[1]}"
    lead = before + head
    if timed := duration(tail, value, lead, cmp=cmp, source=source, name=name, law=law):
        kept = replace(timed, qualifier=qualifier)
        return _with_rate_doubt(replace(kept, unit_source="column") if from_column else kept, name)
    part = Part("quant", cmp=cmp, qualifier=qualifier, cmp_source=source)
    printed = Printed(found[0], tail, lead, from_column, unit=unit, name=name)
    measured = _measured(part, value, printed, law)
    return measured and replace(measured, before=before, head=head)


def polarity(name: str, law: GrammarLaw) -> str:
    """Return "lower" or "higher" as the indicator's name says, or "" when it says nothing."""
    if any(word in name for word in law.lower_words.value):
        remedied = any(word in name for word in law.remedy_words.value)
        return "higher" if remedied else "lower"
    return "higher" if any(word in name for word in law.higher_words.value) else ""


def _qualified(text: str, law: GrammarLaw) -> tuple[str, str]:
    found = _QUALIFIER.search(text)
    if found is None or not found.start():
        return text, ""
    if text[found.start() - 1].isdigit() and unit_row(found[1], law):
        return text[: found.start()] + found[1], ""
    return text[: found.start()], found[1]


def _comparison(text: str, law: GrammarLaw) -> tuple[str, str, str, str] | None:
    """Return comparator, its source, the words before it and the rest; None when two contradict."""
    after = next((row for row in law.suffixes.value if text.endswith(row.word)), None)
    body = text.removesuffix(after.word) if after else text
    for row in law.prefixes.value:
        place = body.find(row.word)
        if place < 0:
            continue
        if after and after.cmp != row.cmp:
            return None
        return row.cmp, "explicit", body[:place], body[place + len(row.word) :].lstrip()
    if after:
        return after.cmp, "explicit", "", body
    inner = _INNER.search(text)
    if inner and re.search(r"\d|" + HAN, text[: inner.start()]):
        cmp = "ge" if inner[1] == "以上" else "le"
        return cmp, "explicit", "", text[: inner.start()] + text[inner.end() :]
    return "", "implicit", "", text


def _too_wordy(head: str) -> bool:
    return len(head) > 12 or bool(re.search(r"[，,。；;]", head))


def _with_rate_doubt(part: Part, name: str) -> Found:
    if not _RATE_NAME.search(name):
        return Found(part)
    return Found(part, (Warning("UNIT-RATE-DURATION", "指标名称是“率”，目标值却是时长，请核对。"),))


@dataclass(frozen=True)
class Printed:
    """What stands around a number: its own print, the words after and before it, unit column, name."""

    number: str
    tail: str
    lead: str
    from_column: bool
    unit: str
    name: str


def _measured(part: Part, value: Fraction, printed: Printed, law: GrammarLaw) -> Found | None:
    template = _TEMPLATE.search(printed.name)
    written, _, per = printed.tail.strip().partition("/")
    unit_word = written.strip()
    source = "none" if not unit_word else "column" if printed.from_column else "value"
    if not unit_word and template and template["unit"] and not is_share(printed.number):
        unit_word, source = template["unit"], "name"
    row = unit_row(unit_word, law)
    if unit_word and row is None:
        return None
    warnings: list[Warning] = []
    if source == "value" and other_unit(printed.unit, row, law):
        warnings.append(
            Warning(
                "UNIT-CONFLICT",
                f"目标值写“{written}”，单位栏写“{printed.unit}”，两处不一致，不作解析，须先更正。",
            )
        )
    part, value = _with_unit(part, value, row, source, printed, per)
    if row and row.doubt:
        warnings.append(Warning("UNIT-DOUBT", row.doubt))
    if part.dim == "money" and row is None:
        warnings.append(Warning("UNIT-IMPLICIT", "没有写计量单位，按金额（元）理解，请核对。"))
    means = printed.lead if polarity(printed.lead, law) else printed.name
    part, more = _compared(replace(part, value=exact(value)), means, template, law)
    if part.dim == "ratio" and value > 1:
        more = (*more, Warning("RATIO-ABOVE-ONE", "比率目标大于 100%，请核对原文是否有误。"))
    return Found(part, (*warnings, *more))


def _with_unit(
    part: Part, value: Fraction, row: UnitWord | None, source: str, printed: Printed, per: str
) -> tuple[Part, Fraction]:
    per = PERIODS.get(per.strip(), per.strip())
    if row is not None:
        return (
            replace(part, dim=row.dim, unit=row.unit, per=per, unit_source=source),
            value * Fraction(row.factor),
        )
    if is_share(printed.number):
        return replace(part, dim="ratio", unit="ratio", unit_source="value"), value
    if value >= 10_000 and (per or printed.tail):
        return replace(part, dim="money", unit="CNY", per=per, unit_source="implicit"), value
    if _RATE_NAME.search(printed.name):
        return replace(part, dim="ratio", unit="ratio", unit_source="name"), value
    return replace(part, dim="count", per=per, unit_source="none"), value


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
            part, cmp=cmp, polarity="lower" if cmp[0] == "l" else "higher", cmp_source="name"
        ), ()
    if not known and part.dim == "money" and part.per:
        known = "lower"
    doubt: tuple[Warning, ...] = ()
    if part.value == "0" and known != "lower":
        # "At least none" would promise nothing.
        known, word = "lower", "不高于"
    elif not known and name:
        word = "不低于"
    else:
        word = ""
    cmp = "le" if known == "lower" else "ge"
    if word:
        why = f"原文没有写比较方向，按“{word}”理解，请核对。"
        doubt = (Warning("POLARITY-ASSUMED", why),)
    return replace(part, cmp=cmp, polarity=known or "higher", cmp_source="implicit"), doubt


def _spread(found: re.Match[str], tail: str, *, unit: str, law: GrammarLaw) -> Part | None:
    low, high = number(found[1]), number(found[3])
    if low is None or high is None or low > high:
        return None
    tail, high = scaled(tail, high, found[3], law)
    word = tail.partition("/")[0].strip() or found[2] or unit
    part = Part(
        "quant",
        cmp="range",
        value=exact(low),
        upper=exact(high),
        dim="count",
        cmp_source="explicit",
        unit_source="value" if word else "none",
    )
    if timed := next((row for row in law.durations.value if row.word == word), None):
        plain = len(word) > 1 or word == "天"
        return replace(part, kind="duration", dim="duration", unit=timed.unit) if plain else None
    row = unit_row(word, law)
    if word and row is None:
        return None
    if row is None:
        return part
    factor = Fraction(row.factor)
    return replace(
        part, value=exact(low * factor), upper=exact(high * factor), dim=row.dim, unit=row.unit
    )
