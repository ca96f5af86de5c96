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
from shangwu.prepaid.models.onboarding import (
    ApplicationDocument,
    LinkageApplication,
    LinkageStep,
    RegistryExtract,
    SampleRun,
)
from shangwu.prepaid.models.operator import (
    LinkageMark,
    Operator,
    OperatorKey,
    OperatorYear,
    Outlet,
    SupervisingUnit,
)
from shangwu.prepaid.models.till import CardPlan, TillAct, TillCard, TillDay
from shangwu.prepaid.models.witness import (
    BondRecord,
    CustodyDay,
    CustodyStanding,
    Institution,
    Observation,
)

__all__ = [
    "ApplicationDocument",
    "Batch",
    "BatchError",
    "BondRecord",
    "CardBalance",
    "CardDay",
    "CardPlan",
    "Closing",
    "Collapse",
    "CollapseMember",
    "ConformanceRun",
    "ContractTemplate",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "FrozenCard",
    "HolderNotice",
    "Institution",
    "InstitutionBatch",
    "LinkageApplication",
    "LinkageMark",
    "LinkageStep",
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
    "RegistryExtract",
    "SampleRun",
    "SandboxRefusal",
    "SupervisingUnit",
    "TillAct",
    "TillCard",
    "TillDay",
]
