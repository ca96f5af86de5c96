"""Tables of prepaid-card supervision: operators, their ledger, the other witnesses."""

from shangwu.prepaid.models.closing import (
    Closing,
    Collapse,
    CollapseMember,
    FrozenCard,
    RefundClaim,
    RefundLine,
    RefundPlan,
)
from shangwu.prepaid.models.ledger import (
    Batch,
    CardBalance,
    CardDay,
    DayClosing,
    OperatorDay,
    QuarterReport,
)
from shangwu.prepaid.models.operator import (
    LinkageMark,
    Operator,
    OperatorKey,
    OperatorYear,
    Outlet,
    SupervisingUnit,
)
from shangwu.prepaid.models.standing import (
    AreaDay,
    AreaSum,
    NightlyCheck,
    OperatorSummary,
    RatioTrial,
    RatioTrialChange,
    RestateRequest,
)
from shangwu.prepaid.models.witness import (
    BondRecord,
    CustodyDay,
    CustodyStanding,
    Institution,
    Observation,
)

__all__ = [
    "AreaDay",
    "AreaSum",
    "Batch",
    "BondRecord",
    "CardBalance",
    "CardDay",
    "Closing",
    "Collapse",
    "CollapseMember",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "FrozenCard",
    "Institution",
    "LinkageMark",
    "NightlyCheck",
    "Observation",
    "Operator",
    "OperatorDay",
    "OperatorKey",
    "OperatorSummary",
    "OperatorYear",
    "Outlet",
    "QuarterReport",
    "RatioTrial",
    "RatioTrialChange",
    "RefundClaim",
    "RefundLine",
    "RefundPlan",
    "RestateRequest",
    "SupervisingUnit",
]
