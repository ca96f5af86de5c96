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
from shangwu.prepaid.models.history import (
    ArchiveCheck,
    ArchivedDay,
    MonthStatistic,
    StatisticsRun,
    ThinnedMonth,
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
    "ArchiveCheck",
    "ArchivedDay",
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
    "MonthStatistic",
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
    "StatisticsRun",
    "SupervisingUnit",
    "ThinnedMonth",
]
