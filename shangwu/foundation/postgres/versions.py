"""Server versions as numbers (18.4 is 180004), and what to tell people about them."""

import re

# Source: PostgreSQL's release of 2026-11-12. Older majors are the operator's own servers.
NEWEST_MINOR = {18: 7}
NUMERALS = "零一二三四五六七八九"


def number_of(text: str) -> int:
    """Return the version in a `postgres --version` line as a number.

    Unit: major * 10000 + minor.
    Raises: ValueError when the text names no version.
    """
    found = re.search(r"(\d+)\.(\d+)", text)
    if not found:
        raise ValueError(f"no version in {text!r}")
    return int(found[1]) * 10000 + int(found[2])


def name_of(number: int) -> str:
    """Return the version as people write it."""
    return f"{number // 10000}.{number % 10000}"


def describe(number: int) -> str:
    """Return the health sentence: the version, and how far it lies behind when that is known."""
    major, minor = divmod(number, 10000)
    behind = NEWEST_MINOR.get(major, 0) - minor
    if behind <= 0:
        return f"数据库 {name_of(number)}"
    count = NUMERALS[behind] if behind < len(NUMERALS) else str(behind)
    newest = f"{major}.{NEWEST_MINOR[major]}"
    return f"数据库 {name_of(number)}（最新为 {newest}，落后{count}个小版本）"
