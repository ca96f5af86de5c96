"""绩效目标执行监控表: money and goals in the middle of the year, in the national layout."""

from dataclasses import dataclass

from shangwu.foundation.documents import Grid, Official
from shangwu.foundation.documents.official import Rows, centred, label, runs, value
from shangwu.targets.rules.paper.evaluation import SIGNATURE, percent, yuan

TICK = "√"


@dataclass(frozen=True)
class MonitoringMoney:
    """The year's money up to the month. Unit: yuan as decimal text; None where nothing is known."""

    declared: str | None
    adjusted: str | None
    executed: str | None
    rate: str | None
    expected: str | None


@dataclass(frozen=True)
class MonitoringLine:
    """One indicator: what was reached, what is expected, why it deviates, whether it will be reached.

    `causes` and `likelihood` are words of the sheet's lists; a likelihood nobody confirmed is empty.
    """

    level1: str
    level2: str
    name: str
    target: str
    reached: str
    expected: str
    causes: tuple[str, ...] = ()
    explanation: str = ""
    likelihood: str = ""
    remark: str = ""


@dataclass(frozen=True)
class MonitoringSheet:
    """Everything that one monitoring table says. `causes` and `likelihoods` are the columns' words in law/.

    `is_draft` until somebody signed it; `source_notes` say how far the columns are confirmed.
    """

    project: str
    number: str
    organisation: str
    year: int
    period: str
    money: MonitoringMoney
    lines: tuple[MonitoringLine, ...]
    causes: tuple[str, ...]
    likelihoods: tuple[str, ...]
    annual_goal: str = ""
    source_notes: tuple[str, ...] = ()
    foot: str = ""
    is_draft: bool = False


def monitoring_table(sheet: MonitoringSheet) -> Official:
    """Return the monitoring table, its two-storey head repeated on every page."""
    return Official(
        title="项目支出绩效目标执行监控表",
        under_title=f"（{sheet.year}年度，{sheet.period}）",
        before=(f"项目编号：{sheet.number}　　金额单位：元",),
        parts=(_head(sheet), _lines(sheet)),
        signature=SIGNATURE,
        notes=tuple(f"注：{note}" for note in sheet.source_notes),
        foot=sheet.foot,
        mark="草稿" if sheet.is_draft else "",
        is_landscape=True,
    )


def _widths(sheet: MonitoringSheet) -> tuple[int, ...]:
    return (
        *(9, 9, 15, 11, 11, 11),
        *(5 for _ in sheet.causes),
        12,
        *(5 for _ in sheet.likelihoods),
        8,
    )


def _head(sheet: MonitoringSheet) -> Grid:
    """Return project and money over as many columns as the lines below have."""
    width, rows, money = len(_widths(sheet)), Rows(), sheet.money
    rows.add(label(0, "项目名称"), centred(1, sheet.project, columns=width - 1))
    rows.add(
        label(0, "主管部门"),
        centred(1, sheet.organisation, columns=4),
        label(5, "实施单位"),
        centred(6, sheet.organisation, columns=width - 6),
    )
    middle = (width - 5) // 2
    heads = (
        (1, "", 1),
        (2, "年初预算数", 1),
        (3, "调整后预算数", 1),
        (4, f"{sheet.period}执行数", 1),
        (5, f"{sheet.period}执行率", middle),
        (5 + middle, "全年预计执行数", width - 5 - middle),
    )
    figures = (
        "年度资金总额",
        *(yuan(text) for text in (money.declared, money.adjusted, money.executed)),
        percent(money.rate),
        yuan(money.expected),
    )
    rows.add(label(0, "项目资金", rows=2), *(label(c, t, columns=n) for c, t, n in heads))
    rows.add(*(centred(c, t, columns=n) for (c, _, n), t in zip(heads, figures, strict=True)))
    rows.add(label(0, "年度总体目标"), value(1, sheet.annual_goal or "—", columns=width - 1))
    return rows.grid(_widths(sheet))


def _lines(sheet: MonitoringSheet) -> Grid:
    rows = Rows()
    cause = 6
    likely = cause + len(sheet.causes) + 1
    last = likely + len(sheet.likelihoods)
    single = (
        *enumerate(("一级指标", "二级指标", "三级指标", "年度指标值")),
        (4, f"{sheet.period}执行情况"),
        (5, "全年预计完成情况"),
    )
    rows.add(
        *(label(column, text, rows=2) for column, text in single),
        label(cause, "偏差原因分析", columns=likely - cause),
        label(likely, "完成目标可能性", columns=len(sheet.likelihoods)),
        label(last, "备注", rows=2),
    )
    below = (*sheet.causes, "原因说明", *sheet.likelihoods)
    rows.add(*(label(column, text) for column, text in enumerate(below, start=cause)))
    in_level1 = runs([line.level1 for line in sheet.lines])
    in_level2 = runs([(line.level1, line.level2) for line in sheet.lines])
    for position, line in enumerate(sheet.lines):
        levels = []
        if count := in_level1.get(position):
            levels.append(centred(0, line.level1, rows=count))
        if count := in_level2.get(position):
            levels.append(centred(1, line.level2, rows=count))
        cells = (
            *(line.name, line.target, line.reached, line.expected),
            *(TICK if word in line.causes else "" for word in sheet.causes),
            line.explanation,
            *(TICK if word == line.likelihood else "" for word in sheet.likelihoods),
            line.remark,
        )
        rows.add(*levels, *(centred(column, text) for column, text in enumerate(cells, start=2)))
    return rows.grid(_widths(sheet), heads=2)
