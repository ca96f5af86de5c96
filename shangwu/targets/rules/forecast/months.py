"""Time in months: a day's place on the line, so that a month end is a whole number."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction


def place(day: date) -> Fraction:
    """Return where the end of the day lies. Unit: months."""
    length = monthrange(day.year, day.month)[1]
    return day.year * 12 + day.month - 1 + Fraction(day.day, length)


def between(start: date, end: date) -> Fraction:
    """Return the time from the end of one day to the end of another. Unit: months."""
    return place(end) - place(start)


def before(day: date) -> date:
    """Return the day before: its end is where a period that starts on `day` begins."""
    return day - timedelta(days=1)
