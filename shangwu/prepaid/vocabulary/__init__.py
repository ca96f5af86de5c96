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
from shangwu.prepaid.vocabulary.governance import (
    CaseOrigin,
    CheckAnswer,
    CreditGrade,
    CreditMessageKind,
    Delivery,
    EvidenceKind,
    FindingKind,
    FindingLevel,
    HandedInBy,
    LetterKind,
    ListingState,
    MessageState,
    PetitionKind,
    PetitionState,
    StepStatus,
)
from shangwu.prepaid.vocabulary.history import (
    RunState,
)
from shangwu.prepaid.vocabulary.intake import (
    IntakeState,
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
from shangwu.prepaid.vocabulary.onboarding import (
    ApplicationState,
    BusinessSystem,
    DocumentKind,
    LinkageStepKind,
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
from shangwu.prepaid.vocabulary.service import (
    PublicityChannel,
)
from shangwu.prepaid.vocabulary.standings import (
    StandingCause,
    TrialState,
)
from shangwu.prepaid.vocabulary.till import (
    TillActKind,
    TillCardState,
)
from shangwu.prepaid.vocabulary.warning import (
    WarningState,
)
from shangwu.prepaid.vocabulary.witnesses import (
    TOLD_BY_CONSUMERS,
    InstitutionKind,
    ObservationKind,
    ObservationState,
)

__all__ = [
    "TOLD_BY_CONSUMERS",
    "Agency",
    "ApplicationState",
    "BatchCode",
    "BatchState",
    "Breach",
    "BusinessSystem",
    "CardKind",
    "CaseAct",
    "CaseOrigin",
    "CaseState",
    "CheckAnswer",
    "ClaimState",
    "ClosingKind",
    "ClosingState",
    "CollapseState",
    "ComplaintKind",
    "CreditGrade",
    "CreditMessageKind",
    "DayState",
    "Delivery",
    "DocumentKind",
    "EvidenceKind",
    "Fault",
    "FeedKind",
    "FindingKind",
    "FindingLevel",
    "Gravity",
    "HandedInBy",
    "InstitutionKind",
    "IntakeState",
    "LetterKind",
    "LinkageStepKind",
    "ListingState",
    "MessageState",
    "NoticeEvent",
    "ObservationKind",
    "ObservationState",
    "OperatorForm",
    "OperatorStatus",
    "OperatorTrait",
    "PackKind",
    "PetitionKind",
    "PetitionState",
    "PublicityChannel",
    "RecordKind",
    "RequestAct",
    "RequestKind",
    "RequestState",
    "Risk",
    "RunState",
    "SaleKind",
    "Sector",
    "StandingCause",
    "StepStatus",
    "TillActKind",
    "TillCardState",
    "TrialState",
    "WarningState",
]
