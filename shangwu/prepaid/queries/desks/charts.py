"""Charts of the desks: what is drawn, and the table that says the same."""

from collections.abc import Sequence
from datetime import date

from shangwu.foundation.money import Fen, format_yuan
from shangwu.foundation.web.components import Chart
from shangwu.prepaid.queries.desks.desk import KindCount, Sums

FEN_A_WAN = 1_000_000
MOST_SECTORS = 12


def wan(fen: Fen | None) -> float | None:
    """Return an amount as 万元 for an axis; the table beside the chart has it to the fen.

    Unit: fen in, 10,000 yuan out.
    """
    return None if fen is None else round(fen / FEN_A_WAN, 2)


def course_chart(course: Sequence[tuple[date, Sums]]) -> Chart:
    """Return balance, requirement and what secures it over the last weeks."""
    days = [f"{day:%m-%d}" for day, _ in course]
    lines = (
        ("预收资金余额", [wan(one.balance_fen) for _, one in course], "muted"),
        ("应存管", [wan(one.required_fen) for _, one in course], "warning"),
        ("已落实", [wan(one.secured_fen) for _, one in course], "success"),
    )
    return Chart(
        key="course",
        title="近三十日余额与存管（万元）",
        option=line_option(days, lines),
        header=("日期", "预收资金余额（元）", "应存管（元）", "已落实（元）", "缺额（元）"),
        rows=[
            (
                day.isoformat(),
                *(
                    format_yuan(fen)
                    for fen in (
                        one.balance_fen,
                        one.required_fen,
                        one.secured_fen,
                        one.shortfall_fen,
                    )
                ),
            )
            for day, one in course
        ],
        note="每日零时后核算。已落实＝账户余额与履约保证中用于满足要求的部分。",
    )


def sector_chart(sectors: Sequence[Sums]) -> Chart:
    """Return what of each line of business is secured and what is missing."""
    shown = sectors[:MOST_SECTORS]
    return Chart(
        key="sectors",
        title="各行业存管落实（万元）",
        option={
            "grid": {"left": 8, "right": 24, "top": 32, "bottom": 24, "containLabel": True},
            "legend": {"top": 0},
            "xAxis": {"type": "value"},
            "yAxis": {"type": "category", "inverse": True, "data": [one.label for one in shown]},
            "series": [
                {
                    "name": "已落实",
                    "type": "bar",
                    "stack": "sum",
                    "colour": "success",
                    "data": [wan(one.secured_fen) for one in shown],
                },
                {
                    "name": "缺额",
                    "type": "bar",
                    "stack": "sum",
                    "colour": "danger",
                    "data": [wan(one.shortfall_fen) for one in shown],
                },
            ],
        },
        header=(
            *("行业", "经营者", "须对接", "已对接"),
            *("余额（元）", "应存管（元）", "缺额（元）", "存管不足（家）", "未了结异常"),
        ),
        rows=[area_row(one) for one in sectors],
    )


def area_row(one: Sums) -> tuple[str, ...]:
    """Return an area's figures as the cells of a row."""
    return (
        one.label,
        *(f"{n:,}" for n in (one.operators, one.must_connect, one.connected)),
        *(format_yuan(fen) for fen in (one.balance_fen, one.required_fen, one.shortfall_fen)),
        f"{one.short:,}",
        f"{one.open_observations:,}",
    )


def kinds_chart(kinds: Sequence[KindCount]) -> Chart:
    """Return how many observations of each kind are not settled."""
    return Chart(
        key="kinds",
        title="未了结的异常（条）",
        option={
            "grid": {"left": 8, "right": 48, "top": 8, "bottom": 24, "containLabel": True},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {"type": "category", "inverse": True, "data": [one.label for one in kinds]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [{"value": one.count, "colour": "warning"} for one in kinds],
                }
            ],
        },
        header=("种类", "条数", "涉及金额（元）"),
        rows=[(one.label, f"{one.count:,}", format_yuan(one.at_stake_fen)) for one in kinds],
    )


def line_option(
    days: Sequence[str], lines: Sequence[tuple[str, Sequence[float | None], str]]
) -> dict[str, object]:
    """Return the option of lines over days; each has a name, its values and a colour of the palette."""
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 24, "containLabel": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": list(days)},
        "yAxis": {"type": "value"},
        "series": [
            {
                "name": name,
                "type": "line",
                "step": "end",
                "showSymbol": len(days) == 1,
                "colour": colour,
                "data": list(values),
            }
            for name, values, colour in lines
        ],
    }
