"""Money as other subjects ask for it: adjusted budget, execution, series, plan and open hits.

All amounts are whole fen. `on` is the day up to which facts happened, `known_at` the instant by which they
were recorded, so that every figure can be recomputed as it was known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from shangwu.targets.measure import EvidenceRow
from shangwu.targets.models import (
    BudgetAdjustment,
    Declaration,
    FundReceipt,
    HitResponse,
    MoneyPlan,
    Payment,
)
from shangwu.targets.queries.money.evidence import budget_rows, payment_rows
from shangwu.targets.queries.money.known import money_facts
from shangwu.targets.rules.money.facts import MoneyFacts
from shangwu.targets.rules.money.hit import Hit
from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.money.negative import negative_list
from shangwu.targets.rules.money.rates import Planned, Rate, Received, month_ends
from shangwu.targets.vocabulary import AdjustmentKind, Decision, PlanKind


@dataclass(frozen=True)
class Execution:
    """Budget execution (预算执行) with the rows that add up to both amounts."""

    rate: Rate
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class MonthSum:
    """What a month paid, and what was paid by its end. Unit: fen."""

    month_end: date
    paid_fen: int
    cumulative_fen: int


@dataclass(frozen=True)
class HitState:
    """A hit with its newest response; it is open until another person accepted a response to it."""

    hit: Hit
    response: HitResponse | None
    finding: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has cleared the hit as it stands."""
        return self.response is None or self.response.decision != Decision.APPROVED


def adjusted_budget_fen(declaration: Declaration, *, on: date, known_at: datetime) -> int:
    """Return the year's budget after approved adjustments and carry-over in effect on the day.

    Unit: fen.
    """
    return execution_amounts([declaration], on=on, known_at=known_at)[
        declaration.pk
    ].denominator_fen


def executed_fen(declaration: Declaration, *, on: date, known_at: datetime) -> int:
    """Return what was paid by the end of the day, reversals taken off.

    Unit: fen.
    """
    return execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk].numerator_fen


def execution(declaration: Declaration, *, on: date, known_at: datetime) -> Execution:
    """Return executed over adjusted budget with the payments and budget rows behind them.

    Unit: rows in yuan, exact.
    """
    rows = (
        *payment_rows(declaration, on=on, known_at=known_at),
        *budget_rows(declaration, on=on, known_at=known_at),
    )
    found = execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    return Execution(found, rows)


def execution_amounts(
    declarations: Sequence[Declaration], *, on: date, known_at: datetime
) -> dict[int, Rate]:
    """Return executed over adjusted budget of many declarations, in two queries for all of them.

    Unit: fen.
    """
    budgets = {declaration.pk: declaration.budget_year_fen for declaration in declarations}
    return execution_of_budgets(budgets, on=on, known_at=known_at)


def execution_of_budgets(
    budgets: Mapping[int, int], *, on: date, known_at: datetime
) -> dict[int, Rate]:
    """Return the same where only keys and declared budgets are at hand.

    Unit: fen.
    """
    keys = list(budgets)
    paid = dict(
        Payment.objects.filter(declaration_id__in=keys, paid_on__lte=on, at__lte=known_at)
        .order_by()
        .values_list("declaration_id")
        .annotate(Sum("amount_fen"))
    )
    more = Q(kind__in=[AdjustmentKind.INCREASE, AdjustmentKind.CARRY_OVER])
    changes = (
        BudgetAdjustment.objects.filter(
            declaration_id__in=keys,
            decision=Decision.APPROVED,
            effective_on__lte=on,
            decided_at__lte=known_at,
        )
        .order_by()
        .values("declaration_id")
        .annotate(
            more=Sum("amount_fen", filter=more, default=0),
            less=Sum("amount_fen", filter=Q(kind=AdjustmentKind.DECREASE), default=0),
        )
    )
    moved = {row["declaration_id"]: row["more"] - row["less"] for row in changes}
    return {
        key: Rate(int(paid.get(key, 0)), budget + int(moved.get(key, 0)))
        for key, budget in budgets.items()
    }


def monthly_series(
    declaration: Declaration, *, on: date, known_at: datetime
) -> tuple[MonthSum, ...]:
    """Return each month from the project's start, or the first payment, to the month of `on`.

    Unit: fen.
    """
    rows = list(
        Payment.objects.filter(declaration=declaration, paid_on__lte=on, at__lte=known_at)
        .order_by("paid_on")
        .values_list("paid_on", "amount_fen")
    )
    first = min([declaration.starts_on, *(day for day, _ in rows[:1])])
    found, cumulative = [], 0
    for end in month_ends(first, on):
        paid = sum(fen for day, fen in rows if (day.year, day.month) == (end.year, end.month))
        cumulative += paid
        found.append(MonthSum(end, paid, cumulative))
    return tuple(found)


def plan_series(
    declaration: Declaration, *, known_at: datetime, kind: str = PlanKind.PAYMENT
) -> tuple[Planned, ...]:
    """Return the plan that stood at the instant, by day: what was to be paid, or to arrive.

    Unit: fen, not cumulative.
    """
    rows = MoneyPlan.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at),
        declaration=declaration,
        kind=kind,
        at__lte=known_at,
    ).order_by("due_on")
    return tuple(Planned(row.due_on, row.amount_fen) for row in rows)


def receipts(declaration: Declaration, *, on: date, known_at: datetime) -> tuple[Received, ...]:
    """Return the money that arrived by the day, by day.

    Unit: fen.
    """
    rows = FundReceipt.objects.filter(
        declaration=declaration, received_on__lte=on, at__lte=known_at
    ).order_by("received_on", "pk")
    return tuple(Received(row.received_on, row.amount_fen) for row in rows)


def hits(
    declaration: Declaration,
    *,
    on: date,
    known_at: datetime,
    facts: MoneyFacts | None = None,
) -> tuple[HitState, ...]:
    """Return every hit of the negative list with the response that stood at the instant."""
    law = money_law(on)
    found = negative_list(facts or money_facts(declaration, on=on, known_at=known_at), law)
    responses: dict[tuple[str, str, str], HitResponse] = {}
    rows = HitResponse.objects.filter(declaration=declaration, at__lte=known_at)
    for row in rows.select_related("by", "decided_by", "file").order_by("at", "pk"):
        if row.decided_at is not None and row.decided_at > known_at:
            row.decision, row.decided_by, row.decided_at = Decision.PENDING, None, None
        responses[row.rule, row.subject, row.digest] = row
    return tuple(
        HitState(one, responses.get((one.rule, one.subject, one.digest)), law.finding(one.rule))
        for one in found
    )


def open_hits(declaration: Declaration, *, on: date, known_at: datetime) -> tuple[Hit, ...]:
    """Return the hits of the negative list that nobody has cleared."""
    found = hits(declaration, on=on, known_at=known_at)
    return tuple(state.hit for state in found if state.is_open)
