"""The dated tables under law/codes, read once and checked as they are read."""

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "law" / "codes"
_STATUSES = {"confirmed", "secondary", "unconfirmed"}


class FaultyTable(Exception):
    """A table in law/codes cannot be trusted; the sentence names file and key."""


@dataclass(frozen=True)
class Row:
    """One meaning of a code while it was in force: from `since` (inclusive) to `until` (exclusive)."""

    name: str
    since: date = date.min
    until: date = date.max
    classes: Mapping[str, str] | None = None

    def holds(self, on: date) -> bool:
        """Tell whether the row is in force on the day."""
        return self.since <= on < self.until


def _day(value: object, default: date, place: str) -> date:
    if value is None:
        return default
    if isinstance(value, int) and 1900 <= value <= 2200:
        return date(value, 1, 1)
    if isinstance(value, date):
        return value
    raise FaultyTable(f"{place}: {value!r} is neither a year nor a date")


def read_table(name: str) -> dict[str, Any]:
    """Return one file of law/codes.

    Raises: FaultyTable when it lacks its source or the status of its source.
    """
    with (FOLDER / name).open("rb") as file:
        table = tomllib.load(file)
    for key in ("label", "unit", "source", "checked_on"):
        if not table.get(key):
            raise FaultyTable(f"law/codes/{name}: {key} is missing")
    if table.get("source_status") not in _STATUSES:
        raise FaultyTable(f"law/codes/{name}: source_status must be one of {sorted(_STATUSES)}")
    return table


def _rows(entries: list[dict[str, Any]], place: str) -> tuple[Row, ...]:
    rows = [
        Row(e["name"], _day(e.get("from"), date.min, place), _day(e.get("until"), date.max, place))
        for e in entries
    ]
    rows.sort(key=lambda row: row.since)
    if any(row.since >= row.until for row in rows):
        raise FaultyTable(f"{place}: a row ends before it starts")
    if any(a.until > b.since for a, b in itertools.pairwise(rows)):
        raise FaultyTable(f"{place}: rows overlap")
    return tuple(rows)


@cache
def divisions() -> Mapping[str, tuple[Row, ...]]:
    """Return every division code with its rows, oldest first.

    Source: law/codes/divisions.toml
    """
    table = read_table("divisions.toml")["divisions"]
    return {
        code: _rows(entries, f"law/codes/divisions.toml {code}")
        for province in table.values()
        for code, entries in province.items()
    }


@cache
def registration_areas() -> Mapping[str, tuple[Row, ...]]:
    """Return the codes that registrars use beside the divisions.

    Source: law/codes/registration_areas.toml
    """
    table = read_table("registration_areas.toml")["areas"]
    return {
        code: _rows(e, f"law/codes/registration_areas.toml {code}") for code, e in table.items()
    }


@cache
def departments() -> Mapping[str, Row]:
    """Return the registering departments with their entity classes.

    Source: law/codes/registering_departments.toml
    """
    place = "law/codes/registering_departments.toml"
    table = read_table("registering_departments.toml")["departments"]
    return {
        code: Row(
            row["name"],
            _day(row.get("from"), date.min, f"{place} {code}"),
            _day(row.get("until"), date.max, f"{place} {code}"),
            row["classes"],
        )
        for code, row in table.items()
    }


def province_name(code: str) -> str:
    """Return the province that a division code lies in, or nothing when there is no such province."""
    rows = divisions().get(code[:2] + "0000")
    return rows[-1].name if rows else ""
