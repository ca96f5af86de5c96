"""What a target amounts to on a day: version in force, binding, reading, evidence, judgement."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from shangwu.targets.measure import (
    EvidenceRow,
    Measure,
    Reading,
    Scope,
    Window,
    evidence_digest,
    registry,
    require_agreement,
)
from shangwu.targets.models import Binding, Indicator, StoredReading, TargetVersion
from shangwu.targets.rules.facts import Facts, Judgement
from shangwu.targets.rules.status import judge


@dataclass(frozen=True)
class Finding:
    """A reading with everything that makes it explainable; `measure` is None when nothing is bound."""

    indicator: Indicator
    version: TargetVersion
    measure: Measure | None
    parameters: dict[str, str]
    reading: Reading
    rows: tuple[EvidenceRow, ...]
    judgement: Judgement

    @property
    def digest(self) -> str:
        """SHA-256 over the evidence rows."""
        return evidence_digest(self.rows)


def find(*, indicator: Indicator, on: date, known_at: datetime) -> Finding:
    """Return what the indicator amounts to at the end of `on`, from facts recorded by `known_at`.

    Raises: EvidenceMismatchError when a measure's evidence does not add up to its figure.
    """
    declaration = indicator.declaration
    window = Window(declaration.starts_on, declaration.ends_on + timedelta(days=1))
    version = version_in_force(indicator, on=on, known_at=known_at)
    binding = binding_in_force(indicator, known_at=known_at)
    measure = registry().get(binding.measure) if binding else None
    if binding is None or measure is None:
        reading = Reading(None, None, "", window, known_at, note=_unbound_note(binding))
        return _judged(indicator, version, None, {}, reading, (), on=judged_on(on, known_at))
    scope = Scope(
        indicator=indicator.pk,
        window=window,
        on=on,
        known_at=known_at,
        parameters=binding.parameters,
    )
    rows = tuple(measure.evidence(scope))
    reading = measure.compute(scope)
    require_agreement(reading, rows)
    day = judged_on(on, known_at)
    return _judged(indicator, version, measure, binding.parameters, reading, rows, on=day)


def judged_on(on: date, known_at: datetime) -> date:
    """Return the day by which dues are judged: a day that is over counts to its end, so what is due on it is due."""
    is_over = timezone.localtime(known_at).date() > on
    return on + timedelta(days=1) if is_over else on


def version_in_force(indicator: Indicator, *, on: date, known_at: datetime) -> TargetVersion:
    """Return the newest approved version effective on the day; before any, the first."""
    versions = sorted(indicator.versions.all(), key=lambda version: version.number)
    standing = [
        version
        for version in versions
        if version.is_in_force(on)
        and (
            version.number == 1
            or (version.approved_at is not None and version.approved_at <= known_at)
        )
    ]
    return standing[-1] if standing else versions[0]


def binding_in_force(indicator: Indicator, *, known_at: datetime) -> Binding | None:
    """Return the binding that stood at the instant; the first binding also answers for earlier days."""
    standing = [
        binding
        for binding in indicator.bindings.all()
        if binding.at <= known_at and (binding.ended_at is None or binding.ended_at > known_at)
    ]
    return standing[-1] if standing else None


def latest_readings(*, declarations: list[int], until: date) -> dict[int, StoredReading]:
    """Return for each indicator of the declarations its newest stored reading on or before `until`."""
    rows = (
        StoredReading.objects.filter(
            indicator__declaration_id__in=declarations, indicator__withdrawn_at=None, on__lte=until
        )
        .order_by("indicator_id", "-on", "-taken_at")
        .distinct("indicator_id")
    )
    return {row.indicator_id: row for row in rows}


def readable_indicators(
    declaration: int | None = None, *, running_on: date | None = None
) -> list[Indicator]:
    """Return the rows in force with all that `find` needs, in a fixed number of queries.

    `running_on` leaves out projects whose time is over: their last reading stands.
    """
    wanted = Q(withdrawn_at=None)
    if running_on is not None:
        wanted &= Q(declaration__ends_on__gte=running_on)
    if declaration is not None:
        wanted &= Q(declaration_id=declaration)
    return list(
        Indicator.objects.filter(wanted)
        .select_related("declaration__project")
        .prefetch_related("versions", "bindings")
        .order_by("declaration__year", "declaration__project__number", "row")
    )


def recompute(stored: StoredReading) -> Finding:
    """Return the finding for a stored reading's day from what was recorded by the time it was taken."""
    indicator = (
        Indicator.objects.select_related("declaration__project")
        .prefetch_related("versions", "bindings")
        .get(pk=stored.indicator_id)
    )
    return find(indicator=indicator, on=stored.on, known_at=stored.taken_at)


def _unbound_note(binding: Binding | None) -> str:
    if binding is None:
        return "尚未绑定度量：负责统计这项指标的业务系统还没有接入。"
    return f"绑定的度量“{binding.measure}”不在本平台的度量清单中。"


def _judged(
    indicator: Indicator,
    version: TargetVersion,
    measure: Measure | None,
    parameters: dict[str, str],
    reading: Reading,
    rows: tuple[EvidenceRow, ...],
    *,
    on: date,
) -> Finding:
    facts = Facts(
        numerator=reading.numerator,
        denominator=reading.denominator,
        unit=reading.unit,
        level=reading.level,
        done_on=reading.done_on,
        series=reading.series,
        period_ends_on=indicator.declaration.ends_on,
        may_rise=reading.may_rise,
    )
    judgement = judge(version.target, facts, on=on)
    if reading.note:
        judgement = replace(judgement, why=f"{judgement.why}{reading.note}")
    return Finding(indicator, version, measure, dict(parameters), reading, rows, judgement)
