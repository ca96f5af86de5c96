"""What a measure is: the one thing a system declares so that its promises can be kept.

A system writes `measures.py` with a tuple `MEASURES` and adds one line to `config/wiring.py`.
Nothing here knows any system; the list arrives through the setting `MEASURES`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Window:
    """The days a reading speaks of, half-open: `starts_on` counts, `until` does not."""

    starts_on: date
    until: date


@dataclass(frozen=True)
class Scope:
    """What a measure is asked: for which row of which declaration, which days, known by when.

    A measure counts facts that happened on or before `on` and were recorded at or before `known_at`,
    so that a past day can be recomputed as it was known then, or as it has been corrected since.
    """

    indicator: int
    window: Window
    on: date
    known_at: datetime
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a measure found. `None` or zero as denominator means no data; it is never 100 %.

    `level` carries a named person's rating or a yes/no finding, `done_on` a completion, `series` the
    values of earlier periods (oldest first) where a trend is asked for. `may_rise` marks a ratio that
    accumulates until the period ends, so that it is not missed before.
    """

    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    window: Window
    at: datetime
    level: str = ""
    done_on: date | None = None
    series: tuple[tuple[date, Decimal], ...] = ()
    note: str = ""
    may_rise: bool = False


@dataclass(frozen=True)
class EvidenceRow:
    """One record behind a reading and what it adds to numerator and denominator."""

    key: str
    happened_on: date
    recorded_at: datetime
    summary: str
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    link: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter that a binding fixes for one target; `default` empty means it must be given."""

    name: str
    title: str
    default: str = ""


@dataclass(frozen=True)
class Measure:
    """A named computation over one system's own records, with its evidence.

    `compute` and `evidence` read only; the evidence's contributions add up to the reading exactly.
    """

    key: str
    title: str
    unit: str
    explanation: str
    compute: Callable[[Scope], Reading]
    evidence: Callable[[Scope], Iterable[EvidenceRow]]
    parameters: tuple[Parameter, ...] = ()

    @property
    def system(self) -> str:
        """The package that owns the records: the part of the key before the dot."""
        return self.key.partition(".")[0]


class EvidenceMismatchError(Exception):
    """A measure's evidence does not add up to its reading: a defect of the measure, never shown as a figure."""


def registry() -> dict[str, Measure]:
    """Return every wired measure by key; two measures under one key is a defect."""
    return _by_key(settings.MEASURES)


@cache
def _by_key(dotted: str) -> dict[str, Measure]:
    measures: tuple[Measure, ...] = import_string(dotted)
    found: dict[str, Measure] = {}
    for measure in measures:
        if measure.key in found:
            raise ValueError(f"two measures under the key {measure.key}")
        found[measure.key] = measure
    return found


def evidence_digest(rows: Iterable[EvidenceRow]) -> str:
    """Return the SHA-256 over the rows in key order, so that the same facts give the same digest."""
    lines = sorted(
        json.dumps(
            [
                row.key,
                row.happened_on.isoformat(),
                row.recorded_at.astimezone(UTC).isoformat(),
                row.summary,
                str(row.numerator),
                str(row.denominator),
            ],
            ensure_ascii=False,
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def require_agreement(reading: Reading, rows: Iterable[EvidenceRow]) -> None:
    """Raise EvidenceMismatchError unless the rows add up to the reading's numerator and denominator."""
    listed = list(rows)
    for name in ("numerator", "denominator"):
        shown = getattr(reading, name)
        total = sum((getattr(row, name) for row in listed), Decimal(0))
        if shown is not None and shown != total:
            raise EvidenceMismatchError(f"{name} {shown} but evidence adds up to {total}")
