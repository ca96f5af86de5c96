"""The chart of an evaluation: what each part earned of what it could."""

from fractions import Fraction

from shangwu.foundation.web.components import Chart
from shangwu.targets.rules.evaluation.facts import Result, Role
from shangwu.targets.rules.evaluation.framework import EXECUTION
from shangwu.targets.rules.evaluation.printing import half_up

ZERO = Fraction(0)


def category_chart(result: Result) -> Chart:
    """Return earned, still possible and lost points of each part of the framework."""
    parts: dict[str, list[Fraction]] = {}
    if result.execution is not None:
        weight, score = result.execution.weight, result.execution.score
        known = result.execution.rate is not None
        parts[EXECUTION] = [score or ZERO, ZERO if known else weight, weight]
    for row in result.rows:
        if row.role == Role.INDICATOR:
            found = parts.setdefault(row.category or "未归类", [ZERO, ZERO, ZERO])
            found[0] += row.least
            found[1] += row.most - row.least
            found[2] += row.weight or ZERO
    names = list(parts)
    kinds = (("已得", "success", 0), ("待定", "warning", 1))
    series = [
        {
            "name": label,
            "type": "bar",
            "stack": "points",
            "colour": colour,
            "data": [float(parts[name][n]) for name in names],
        }
        for label, colour, n in kinds
    ]
    lost = [parts[name][2] - parts[name][0] - parts[name][1] for name in names]
    series.append(
        {
            "name": "失分",
            "type": "bar",
            "stack": "points",
            "colour": "muted",
            "data": [float(points) for points in lost],
        }
    )
    return Chart(
        key="categories",
        title="各部分得分（分）",
        option={
            "legend": {"top": 0},
            "grid": {"left": 84, "right": 24, "top": 32, "bottom": 24},
            "xAxis": {"type": "value"},
            "yAxis": {"type": "category", "inverse": True, "data": names},
            "series": series,
        },
        header=("部分", "已得", "待定", "失分", "满分"),
        rows=tuple(
            (
                name,
                half_up(parts[name][0]),
                half_up(parts[name][1]),
                half_up(points),
                half_up(parts[name][2]),
            )
            for name, points in zip(names, lost, strict=True)
        ),
    )
