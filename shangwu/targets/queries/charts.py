"""Charts of the target pages: what is drawn, and the table that says the same."""

from collections.abc import Sequence

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.components import Chart
from shangwu.targets.models import Declaration, StoredReading
from shangwu.targets.queries.overview import StatusCount
from shangwu.targets.queries.pages import shown_value
from shangwu.targets.queries.surveys import QuestionResult
from shangwu.targets.vocabulary import PreviousBudget, TargetStatus

# Status -> colour name of the web shell's palette; the label always stands beside the colour.
STATUS_COLOURS = {
    TargetStatus.MET: "success",
    TargetStatus.PARTIAL: "warning",
    TargetStatus.MISSED: "danger",
    TargetStatus.NOT_DUE: "info",
    TargetStatus.NEEDS_RATING: "purple",
    TargetStatus.NO_DATA: "muted",
}
STATUS_HEIGHT = {
    TargetStatus.NO_DATA: 0,
    TargetStatus.NEEDS_RATING: 1,
    TargetStatus.NOT_DUE: 2,
    TargetStatus.MISSED: 3,
    TargetStatus.PARTIAL: 4,
    TargetStatus.MET: 5,
}


def status_chart(counts: Sequence[StatusCount]) -> Chart:
    """Return how many targets stand in each status, as horizontal bars."""
    shown = [count for count in reversed(counts)]
    return Chart(
        key="status",
        title="指标状态分布",
        option={
            "grid": {"left": 84, "right": 40, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {"type": "category", "data": [count.label for count in shown]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [
                        {"value": count.count, "colour": STATUS_COLOURS[TargetStatus(count.status)]}
                        for count in shown
                    ],
                }
            ],
        },
        header=("状态", "指标数"),
        rows=tuple((count.label, str(count.count)) for count in counts),
    )


def years_money_chart(declaration: Declaration) -> Chart:
    """Return the year's budget beside the previous year's; 无 is left out, never drawn as zero."""
    bars: list[tuple[str, int]] = []
    if declaration.previous_budget_fen is not None:
        bars.append(("上年预算额", declaration.previous_budget_fen))
    if declaration.previous_executed_fen is not None:
        bars.append(("上年执行数", declaration.previous_executed_fen))
    bars.append(("当年预算", declaration.budget_year_fen))
    rows = [(name, format_yuan(fen)) for name, fen in bars]
    if declaration.previous_budget_kind == PreviousBudget.NOT_APPLICABLE:
        rows.insert(0, ("上年预算额", "无（不适用）"))
    return Chart(
        key="money",
        title="预算与上年执行（元）",
        option={
            "grid": {"left": 84, "right": 96, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "axisLabel": {"show": False}},
            "yAxis": {"type": "category", "inverse": True, "data": [name for name, _ in bars]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [
                        {"value": fen / 100, "label": {"formatter": format_yuan(fen)}}
                        for _, fen in bars
                    ],
                }
            ],
        },
        header=("项目", "金额（元）"),
        rows=tuple(rows),
    )


def history_chart(readings: Sequence[StoredReading]) -> Chart:
    """Return the target's history: the status as a step line, oldest first, the value in the table."""
    ordered = sorted(readings, key=lambda reading: (reading.on, reading.taken_at))
    labels = [str(status.label) for status in sorted(STATUS_HEIGHT, key=lambda s: STATUS_HEIGHT[s])]
    return Chart(
        key="history",
        title="读数历史",
        option={
            "grid": {"left": 72, "right": 24, "top": 16, "bottom": 32},
            "xAxis": {"type": "category", "data": [reading.on.isoformat() for reading in ordered]},
            "yAxis": {"type": "category", "data": labels},
            "series": [
                {
                    "type": "line",
                    "step": "end",
                    "symbolSize": 9,
                    "data": [str(TargetStatus(reading.status).label) for reading in ordered],
                }
            ],
        },
        header=("截至日期", "读取时间", "状态", "数值", "说明"),
        rows=tuple(
            (
                reading.on.isoformat(),
                reading.taken_at.isoformat(timespec="minutes"),
                str(TargetStatus(reading.status).label),
                shown_value(reading),
                reading.why,
            )
            for reading in ordered
        ),
    )


def answers_chart(result: QuestionResult) -> Chart:
    """Return how many valid answers chose each level, best level on top."""
    counts = dict(result.counted.counts) if result.counted else {}
    n = result.counted.n if result.counted else 0
    levels = list(result.levels)
    best = levels[: (len(levels) + 1) // 2]
    return Chart(
        key=f"question-{result.question.position}",
        title="答卷分布（份）",
        option={
            "grid": {"left": 96, "right": 48, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": [level.word for level in levels],
            },
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [
                        {
                            "value": counts.get(level.rank, 0),
                            "colour": "success" if level in best else "warning",
                        }
                        for level in levels
                    ],
                }
            ],
        },
        header=("等次", "份数", "占比"),
        rows=tuple(
            (
                level.word,
                str(counts.get(level.rank, 0)),
                f"{counts.get(level.rank, 0) * 100 / n:.2f}%" if n else "—",
            )
            for level in levels
        ),
    )
