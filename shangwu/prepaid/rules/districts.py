"""The districts of the city on a day, by their codes.

Source: law/codes/divisions.toml
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from shangwu.foundation.codes.tables import divisions

CITY = "31"
# Headings of the table, not places: 市, 市辖区, 县.
_HEADINGS = ("00",)


@lru_cache(maxsize=64)
def district_names(on: date, city: str = CITY) -> Mapping[str, str]:
    """Return code and name of every district of the city in force on the day.

    Source: law/codes/divisions.toml
    """
    return {
        code: row.name
        for code, rows in divisions().items()
        if code.startswith(city) and not code.endswith(_HEADINGS)
        for row in rows
        if row.holds(on)
    }
