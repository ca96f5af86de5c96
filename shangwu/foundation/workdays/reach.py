"""The days that somebody may name: counting from them never runs out of the calendar's years."""

from datetime import date

EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def within_reach(day: date) -> bool:
    """Whether clocks of years can be counted from the day, forwards and backwards."""
    return EARLIEST_DAY <= day <= LATEST_DAY
