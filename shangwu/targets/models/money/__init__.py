"""Money of a declaration: budget and its adjustments, contracts, payments, what the negative list needs."""

from shangwu.targets.models.money.budget import (
    ApprovedUse,
    BudgetAdjustment,
    FundReceipt,
    MoneyPlan,
    ProjectKey,
)
from shangwu.targets.models.money.contracts import Acceptance, Contract, ContractItem
from shangwu.targets.models.money.payments import (
    HitResponse,
    Payment,
    PaymentAllocation,
    PaymentProposal,
    Statement,
    StatementMapping,
)

__all__ = [
    "Acceptance",
    "ApprovedUse",
    "BudgetAdjustment",
    "Contract",
    "ContractItem",
    "FundReceipt",
    "HitResponse",
    "MoneyPlan",
    "Payment",
    "PaymentAllocation",
    "PaymentProposal",
    "ProjectKey",
    "Statement",
    "StatementMapping",
]
