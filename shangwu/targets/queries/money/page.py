"""What the money page of a declaration shows, up to a day and as known now."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from shangwu.targets.models import (
    ApprovedUse,
    BudgetAdjustment,
    Declaration,
    FundReceipt,
    MoneyPlan,
    Payment,
    PaymentProposal,
    ProjectKey,
    Statement,
)
from shangwu.targets.queries import money
from shangwu.targets.queries.money import HitState
from shangwu.targets.queries.money.figures import Figure, figures
from shangwu.targets.queries.money.known import known_payments, money_facts
from shangwu.targets.rules.money.facts import Contract, MoneyFacts
from shangwu.targets.rules.money.rates import Rate
from shangwu.targets.vocabulary import Decision, ImportStatus

SHOWN_PAYMENTS = 10


@dataclass(frozen=True)
class LineUse:
    """A sub-project with what its line holds and what was paid from it. Unit: fen."""

    name: str
    declared_fen: int
    adjusted_fen: int
    paid_fen: int

    @property
    def left_fen(self) -> int:
        """What the line still holds; negative when it is overdrawn."""
        return self.adjusted_fen - self.paid_fen


@dataclass(frozen=True)
class ContractUse:
    """A contract with what was accepted and paid under it. Unit: fen."""

    contract: Contract
    accepted_fen: int
    paid_fen: int


@dataclass(frozen=True)
class PreviousYear:
    """The same project's declaration of the year before, with its execution as recorded here."""

    declaration: Declaration
    rate: Rate


@dataclass(frozen=True)
class MoneyPage:
    """Everything that the money page of a declaration shows."""

    declaration: Declaration
    facts: MoneyFacts
    figures: tuple[Figure, ...]
    hits: tuple[HitState, ...]
    lines: tuple[LineUse, ...]
    loose_fen: int
    contracts: tuple[ContractUse, ...]
    adjustments: tuple[BudgetAdjustment, ...]
    payments: tuple[Payment, ...]
    proposals: tuple[PaymentProposal, ...]
    statements: tuple[Statement, ...]
    receipts: tuple[FundReceipt, ...]
    plans: tuple[MoneyPlan, ...]
    uses: tuple[ApprovedUse, ...]
    keys: tuple[ProjectKey, ...]
    previous: PreviousYear | None

    @property
    def open_hits(self) -> int:
        """How many findings of the negative list nobody has cleared."""
        return sum(state.is_open for state in self.hits)

    @property
    def unassigned_fen(self) -> int:
        """What of the adjusted budget belongs to no sub-project; nothing where the form lists none. Unit: fen."""
        if not self.lines:
            return 0
        return self.facts.adjusted_fen - sum(line.adjusted_fen for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing about the money was entered yet."""
        return not (self.payments or self.proposals or self.statements or self.contracts)


def money_page(declaration: Declaration, *, on: date, known_at: datetime) -> MoneyPage:
    """Return the page up to the end of `on` from what is recorded by `known_at`."""
    facts = money_facts(declaration, on=on, known_at=known_at)
    hits = money.hits(declaration, on=on, known_at=known_at, facts=facts)
    shown = figures(declaration, facts=facts, hits=hits, known_at=known_at)
    people = ("by", "decided_by")
    return MoneyPage(
        declaration=declaration,
        facts=facts,
        figures=shown,
        hits=hits,
        lines=line_uses(facts),
        loose_fen=sum(p.amount_fen for p in facts.payments if p.line is None),
        contracts=contract_uses(facts),
        adjustments=tuple(
            declaration.adjustments.select_related("line", "from_line", *people).order_by(
                "effective_on", "pk"
            )
        ),
        payments=tuple(newest_payments(declaration, on=on, known_at=known_at)[:SHOWN_PAYMENTS]),
        proposals=tuple(
            declaration.payment_proposals.exclude(decision=Decision.APPROVED)
            .select_related("reverses", *people)
            .order_by("-at", "-pk")
        ),
        statements=tuple(
            declaration.statements.exclude(status=ImportStatus.DISCARDED)
            .select_related("file", "received_by", "decided_by")
            .defer("grid")
            .order_by("-received_at", "-pk")
        ),
        receipts=tuple(
            declaration.receipts.filter(received_on__lte=on)
            .select_related("reversal", "by")
            .order_by("received_on", "pk")
        ),
        plans=tuple(declaration.money_plans.filter(withdrawn_at=None).order_by("kind", "due_on")),
        uses=tuple(declaration.approved_uses.select_related("line", *people).order_by("at", "pk")),
        keys=tuple(declaration.project.keys.select_related("by").order_by("at", "pk")),
        previous=_previous(declaration, on=on, known_at=known_at),
    )


def newest_payments(declaration: Declaration, *, on: date, known_at: datetime) -> QuerySet[Payment]:
    """Return the payments made by the day, newest first, with what belongs to them."""
    return (
        known_payments(declaration, on=on, known_at=known_at)
        .select_related("line", "contract", "statement", "by", "reversal")
        .order_by("-paid_on", "-pk")
    )


def line_uses(facts: MoneyFacts) -> tuple[LineUse, ...]:
    """Return each sub-project with its budget, what was paid from it and what is left."""
    return tuple(
        LineUse(
            line.name,
            line.declared_fen,
            line.adjusted_fen,
            sum(payment.amount_fen for payment in facts.payments if payment.line == line.key),
        )
        for line in facts.lines
    )


def contract_uses(facts: MoneyFacts) -> tuple[ContractUse, ...]:
    """Return each contract with what was accepted and paid under it."""
    return tuple(
        ContractUse(
            contract,
            contract.accepted_by(facts.on),
            sum(p.amount_fen for p in facts.payments if p.contract == contract.key),
        )
        for contract in facts.contracts
    )


def _previous(declaration: Declaration, *, on: date, known_at: datetime) -> PreviousYear | None:
    found = (
        Declaration.objects.filter(project=declaration.project_id, year=declaration.year - 1)
        .select_related("project")
        .first()
    )
    if found is None:
        return None
    amounts = money.execution_amounts([found], on=on, known_at=known_at)
    return PreviousYear(found, amounts[found.pk])
