"""Units and scales as the law data knows them: 万 before 人次, and whether two units are one."""

import re
from fractions import Fraction

from shangwu.targets.rules.lexicon import GrammarLaw, UnitWord
from shangwu.targets.rules.numerals import is_share

SCALES = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_SCALE = re.compile("|".join(sorted(SCALES, key=len, reverse=True)))


def unit_row(word: str, law: GrammarLaw) -> UnitWord | None:
    """Return the unit that the word writes, or None when the law data knows no such unit."""
    return next((row for row in law.units.value if row.word == word), None)


def scaled(tail: str, value: Fraction, printed: str, law: GrammarLaw) -> tuple[str, Fraction]:
    """Return the words after the number without 百 千 万 亿, and the number multiplied by them."""
    found = _SCALE.match(tail)
    if found is None or is_share(printed) or unit_row(tail.partition("/")[0].strip(), law):
        return tail, value
    return tail[found.end() :], value * SCALES[found[0]]


def other_unit(column: str, row: UnitWord | None, law: GrammarLaw) -> bool:
    """Return whether the unit column names another unit than the value; 个 goes with any count."""
    stated = unit_row(column.partition("/")[0].strip(), law)
    if stated is None or row is None or stated == row:
        return False
    loose = stated.dim == row.dim == "count" and "个" in {stated.unit, row.unit}
    return not loose and (stated.dim, stated.unit) != (row.dim, row.unit)
