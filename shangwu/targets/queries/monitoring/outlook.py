"""What a reading lets expect: its course month by month from its own evidence, planned value, forecast."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.measure import EvidenceRow
from shangwu.targets.models import Indicator, Outlook, Standing
from shangwu.targets.queries import money
from shangwu.targets.queries.findings import Finding, version_in_force
from shangwu.targets.rules.binding import BUDGET_EXECUTION, MONEY_MEASURES
from shangwu.targets.rules.forecast.facts import Due, Forecast, NoForecast, Observation, Question
from shangwu.targets.rules.forecast.forecast import forecast
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.forecast.planned import Progress, progress
from shangwu.targets.rules.money.rates import month_ends
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import Light, TargetStatus


def outlook_of(finding: Finding, *, on: date) -> Outlook:
    """Return what is expected after the finding of a day, not yet stored.

    The course comes from the evidence rows, which add up to the reading: no other figure can enter it.
    """
    if finding.reading.done_on is not None and finding.judgement.status == TargetStatus.MET:
        return _without_forecast("工作已完成，不需要预测。")
    questions = questions_of(finding, on=on)
    law = forecast_law(on)
    answers = [(question, forecast(question, law)) for question in questions]
    found = next(((q, one) for q, one in answers if isinstance(one, Forecast)), None)
    if found is None:
        reasons = [one.why for _, one in answers if isinstance(one, NoForecast)]
        return _without_forecast(next(iter(reasons), "没有可以推算的条件。"))
    question, expected = found
    course = _progress(finding, question, on=on)
    return Outlook(
        planned=None if course is None else _stored(course.planned),
        progress=None if course is None or course.share is None else _stored(course.share),
        progress_light=Light.NONE if course is None or course.light is None else course.light,
        method=expected.method,
        method_label=expected.method_label,
        median=expected.median,
        low=expected.low,
        high=expected.high,
        probability=expected.probability,
        word=expected.word,
        light=expected.light,
        why=expected.why if course is None else f"{course.why}{expected.why}",
    )


def _without_forecast(why: str) -> Outlook:
    return Outlook(light=Light.NONE, progress_light=Light.NONE, why=why)


def _progress(finding: Finding, question: Question, *, on: date) -> Progress | None:
    """Return the progress of what grows towards a number: output in its series, money by its plan."""
    if question.is_budget:
        dues = question.payments
    elif question.part.kind == "quant" and question.part.dim in {"count", "money"}:
        dues = _series(finding, question.part)
    else:
        dues = ()
    if not dues or question.part.polarity == "lower" or finding.reading.numerator is None:
        return None
    return progress(
        finding.reading.numerator,
        dues,
        starts_on=question.starts_on,
        on=on,
        law=forecast_law(on),
    )


def _series(finding: Finding, part: Part) -> tuple[Due, ...]:
    """Return the due numbers of the rows that count the same things, in the order of their days."""
    indicator = finding.indicator
    own = Due(
        date.fromisoformat(part.by) if part.by else indicator.declaration.ends_on,
        Decimal(part.value),
    )
    if not part.by or finding.measure is None:
        return (own,)
    dues = {own.on: own}
    siblings = Indicator.objects.filter(
        declaration_id=indicator.declaration_id,
        withdrawn_at=None,
        bindings__ended_at=None,
        bindings__measure=finding.measure.key,
        bindings__parameters=finding.parameters,
    ).prefetch_related("versions")
    for row in siblings:
        target = version_in_force(row, on=finding.version.effective_on, known_at=finding.reading.at)
        for other in target.target.parts:
            if other.kind == "quant" and other.by and other.unit == part.unit:
                on = date.fromisoformat(other.by)
                dues[on] = Due(on, Decimal(other.value))
    return tuple(dues[on] for on in sorted(dues))


def _stored(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0000000001"))


def questions_of(finding: Finding, *, on: date) -> list[Question]:
    """Return one question for each condition of the target, with the record so far."""
    declaration = finding.indicator.declaration
    # A budget alone is no course: before the first payment nothing can be said of the spending.
    rows = finding.rows if any(row.numerator for row in finding.rows) else ()
    course = observations(rows, declaration.starts_on, on)
    is_budget = finding.measure is not None and finding.measure.key == BUDGET_EXECUTION
    is_money = finding.measure is not None and finding.measure.key in MONEY_MEASURES
    payments = _payments(finding) if is_budget else ()
    return [
        Question(
            part=part,
            observations=course,
            on=on,
            starts_on=declaration.starts_on,
            ends_on=declaration.ends_on,
            is_budget=is_budget,
            is_counted=not is_money,
            payments=payments,
            base=_base(finding) if part.kind == "trend" else None,
        )
        for part in finding.version.target.parts
    ]


def observations(rows: Iterable[EvidenceRow], starts_on: date, on: date) -> tuple[Observation, ...]:
    """Return the running totals of the evidence at each month's end, and at the day itself."""
    listed = sorted(rows, key=lambda row: row.happened_on)
    if not listed or on < starts_on:
        return ()
    days = [end for end in month_ends(starts_on, on) if end < on]
    found, numerator, denominator, next_row = [], Decimal(0), Decimal(0), 0
    for day in [*days, on]:
        while next_row < len(listed) and listed[next_row].happened_on <= day:
            numerator += listed[next_row].numerator
            denominator += listed[next_row].denominator
            next_row += 1
        found.append(Observation(day, numerator, denominator or Decimal(1)))
    return tuple(found)


def _base(finding: Finding) -> Decimal | None:
    """Return what a trend is compared with: the period before in its series, else last year's result."""
    if len(finding.reading.series) > 1:
        return finding.reading.series[-2][1]
    declaration = finding.indicator.declaration
    earlier = (
        Standing.objects.filter(
            declaration__project=declaration.project_id,
            declaration__year=declaration.year - 1,
            indicator__name=finding.indicator.name,
        )
        .select_related("reading")
        .first()
    )
    if earlier is None or earlier.reading.numerator is None or not earlier.reading.denominator:
        return None
    return earlier.reading.numerator / earlier.reading.denominator


def _payments(finding: Finding) -> tuple[Due, ...]:
    declaration = finding.indicator.declaration
    plan = money.plan_series(declaration, known_at=finding.reading.at)
    total, found = 0, []
    for planned in plan:
        total += planned.amount_fen
        found.append(Due(planned.due_on, Decimal(total).scaleb(-2)))
    return tuple(found)
