"""What the pages show: project, target; values and small dataclasses, ready to print."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from shangwu.targets.models import (
    Binding,
    Completion,
    Declaration,
    Indicator,
    Rating,
    StoredReading,
    TargetVersion,
)
from shangwu.targets.queries.findings import latest_readings
from shangwu.targets.queries.overview import StatusCount, status_counts
from shangwu.targets.rules.binding import COMPLETION, RATING
from shangwu.targets.rules.describe import describe
from shangwu.targets.vocabulary import CompletionKind, TargetStatus

# Readings are never changed, versions are decided once: the newest of each tell whether anything is new.
RECORD_STATE = """
WITH rows AS (SELECT id FROM targets_indicator WHERE declaration_id = %(declaration)s)
SELECT (SELECT max(id) FROM targets_storedreading
         WHERE indicator_id IN (SELECT id FROM rows) AND "on" <= %(until)s),
       count(*), max(approved_at), max(refused_at)
  FROM targets_targetversion WHERE indicator_id IN (SELECT id FROM rows)
"""


@dataclass(frozen=True)
class TargetLine:
    """One indicator with its target as typed and where it stands."""

    indicator: Indicator
    version: TargetVersion
    typed: tuple[str, ...]
    warnings: tuple[str, ...]
    reading: StoredReading | None
    pending: TargetVersion | None

    @property
    def status(self) -> str:
        """The status of the newest reading; without any, no data."""
        return self.reading.status if self.reading else TargetStatus.NO_DATA

    @property
    def status_label(self) -> str:
        """The status in Chinese."""
        return str(TargetStatus(self.status).label)

    @property
    def value(self) -> str:
        """The value of the newest reading as people read it."""
        return shown_value(self.reading) if self.reading else "—"


@dataclass(frozen=True)
class ProjectPage:
    """A declaration with its rows."""

    declaration: Declaration
    lines: tuple[TargetLine, ...]
    counts: tuple[StatusCount, ...]


@dataclass(frozen=True)
class TargetPage:
    """One indicator with everything that was ever said about it."""

    line: TargetLine
    versions: tuple[TargetVersion, ...]
    readings: tuple[StoredReading, ...]
    bindings: tuple[Binding, ...]
    ratings: tuple[Rating, ...]
    completions: tuple[Completion, ...]

    @property
    def binding(self) -> Binding | None:
        """The binding that stands now."""
        return next((binding for binding in self.bindings if binding.ended_at is None), None)

    @property
    def takes_ratings(self) -> bool:
        """Whether a person's judgement counts here, or once did."""
        return bool(self.ratings) or (self.binding is not None and self.binding.measure == RATING)

    @property
    def takes_completions(self) -> bool:
        """Whether a record of finished work counts here, or once did."""
        bound = self.binding is not None and self.binding.measure == COMPLETION
        return bool(self.completions) or bound

    @property
    def has_completion(self) -> bool:
        """Whether a completion record stands that could be withdrawn."""
        return bool(self.completions) and self.completions[0].kind == CompletionKind.DONE


def record_state(*, declaration: Declaration, until: date) -> str:
    """Return a word that changes whenever the project page would: its revision, targets, readings, the day."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD_STATE, {"declaration": declaration.pk, "until": until})
        newest = cursor.fetchone()
    by = declaration.created_by.display_name
    facts = (declaration.pk, declaration.revision, declaration.status, by, until, *newest)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def project_page(*, declaration: Declaration, until: date) -> ProjectPage:
    """Return the declaration's rows with target, reading and status."""
    rows = list(
        declaration.indicators.filter(withdrawn_at=None)
        .prefetch_related("versions")
        .order_by("row")
    )
    readings = latest_readings(declarations=[declaration.pk], until=until)
    lines = tuple(target_line(row, readings.get(row.pk), on=until) for row in rows)
    return ProjectPage(
        declaration=declaration,
        lines=lines,
        counts=status_counts(Counter(line.status for line in lines)),
    )


def target_page(*, indicator: Indicator, until: date) -> TargetPage:
    """Return everything about one indicator, newest first."""
    readings = tuple(
        indicator.readings.filter(on__lte=until)
        .select_related("version", "taken_by")
        .order_by("-on", "-taken_at")
    )
    return TargetPage(
        line=target_line(indicator, readings[0] if readings else None, on=until),
        versions=tuple(indicator.versions.select_related("by", "approved_by").order_by("-number")),
        readings=readings,
        bindings=tuple(indicator.bindings.select_related("by").order_by("-at", "-pk")),
        ratings=tuple(
            indicator.ratings.select_related("by")
            .prefetch_related("evidence__file")
            .order_by("-at", "-pk")
        ),
        completions=tuple(
            indicator.completions.select_related("by")
            .prefetch_related("evidence__file")
            .order_by("-at", "-pk")
        ),
    )


def target_line(indicator: Indicator, reading: StoredReading | None, *, on: date) -> TargetLine:
    """Return the row with the version in force on the day, described in words."""
    versions = sorted(indicator.versions.all(), key=lambda version: version.number)
    standing = [version for version in versions if version.is_in_force(on)] or versions[:1]
    target = standing[-1].target
    pending = [v for v in versions if v.number > 1 and not v.approved_at and not v.refused_at]
    return TargetLine(
        indicator=indicator,
        version=standing[-1],
        typed=tuple(describe(part) for part in target.parts),
        warnings=tuple(warning.message for warning in target.warnings),
        reading=reading,
        pending=pending[-1] if pending else None,
    )


def shown_value(reading: StoredReading) -> str:
    """Return the reading's value as people read it; no data is a dash, never a percentage."""
    if reading.done_on is not None:
        return f"{reading.done_on} 完成"
    if reading.level:
        return reading.level
    if reading.numerator is None or not reading.denominator:
        return "—"
    if reading.unit == "ratio":
        percent = reading.numerator / reading.denominator * 100
        # A rate promised below one in ten thousand must not round to the promise.
        finest = Decimal("0.01") if percent >= 1 else Decimal("0.000001")
        return f"{plain(percent.quantize(finest))}%"
    if reading.unit == "等次":
        mean = reading.numerator / reading.denominator
        return f"{plain(mean.quantize(Decimal('0.0001')))} {reading.unit}"
    if reading.denominator == 1:
        return f"{plain(reading.numerator)} {reading.unit}".strip()
    return f"{plain(reading.numerator)} / {plain(reading.denominator)} {reading.unit}".strip()


def plain(value: Decimal) -> str:
    """Return the decimal without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
