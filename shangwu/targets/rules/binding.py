"""Which measure of our own can answer for a target, judging by its name and type."""

from dataclasses import dataclass
from datetime import date

from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.target import ParsedTarget

COMPLETION = "targets.completion"
RATING = "targets.rating"
BUDGET_EXECUTION = "targets.budget_execution"
EARMARKED_USE = "targets.earmarked_use"
FUND_COMPLIANCE = "targets.fund_compliance"
FUNDS_IN_PLACE = "targets.funds_in_place"
SPENDING_PROGRESS = "targets.spending_progress"
# Quotients of amounts, which count no cases.
MONEY_MEASURES = frozenset({BUDGET_EXECUTION, EARMARKED_USE, FUNDS_IN_PLACE, SPENDING_PROGRESS})


@dataclass(frozen=True)
class BindingProposal:
    """A measure's key and the Chinese sentence that says why it was proposed."""

    measure: str
    reason: str


def propose_money_binding(name: str, *, year: int) -> BindingProposal | None:
    """Return the measure of payments that answers for an indicator of this name, if any.

    Source: law/targets.toml#money.indicator_names
    """
    plain = "".join(name.split())
    for row in money_law(date(year, 12, 31)).indicator_names.value:
        if plain in row.names:
            return BindingProposal(row.measure, "由平台按支付记录和负面清单计算，不由人评定。")
    return None


def propose_binding(target: ParsedTarget, *, name: str, year: int) -> BindingProposal | None:
    """Return the measure that fits the name or type, or None where only a business system can count."""
    if money := propose_money_binding(name, year=year):
        return money
    kinds = {part.kind for part in target.parts}
    if "deadline" in kinds:
        return BindingProposal(COMPLETION, "目标含有完成期限，按登记的完成日期判断。")
    if kinds & {"ordinal", "flag", "text"} and not kinds & {"quant", "duration", "trend", "ref"}:
        return BindingProposal(RATING, "目标须由人判断，按具名评定及其佐证判断。")
    return None
