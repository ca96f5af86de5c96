"""The finer lines of business (细分行业) under each sector, by a dated table.

Source: law/prepaid.toml#subsectors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class Line:
    """A finer line of business, by the words that are kept of an operator."""

    sector: str
    name: str


@dataclass(frozen=True)
class LineLaw:
    """The table in force."""

    LAW: ClassVar[str] = "prepaid"
    lines: Annotated[Value[tuple[Line, ...]], At("subsectors", "rows")]


@lru_cache(maxsize=64)
def subsectors(on: date) -> Mapping[str, tuple[str, ...]]:
    """Return the finer lines of each sector on the day, in the order of the table."""
    found: dict[str, tuple[str, ...]] = {}
    for line in law.read(LineLaw, on=on).lines.value:
        found[line.sector] = (*found.get(line.sector, ()), line.name)
    return found
