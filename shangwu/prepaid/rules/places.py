"""The districts of the city on a day, by their official codes, and where a place can lie at all.

Source: law/codes/divisions.toml
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from shangwu.foundation.codes.tables import divisions

CITY = "31"
# From where to where longitude and latitude of a place in the country can lie, in degrees; what lies outside is a slip.
BOUNDS: Mapping[str, tuple[int, int]] = {"longitude": (70, 140), "latitude": (3, 54)}
# So many digits after the point are kept: about a tenth of a metre.
DEGREE_PLACES = 6
# Headings of the table, not places: 市, 市辖区, 县.
_HEADINGS = ("00",)


@lru_cache(maxsize=64)
def districts(on: date) -> Mapping[str, str]:
    """Return code and name of each district that the city has on the day, in the order of the codes."""
    return {
        code: row.name
        for code, rows in sorted(divisions().items())
        if code.startswith(CITY) and not code.endswith(_HEADINGS)
        for row in rows
        if row.holds(on)
    }
