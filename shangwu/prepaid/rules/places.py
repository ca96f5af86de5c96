"""The districts of the city, by their official codes.

Source: law/codes/divisions.toml
"""

from datetime import date
from functools import lru_cache

from shangwu.foundation.codes.tables import divisions

CITY, CITY_ITSELF = "3101", "310100"


@lru_cache(maxsize=64)
def districts(on: date) -> dict[str, str]:
    """Return code and name of each district that the city has on the day, in the order of the codes."""
    return {
        code: row.name
        for code, rows in sorted(divisions().items())
        if code.startswith(CITY) and code != CITY_ITSELF
        for row in rows
        if row.holds(on)
    }
