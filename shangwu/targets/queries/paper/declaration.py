"""The declaration as it stands: the content last saved, with the targets in force."""

from dataclasses import replace
from datetime import date

from shangwu.targets.models import Declaration
from shangwu.targets.queries.history import current_content
from shangwu.targets.queries.pages import target_line
from shangwu.targets.rules.content import DeclarationContent


def standing_content(declaration: Declaration, *, on: date) -> DeclarationContent:
    """Return the declaration's content with the target of each row as it is in force on the day."""
    content = current_content(declaration)
    rows = declaration.indicators.filter(withdrawn_at=None).prefetch_related("versions")
    raw = {row.row: target_line(row, None, on=on).version.raw for row in rows}
    return replace(
        content,
        indicators=tuple(
            replace(row, target_raw=raw.get(row.row, row.target_raw)) for row in content.indicators
        ),
    )
