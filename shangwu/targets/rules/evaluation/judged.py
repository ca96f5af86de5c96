"""Points for what is judged rather than counted: days, levels, yes or no, trends, and a person's band."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from shangwu.targets.rules.comparison import holds
from shangwu.targets.rules.describe import describe
from shangwu.targets.rules.evaluation.counted import FULL, NOTHING, score_quantity
from shangwu.targets.rules.evaluation.facts import Actual, Flag, Level, Outcome, Rule
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.printing import shown_value
from shangwu.targets.rules.target import Part
from shangwu.targets.rules.wordings import level_rank, scale_rank
from shangwu.targets.vocabulary import TargetStatus

_BAND_STATUS = (TargetStatus.MET, TargetStatus.PARTIAL, TargetStatus.MISSED)


def score_deadline(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return what a day of completion earns: in time full, not done nothing, late a person's band (D11).

    Source: law/targets.toml#rule.late_deadline
    """
    due = date.fromisoformat(part.by or part.to_)
    if actual.not_done or actual.done_on is None:
        rule = Rule.of(law.late_deadline, f"期限 {due}，没有完成，不得分。")
        if not actual.not_done:
            return Outcome(TargetStatus.NO_DATA, None, actual.why or "没有完成记录。")
        return Outcome(TargetStatus.MISSED, NOTHING, rule.sentence, (rule,))
    if actual.done_on <= due:
        rule = Rule.of(
            law.late_deadline, f"于 {actual.done_on} 完成，不晚于期限 {due}，达成，得满分。"
        )
        return Outcome(TargetStatus.MET, FULL, rule.sentence, (rule,))
    why = f"于 {actual.done_on} 完成，晚于期限 {due}，逾期完成的程度须由人评定。"
    return score_by_band(actual, why, law, Rule.of(law.late_deadline, why))


def score_ordinal(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return what a level earns: reached full, below it a person's band; a mean is scored as a figure (D4, D5).

    Source: law/targets.toml#rule.fairly_satisfied
    """
    if actual.value is not None:
        if part.scale == "coverage3":
            goal = Part(
                "quant",
                cmp="ge",
                value=str(law.basic_coverage.value if part.level == "基本覆盖" else 1),
                dim="ratio",
                unit="ratio",
                polarity="higher",
            )
            found = score_quantity(goal, actual, law)
            rule = Rule.of(law.basic_coverage, f"“{part.level}”按覆盖比例评价：{found.why}")
            return replace(found, rules=(rule, *found.rules[1:]))
        return _mean(part, actual.value, law)
    rank, asked = level_rank(part.scale, actual.level), level_rank(part.scale, part.level)
    if rank is None or asked is None:
        return score_by_band(actual, actual.why or "尚未评定等次。", law)
    if rank <= asked:
        why = f"评定为“{actual.level}”，承诺{describe(part)}，达成，得满分。"
        return Outcome(TargetStatus.MET, FULL, why, (Rule.of(law.bands, why),))
    why = f"评定为“{actual.level}”，承诺{describe(part)}，未达成，得分比例须由人按档评定。"
    return score_by_band(actual, why, law)


def _mean(part: Part, mean: Fraction, law: EvaluationLaw) -> Outcome:
    """Judge a level by the mean of many answers (D4)."""
    asked = scale_rank(part.scale, part.level) or 1
    shown = f"平均等次 {shown_value(mean, '')}，承诺“{part.level}”（{asked}）"
    if mean >= asked:
        rule = Rule.of(law.fairly_satisfied, f"{shown}，达成，得满分。")
        return Outcome(TargetStatus.MET, FULL, rule.sentence, (rule,))
    rule = Rule.of(law.fairly_satisfied, f"{shown}，未达成，按均值÷{asked}计分。")
    return Outcome(TargetStatus.MISSED, mean / asked, rule.sentence, (rule,))


def score_flag(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return what a yes or no earns: all or nothing.

    Source: law/targets.toml#rule.quantitative_scoring
    """
    if not actual.level:
        return score_by_band(actual, actual.why or "尚无认定。", law)
    kept = actual.level == part.level
    word = "达成，得满分" if kept else "未达成，不得分"
    why = f"认定为“{actual.level}”，承诺“{part.level}”，{word}。"
    status = TargetStatus.MET if kept else TargetStatus.MISSED
    return Outcome(status, Fraction(int(kept)), why, (Rule.of(law.quantitative, why),))


def score_trend(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return what a trend earns, from the series alone; without one a person's band (D10).

    Source: law/targets.toml#rule.trend_without_number
    """
    change = actual.change
    if change is None and len(actual.series) < 2:
        why = actual.why or "没有可比的历期数值，须由人评定。"
        return score_by_band(actual, why, law, Rule.of(law.trend_without_number, why))
    if part.every and len(actual.series) >= 2:
        rising = all(later >= earlier for earlier, later in pairwise(actual.series))
        kept = rising and actual.series[-1] > actual.series[0]
        shown = "历期数值 " + "、".join(shown_value(value, "") for value in actual.series)
    else:
        if change is None:
            before, now = actual.series[-2:]
            if before == 0:
                why = "上期数值为 0，无法计算增长率，须由人评定。"
                return score_by_band(actual, why, law, Rule.of(law.trend_without_number, why))
            change = (now - before) / abs(before)
        side = -change if part.polarity == "lower" and part.cmp == "ge" else change
        kept = holds(replace(part, value=part.value or "0"), side)[0]
        shown = f"变动幅度 {shown_value(change, 'ratio')}"
        if not kept and part.value not in {"", "0"}:
            return score_quantity(
                replace(part, kind="quant", dim="ratio", unit="ratio", polarity="higher"),
                replace(actual, value=side),
                law,
            )
    if kept:
        rule = Rule.of(law.trend_without_number, f"{shown}，承诺{describe(part)}，达成，得满分。")
        return Outcome(TargetStatus.MET, FULL, rule.sentence, (rule,))
    why = f"{shown}，承诺{describe(part)}，未达成，得分比例须由人按档评定。"
    return score_by_band(actual, why, law, Rule.of(law.trend_without_number, why))


def score_text(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    """Return what a target in words earns: only a person's band.

    Source: law/targets.toml#rule.qualitative_bands
    """
    return score_by_band(actual, actual.why or "文字目标须由责任人具名评定。", law)


def score_by_band(actual: Actual, why: str, law: EvaluationLaw, *before: Rule) -> Outcome:
    """Score by a person's band and share, or stay open inside the band (D8)."""
    rating = actual.rating
    if rating is None:
        rule = Rule.of(
            law.bands, "须由责任人按三档评定：写明档次、百分比、理由和佐证；评定前不计分。"
        )
        return Outcome(TargetStatus.NEEDS_RATING, None, why, (*before, rule))
    row = next((row for row in law.bands.value if row["band"] == rating.band), None)
    if row is None:
        return Outcome(
            TargetStatus.NEEDS_RATING, None, f"“{rating.band}”不是可用的档次，须重新评定。"
        )
    least, until = Fraction(row["from"]), Fraction(row["until"])
    span = f"{shown_value(until, 'ratio')} 至 {shown_value(least, 'ratio')}（含下限）"
    if rating.share is None:
        rule = Rule.of(law.bands, f"评定为“{rating.band}”，区间 {span}，尚未写明百分比，不计分。")
        return Outcome(
            TargetStatus.NEEDS_RATING, None, rule.sentence, (*before, rule), (), least, until
        )
    top = until == FULL and rating.share == FULL
    if not (least <= rating.share < until or top):
        message = f"百分比 {shown_value(rating.share, 'ratio')} 不在“{rating.band}”的区间 {span} 内，须重新评定。"
        flag = Flag("BAND-OUTSIDE", message, Level.ERROR)
        return Outcome(TargetStatus.NEEDS_RATING, None, message, (*before,), (flag,))
    status = _BAND_STATUS[law.bands.value.index(row)]
    share = shown_value(rating.share, "ratio")
    rule = Rule.of(law.bands, f"评定为“{rating.band}”，按 {share} 计分（区间 {span}）。")
    return Outcome(status, rating.share, rule.sentence, (*before, rule))
