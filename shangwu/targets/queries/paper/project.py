"""The project page as a paper: the same figures, with what explains them."""

from datetime import datetime

from shangwu.foundation.documents import Column, Paper, Section, Sheet
from shangwu.foundation.money import format_yuan
from shangwu.targets.models import Declaration
from shangwu.targets.queries.pages import ProjectPage, TargetLine

COLUMNS = (
    Column("行", 5, numeric=True),
    Column("绩效指标", 30),
    Column("指标目标值", 20),
    Column("类型化目标", 26),
    Column("状态", 10),
    Column("实绩", 14),
    Column("说明", 44),
)


def paper_of(page: ProjectPage, *, at: datetime) -> Paper:
    """Return the declaration's facts, money and targets, ready to print."""
    declaration = page.declaration
    return Paper(
        title=declaration.project.name,
        subtitle=f"{declaration.year} 年度绩效目标与实绩",
        facts=(
            ("申报单位", declaration.project.organisation),
            ("项目编号", declaration.project.number),
            ("申报表状态", declaration.get_status_display()),
            ("项目总预算", f"{format_yuan(declaration.budget_total_fen)} 元"),
            ("项目当年预算", f"{format_yuan(declaration.budget_year_fen)} 元"),
            ("上年预算额", _previous(declaration)),
        ),
        sections=(
            Section(
                heading="承诺与实绩",
                sheet=Sheet(
                    title="承诺与实绩", columns=COLUMNS, rows=[_row(line) for line in page.lines]
                ),
            ),
        ),
        notes=("数字由业务记录计算或由责任人具名评定；没有数据的写“无数据”，不计为达成。",),
        foot=f"{declaration.project.number} · {at:%Y-%m-%d %H:%M} 打印",
    )


def _row(line: TargetLine) -> tuple[str | int, ...]:
    return (
        line.indicator.row,
        line.indicator.name,
        line.version.raw,
        "；".join(line.typed),
        line.status_label,
        line.value,
        line.reading.why if line.reading else "尚无读数。",
    )


def _previous(declaration: Declaration) -> str:
    if declaration.previous_budget_fen is None:
        return declaration.get_previous_budget_kind_display()
    return f"{format_yuan(declaration.previous_budget_fen)} 元"
