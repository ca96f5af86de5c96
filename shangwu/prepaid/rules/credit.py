"""Credit: the grade that explains itself, the measures that follow, what a pre-check means.

Source: law/prepaid_governance.toml#credit.facts
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.amounts import add_months
from shangwu.prepaid.rules.governance import (
    FactPoints,
    GradeBand,
    Measure,
    governance,
    standing_note,
)
from shangwu.prepaid.vocabulary import CreditGrade, FindingKind, FindingLevel

FULL_MARK = 100


@dataclass(frozen=True)
class Fact:
    """How often something happened, since when, and the sentences of where that is recorded."""

    fact: str
    count: int
    since: date | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradeLine:
    """What one fact did to the points, in words."""

    fact: str
    count: int
    points: int
    since: date | None
    sentence: str


@dataclass(frozen=True)
class Grade:
    """The grade of a day, its points, every line that made it, and the sentence that sums it up."""

    grade: str
    points: int
    lines: tuple[GradeLine, ...]
    word: str
    colour: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """One answer of a pre-check: what was asked, how it weighs, the sentence and where it comes from."""

    kind: str
    level: str
    sentence: str
    source: str


def grade(facts: Iterable[Fact], *, is_listed: bool, on: date) -> Grade:
    """Return the grade that the facts give by the points in force on the day.

    A listed operator is D whatever its points; a fact that the law does not name is refused.

    Source: law/prepaid_governance.toml#credit.grades
    Raises: Refused PREPAID-CREDIT-FACT.
    """
    law = governance(on)
    rows = {row.fact: row for row in law.facts.value}
    lines = []
    for fact in facts:
        if fact.fact not in rows:
            raise Refused(f"计分规则里没有“{fact.fact}”。", code="PREPAID-CREDIT-FACT")
        if fact.count:
            lines.append(_line(fact, rows[fact.fact]))
    lines.sort(key=lambda line: (line.points, line.fact))
    points = min(FULL_MARK, FULL_MARK + sum(line.points for line in lines))
    band = _band(points, law.grades.value, is_listed=is_listed)
    why = "已列入严重失信名单，一律为 D 级" if is_listed else f"得 {points} 分"
    label = CreditGrade(band.grade).label
    sentence = f"{on} {label}（{band.word}）：{why}（{standing_note(law.facts)}）。"
    return Grade(band.grade, points, tuple(lines), band.word, band.colour, sentence)


def window_start(fact: str, *, on: date) -> date:
    """Return the first day that counts for a fact, looking back from the day.

    Source: law/prepaid_governance.toml#credit.facts
    Raises: Refused PREPAID-CREDIT-FACT.
    """
    row = next((one for one in governance(on).facts.value if one.fact == fact), None)
    if row is None:
        raise Refused(f"计分规则里没有“{fact}”。", code="PREPAID-CREDIT-FACT")
    return add_months(on, -row.months) if row.months else on


def measures_for(grade: str, *, is_listed: bool, on: date) -> tuple[Measure, ...]:
    """Return the published measures that the grade and the list bring about, and no other.

    Source: law/prepaid_governance.toml#credit.measures
    """
    return tuple(
        row
        for row in governance(on).measures.value
        if grade in row.grades or (row.listed and is_listed)
    )


def weight(findings: Sequence[Finding]) -> str:
    """Return how the findings weigh together: the gravest; unknown stays unknown unless something is grave."""
    order = (FindingLevel.SERIOUS, FindingLevel.UNKNOWN, FindingLevel.NOTE, FindingLevel.CLEAR)
    levels = {finding.level for finding in findings}
    return next((level.value for level in order if level.value in levels), FindingLevel.CLEAR.value)


def summary(findings: Sequence[Finding]) -> str:
    """Return the pre-check in one sentence; it decides nothing by itself."""
    labels = {
        level: [
            str(FindingKind(finding.kind).label) for finding in findings if finding.level == level
        ]
        for level in FindingLevel.values
    }
    parts = [
        f"{FindingLevel(level).label}：{'、'.join(labels[level])}"
        for level in (FindingLevel.SERIOUS, FindingLevel.NOTE, FindingLevel.UNKNOWN)
        if labels[level]
    ]
    told = "；".join(parts) or "各项均未发现不良记录"
    return f"{told}。核查结果供审核人参考，是否受理由人决定。"


def _line(fact: Fact, row: FactPoints) -> GradeLine:
    change = row.points * fact.count
    change = max(-row.most, min(row.most, change))
    window = f"近 {row.months} 个月" if row.months else "目前"
    capped = f"，按上限计 {row.most} 分" if abs(row.points * fact.count) > row.most else ""
    since = f"，最早 {fact.since}" if fact.since else ""
    sentence = f"{window}{row.label} {fact.count} {row.unit}{since}：{change:+d} 分{capped}。"
    return GradeLine(fact.fact, fact.count, change, fact.since, sentence)


def _band(points: int, bands: Sequence[GradeBand], *, is_listed: bool) -> GradeBand:
    if is_listed:
        return bands[-1]
    return next(band for band in bands if points >= band.at_least or band is bands[-1])
