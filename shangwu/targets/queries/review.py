"""What a reviewer should look at before approval: the targets beside each other and beside earlier years."""

from collections import defaultdict

from shangwu.targets.models import Declaration, Standing
from shangwu.targets.rules.facts import Facts
from shangwu.targets.rules.review import EarlierResult, ReviewedTarget, ReviewNote, review


def review_of(declaration: Declaration) -> tuple[ReviewNote, ...]:
    """Return the notes on a declaration's targets; earlier results are those of the same project and name."""
    earlier: dict[str, list[EarlierResult]] = defaultdict(list)
    standings = Standing.objects.filter(
        declaration__project=declaration.project_id, declaration__year__lt=declaration.year
    ).select_related("indicator", "declaration", "reading")
    for standing in standings:
        reading = standing.reading
        facts = Facts(
            numerator=reading.numerator,
            denominator=reading.denominator,
            unit=reading.unit,
            level=reading.level,
            done_on=reading.done_on,
        )
        found = EarlierResult(standing.declaration.year, facts)
        earlier[standing.indicator.name].append(found)
    rows = declaration.indicators.filter(withdrawn_at=None).prefetch_related("versions")
    return review(
        [
            ReviewedTarget(
                row.row,
                row.name,
                max(row.versions.all(), key=lambda version: version.number).target,
                tuple(earlier[row.name]),
            )
            for row in rows.order_by("row")
        ],
        year=declaration.year,
    )
