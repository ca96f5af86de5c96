"""Tables of prepaid-card supervision: operators, their ledger, the other witnesses."""

from shangwu.prepaid.models.case import (
    Case,
    CaseEvidence,
    CaseLetter,
    CaseStep,
    LetterReply,
    LetterSeries,
    Penalty,
    ReplyFile,
)
from shangwu.prepaid.models.credit import (
    CreditListing,
    CreditMessage,
    CreditPetition,
    CreditReconciliation,
    CreditStanding,
    PreCheck,
)
from shangwu.prepaid.models.inspection import Inspection, InspectionPhoto
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
    "BondRecord",
    "CardBalance",
    "CardDay",
    "Case",
    "CaseEvidence",
    "CaseLetter",
    "CaseStep",
    "CreditListing",
    "CreditMessage",
    "CreditPetition",
    "CreditReconciliation",
    "CreditStanding",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "Inspection",
    "InspectionPhoto",
    "Institution",
    "LetterReply",
    "LetterSeries",
    "LinkageMark",
    "Observation",
    "Operator",
    "OperatorDay",
    "OperatorKey",
    "OperatorYear",
    "Outlet",
    "Penalty",
    "PreCheck",
    "QuarterReport",
    "ReplyFile",
    "SupervisingUnit",
]
