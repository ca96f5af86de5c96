"""Tables of the performance targets: what was declared, how it is measured, what was found."""

from shangwu.targets.models.declaration import (
    Declaration,
    DeclarationImport,
    DeclarationRevision,
    Indicator,
    Project,
    SubProject,
    TargetVersion,
)
from shangwu.targets.models.reading import (
    Binding,
    Completion,
    CompletionEvidence,
    Rating,
    RatingEvidence,
    StoredReading,
)
from shangwu.targets.models.survey import (
    AnswerChoice,
    AnswerRuling,
    Question,
    Survey,
    SurveyAnswer,
    SurveyQuota,
)

__all__ = [
    "AnswerChoice",
    "AnswerRuling",
    "Binding",
    "Completion",
    "CompletionEvidence",
    "Declaration",
    "DeclarationImport",
    "DeclarationRevision",
    "Indicator",
    "Project",
    "Question",
    "Rating",
    "RatingEvidence",
    "StoredReading",
    "SubProject",
    "Survey",
    "SurveyAnswer",
    "SurveyQuota",
    "TargetVersion",
]
