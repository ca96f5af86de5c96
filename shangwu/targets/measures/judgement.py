"""What dates decide, and what a named person rated."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal

from shangwu.targets.measure import EvidenceRow, Measure, Reading, Scope
from shangwu.targets.queries.judgements import standing_completion, standing_rating
from shangwu.targets.rules.binding import COMPLETION, RATING

ONE = Decimal(1)


def read_completion(scope: Scope) -> Reading:
    """Return 1 of 1 with the day of completion when a proven completion stands, else 0 of 1.

    Unit: pieces of promised work.
    """
    found = standing_completion(indicator=scope.indicator, on=scope.on, known_at=scope.known_at)
    return Reading(
        numerator=ONE if found else Decimal(0),
        denominator=ONE,
        unit="项",
        window=scope.window,
        at=scope.known_at,
        level="完成" if found else "",
        done_on=found.done_on if found else None,
    )


def completion_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the promised piece of work, with the completion record where one stands."""
    found = standing_completion(indicator=scope.indicator, on=scope.on, known_at=scope.known_at)
    if found is None:
        return [
            EvidenceRow(
                key=f"indicator:{scope.indicator}",
                happened_on=scope.window.starts_on,
                recorded_at=datetime.combine(scope.window.starts_on, time(), tzinfo=UTC),
                summary="承诺的工作，尚无完成记录",
                denominator=ONE,
            )
        ]
    files = "、".join(evidence.file.name for evidence in found.evidence.all())
    return [
        EvidenceRow(
            key=f"completion:{found.pk}",
            happened_on=found.done_on,
            recorded_at=found.at,
            summary=f"{found.description}（登记人：{found.by.display_name}；佐证：{files}）",
            numerator=ONE,
            denominator=ONE,
        )
    ]


def read_rating(scope: Scope) -> Reading:
    """Return the level that a named person gave, unless its validity has ended."""
    found = standing_rating(indicator=scope.indicator, on=scope.on, known_at=scope.known_at)
    level, note = "", ""
    if found is None:
        note = "尚无具名评定，请责任人评定并附佐证。"
    elif found.valid_until is not None and found.valid_until <= scope.on:
        note = f"评定（{found.level}）的有效期已于 {found.valid_until} 届满，请重新评定。"
    else:
        level = found.level
        note = f"由{found.by.display_name}于 {found.rated_on} 评定：{found.reason}"
    return Reading(
        numerator=None,
        denominator=None,
        unit="",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note=note,
    )


def rating_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the rating that stands and each file behind it."""
    found = standing_rating(indicator=scope.indicator, on=scope.on, known_at=scope.known_at)
    if found is None:
        return []
    rows = [
        EvidenceRow(
            key=f"rating:{found.pk}",
            happened_on=found.rated_on,
            recorded_at=found.at,
            summary=f"{found.by.display_name}评定为“{found.level}”：{found.reason}",
        )
    ]
    for evidence in found.evidence.all():
        rows.append(
            EvidenceRow(
                key=f"file:{evidence.file.pk}",
                happened_on=found.rated_on,
                recorded_at=found.at,
                summary=f"佐证材料 {evidence.file.name}，SHA-256 {evidence.file.sha256}",
            )
        )
    return rows


MEASURES = (
    Measure(
        key=COMPLETION,
        title="按期完成情况",
        unit="项",
        explanation="承诺的工作以具名登记、附佐证的完成日期为准，与承诺期限比较。",
        compute=read_completion,
        evidence=completion_evidence,
    ),
    Measure(
        key=RATING,
        title="具名评定",
        unit="",
        explanation="只能由人判断的目标，由具名责任人评定等次，写明理由并附佐证；证书类有有效期。",
        compute=read_rating,
        evidence=rating_evidence,
    ),
)
