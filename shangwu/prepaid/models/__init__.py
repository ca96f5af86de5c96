"""Tables of prepaid-card supervision: operators, their ledger, the other witnesses."""

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
    "ConsumerRequest",
    "CustodyDay",
    "CustodyStanding",
    "DayClosing",
    "Institution",
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
    "RequestStep",
    "SupervisingUnit",
]
