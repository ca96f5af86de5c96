"""Evaluations as tables for the rules: readings become actuals, lines become rows, nothing is typed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shangwu.foundation.audit.models import Batch
from shangwu.targets.measure import evidence_digest
from shangwu.targets.models import (
    Declaration,
    Evaluation,
    EvaluationLine,
    EvaluationPublication,
    EvaluationSignature,
    Payment,
    StoredReading,
)
from shangwu.targets.queries import money
from shangwu.targets.queries.pages import shown_value
from shangwu.targets.rules.evaluation.evaluate import evaluate
from shangwu.targets.rules.evaluation.facts import (
    Actual,
    Budget,
    Deduction,
    Rating,
    Result,
    Role,
    Row,
    ScoredRow,
    State,
    Table,
)
from shangwu.targets.rules.evaluation.law import evaluation_law
from shangwu.targets.rules.evaluation.report import as_json
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import DeclarationStatus, EvaluationKind, TargetStatus

_STATES = {TargetStatus.NO_DATA: State.EMPTY, TargetStatus.NOT_DUE: State.NOT_DUE}
_FAILED = {TargetStatus.MISSED, TargetStatus.PARTIAL}
_REASON_CODES = {"CAUSE-REQUIRED", "BOUNDARY"}


@dataclass(frozen=True)
class DeskLine:
    """One line of the evaluation desk: what people said, and what the rules made of it."""

    line: EvaluationLine
    scored: ScoredRow

    @property
    def needs_reason(self) -> bool:
        """Whether a deviation cause is required and missing."""
        return any(flag.code in _REASON_CODES for flag in self.scored.flags) and not (
            self.line.cause and self.line.remedy
        )

    @property
    def is_gate(self) -> bool:
        """Whether the row only opens or bars a grade."""
        return self.scored.role == Role.GATE

    @property
    def gate_failure(self) -> str:
        """Why the row bars a grade, as people read it; "" where it does not."""
        failed = self.is_gate and self.scored.outcome.status in _FAILED
        return f"“{self.line.indicator.name}”：{self.scored.outcome.why}" if failed else ""


@dataclass(frozen=True)
class Desk:
    """An evaluation with its result, line by line."""

    evaluation: Evaluation
    result: Result
    lines: tuple[DeskLine, ...]

    @property
    def failed_gates(self) -> tuple[DeskLine, ...]:
        """The gates that are not passed."""
        return tuple(line for line in self.lines if line.gate_failure)

    @property
    def missing_reasons(self) -> tuple[DeskLine, ...]:
        """The lines that still need a cause and a remedy."""
        return tuple(line for line in self.lines if line.needs_reason)


def desk_of(evaluation: Evaluation) -> Desk:
    """Return the evaluation computed from its readings and what people stated."""
    lines = lines_of(evaluation)
    result = evaluate(_table(evaluation, lines))
    scored = tuple(DeskLine(line, row) for line, row in zip(lines, result.rows, strict=True))
    return Desk(evaluation, result, scored)


def lines_of(evaluation: Evaluation) -> list[EvaluationLine]:
    """Return the lines in the order of the form, with all that the rules need."""
    return list(
        evaluation.lines.select_related("indicator", "reading__version").order_by("indicator__row")
    )


def readings_as_of(
    declaration: Declaration, *, as_of: date, known_at: datetime
) -> dict[int, StoredReading]:
    """Return each indicator's newest stored reading for a day up to `as_of`, taken by the instant."""
    rows = (
        StoredReading.objects.filter(
            indicator__declaration=declaration,
            indicator__withdrawn_at=None,
            on__lte=as_of,
            taken_at__lte=known_at,
        )
        .order_by("indicator_id", "-on", "-taken_at")
        .distinct("indicator_id")
    )
    return {row.indicator_id: row for row in rows}


def content_of(desk: Desk) -> dict[str, Any]:
    """Return the whole evaluation as it is signed, printed and published."""
    evaluation, declaration = desk.evaluation, desk.evaluation.declaration
    computed = as_json(desk.result)
    for row, item in zip(computed["indicators"], desk.lines, strict=True):
        line, reading = item.line, item.line.reading
        row |= {
            "indicator": line.indicator_id,
            "cause": line.cause,
            "cause_detail": line.cause_detail,
            "remedy": line.remedy,
            "band_reason": line.band_reason,
            "reading": reading.pk if reading else None,
            "read_on": reading.on.isoformat() if reading else None,
            "evidence_count": reading.evidence_count if reading else 0,
            "evidence_sha256": reading.evidence_sha256 if reading else "",
        }
    return {
        "project": declaration.project.name,
        "number": declaration.project.number,
        "organisation": declaration.project.organisation,
        "year": declaration.year,
        "kind": evaluation.kind,
        "as_of": evaluation.as_of.isoformat(),
        "revision": evaluation.revision,
        "overview": declaration.overview,
        "annual_goal": declaration.annual_goal,
        "money": _money_of(evaluation),
        **computed,
    }


def _money_of(evaluation: Evaluation) -> dict[str, str | None]:
    """Return the year's money as of the evaluation. Unit: yuan, exact; None where no payment is known."""
    declaration, on, known_at = evaluation.declaration, evaluation.as_of, evaluation.known_at
    paid = Payment.objects.filter(declaration=declaration, paid_on__lte=on, at__lte=known_at)
    rate = money.execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    return {
        "declared": _yuan(declaration.budget_year_fen),
        "adjusted": _yuan(rate.denominator_fen),
        "executed": _yuan(rate.numerator_fen) if paid.exists() else None,
    }


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def evidence_sha256(desk: Desk) -> str:
    """Return the SHA-256 over the money rows and every line's reading, status and evidence digest."""
    evaluation = desk.evaluation
    money_rows = money.execution(
        evaluation.declaration, on=evaluation.as_of, known_at=evaluation.known_at
    ).rows
    told = [
        [
            line.indicator_id,
            line.reading_id,
            line.reading.status if line.reading else "",
            line.reading.evidence_sha256 if line.reading else "",
        ]
        for line in (item.line for item in desk.lines)
    ]
    told.append([0, None, "money", evidence_digest(money_rows)])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def content_sha256(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a signed document, keys in order."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def audit_head() -> str:
    """Return number and digest of the newest sealed batch of the record of acts, "" before the first."""
    newest = Batch.objects.order_by("-pk").first()
    return f"{newest.pk}:{bytes(newest.digest).hex()}" if newest else ""


def published_evaluation(declaration: Declaration) -> EvaluationPublication | None:
    """Return the newest published self-evaluation of a declaration, as it was signed."""
    return (
        EvaluationPublication.objects.filter(
            signature__evaluation__declaration=declaration,
            signature__evaluation__kind=EvaluationKind.SELF,
        )
        .select_related("signature__evaluation", "signature__by")
        .order_by("-at")
        .first()
    )


def year_desk(
    year: int | None, *, today: date
) -> tuple[int | None, list[int], list[dict[str, Any]]]:
    """Return a year, all years, and each approved declaration with its evaluation of every kind.

    A new one is usually of the project's last day, or of today as long as the project runs.
    """
    approved = Declaration.objects.filter(status=DeclarationStatus.APPROVED)
    years = list(approved.order_by("-year").values_list("year", flat=True).distinct())
    chosen = year if year is not None else (years[0] if years else None)
    if chosen is None:
        return None, [], []
    found = approved.filter(year=chosen).select_related("project").order_by("project__number")
    evaluations = Evaluation.objects.filter(declaration__in=found).prefetch_related("signatures")
    by_key = {(item.declaration_id, item.kind): item for item in evaluations}
    rows = [
        {
            "declaration": declaration,
            "as_of": min(declaration.ends_on, today),
            "kinds": [
                (kind, label, item, _newest(item) if item else None)
                for kind, label in EvaluationKind.choices
                for item in [by_key.get((declaration.pk, kind))]
            ],
        }
        for declaration in found
    ]
    return chosen, years, rows


def _newest(evaluation: Evaluation) -> EvaluationSignature | None:
    if evaluation.is_open:
        return None
    return max(evaluation.signatures.all(), key=lambda item: item.revision, default=None)


def _table(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> Table:
    declaration = evaluation.declaration
    return Table(
        framework=declaration.framework,
        rows=tuple(row_of(line) for line in lines),
        budget=_budget(evaluation, lines),
        # A day counts to its end: what is due on the day itself is due.
        on=evaluation.as_of + timedelta(days=1),
        weights_signed_off=evaluation.weights_by_id is not None,
        kind=evaluation.kind,
    )


def _budget(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> Budget | None:
    """Return what was paid of the adjusted budget; None where a row of the form reads the rate itself.

    Without a payment on record nothing is known: an empty ledger does not prove that nothing was paid.
    """
    names = evaluation_law(evaluation.as_of).execution_names.value
    if any(line.indicator.name.strip() in names for line in lines):
        return None
    declaration, on, known_at = evaluation.declaration, evaluation.as_of, evaluation.known_at
    paid = Payment.objects.filter(declaration=declaration, paid_on__lte=on, at__lte=known_at)
    if not paid.exists():
        return Budget()
    rate = money.execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    return Budget(Fraction(rate.denominator_fen, 100), Fraction(rate.numerator_fen, 100))


def row_of(line: EvaluationLine) -> Row:
    """Return the line as the rules take it: what was promised, what was read, what people said."""
    reading = line.reading
    version = reading.version if reading else line.indicator.versions.order_by("number").first()
    assert version is not None, "an indicator without a target version"
    target = version.target
    rating = None
    if line.band:
        share = None if line.share is None else Fraction(line.share)
        rating = Rating(line.band, share, line.band_reason)
    deduction = None
    if line.deduction is not None:
        deduction = Deduction(Fraction(line.deduction), line.deduction_reason)
    return Row(
        name=line.indicator.name,
        level1=line.indicator.level1,
        level2=line.indicator.level2,
        target=target,
        actuals=tuple(_actual(part, reading, rating) for part in target.parts),
        weight=None if line.weight is None else Fraction(line.weight),
        cause=line.cause,
        remedy=line.remedy,
        deduction=deduction,
    )


def _actual(part: Part, reading: StoredReading | None, rating: Rating | None) -> Actual:
    """Return what the stored reading says to one condition of the target."""
    if reading is None:
        return Actual(
            "", State.EMPTY, rating=rating, why="到截至日期还没有读数，无数据，不计为达成。"
        )
    text = shown_value(reading)
    state = _STATES.get(TargetStatus(reading.status), State.FOUND)
    value = None
    if reading.numerator is not None and reading.denominator:
        value = Fraction(reading.numerator) / Fraction(reading.denominator)
    missed = reading.status in {TargetStatus.MISSED, TargetStatus.PARTIAL}
    return Actual(
        text,
        state,
        value=value,
        is_share=reading.unit == "ratio" and part.kind in {"duration", "ref"},
        level=reading.level,
        done_on=reading.done_on,
        not_done=reading.done_on is None and missed,
        series=tuple(Fraction(number) for _, number in reading.series),
        rating=rating,
        why=reading.why,
    )
