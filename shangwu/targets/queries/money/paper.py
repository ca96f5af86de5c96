"""The money page as a paper: the same figures, with the rows that an office files."""

from collections.abc import Sequence
from datetime import datetime

from shangwu.foundation.documents import Column, Paper, Section, Sheet
from shangwu.foundation.money import format_yuan
from shangwu.targets.queries.money.ledger import standing_line
from shangwu.targets.queries.money.page import MoneyPage, newest_payments


def paper_of(page: MoneyPage, *, at: datetime) -> Paper:
    """Return figures, budget lines, adjustments, contracts, payments and open findings, ready to print."""
    declaration, facts = page.declaration, page.facts
    return Paper(
        title=declaration.project.name,
        subtitle=f"{declaration.year} 年度项目资金（截至 {facts.on}）",
        facts=(
            ("申报单位", declaration.project.organisation),
            ("项目编号", declaration.project.number),
            ("当年预算", _yuan(facts.declared_fen)),
            ("调整后预算", _yuan(facts.adjusted_fen)),
            ("累计支付", _yuan(facts.executed_fen)),
            ("结余", _yuan(facts.adjusted_fen - facts.executed_fen)),
        ),
        sections=(
            _figures(page),
            _lines(page),
            _adjustments(page),
            _payments(page, at),
            _findings(page),
        ),
        notes=("金额由支付记录加总，预算为经批准调整后的数；没有数据的写“无数据”。",),
        foot=f"{declaration.project.number} · {at:%Y-%m-%d %H:%M} 打印",
    )


def _figures(page: MoneyPage) -> Section:
    return _section(
        "指标",
        (Column("指标", 14), Column("数值", 12), Column("说明", 40), Column("算法", 44)),
        [
            (
                one.title,
                one.shown,
                one.sentence,
                f"{one.formula.value}（{one.formula.status_label}）",
            )
            for one in page.figures
        ],
    )


def _lines(page: MoneyPage) -> Section:
    amounts = ("预算（元）", "调整后（元）", "已支付（元）", "结余（元）")
    return _section(
        "子项目",
        (Column("子项目", 30), *(Column(name, 16, numeric=True) for name in amounts)),
        [
            (
                line.name,
                format_yuan(line.declared_fen),
                format_yuan(line.adjusted_fen),
                format_yuan(line.paid_fen),
                format_yuan(line.left_fen),
            )
            for line in page.lines
        ],
    )


def _adjustments(page: MoneyPage) -> Section:
    return _section(
        "预算调整",
        (
            Column("类型", 14),
            Column("金额（元）", 16, numeric=True),
            Column("生效日期", 12),
            Column("状态", 10),
            Column("理由", 44),
        ),
        [
            (
                str(one.get_kind_display()),
                format_yuan(one.amount_fen),
                one.effective_on.isoformat(),
                str(one.get_decision_display()),
                one.reason,
            )
            for one in page.adjustments
        ],
    )


def _findings(page: MoneyPage) -> Section:
    return _section(
        "负面清单",
        (Column("清单项", 8), Column("问题", 70), Column("状态", 12)),
        [
            (state.hit.rule, state.hit.sentence, "未销号" if state.is_open else "已销号")
            for state in page.hits
        ],
    )


def _payments(page: MoneyPage, at: datetime) -> Section:
    rows = newest_payments(page.declaration, on=page.facts.on, known_at=at)
    return _section(
        "支付",
        (
            Column("支付日期", 12),
            Column("凭证号", 16),
            Column("收款人", 30),
            Column("子项目", 24),
            Column("金额（元）", 16, numeric=True),
        ),
        [
            (
                row.paid_on.isoformat(),
                row.voucher,
                row.payee,
                standing_line(row),
                format_yuan(row.amount_fen),
            )
            for row in rows
        ],
    )


def _section(heading: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]) -> Section:
    if not rows:
        return Section(heading=heading, paragraphs=("没有记录。",))
    return Section(heading=heading, sheet=Sheet(title="", columns=columns, rows=rows))


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)} 元"
