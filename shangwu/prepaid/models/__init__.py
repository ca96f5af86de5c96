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
from shangwu.prepaid.models.consumer import (
    ConsumerRequest,
    LookupDay,
    LookupSource,
    RequestStep,
)
from shangwu.prepaid.models.interface import (
    BatchError,
    ConformanceRun,
    ContractTemplate,
    HolderNotice,
    InstitutionBatch,
    SandboxRefusal,
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
from shangwu.prepaid.models.witness import (
    BondRecord,
    CustodyDay,
    CustodyStanding,
    Institution,
    Observation,
)

__all__ = [
    "Batch",
    "BatchError",
    "BondRecord",
    "CardBalance",
    "CardDay",
    "Closing",
    "Collapse",
    "CollapseMember",
    "ConformanceRun",
    "ConsumerRequest",
    "ContractTemplate",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "FrozenCard",
    "HolderNotice",
    "Institution",
    "InstitutionBatch",
    "LinkageMark",
    "LookupDay",
    "LookupSource",
    "Observation",
    "Operator",
    "OperatorDay",
    "OperatorKey",
    "OperatorYear",
    "Outlet",
    "QuarterReport",
    "RefundClaim",
    "RefundLine",
    "RefundPlan",
    "RequestStep",
    "SandboxRefusal",
    "SupervisingUnit",
]
