"""What a target amounts to, given what was found: exact comparison, and a sentence that explains it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from shangwu.targets.rules.comparison import duration_reached, holds, quantity_reached
from shangwu.targets.rules.describe import describe, value_in_words
from shangwu.targets.rules.facts import Facts, Judgement
from shangwu.targets.rules.lexicon import words
from shangwu.targets.rules.numerals import exact, fraction
from shangwu.targets.rules.target import ParsedTarget, Part
from shangwu.targets.rules.wordings import level_rank, scale_levels, scale_rank
from shangwu.targets.vocabulary import TargetStatus


def judge(target: ParsedTarget, facts: Facts, *, on: date) -> Judgement:
    """Return what the target amounts to at the end of `on`; every part must hold.

    A part without data leaves the whole open; it is never counted as reached.
    """
    found = [_JUDGES[part.kind](part, facts, on) for part in target.parts]
    if len(found) == 1:
        return found[0]
    return _together(found)


def rating_levels(target: ParsedTarget) -> tuple[str, ...]:
    """Return the levels that a person may choose for the target, best first."""
    for part in target.parts:
        if part.kind == "ordinal":
            return scale_levels(part.scale)
        if part.kind == "flag":
            return (part.level, f"未{part.level}")
    return words(None).achievement.value


def _together(found: list[Judgement]) -> Judgement:
    why = "".join(item.why for item in found)
    statuses = {item.status for item in found}
    if TargetStatus.NOT_DUE in statuses and TargetStatus.MISSED not in statuses:
        # Before the day nothing is owed yet, so nothing is missing either.
        return Judgement(TargetStatus.NOT_DUE, why)
    for open_status in (TargetStatus.NO_DATA, TargetStatus.NEEDS_RATING):
        if open_status in statuses and TargetStatus.MISSED not in statuses:
            return Judgement(open_status, why)
    if statuses == {TargetStatus.MET}:
        return Judgement(TargetStatus.MET, why, Fraction(1))
    reached = sum(item.status == TargetStatus.MET for item in found)
    if reached == 0:
        return Judgement(TargetStatus.MISSED, why, Fraction(0))
    return Judgement(TargetStatus.PARTIAL, why, Fraction(reached, len(found)))


def _deadline(part: Part, facts: Facts, on: date) -> Judgement:
    due = date.fromisoformat(part.by)
    if facts.done_on is not None and facts.done_on <= due:
        why = f"于 {facts.done_on} 完成，不晚于期限 {part.by}，达成。"
        return Judgement(TargetStatus.MET, why, Fraction(1))
    if facts.done_on is not None:
        why = f"于 {facts.done_on} 完成，晚于期限 {part.by}，逾期完成的程度须由人评定。"
        return Judgement(TargetStatus.NEEDS_RATING, why)
    if on <= due:
        return Judgement(TargetStatus.NOT_DUE, f"期限 {part.by} 未到，尚无完成记录。")
    why = f"期限 {part.by} 已过，没有附佐证的完成记录，未达成。"
    return Judgement(TargetStatus.MISSED, why, Fraction(0))


def _period(part: Part, facts: Facts, on: date) -> Judgement:
    if facts.done_on is not None:
        limit = Part("deadline", by=part.to_)
        return _deadline(limit, facts, on)
    if on <= date.fromisoformat(part.to_):
        return Judgement(TargetStatus.NOT_DUE, f"期间至 {part.to_}，尚未结束。")
    return Judgement(TargetStatus.NEEDS_RATING, f"期间已于 {part.to_} 结束，须由人评定。")


def _trend(part: Part, facts: Facts, on: date) -> Judgement:
    values = [Fraction(value) for _, value in facts.series]
    if len(values) < 2:
        return _rated(part, facts) if facts.level else _unrated("没有可比的历期数值，须由人评定。")
    falling = part.polarity == "lower"
    if part.every and part.value == "0":
        steps = [
            (earlier - later if falling else later - earlier) for earlier, later in pairwise(values)
        ]
        kept = min(steps) >= 0 and sum(steps) > 0
    else:
        if values[-2] == 0 and part.unit != "pp":
            return _unrated("上期数值为 0，无法计算增长率，须由人评定。")
        moved = values[-1] - values[-2]
        change = moved * 100 if part.unit == "pp" else moved / abs(values[-2])
        kept = holds(part, -change if falling and part.cmp in {"ge", "gt"} else change)[0]
    shown = "、".join(exact(value) for value in values[-4:])
    word = "达成" if kept else "未达成"
    status = TargetStatus.MET if kept else TargetStatus.MISSED
    return Judgement(
        status, f"历期数值 {shown}，承诺{describe(part)}，{word}。", Fraction(int(kept))
    )


def _ordinal(part: Part, facts: Facts, on: date) -> Judgement:
    if not facts.level:
        return _unrated("尚未评定等次。") if facts.value is None else _mean(part, facts.value)
    rank, asked = level_rank(part.scale, facts.level), level_rank(part.scale, part.level)
    if rank is None or asked is None:
        return _unrated(f"“{facts.level}”不是这项指标的等次，须重新评定。")
    if rank <= asked:
        why = f"评定为“{facts.level}”，承诺{describe(part)}，达成。"
        return Judgement(TargetStatus.MET, why, Fraction(1))
    return Judgement(TargetStatus.MISSED, f"评定为“{facts.level}”，承诺{describe(part)}，未达成。")


def _mean(part: Part, value: Fraction) -> Judgement:
    """Judge an ordinal target by the mean level of many answers (law/targets.toml#rule.fairly_satisfied)."""
    asked = scale_rank(part.scale, part.level)
    mean = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.0001"))
    shown = f"平均等次 {mean}，承诺{describe(part)}（等次不低于 {asked}）"
    if asked is None:
        return _unrated(f"“{part.level}”不是量表中的等次，须由人评定。")
    if value >= asked:
        return Judgement(TargetStatus.MET, f"{shown}，达成。", Fraction(1))
    return Judgement(TargetStatus.MISSED, f"{shown}，未达成。", value / asked)


def _rated(part: Part, facts: Facts) -> Judgement:
    """Judge by a person's level: the flag's own word, or the three grades of achievement."""
    if not facts.level and facts.denominator is not None:
        return Judgement(TargetStatus.NO_DATA, "没有可以计算的记录，无数据，不计为达成。")
    if not facts.level:
        return _unrated("文字目标须由责任人具名评定。" if part.kind == "text" else "尚无评定。")
    if part.kind == "flag":
        holds = facts.level == part.level
        word = "达成" if holds else "未达成"
        status = TargetStatus.MET if holds else TargetStatus.MISSED
        return Judgement(status, f"认定为“{facts.level}”，{word}。", Fraction(int(holds)))
    grades = words(None).achievement.value
    outcome = dict(
        zip(grades, (TargetStatus.MET, TargetStatus.PARTIAL, TargetStatus.MISSED), strict=True)
    )
    if facts.level not in outcome:
        return _unrated(f"“{facts.level}”不是可用的评定等次，须重新评定。")
    return Judgement(outcome[facts.level], f"评定为“{facts.level}”。")


def _reference(part: Part, facts: Facts, on: date) -> Judgement:
    if facts.value is not None and part.base == "@budget":
        return quantity_reached(
            Part("quant", cmp="le", value="1", dim="ratio", unit="ratio", polarity="lower"),
            facts,
            on,
        )
    return _rated(part, facts)


def _bands(part: Part, facts: Facts, on: date) -> Judgement:
    value = facts.value
    if value is None:
        return Judgement(TargetStatus.NO_DATA, "没有可以计算的记录，无数据，不计为达成。")
    reached = next((word for word, least in part.bands[:3] if value >= fraction(least)), "差")
    status = {"优": TargetStatus.MET, "差": TargetStatus.MISSED}.get(reached, TargetStatus.PARTIAL)
    return Judgement(
        status, f"实际值 {value_in_words(exact(value), 'ratio')}，按承诺的档次为“{reached}”。"
    )


def _unrated(why: str) -> Judgement:
    return Judgement(TargetStatus.NEEDS_RATING, why)


_JUDGES: dict[str, Callable[[Part, Facts, date], Judgement]] = {
    "quant": quantity_reached,
    "duration": duration_reached,
    "deadline": _deadline,
    "period": _period,
    "trend": _trend,
    "ordinal": _ordinal,
    "flag": lambda part, facts, on: _rated(part, facts),
    "text": lambda part, facts, on: _rated(part, facts),
    "ref": _reference,
    "bands": _bands,
}
