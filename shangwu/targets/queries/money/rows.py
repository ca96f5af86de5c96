"""The records behind each figure of money; what they add up to is the figure, exactly."""

from datetime import date, datetime
from decimal import Decimal

from shangwu.targets.measure import EvidenceRow
from shangwu.targets.models import Declaration, Payment
from shangwu.targets.queries.money import open_hits, plan_series
from shangwu.targets.queries.money.evidence import (
    ZERO,
    budget_rows,
    payment_rows,
    plan_rows,
    receipt_rows,
    yuan,
)
from shangwu.targets.queries.money.known import money_facts
from shangwu.targets.rules.money.rates import progress
from shangwu.targets.vocabulary import PlanKind


def earmarked_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return the payments that stand; those outside the approved use add nothing to the numerator."""
    facts = money_facts(declaration, on=on, known_at=known_at)
    standing = {payment.key for payment in facts.standing}
    matching = {payment.key for payment in facts.standing if facts.is_matching(payment)}

    def counted(row: Payment, keys: set[int]) -> Decimal:
        return yuan(row.amount_fen) if row.pk in keys else ZERO

    return payment_rows(
        declaration,
        on=on,
        known_at=known_at,
        numerator=lambda row: counted(row, matching),
        denominator=lambda row: counted(row, standing),
    )


def compliance_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return every payment that stands, and every open hit."""
    facts = money_facts(declaration, on=on, known_at=known_at)
    found = open_hits(declaration, on=on, known_at=known_at)
    named = {key for hit in found for key in hit.payments}
    standing = {payment.key for payment in facts.standing}
    rows = payment_rows(
        declaration,
        on=on,
        known_at=known_at,
        numerator=lambda row: Decimal(int(row.pk in standing and row.pk not in named)),
        denominator=lambda row: Decimal(int(row.pk in standing)),
    )
    return rows + [
        EvidenceRow(
            key=f"hit:{hit.rule}:{hit.subject}:{hit.digest[:12]}",
            happened_on=on,
            recorded_at=known_at,
            summary=f"{hit.rule} {hit.sentence}（{hit.law}）",
        )
        for hit in found
    ]


def progress_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return the payments, and the planned amounts due by the day or the share of time that has passed."""
    rows = payment_rows(declaration, on=on, known_at=known_at)
    if plan_series(declaration, known_at=known_at):
        return rows + plan_rows(declaration, kind=PlanKind.PAYMENT, on=on, known_at=known_at)
    facts = money_facts(declaration, on=on, known_at=known_at)
    passed = EvidenceRow(
        key=f"elapsed:{on}",
        happened_on=on,
        recorded_at=known_at,
        summary=f"没有支出计划，按时间进度应支出的金额（{facts.starts_on} 至 {facts.ends_on}）",
        denominator=yuan(progress(facts, ()).expected.numerator_fen),
    )
    return [*rows, passed]


def in_place_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return the arrivals, and the plan or the budget they are compared with."""
    rows = receipt_rows(declaration, on=on, known_at=known_at)
    if plan_series(declaration, known_at=known_at, kind=PlanKind.RECEIPT):
        return rows + plan_rows(declaration, kind=PlanKind.RECEIPT, on=on, known_at=known_at)
    return rows + budget_rows(declaration, on=on, known_at=known_at)
