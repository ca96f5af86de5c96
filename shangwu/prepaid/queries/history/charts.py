"""The chart of history: money issued and redeemed, and what is still held."""

from decimal import Decimal

from shangwu.foundation.money import in_yuan
from shangwu.foundation.web.components import Chart
from shangwu.prepaid.queries.history.page import Figures

FEN_OF_TEN_THOUSAND_YUAN = 1_000_000
HEADER = (
    "口径",
    "经营者（户）",
    "月末有余额（户）",
    "发行和充值（元）",
    "兑付（元）",
    "退款（元）",
    "月末余额（元）",
    "有变动的卡（卡·月）",
    "逾期报送日",
    "报送日",
)


def rows_of(found: Figures) -> list[tuple[str, ...]]:
    """Return the figures as people read them, under HEADER; the last row is the sum."""
    return [
        tuple(f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell) for cell in row)
        for row in file_rows(found)
    ]


def file_rows(found: Figures) -> list[tuple[str | int | Decimal, ...]]:
    """Return the figures as numbers, under HEADER; the last row is the sum. Unit: yuan."""
    return [
        (
            line.label,
            line.operators,
            line.holding,
            in_yuan(line.issued_fen),
            in_yuan(line.redeemed_fen),
            in_yuan(line.refunded_fen),
            in_yuan(line.balance_fen),
            line.active_cards,
            line.late_days,
            line.days,
        )
        for line in (*found.lines, found.total)
    ]


def money_chart(found: Figures) -> Chart:
    """Return what was issued and redeemed beside the balance, for each month, sector or district."""
    labels = [line.label for line in found.lines]
    is_time = found.by == "month"
    names = {"type": "category", "data": labels}
    amounts = {"type": "value"}
    kind = {"type": "line", "symbolSize": 6} if is_time else {"type": "bar"}
    return Chart(
        key="history-money",
        title="发行、兑付与余额（万元）",
        option={
            "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
            "legend": {"top": 0},
            "xAxis": names if is_time else amounts,
            "yAxis": amounts if is_time else {**names, "inverse": True},
            "series": [
                _series("发行和充值", "accent", found, "issued_fen") | {"type": "bar"},
                _series("兑付", "success", found, "redeemed_fen") | {"type": "bar"},
                _series("月末余额", "warning", found, "balance_fen") | kind,
            ],
        },
        header=HEADER,
        rows=rows_of(found),
        note="发行、兑付、退款为所选各月之和，经营者对接时转入的存量余额计在当月发行；经营者数和余额取所选月份中最后一个月的月末数。",
    )


def _series(name: str, colour: str, found: Figures, field: str) -> dict[str, object]:
    values = [round(getattr(one, field) / FEN_OF_TEN_THOUSAND_YUAN, 2) for one in found.lines]
    return {"name": name, "colour": colour, "data": values}
