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
from shangwu.prepaid.models.consumer import (
    ConsumerRequest,
    LookupDay,
    LookupSource,
    RequestStep,
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
    ConformanceRun,
    LinkageApplication,
    LinkageStep,
    RegistryExtract,
)
from shangwu.prepaid.models.operator import (
    LinkageMark,
    Operator,
    OperatorKey,
    OperatorYear,
    Outlet,
    SupervisingUnit,
)
from shangwu.prepaid.models.service import Publicity, ServiceDay
from shangwu.prepaid.models.till import CardPlan, TillAct, TillCard, TillDay
from shangwu.prepaid.models.witness import (
    BondRecord,
    CustodyDay,
    CustodyStanding,
    Institution,
    Observation,
)

__all__ = [
    "Publicity",
    "ServiceDay",
    "ApplicationDocument",
    "Batch",
    "BatchError",
    "BondRecord",
    "CardBalance",
    "CardDay",
    "CardPlan",
    "ConformanceRun",
    "Closing",
    "Collapse",
    "CollapseMember",
    "ConformanceRun",
    "ContractTemplate",
    "ConsumerRequest",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "FrozenCard",
    "HolderNotice",
    "Institution",
    "LinkageApplication",
    "InstitutionBatch",
    "LinkageMark",
    "LinkageStep",
    "LookupDay",
    "LookupSource",
    "Observation",
    "Operator",
    "OperatorDay",
    "OperatorKey",
    "OperatorYear",
    "Outlet",
    "QuarterReport",
    "RegistryExtract",
    "RefundClaim",
    "RefundLine",
    "RefundPlan",
    "SandboxRefusal",
    "RequestStep",
    "SupervisingUnit",
    "TillAct",
    "TillCard",
    "TillDay",
]
