"""Exact shares of whole fen, months of the calendar, and how both are written."""

import calendar
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shangwu.foundation.money import Fen, format_yuan

MONTHS_A_YEAR = 12
CURRENCIES = {"CNY": "元", "JPY": "日元"}


def whole(amount: Fraction, rounding: str) -> Fen:
    """Return a fraction of fen as whole fen: up, down or half up, as the law's setting says.

    Unit: fen.
    """
    return _divided(amount.numerator, amount.denominator, rounding)


def share(amount: Fen, ratio: Decimal, rounding: str) -> Fen:
    """Return a share of an amount as whole fen.

    Unit: fen; the ratio is a fraction of one.
    """
    above, below = ratio.as_integer_ratio()
    return _divided(amount * above, below, rounding)


def yuan(fen: Fen, currency: str = "CNY") -> str:
    """Return the amount as people read it: 1,600,000.01 元."""
    return f"{format_yuan(fen)} {CURRENCIES[currency]}"


def rough_yuan(fen: Fen) -> str:
    """Return the amount as it is read from afar: 2,072.10 万元, 1.25 亿元; the last digit is rounded.

    Unit: fen.
    """
    for unit, size in (("亿元", 10_000_000_000), ("万元", 1_000_000)):
        if abs(fen) >= size:
            return f"{Decimal(fen) / size:,.2f} {unit}"
    return yuan(fen)


def brief_yuan(fen: Fen) -> str:
    """Return the amount for a place with room for a word: 1.3亿, 35万, 不到1万; rounded, for a first look.

    Unit: fen.
    """
    hundred_million, ten_thousand = 10_000_000_000, 1_000_000
    if fen >= hundred_million:
        return f"{Decimal(fen) / hundred_million:,.1f}亿"
    if fen >= ten_thousand:
        return f"{Decimal(fen) / ten_thousand:,.0f}万"
    return "不到1万"


def percent(ratio: Decimal) -> str:
    """Return a ratio in per cent without trailing zeros: 40%."""
    return f"{(ratio * 100).normalize():f}%"


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _divided(above: int, below: int, rounding: str) -> Fen:
    if rounding == "up_to_fen":
        return -(-above // below)
    if rounding == "down":
        return above // below
    return (2 * above + below) // (2 * below)
