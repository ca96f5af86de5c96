"""Which measure of our own can answer for a target, judging by its type alone."""

from dataclasses import dataclass

from shangwu.targets.rules.target import ParsedTarget

COMPLETION = "targets.completion"
RATING = "targets.rating"


@dataclass(frozen=True)
class BindingProposal:
    """A measure's key and the Chinese sentence that says why it was proposed."""

    measure: str
    reason: str


def propose_binding(target: ParsedTarget) -> BindingProposal | None:
    """Return the measure that fits the target's type, or None where only a business system can count."""
    kinds = {part.kind for part in target.parts}
    if "deadline" in kinds:
        return BindingProposal(COMPLETION, "目标含有完成期限，按登记的完成日期判断。")
    if kinds & {"ordinal", "flag", "text"} and not kinds & {"quant", "duration", "trend", "ref"}:
        return BindingProposal(RATING, "目标须由人判断，按具名评定及其佐证判断。")
    return None
