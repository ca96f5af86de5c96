"""The words of prepaid-card supervision: code, and the Chinese that people read."""

from shangwu.prepaid.vocabulary.cases import (
    CaseAct,
    CaseState,
)
from shangwu.prepaid.vocabulary.closing import (
    ClaimState,
    ClosingKind,
    ClosingState,
    CollapseState,
)
from shangwu.prepaid.vocabulary.consumers import (
    ComplaintKind,
    RequestAct,
    RequestKind,
    RequestState,
)
from shangwu.prepaid.vocabulary.interface import (
    FeedKind,
    NoticeEvent,
)
from shangwu.prepaid.vocabulary.linkage import (
    BatchCode,
    BatchState,
    DayState,
    OperatorStatus,
    RecordKind,
)
from shangwu.prepaid.vocabulary.rules import (
    Agency,
    Breach,
    CardKind,
    Fault,
    Gravity,
    OperatorForm,
    OperatorTrait,
    PackKind,
    Risk,
    SaleKind,
    Sector,
)
from shangwu.prepaid.vocabulary.witnesses import (
    InstitutionKind,
    ObservationKind,
    ObservationState,
)

__all__ = [
    "Agency",
    "BatchCode",
    "BatchState",
    "Breach",
    "CardKind",
    "CaseAct",
    "CaseState",
    "ClaimState",
    "ClosingKind",
    "ClosingState",
    "CollapseState",
    "ComplaintKind",
    "DayState",
    "Fault",
    "FeedKind",
    "Gravity",
    "InstitutionKind",
    "NoticeEvent",
    "ObservationKind",
    "ObservationState",
    "OperatorForm",
    "OperatorStatus",
    "OperatorTrait",
    "PackKind",
    "RecordKind",
    "RequestAct",
    "RequestKind",
    "RequestState",
    "Risk",
    "SaleKind",
    "Sector",
]
