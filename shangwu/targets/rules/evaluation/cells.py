"""Cells of a table file: text, numbers, points and money, each refused by name when it is something else."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shangwu.foundation.law import Refused
from shangwu.foundation.money import parse_yuan
from shangwu.targets.rules.evaluation.facts import Flag, Level
from shangwu.targets.rules.grammar import plain

LONGEST_NUMBER = 30


def money_of(content: object, place: str) -> Fraction | None:
    """Return the amount of a cell in yuan, None where it is blank."""
    if content is None or content == "":
        return None
    if isinstance(content, str):
        try:
            amount = Fraction(parse_yuan(content), 100)
        except Refused as unread:
            raise refused(f"{place}：{unread.sentence}", "BUDGET") from unread
    else:
        amount = Fraction(number_of(content, place))
    if amount < 0:
        raise refused(f"{place}不能是负数。", "BUDGET")
    return amount


def points_of_cell(content: object, place: str) -> Fraction | None:
    """Return the points of a cell, None where it is blank."""
    if content is None or (isinstance(content, str) and not content.strip()):
        return None
    if isinstance(content, str):
        text = plain(content).removesuffix("分").removesuffix("%").strip()
        if (
            not text.replace(".", "", 1).isdecimal()
            or not text.isascii()
            or len(text) > LONGEST_NUMBER
        ):
            raise refused(f"{place}“{content}”不是分值，请填写如 10 或 12.5 的数字。", "POINTS")
        return Fraction(text)
    value = Fraction(number_of(content, place))
    if value < 0:
        raise refused(f"{place}不能是负数。", "POINTS")
    return value


def number_of(content: object, place: str) -> Decimal:
    """Return the number of a cell, finite and of a sensible size."""
    if isinstance(content, bool) or not isinstance(content, int | Decimal):
        raise refused(f"{place}应为数字。", "NUMBER")
    value = Decimal(content)
    if (
        not value.is_finite()
        or len(format(value, "e")) > LONGEST_NUMBER
        or abs(value.adjusted()) > LONGEST_NUMBER
    ):
        raise refused(f"{place}不是可以计算的数字。", "NUMBER")
    return value


def text_of(content: object, place: str) -> str:
    """Return the text of a cell; a number is written out in full."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return format(number_of(content, place), "f")


def unknown_keys(found: Mapping[str, Any], known: set[str], place: str) -> tuple[Flag, ...]:
    """Return a note on names that the table does not know, so that a misspelt one is not lost silently."""
    names = "、".join(sorted(found.keys() - known))
    if not names:
        return ()
    return (Flag("UNKNOWN-KEY", f"{place}中的“{names}”不是已知的栏目，没有使用。", Level.NOTE),)


def fields_of(content: object, place: str) -> Mapping[str, Any]:
    """Return the cell as an object of named fields."""
    if not isinstance(content, dict):
        raise refused(f"{place}应为由栏目组成的对象。", "SHAPE")
    return content


def refused(sentence: str, code: str) -> Refused:
    """Return the refusal of a table."""
    return Refused(sentence, code=f"EVALUATE-{code}")
