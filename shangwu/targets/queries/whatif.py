"""What another course would change: the forecast of one target and the score of its project. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.models import Declaration, EvaluationLine, Indicator, StoredReading
from shangwu.targets.queries import money
from shangwu.targets.queries.evaluation import row_of
from shangwu.targets.queries.findings import find, readable_indicators
from shangwu.targets.queries.monitoring.outlook import questions_of
from shangwu.targets.queries.monitoring.situation import standings_of
from shangwu.targets.rules.evaluation.evaluate import evaluate
from shangwu.targets.rules.evaluation.facts import Budget, Table
from shangwu.targets.rules.evaluation.law import evaluation_law
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.facts import Facts
from shangwu.targets.rules.forecast.facts import Forecast, NoForecast
from shangwu.targets.rules.forecast.forecast import forecast
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.forecast.whatif import Change, WhatIf, what_if
from shangwu.targets.rules.status import judge
from shangwu.targets.vocabulary import EvaluationKind


@dataclass(frozen=True)
class Score:
    """A project's score if everything ends as forecast: the total, or what is possible while rows are open."""

    lowest: str
    highest: str
    row: str

    @property
    def words(self) -> str:
        """The score as people read it."""
        if self.lowest == self.highest:
            return f"{self.lowest} 分"
        return f"{self.lowest} 至 {self.highest} 分"


@dataclass(frozen=True)
class Rehearsal:
    """One target as things stand and as they would be, and what its project would score either way."""

    on: date
    unit: str
    found: WhatIf
    score_before: Score
    score_after: Score
    weights_signed: bool


def rehearse(
    indicator: Indicator, *, on: date, known_at: datetime, change: Change
) -> Rehearsal | NoForecast:
    """Return what the change would do to the target's forecast and to the project's score."""
    finding = find(indicator=indicator, on=on, known_at=known_at)
    law = forecast_law(on)
    questions = questions_of(finding, on=on)
    answers = [forecast(question, law) for question in questions]
    asked = next(
        (q for q, one in zip(questions, answers, strict=True) if isinstance(one, Forecast)), None
    )
    if asked is None:
        return next(
            (one for one in answers if isinstance(one, NoForecast)),
            NoForecast("这项指标没有可以推算的条件。"),
        )
    found = what_if(asked, change, law)
    declaration = indicator.declaration
    expected = _expected(declaration, on=on, known_at=known_at)
    weights = _weights(declaration)
    before, after = (
        _score(
            declaration,
            {**expected, indicator.pk: _median(one, expected.get(indicator.pk))},
            changed=indicator.pk,
            on=on,
            known_at=known_at,
            weights=weights,
        )
        for one in (found.before, found.after)
    )
    unit = finding.reading.unit
    return Rehearsal(on, unit, found, before, after, bool(weights))


def _median(found: Forecast | NoForecast, otherwise: Fraction | None) -> Fraction | None:
    return Fraction(found.median) if isinstance(found, Forecast) else otherwise


def _expected(
    declaration: Declaration, *, on: date, known_at: datetime
) -> dict[int, Fraction | None]:
    """Return the forecast value of each row that has one."""
    return {
        item.indicator.pk: Fraction(item.outlook.median)
        for item in standings_of(declaration, on=on, known_at=known_at)
        if item.outlook is not None and item.outlook.median is not None
    }


def _weights(declaration: Declaration) -> dict[int, Decimal]:
    """Return the signed weights of the self-evaluation, if there is one; else the rules propose them."""
    signed = declaration.evaluations.filter(
        kind=EvaluationKind.SELF, weights_by__isnull=False
    ).first()
    if signed is None:
        return {}
    return {
        line.indicator_id: line.weight for line in signed.lines.all() if line.weight is not None
    }


def _score(
    declaration: Declaration,
    expected: Mapping[int, Fraction | None],
    *,
    changed: int,
    on: date,
    known_at: datetime,
    weights: Mapping[int, Decimal],
) -> Score:
    lines = [
        EvaluationLine(
            indicator=item.indicator,
            reading=_reading_at_end(item.reading, expected.get(item.indicator.pk)),
            weight=weights.get(item.indicator.pk),
        )
        for item in standings_of(declaration, on=on, known_at=known_at)
    ]
    result = evaluate(
        Table(
            framework=declaration.framework,
            rows=tuple(row_of(line) for line in lines),
            budget=_budget(declaration, lines, on=on, known_at=known_at),
            on=declaration.ends_on + timedelta(days=1),
            weights_signed_off=True,
            kind=EvaluationKind.SELF,
        )
    )
    [row] = [
        scored
        for line, scored in zip(lines, result.rows, strict=True)
        if line.indicator_id == changed
    ]
    return Score(
        half_up(result.totals.lowest),
        half_up(result.totals.highest),
        "—" if row.score is None else half_up(row.score),
    )


def _reading_at_end(reading: StoredReading | None, value: Fraction | None) -> StoredReading | None:
    """Return the reading as the end of the year would show it if the forecast came true; never stored."""
    if reading is None or value is None:
        return reading
    numerator = Decimal(value.numerator) / Decimal(value.denominator)
    facts = Facts(
        numerator=numerator,
        denominator=Decimal(1),
        unit=reading.unit,
        period_ends_on=reading.indicator.declaration.ends_on,
    )
    end = reading.indicator.declaration.ends_on
    # The last day counts to its end: what is due on it is due.
    judged = judge(reading.version.target, facts, on=end + timedelta(days=1))
    return StoredReading(
        indicator=reading.indicator,
        version=reading.version,
        on=end,
        numerator=numerator,
        denominator=Decimal(1),
        unit=reading.unit,
        status=judged.status,
        why=judged.why,
        evidence_count=reading.evidence_count,
    )


def _budget(
    declaration: Declaration, lines: list[EvaluationLine], *, on: date, known_at: datetime
) -> Budget | None:
    """Return the money so far where no row of the form reads the rate itself."""
    names = evaluation_law(on).execution_names.value
    if any(line.indicator.name.strip() in names for line in lines):
        return None
    rate = money.execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    if not rate.numerator_fen:
        return Budget()
    return Budget(Fraction(rate.denominator_fen, 100), Fraction(rate.numerator_fen, 100))


def readable(pk: int) -> Indicator | None:
    """Return the row in force with all that a rehearsal needs."""
    return next((row for row in readable_indicators(_declaration_of(pk)) if row.pk == pk), None)


def _declaration_of(pk: int) -> int:
    return Indicator.objects.filter(pk=pk).values_list("declaration_id", flat=True).first() or 0
