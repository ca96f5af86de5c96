"""The fields of records: what people read, what kind of value each takes, and what that kind must look like."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from shangwu.foundation import codes
from shangwu.foundation.workdays import EARLIEST_DAY, LATEST_DAY, within_reach
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.places import BOUNDS
from shangwu.prepaid.vocabulary import CardKind, NoticeEvent

TEXT = "text"
LONGEST_TEXT = 2000
GREATEST_FEN, GREATEST_COUNT = 10**15, 2**31 - 1
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Form:
    """How texts of a kind are written: a pattern for the whole of it, the same in words, the words of a closed list."""

    pattern: str
    said: Bilingual
    values: tuple[str, ...] = ()


def _one_of(values: Sequence[str]) -> Form:
    said = Bilingual(f"{'、'.join(values)} 之一", f"one of {', '.join(values)}")
    return Form("|".join(values), said, tuple(values))


FORMS: Mapping[str, Form] = {
    "outlet": Form(
        "[A-Z0-9-]{4,20}",
        Bilingual(
            "4至20个大写字母、数字或者短横",
            "4 to 20 capital letters, digits or hyphens",
        ),
    ),
    "bond_number": Form(
        "[A-Za-z0-9-]{4,40}",
        Bilingual("4至40个字母、数字或者短横", "4 to 40 letters, digits or hyphens"),
    ),
    "token": Form("[0-9a-f]{64}", Bilingual("64位小写十六进制", "64 small hexadecimal letters")),
    "digest": Form("[0-9a-f]{64}", Bilingual("64位小写十六进制", "64 small hexadecimal letters")),
    "card_kind": _one_of(CardKind.values),
    "notice_event": _one_of(NoticeEvent.values),
    "bond_kind": Form(
        "[a-z_]{2,40}",
        Bilingual(
            "小写英文代码，如 performance_insurance、bank_guarantee",
            "a word in small letters, such as performance_insurance or bank_guarantee",
        ),
    ),
}
_COMPILED = {kind: re.compile(form.pattern) for kind, form in FORMS.items()}
# Codes with a check of their own.
_CODES = {
    "uscc": Bilingual("18位统一社会信用代码", "a unified social credit code of 18 characters"),
    "division": Bilingual("6位行政区划代码", "a division code of 6 digits"),
}
_PLAIN: Mapping[str, Bilingual] = {
    TEXT: Bilingual("两千字以内的文字", f"text of {LONGEST_TEXT} characters at most"),
    "date": Bilingual(
        f"日期，如 2019-09-01，年份在 {EARLIEST_DAY.year} 至 {LATEST_DAY.year} 之间",
        f"a date such as 2019-09-01, from {EARLIEST_DAY.year} to {LATEST_DAY.year}",
    ),
    "moment": Bilingual(
        "带时区的时间，如 2019-09-02T01:00:00+08:00",
        "a time with its zone, such as 2019-09-02T01:00:00+08:00",
    ),
    "number": Bilingual("从 1 起的整数", "a whole number from 1"),
    "count": Bilingual("不小于零的整数", "a whole number not below zero"),
    "fen": Bilingual(
        "十万亿元以内的整数（金额以分计）", "a whole number of fen, not beyond 10 to the 15th"
    ),
}
_DEGREES: Mapping[str, Bilingual] = {
    kind: Bilingual(
        f"{least} 至 {greatest} 之间的数，单位为度",
        f"a number from {least} to {greatest}, in degrees",
    )
    for kind, (least, greatest) in BOUNDS.items()
}
_LEAST = {"number": 1, "count": 0, "fen": -GREATEST_FEN}
_GREATEST = {"number": GREATEST_COUNT, "count": GREATEST_COUNT, "fen": GREATEST_FEN}


@dataclass(frozen=True)
class Field:
    """One field: its name, what people read, and what kind of value it takes."""

    name: str
    zh: str
    en: str
    kind: str
    is_required: bool = True


def wanted(field: Field, value: object, *, on: date) -> Bilingual | None:
    """Return what the field should be, where the value is something else.

    `on` is the day on which codes must be in force.
    """
    kind = field.kind
    if kind in _CODES:
        return None if _is_code(kind, value, on) else _CODES[kind]
    if kind in _COMPILED:
        good = isinstance(value, str) and _COMPILED[kind].fullmatch(value) is not None
        return None if good else FORMS[kind].said
    if kind in BOUNDS:
        return None if _is_degrees(kind, value) else _DEGREES[kind]
    if kind == TEXT:
        good = _is_text(value)
    elif kind == "date":
        good = isinstance(value, date) and not isinstance(value, datetime) and within_reach(value)
    elif kind == "moment":
        good = isinstance(value, datetime) and value.tzinfo is not None
        good = good and within_reach(cast(datetime, value).date())
    else:
        good = isinstance(value, int) and not isinstance(value, bool)
        good = good and _LEAST[kind] <= cast(int, value) <= _GREATEST[kind]
    return None if good else _PLAIN[kind]


def _is_text(value: object) -> bool:
    """Whether it is text of the length allowed that a database can hold: no NUL, no half of a character."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    return not _HALVES.search(value)


def _is_degrees(kind: str, value: object) -> bool:
    least, greatest = BOUNDS[kind]
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and least <= value <= greatest
    )


def _is_code(kind: str, value: object, on: date) -> bool:
    """Whether the value passes the check of its kind as it is written, without being put right first."""
    if not isinstance(value, str):
        return False
    verdict = codes.check(kind, value, on=on)
    return verdict.ok and verdict.normalized == value
