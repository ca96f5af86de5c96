"""The chart of spending: what was paid by each month's end, what the plan says, and the budget above both."""

from collections.abc import Sequence
from datetime import date, datetime

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.components import Chart
from shangwu.targets.models import Declaration
from shangwu.targets.queries.money import monthly_series, plan_series
from shangwu.targets.rules.money.facts import MoneyFacts
from shangwu.targets.rules.money.rates import month_ends

WAN = 1_000_000  # fen in ten thousand yuan, the unit of the axis


def spending_chart(declaration: Declaration, *, facts: MoneyFacts, known_at: datetime) -> Chart:
    """Return cumulative payments and plan by month, beside the adjusted budget.

    After the day nothing is drawn as paid. Unit: 万元 on the axis, exact yuan in the table.
    """
    last = max([facts.ends_on, *(payment.paid_on for payment in facts.payments)])
    found = monthly_series(declaration, on=min(facts.on, last), known_at=known_at)
    paid = {month.month_end: month for month in found}
    plan = plan_series(declaration, known_at=known_at)
    first = min([facts.starts_on, *paid])
    months = month_ends(first, last)
    planned = [
        sum(point.amount_fen for point in plan if point.due_on <= end) if plan else None
        for end in months
    ]
    so_far = [paid[end].cumulative_fen if end in paid else None for end in months]
    rows = [
        (
            _month(end),
            _cell(paid[end].paid_fen if end in paid else None),
            _cell(cumulative),
            _cell(due),
        )
        for end, cumulative, due in zip(months, so_far, planned, strict=True)
    ]
    budget = [facts.adjusted_fen for _ in months]
    series = [_line("累计支付", so_far, "accent"), _line("调整后预算", budget, "muted")]
    if plan:
        series.insert(1, _line("支出计划", planned, "warning"))
    return Chart(
        key="spending",
        title="累计支付与支出计划（万元）",
        option={
            "legend": {"bottom": 0},
            "grid": {"left": 56, "right": 24, "top": 16, "bottom": 56},
            "xAxis": {"type": "category", "data": [_month(end) for end in months]},
            "yAxis": {"type": "value"},
            "series": series,
        },
        header=("月份", "当月支付（元）", "累计支付（元）", "累计计划（元）"),
        rows=rows,
        note=f"调整后预算 {format_yuan(facts.adjusted_fen)} 元。"
        + ("" if plan else "没有登记支出计划，图上不画计划线。"),
    )


def _line(name: str, amounts: Sequence[int | None], colour: str) -> dict[str, object]:
    return {
        "name": name,
        "type": "line",
        "colour": colour,
        "step": "end" if name == "支出计划" else False,
        "symbol": "circle" if name == "累计支付" else "none",
        "lineStyle": {"type": "dashed" if name == "调整后预算" else "solid"},
        "data": [None if fen is None else fen / WAN for fen in amounts],
    }


def _month(end: date) -> str:
    return f"{end:%Y-%m}"


def _cell(fen: int | None) -> str:
    return "—" if fen is None else format_yuan(fen)
