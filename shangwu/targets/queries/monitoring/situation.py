"""A declaration on a day, as the alert rules and the report see it: targets, money, hits, reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.measure import registry
from shangwu.targets.models import (
    Binding,
    Declaration,
    Indicator,
    MonitoringReport,
    Outlook,
    Payment,
    StoredReading,
)
from shangwu.targets.queries import money
from shangwu.targets.queries.evaluation import readings_as_of
from shangwu.targets.queries.findings import version_in_force
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.forecast.planned import DualMonitoring, dual_monitoring
from shangwu.targets.rules.monitoring.alerts import HitFacts, Situation, TargetFacts
from shangwu.targets.rules.monitoring.output import OutputFact, output_share
from shangwu.targets.rules.monitoring.period import report_day, usual_period
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import Light, ReportStatus, TargetStatus

# Level-1 headings of output begin with this word in both frameworks.
OUTPUT = "产出"
# An earlier reading to compare with is at least this old, so that a day's noise is no fall.
MONTH = timedelta(days=28)


@dataclass(frozen=True)
class Standing:
    """One indicator with its newest reading of the day and what that reading let expect."""

    indicator: Indicator
    reading: StoredReading | None
    outlook: Outlook | None
    binding: Binding | None


def standings_of(declaration: Declaration, *, on: date, known_at: datetime) -> list[Standing]:
    """Return the rows in force with reading and outlook as of the day, as known at the instant."""
    readings = readings_as_of(declaration, as_of=on, known_at=known_at)
    outlooks = {
        row.reading_id: row
        for row in Outlook.objects.filter(reading__in=[found.pk for found in readings.values()])
    }
    rows = (
        declaration.indicators.filter(withdrawn_at=None)
        .prefetch_related("versions", "bindings")
        .order_by("row")
    )
    found = []
    for row in rows:
        reading = readings.get(row.pk)
        bindings = [binding for binding in row.bindings.all() if binding.ended_at is None]
        found.append(
            Standing(
                row,
                reading,
                outlooks.get(reading.pk) if reading else None,
                bindings[-1] if bindings else None,
            )
        )
    return found


def situation_of(declaration: Declaration, *, on: date, known_at: datetime) -> Situation:
    """Return what the alert rules look at."""
    standings = standings_of(declaration, on=on, known_at=known_at)
    earlier = readings_as_of(declaration, as_of=on - MONTH, known_at=known_at)
    dual = dual_of(declaration, standings, on=on, known_at=known_at)
    return Situation(
        on=on,
        starts_on=declaration.starts_on,
        ends_on=declaration.ends_on,
        targets=tuple(
            _target(item, earlier.get(item.indicator.pk), on=on, known_at=known_at)
            for item in standings
        ),
        gap=dual.why if dual is not None and dual.is_flagged else "",
        hits=tuple(_hits(declaration, on=on, known_at=known_at)),
        late_reports=tuple(_late_reports(declaration, on=on)),
    )


def dual_of(
    declaration: Declaration, standings: Iterable[Standing], *, on: date, known_at: datetime
) -> DualMonitoring | None:
    """Return how far money and output are apart; None while either is without data."""
    spending = spending_share(declaration, on=on, known_at=known_at)
    output = output_of(standings, on=on, known_at=known_at)
    if spending is None or output is None:
        return None
    return dual_monitoring(
        paid=_decimal(spending),
        budget=Decimal(1),
        reached=_decimal(output),
        goal=Decimal(1),
        law=forecast_law(on),
    )


def spending_share(declaration: Declaration, *, on: date, known_at: datetime) -> Fraction | None:
    """Return what was paid of the adjusted budget; None while no payment is on record."""
    paid = Payment.objects.filter(declaration=declaration, paid_on__lte=on, at__lte=known_at)
    if not paid.exists():
        return None
    rate = money.execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    return Fraction(rate.numerator_fen, rate.denominator_fen) if rate.denominator_fen else None


def output_of(standings: Iterable[Standing], *, on: date, known_at: datetime) -> Fraction | None:
    """Return how much of the year's output the newest readings show; None without data."""
    facts: list[OutputFact] = []
    for item in standings:
        if not item.indicator.level1.startswith(OUTPUT) or item.reading is None:
            continue
        target = version_in_force(item.indicator, on=on, known_at=known_at).target
        series = _series(item)
        facts.extend(
            OutputFact(part, value_of(item.reading), item.reading.done_on is not None, series)
            for part in target.parts
        )
    return output_share(facts)


def value_of(reading: StoredReading) -> Fraction | None:
    """Return the reading's exact value; None without data."""
    if reading.numerator is None or not reading.denominator:
        return None
    return Fraction(reading.numerator) / Fraction(reading.denominator)


def _series(item: Standing) -> str:
    """Return what names the series: rows answered by one measure with equal parameters count the same things."""
    if item.binding is None or item.binding.measure not in registry():
        return f"row:{item.indicator.pk}"
    parameters: Mapping[str, str] = item.binding.parameters
    return f"{item.binding.measure}:{sorted(parameters.items())}"


def _target(
    item: Standing, earlier: StoredReading | None, *, on: date, known_at: datetime
) -> TargetFacts:
    reading, outlook = item.reading, item.outlook
    parts = version_in_force(item.indicator, on=on, known_at=known_at).target.parts
    return TargetFacts(
        key=item.indicator.pk,
        name=item.indicator.name,
        status=reading.status if reading else TargetStatus.NO_DATA,
        why=reading.why if reading else "尚无读数。",
        is_bound=item.binding is not None and item.binding.measure in registry(),
        is_ratio=reading is not None and reading.unit == "ratio",
        value=value_of(reading) if reading else None,
        earlier=value_of(earlier) if earlier else None,
        earlier_on=earlier.on if earlier else None,
        falling_is_bad=not _lower_is_better(parts),
        progress=_exact(outlook.progress) if outlook else None,
        progress_light=outlook.progress_light if outlook else Light.NONE,
        light=outlook.light if outlook else Light.NONE,
        forecast=outlook.why if outlook else "",
    )


def _lower_is_better(parts: Iterable[Part]) -> bool:
    return any(part.polarity == "lower" for part in parts)


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _exact(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _hits(declaration: Declaration, *, on: date, known_at: datetime) -> Iterable[HitFacts]:
    open_hits = money.open_hits(declaration, on=on, known_at=known_at)
    keys = [key for hit in open_hits for key in hit.payments]
    days = dict(Payment.objects.filter(pk__in=keys).values_list("pk", "paid_on"))
    for hit in open_hits:
        since = max((days[key] for key in hit.payments if key in days), default=None)
        yield HitFacts(hit.rule, hit.subject, hit.sentence, since)


def _late_reports(declaration: Declaration, *, on: date) -> Iterable[tuple[str, date]]:
    starts_on, ends_on = usual_period(declaration.year)
    if not declaration.starts_on <= starts_on or not ends_on <= declaration.ends_on:
        return
    due = report_day(starts_on, ends_on).due
    if on <= due:
        return
    locked = MonitoringReport.objects.filter(
        declaration=declaration, ends_on__gte=ends_on, status=ReportStatus.LOCKED
    )
    if not locked.exists():
        yield f"{starts_on} 至 {ends_on}", due
