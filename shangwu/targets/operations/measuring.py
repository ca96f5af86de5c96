"""Bindings and readings: which measure answers, and what it found, stored once and never altered."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.measure import Measure, registry
from shangwu.targets.models import (
    Binding,
    Declaration,
    Indicator,
    Outlook,
    Standing,
    StoredReading,
)
from shangwu.targets.operations.rows import locked_indicator
from shangwu.targets.queries.bindings import binding_offers
from shangwu.targets.queries.findings import Finding, find, readable_indicators
from shangwu.targets.queries.monitoring.outlook import outlook_of
from shangwu.targets.vocabulary import ReadingTrigger

CLOCK = audit.Actor("system", "schedule", "定时任务")


def bind_measure(
    *,
    indicator: int,
    measure: str,
    parameters: Mapping[str, str],
    reason: str,
    by: Account,
    at: datetime,
) -> Binding:
    """Bind a measure to a row; the earlier binding is ended and kept.

    Raises: Refused BIND-UNKNOWN, BIND-PARAMETER or BIND-REASON.
    """
    found = registry().get(measure)
    if found is None:
        raise Refused("所选度量不在本平台的度量清单中，请从列表中选择。", code="BIND-UNKNOWN")
    if not reason.strip():
        raise Refused("绑定度量必须写明理由，说明它为何能回答这项指标。", code="BIND-REASON")
    chosen = _parameters(found, parameters)
    with transaction.atomic():
        row = locked_indicator(indicator)
        before = row.bindings.filter(ended_at__isnull=True).first()
        row.bindings.filter(ended_at__isnull=True).update(ended_by=by, ended_at=at)
        binding = Binding.objects.create(
            indicator=row, measure=measure, parameters=chosen, reason=reason.strip(), by=by, at=at
        )
        audit.record(
            act="targets.bind_measure",
            by=by.actor,
            at=at,
            subject=f"indicator:{row.pk}",
            before={"measure": before.measure if before else None},
            after={"measure": measure, "parameters": chosen, "reason": reason.strip()},
        )
    return binding


def accept_bindings(*, declaration: Declaration, by: Account, at: datetime) -> list[Binding]:
    """Bind every row for which payments can answer, and read it anew; all or none.

    Raises: Refused BIND-NOTHING when no row is left to bind.
    """
    with transaction.atomic():
        Declaration.objects.select_for_update(no_key=True).get(pk=declaration.pk)
        offers = binding_offers(declaration)
        if not offers:
            raise Refused("没有需要绑定的指标，可能他人刚刚已经办理。", code="BIND-NOTHING")
        bound = [
            bind_measure(
                indicator=offer.indicator.pk,
                measure=offer.proposal.measure,
                parameters={},
                reason=offer.proposal.reason,
                by=by,
                at=at,
            )
            for offer in offers
        ]
        today = timezone.localtime(at).date()
        for binding in bound:
            take_reading(
                indicator=binding.indicator_id,
                on=today,
                trigger=ReadingTrigger.ON_DEMAND,
                by=by,
                at=at,
            )
    return bound


def take_reading(
    *, indicator: int, on: date, trigger: str, by: Account | None, at: datetime
) -> StoredReading:
    """Compute and store the row's reading for the end of `on`, as known at `at`.

    A daily reading is stored once a day; taken again it gives the stored one back.
    Raises: Refused READING-FUTURE for a day that is not over yet at `at`.
    """
    if on > timezone.localtime(at).date():
        raise Refused("不能读取将来日期的数值，请选择今天或以前的日期。", code="READING-FUTURE")
    with transaction.atomic():
        row = locked_indicator(indicator)
        if trigger == ReadingTrigger.DAILY:
            standing = row.readings.filter(on=on, trigger=trigger).first()
            if standing is not None:
                return standing
        stored = _store(
            find(indicator=row, on=on, known_at=at), on=on, trigger=trigger, by=by, at=at
        )
        audit.record(
            act="targets.take_reading",
            by=by.actor if by else CLOCK,
            at=at,
            subject=f"indicator:{row.pk}",
            after={
                "on": on.isoformat(),
                "status": stored.status,
                "evidence": stored.evidence_sha256,
            },
        )
    return stored


def take_daily_readings(*, on: date, at: datetime) -> int:
    """Take the day's reading of every row of a running project that has none yet; return how many were taken.

    Each row is its own transaction: one broken measure does not cost the others their reading.
    """
    done = set(
        StoredReading.objects.filter(on=on, trigger=ReadingTrigger.DAILY).values_list(
            "indicator_id", flat=True
        )
    )
    waiting = [row for row in readable_indicators(running_on=on) if row.pk not in done]
    for row in waiting:
        take_reading(indicator=row.pk, on=on, trigger=ReadingTrigger.DAILY, by=None, at=at)
    return len(waiting)


def usual_day(declaration: Declaration, *, at: datetime) -> date:
    """Return the day to read for where nobody names one: today, or the last day of a project that is over."""
    return min(timezone.localtime(at).date(), declaration.ends_on)


def take_declaration_readings(
    *, declaration: int, on: date, by: Account, at: datetime
) -> list[StoredReading]:
    """Take a reading on demand of every row of one declaration, all or none."""
    with transaction.atomic():
        trigger = (
            ReadingTrigger.ON_DEMAND
            if on == timezone.localtime(at).date()
            else ReadingTrigger.BACKFILL
        )
        return [
            take_reading(indicator=row.pk, on=on, trigger=trigger, by=by, at=at)
            for row in Indicator.objects.filter(declaration_id=declaration, withdrawn_at=None)
        ]


def _store(
    finding: Finding, *, on: date, trigger: str, by: Account | None, at: datetime
) -> StoredReading:
    reading = finding.reading
    stored = StoredReading.objects.create(
        indicator=finding.indicator,
        version=finding.version,
        measure=finding.measure.key if finding.measure else "",
        parameters=finding.parameters,
        on=on,
        taken_at=at,
        trigger=trigger,
        taken_by=by,
        numerator=reading.numerator,
        denominator=reading.denominator,
        unit=reading.unit,
        level=reading.level,
        done_on=reading.done_on,
        series=[[day.isoformat(), str(value)] for day, value in reading.series],
        window_starts_on=reading.window.starts_on,
        window_until=reading.window.until,
        status=finding.judgement.status,
        why=finding.judgement.why,
        evidence_count=len(finding.rows),
        evidence_sha256=finding.digest,
    )
    outlook = outlook_of(finding, on=on)
    outlook.reading = stored
    outlook.save()
    _renew_standing(stored, outlook)
    return stored


def _renew_standing(stored: StoredReading, outlook: Outlook) -> None:
    """Put the newest reading in front; one for an earlier day leaves the standing as it is."""
    indicator = stored.indicator
    if Standing.objects.filter(indicator=indicator, on__gt=stored.on).exists():
        return
    standing = Standing(
        indicator=indicator,
        declaration_id=indicator.declaration_id,
        reading=stored,
        on=stored.on,
        status=stored.status,
        light=outlook.light,
        probability=outlook.probability,
    )
    renewed = ["reading", "on", "status", "light", "probability"]
    Standing.objects.bulk_create(
        [standing], update_conflicts=True, unique_fields=["indicator"], update_fields=renewed
    )


def _parameters(measure: Measure, given: Mapping[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for parameter in measure.parameters:
        value = given.get(parameter.name, "").strip() or parameter.default
        if not value:
            raise Refused(f"请填写度量参数“{parameter.title}”。", code="BIND-PARAMETER")
        chosen[parameter.name] = value
    return chosen
