"""Charts of the overview: money against time, and the years side by side."""

from collections.abc import Sequence
from fractions import Fraction

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.components import Chart
from shangwu.targets.queries.overview import ProjectLine, YearLine

MOST_BARS = 12


def money_time_chart(lines: Sequence[ProjectLine], *, elapsed: Fraction | None) -> Chart:
    """Return each project's share of money spent beside the share of time that is over."""
    shown = [line for line in lines if line.spending is not None][:MOST_BARS]
    names = [line.declaration.project.name for line in shown]
    data = [
        {"value": _points(line.spending), "colour": "danger" if line.red else "accent"}
        for line in shown
    ]
    now = _points(elapsed)
    return Chart(
        key="money-time",
        title="资金与时间（支出进度，%）",
        option={
            "grid": {"left": 8, "right": 48, "top": 28, "bottom": 24, "containLabel": True},
            "xAxis": {"type": "value", "max": 100},
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": names,
                "axisLabel": {"width": 140, "overflow": "truncate"},
            },
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": data,
                    "markLine": {
                        "symbol": "none",
                        "label": {"formatter": "时间进度", "position": "start"},
                        "data": [{"xAxis": now}] if now is not None else [],
                    },
                }
            ],
        },
        header=("项目", "支出进度", "已支出（元）", "调整后预算（元）"),
        rows=[
            (
                line.declaration.project.name,
                "无支付记录" if line.spending is None else f"{_points(line.spending)}%",
                format_yuan(line.rate.numerator_fen) if line.has_payments else "—",
                format_yuan(line.rate.denominator_fen),
            )
            for line in lines
        ],
        note=f"时间进度 {now}%，按各项目预算加权。没有支付记录的项目不画出来。"
        if now is not None
        else "",
    )


def years_chart(years: Sequence[YearLine]) -> Chart:
    """Return how many targets of each year are met, beside all of them."""
    return Chart(
        key="years",
        title="历年指标（项）",
        option={
            "grid": {"left": 40, "right": 16, "top": 32, "bottom": 24},
            "legend": {"top": 0},
            "xAxis": {"type": "category", "data": [str(line.year) for line in years]},
            "yAxis": {"type": "value", "minInterval": 1},
            "series": [
                {
                    "name": "已达成",
                    "type": "bar",
                    "colour": "success",
                    "data": [line.met for line in years],
                },
                {
                    "name": "全部指标",
                    "type": "bar",
                    "colour": "muted",
                    "data": [line.indicators for line in years],
                },
            ],
        },
        header=("年度", "项目", "指标", "已达成", "预算（元）", "已支出（元）"),
        rows=[
            (
                str(line.year),
                str(line.projects),
                str(line.indicators),
                str(line.met),
                format_yuan(line.budget_fen),
                "无支付记录" if line.executed_fen is None else format_yuan(line.executed_fen),
            )
            for line in years
        ],
    )


def _points(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share) * 100, 2)
