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

__all__ = [
    "Binding",
    "Completion",
    "CompletionEvidence",
    "Declaration",
    "DeclarationImport",
    "DeclarationRevision",
    "Indicator",
    "Project",
    "Rating",
    "RatingEvidence",
    "StoredReading",
    "SubProject",
    "TargetVersion",
]
