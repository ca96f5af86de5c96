"""Review of targets before approval: clear, measurable, reasonable, and not easier than what was reached before.

Source: law/targets.toml#rule.goal_review
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value
from shangwu.targets.rules.facts import Facts
from shangwu.targets.rules.status import judge
from shangwu.targets.rules.target import ParsedTarget
from shangwu.targets.vocabulary import TargetStatus


@dataclass(frozen=True)
class GoalReview:
    """After how many years of 100 % a target is no challenge, and how far back results are compared."""

    full_years: int
    look_back_years: int


@dataclass(frozen=True)
class ReviewLaw:
    """What law/targets.toml says of the review of targets."""

    LAW: ClassVar[str] = "targets"
    review: Annotated[Value[GoalReview], At("rule.goal_review", unit="table")]


@dataclass(frozen=True)
class EarlierResult:
    """What an indicator of the same name and project came to in an earlier year."""

    year: int
    facts: Facts


@dataclass(frozen=True)
class ReviewedTarget:
    """A target to review, with the results of earlier years."""

    row: int
    name: str
    target: ParsedTarget
    earlier: tuple[EarlierResult, ...] = ()


@dataclass(frozen=True)
class ReviewNote:
    """What a reviewer should look at, and in which rows."""

    code: str
    rows: tuple[int, ...]
    sentence: str


@cache
def review_law(on: date) -> ReviewLaw:
    """Return what is in force on a day."""
    return law.read(ReviewLaw, on=on)


def review(targets: Sequence[ReviewedTarget], *, year: int) -> tuple[ReviewNote, ...]:
    """Return what a reviewer should look at, row by row; nothing here refuses anything."""
    limits = review_law(date(year, 12, 31)).review.value
    notes: list[ReviewNote] = [*_duplicates(targets)]
    for one in targets:
        notes += _measurable(one)
        notes += [
            ReviewNote("BUDGET", (one.row,), warning.message)
            for warning in one.target.warnings
            if warning.code == "EQUALS-BUDGET"
        ]
        notes += _against_earlier(one, year, limits)
    return tuple(sorted(notes, key=lambda note: (note.rows, note.code)))


def _measurable(one: ReviewedTarget) -> Iterable[ReviewNote]:
    if all(part.kind == "text" for part in one.target.parts):
        yield ReviewNote(
            "TEXT",
            (one.row,),
            f"“{one.name}”写的是文字，不能计量，期末只能由人评定。请尽量改成可衡量的目标。",
        )


def _duplicates(targets: Sequence[ReviewedTarget]) -> Iterable[ReviewNote]:
    same: dict[tuple[str, str], list[ReviewedTarget]] = defaultdict(list)
    for one in targets:
        same["".join(one.name.split()), "".join(one.target.raw.split())].append(one)
    for found in same.values():
        if len(found) > 1:
            rows = tuple(one.row for one in found)
            named = "、".join(f"第 {row} 行" for row in rows)
            yield ReviewNote("TWICE", rows, f"{named}的指标和目标值相同，请核对是否重复。")


def _against_earlier(one: ReviewedTarget, year: int, limits: GoalReview) -> Iterable[ReviewNote]:
    back = limits.look_back_years
    earlier = [found for found in one.earlier if year - back <= found.year < year]
    known = [found for found in earlier if found.facts.value is not None]
    if not known:
        return
    full = {found.year for found in known if found.facts.value == Fraction(1)}
    years = limits.full_years
    if full >= set(range(year - years, year)):
        yield ReviewNote(
            "ALWAYS-FULL", (one.row,), f"“{one.name}”连续 {years} 年为 100%，目标没有挑战性。"
        )
    met = sum(_would_meet(one.target, found) for found in known)
    yield ReviewNote(
        "EARLIER",
        (one.row,),
        f"“{one.name}”过去 {back} 年有 {len(known)} 年的结果，其中 {met} 年能达到现在的目标。",
    )


def _would_meet(target: ParsedTarget, found: EarlierResult) -> bool:
    """Whether the earlier result would have met the target; its dates are of this year and do not count."""
    undated = replace(
        target,
        parts=tuple(
            replace(part, by="") for part in target.parts if part.kind not in {"deadline", "period"}
        ),
    )
    if not undated.parts:
        return False
    facts = replace(found.facts, period_ends_on=date(found.year, 12, 31))
    return judge(undated, facts, on=date(found.year, 12, 31)).status == TargetStatus.MET
