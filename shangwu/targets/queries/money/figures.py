"""The figures of a money page: what each amounts to, the sentence that explains it, the law, and its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from shangwu.foundation.law import Value
from shangwu.foundation.money import format_yuan
from shangwu.targets.measure import EvidenceRow
from shangwu.targets.models import Declaration
from shangwu.targets.queries import money
from shangwu.targets.queries.money import HitState, rows
from shangwu.targets.rules.money import rates
from shangwu.targets.rules.money.facts import MoneyFacts
from shangwu.targets.rules.money.law import MoneyLaw, money_law
from shangwu.targets.rules.money.rates import Planned, Rate, percent
from shangwu.targets.vocabulary import PlanKind

NO_DATA = "无数据"
TONES = {"green": "success", "yellow": "warning", "red": "danger"}


class RowsOf(Protocol):
    """Gives the records behind a figure."""

    def __call__(
        self, declaration: Declaration, *, on: date, known_at: datetime
    ) -> Sequence[EvidenceRow]:
        """Return the rows up to the day as known at the instant."""


@dataclass(frozen=True)
class Figure:
    """One figure: its key in addresses, what is shown, why, and on which formula it rests."""

    key: str
    title: str
    shown: str
    sentence: str
    formula: Value[str]
    tone: str = ""


def execution_rows(
    declaration: Declaration, *, on: date, known_at: datetime
) -> Sequence[EvidenceRow]:
    """Return the payments, the declared budget and its adjustments."""
    return money.execution(declaration, on=on, known_at=known_at).rows


ROWS: dict[str, RowsOf] = {
    "execution": execution_rows,
    "progress": rows.progress_rows,
    "earmarked": rows.earmarked_rows,
    "compliance": rows.compliance_rows,
    "in-place": rows.in_place_rows,
    "in-time": rows.in_place_rows,
}


def figures(
    declaration: Declaration,
    *,
    facts: MoneyFacts,
    hits: Sequence[HitState],
    known_at: datetime,
) -> tuple[Figure, ...]:
    """Return the figures of a declaration in the order of the page."""
    law = money_law(facts.on)
    due = money.plan_series(declaration, known_at=known_at, kind=PlanKind.RECEIPT)
    return (
        _execution(facts, law),
        _progress(facts, money.plan_series(declaration, known_at=known_at), law),
        _earmarked(facts, law),
        _compliance(facts, hits, law),
        *_arrivals(declaration, facts, due, law, known_at=known_at),
    )


def _execution(facts: MoneyFacts, law: MoneyLaw) -> Figure:
    title = "预算执行率"
    if not facts.payments:
        sentence = "尚未登记支付，不能认定执行率。"
        return Figure("execution", title, NO_DATA, sentence, law.execution_formula)
    rate = rates.execution(facts)
    below = Fraction(law.reason_below.value)
    is_low = facts.on >= facts.ends_on and rate.value is not None and rate.value < below
    ask = f"年度已结束而低于 {percent(below)}，须说明原因。" if is_low else ""
    return Figure(
        "execution",
        title,
        _shown(rate),
        f"累计支付 {_yuan(rate.numerator_fen)}，调整后预算 {_yuan(rate.denominator_fen)}。{ask}",
        law.execution_formula,
        "warning" if is_low else "",
    )


def _progress(facts: MoneyFacts, plan: Sequence[Planned], law: MoneyLaw) -> Figure:
    found = rates.progress(facts, plan)
    expected = found.expected.numerator_fen
    shown = NO_DATA if found.ratio is None else percent(found.ratio)
    return Figure(
        "progress",
        "支出进度",
        shown,
        f"累计支付 {_yuan(facts.executed_fen)}，按{found.clock}截至当日应支付 {_yuan(expected)}。"
        + ("" if plan else "登记支出计划后改按计划比较。"),
        law.progress_formula,
        TONES.get(rates.light(found, law.light.value), ""),
    )


def _earmarked(facts: MoneyFacts, law: MoneyLaw) -> Figure:
    rate = rates.earmarked(facts)
    outside = rate.denominator_fen - rate.numerator_fen
    sentence = (
        f"与批准的项目、子项目和用途一致的支出 {_yuan(rate.numerator_fen)}，"
        f"不一致的 {_yuan(outside)}。"
        if facts.standing
        else "尚无支出，不计为百分之百。"
    )
    tone = "danger" if outside else "success" if facts.standing else ""
    return Figure("earmarked", "专款专用率", _shown(rate), sentence, law.earmarked_formula, tone)


def _compliance(facts: MoneyFacts, hits: Sequence[HitState], law: MoneyLaw) -> Figure:
    count = sum(state.is_open for state in hits)
    if count:
        shown, tone = "不合规", "danger"
        sentence = f"负面清单有 {count} 项问题未销号。"
    elif facts.standing:
        shown, tone = "合规", "success"
        cleared = f"，{len(hits)} 项问题已销号" if hits else ""
        sentence = f"{len(facts.standing)} 笔支付没有未销号的问题{cleared}。"
    else:
        shown, tone, sentence = NO_DATA, "", "尚无支出，不能认定合规。"
    return Figure("compliance", "资金使用合规性", shown, sentence, law.compliance_formula, tone)


def _arrivals(
    declaration: Declaration,
    facts: MoneyFacts,
    plan: Sequence[Planned],
    law: MoneyLaw,
    *,
    known_at: datetime,
) -> tuple[Figure, Figure]:
    got = money.receipts(declaration, on=facts.on, known_at=known_at)
    place, timely = rates.in_place(facts, plan, got), rates.in_time(plan, got, on=facts.on)
    against = "截至当日计划到位" if plan else "调整后预算"
    return (
        Figure(
            "in-place",
            "资金到位率",
            _shown(place) if got or plan else NO_DATA,
            f"已到位 {_yuan(place.numerator_fen)}，{against} {_yuan(place.denominator_fen)}。",
            law.in_place_formula,
        ),
        Figure(
            "in-time",
            "资金到位及时率",
            _shown(timely),
            f"按时到位 {_yuan(timely.numerator_fen)}，截至当日应到位 {_yuan(timely.denominator_fen)}。"
            if plan
            else "没有登记到位计划，不能判断是否及时。",
            law.in_time_formula,
        ),
    )


def _shown(rate: Rate) -> str:
    return NO_DATA if rate.value is None else percent(rate.value)


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)} 元"
