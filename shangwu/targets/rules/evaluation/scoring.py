"""What one condition of a target amounts to in points, and how several conditions go together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from shangwu.targets.rules.describe import describe
from shangwu.targets.rules.evaluation.counted import NOTHING, score_quantity
from shangwu.targets.rules.evaluation.facts import (
    NOT_APPLICABLE,
    Actual,
    Budget,
    Outcome,
    Rule,
    State,
)
from shangwu.targets.rules.evaluation.judged import (
    score_by_band,
    score_deadline,
    score_flag,
    score_ordinal,
    score_text,
    score_trend,
)
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.numerals import fraction
from shangwu.targets.rules.target import Part
from shangwu.targets.vocabulary import TargetStatus

_OPEN_STATES = {
    State.EMPTY: TargetStatus.NO_DATA,
    State.UNREADABLE: TargetStatus.NO_DATA,
    State.NOT_DUE: TargetStatus.NOT_DUE,
}


def score_part(
    part: Part, actual: Actual, *, law: EvaluationLaw, budget: Budget | None, on: date
) -> Outcome:
    """Return what the condition amounts to, with the rules applied.

    Source: law/targets.toml#rule.quantitative_scoring
    """
    if actual.state == State.NOT_APPLICABLE:
        rule = Rule.of(law.not_applicable, "不适用的指标不计分，其余指标折算为100分。")
        return Outcome(NOT_APPLICABLE, None, actual.why, (rule,), most=NOTHING)
    if actual.state != State.FOUND:
        if actual.rating and actual.rating.share is not None:
            return score_by_band(actual, actual.why, law)
        return Outcome(_OPEN_STATES[actual.state], None, actual.why, flags=actual.flags)
    if part.kind == "ref":
        outcome = _reference(part, actual, law, budget)
    else:
        outcome = _SCORERS[part.kind](part, actual, law)
    if outcome.status == TargetStatus.MISSED and part.by and on <= date.fromisoformat(part.by):
        why = f"{outcome.why}期限 {part.by} 未到。"
        return Outcome(TargetStatus.NOT_DUE, None, why, flags=(*actual.flags, *outcome.flags))
    return replace(outcome, flags=(*actual.flags, *outcome.flags))


def together(outcomes: Sequence[Outcome], law: EvaluationLaw) -> Outcome:
    """Return what several conditions amount to: all must hold, the lowest decides the points.

    Source: law/targets.toml#rule.several_conditions
    """
    if len(outcomes) == 1:
        return outcomes[0]
    statuses = {outcome.status for outcome in outcomes}
    why = "".join(outcome.why for outcome in outcomes)
    rules = tuple(rule for outcome in outcomes for rule in outcome.rules)
    flags = tuple(dict.fromkeys(flag for outcome in outcomes for flag in outcome.flags))
    if NOT_APPLICABLE in statuses:
        return replace(outcomes[0], status=NOT_APPLICABLE, ratio=None, why=why, flags=flags)
    lowest = Rule.of(
        law.several_conditions, "目标含几个条件，须同时达到；按完成程度最低的条件计分。"
    )
    least = min(outcome.least if outcome.ratio is None else outcome.ratio for outcome in outcomes)
    most = min(outcome.most if outcome.ratio is None else outcome.ratio for outcome in outcomes)
    still_open = [outcome for outcome in outcomes if outcome.ratio is None]
    if still_open and most > 0:
        return Outcome(
            still_open[0].status, None, why, (*rules, lowest), flags, least=least, most=most
        )
    status = statuses.pop() if len(statuses) == 1 else TargetStatus.PARTIAL
    return Outcome(status, most, why, (*rules, lowest), flags)


def _duration(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    if not actual.is_share:
        return score_quantity(part, actual, law)
    goal = Part(
        "quant", cmp="ge", value=part.share or "1", dim="ratio", unit="ratio", polarity="higher"
    )
    outcome = score_quantity(goal, actual, law)
    return replace(outcome, why=f"按在{describe(part)}内办结的比例评价。{outcome.why}")


def _reference(part: Part, actual: Actual, law: EvaluationLaw, budget: Budget | None) -> Outcome:
    if part.base != "@budget":
        return score_by_band(actual, f"承诺{describe(part)}，须由责任人评定。", law)
    limit = budget.adjusted if budget else None
    paid = actual.value if actual.value is not None else budget.executed if budget else None
    if actual.is_share and actual.value is not None:
        share = actual.value
    elif limit and paid is not None:
        share = paid / limit
    else:
        return Outcome(TargetStatus.NO_DATA, None, "没有预算执行数，无法核对是否控制在预算内。")
    goal = Part("quant", cmp="le", value="1", dim="ratio", unit="ratio", polarity="lower")
    return score_quantity(goal, replace(actual, value=share), law)


def _bands(part: Part, actual: Actual, law: EvaluationLaw) -> Outcome:
    goal = Part(
        "quant", cmp="ge", value=part.bands[0][1], dim="ratio", unit="ratio", polarity="higher"
    )
    outcome = score_quantity(goal, actual, law)
    if actual.value is None:
        return outcome
    word = next((w for w, least in part.bands[:3] if actual.value >= fraction(least)), "差")
    status = {"优": TargetStatus.MET, "差": TargetStatus.MISSED}.get(word, TargetStatus.PARTIAL)
    return replace(outcome, status=status, why=f"按承诺的档次为“{word}”。{outcome.why}")


_SCORERS: dict[str, Callable[[Part, Actual, EvaluationLaw], Outcome]] = {
    "quant": score_quantity,
    "duration": _duration,
    "deadline": score_deadline,
    "period": score_deadline,
    "ordinal": score_ordinal,
    "flag": score_flag,
    "trend": score_trend,
    "bands": _bands,
    "text": score_text,
}
