"""Figures as they are printed: exact inside, half up on paper."""

from fractions import Fraction

from shangwu.targets.rules.describe import value_in_words
from shangwu.targets.rules.numerals import exact

LONGEST = 12


def half_up(value: Fraction, places: int = 2) -> str:
    """Return the value with a fixed number of decimals, a half rounded away from zero.

    Source: law/targets.toml#rule.rounding
    """
    scaled = abs(value) * 10**places
    digits = str((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    padded = digits.rjust(places + 1, "0")
    sign = "-" if value < 0 and int(digits) else ""
    return f"{sign}{padded[:-places]}.{padded[-places:]}" if places else f"{sign}{padded}"


def printed(value: Fraction, places: int = 2) -> Fraction:
    """Return the value as it stands on paper."""
    return Fraction(half_up(value, places))


def shown_value(value: Fraction, unit: str) -> str:
    """Return a value with its unit: exact where that is short, else 约 with two decimals."""
    if unit == "ratio":
        text = exact(value * 100)
        if "/" not in text and len(text) <= LONGEST:
            return value_in_words(exact(value), "ratio")
        return f"约 {half_up(value * 100, 4 if abs(value) < Fraction(1, 100) else 2)}%"
    text = exact(value)
    if "/" in text or len(text) > LONGEST + 6:
        return value_in_words(half_up(value, 4), unit).replace(
            half_up(value, 4), f"约 {half_up(value, 4)}"
        )
    return value_in_words(text, unit)
