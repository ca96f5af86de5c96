"""Charts of monitoring: time, money and output on one clock; a target's course with what is expected of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shangwu.foundation.web.components import Chart
from shangwu.targets.models import Outlook, StoredReading
from shangwu.targets.queries.monitoring.report import expected_words
from shangwu.targets.queries.monitoring.situation import value_of
from shangwu.targets.queries.pages import shown_value
from shangwu.targets.queries.whatif import Rehearsal
from shangwu.targets.rules.forecast.facts import NoForecast


def dual_chart(content: dict[str, Any]) -> Chart:
    """Return how much of the project's days, money and output is behind the period's end."""
    figures = content["money"]
    shares = [
        ("时间进度", content["elapsed"], "muted"),
        ("支出进度", figures["rate"], "accent"),
        ("产出进度", figures["output"], "success"),
    ]
    drawn = [(name, _number(text), colour) for name, text, colour in shares if text != "—"]
    return Chart(
        key="dual",
        title="双监控：资金与产出（%）",
        option={
            "grid": {"left": 84, "right": 56, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "max": 100},
            "yAxis": {"type": "category", "inverse": True, "data": [name for name, *_ in drawn]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [{"value": value, "colour": colour} for _, value, colour in drawn],
                }
            ],
        },
        header=("进度", "数值"),
        rows=[*((name, text) for name, text, _ in shares), ("资金与产出进度差", figures["gap"])],
        note="没有数据的进度不画出来，也不当作零。",
    )


def course_chart(
    readings: Sequence[StoredReading], outlook: Outlook | None, *, unit: str, ends_on: date
) -> Chart:
    """Return a target's readings with the planned value and the expected result at the end."""
    factor = 100 if unit == "ratio" else 1
    points = [
        [row.on.isoformat(), round(float(value) * factor, 6)]
        for row in sorted(readings, key=lambda row: (row.on, row.taken_at))
        if (value := value_of(row)) is not None
    ]
    rows = [(row.on.isoformat(), "读数", shown_value(row)) for row in readings]
    series: list[dict[str, Any]] = [{"name": "读数", "type": "line", "data": points}]
    if outlook is not None and outlook.median is not None:
        series += _expected(points, outlook, factor, ends_on)
        rows.append((ends_on.isoformat(), "预计", expected_words(outlook, unit)))
    return Chart(
        key="course",
        title="进展与预测" + ("（%）" if unit == "ratio" else f"（{unit}）" if unit else ""),
        option={
            "grid": {"left": 56, "right": 24, "top": 32, "bottom": 24},
            "legend": {"top": 0},
            "xAxis": {"type": "time"},
            "yAxis": {"type": "value", "scale": True},
            "series": series,
        },
        header=("日期", "项目", "数值"),
        rows=rows,
        note=outlook.why if outlook is not None else "",
    )


def rehearsal_chart(found: Rehearsal) -> Chart:
    """Return the expected result with its interval, as things stand and as they would be."""
    factor = 100 if found.unit == "ratio" else 1
    rows, data, ranges = [], [], []
    for name, one in (("现状", found.found.before), ("假设", found.found.after)):
        if isinstance(one, NoForecast):
            rows.append((name, "—", "—", one.why))
            continue
        low, median, high = (round(float(v) * factor, 2) for v in (one.low, one.median, one.high))
        data.append({"value": median, "colour": "accent" if name == "假设" else "muted"})
        ranges.append((name, low, high))
        chance = f"{round(float(one.probability) * 100, 2)}%"
        rows.append((name, str(median), f"{low} 至 {high}", chance))
    return Chart(
        key="rehearsal",
        title="预计值" + ("（%）" if found.unit == "ratio" else ""),
        option={
            "grid": {"left": 56, "right": 48, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "min": 0},
            "yAxis": {"type": "category", "inverse": True, "data": [name for name, *_ in ranges]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": data,
                }
            ],
        },
        header=("情形", "预计值", "80% 区间", "达成概率"),
        rows=rows,
        note="横条为预计值（中位数），区间见数据表。",
    )


def _expected(
    points: list[list[Any]], outlook: Outlook, factor: int, ends_on: date
) -> list[dict[str, Any]]:
    end = ends_on.isoformat()
    start = points[-1:] or []

    def at_end(value: Any) -> list[Any]:
        return [end, round(float(value) * factor, 6)]

    return [
        {
            "name": name,
            "type": "line",
            "lineStyle": {"type": "dashed"},
            "data": [*start, at_end(value)],
        }
        for name, value in (
            ("预计", outlook.median),
            ("区间下限", outlook.low),
            ("区间上限", outlook.high),
        )
    ]


def _number(text: str) -> float:
    return float(text.removesuffix("%"))
