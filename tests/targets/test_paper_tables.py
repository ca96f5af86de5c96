"""Evaluation and monitoring papers: what they print follows from what they are given, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from shangwu.foundation.documents import (
    Grid,
    Official,
    Text,
    write_official_docx,
    write_official_pdf,
    write_official_xlsx,
)
from shangwu.targets.rules.paper.evaluation import HEADS, Signed, evaluation_table, percent, yuan
from shangwu.targets.rules.paper.monitoring import (
    MonitoringLine,
    MonitoringMoney,
    MonitoringSheet,
    monitoring_table,
)
from shangwu.targets.rules.paper.report import evaluation_report

RULE = {
    "key": "law/targets.toml#rule.over_achievement",
    "sentence": "超额不加分",
    "source_status": "proposal",
}
SIGNED = Signed("填报员", "2020-01-10 10:00", "c" * 64, "e" * 64, "12:ab")


def line(**changes: Any) -> dict[str, Any]:
    return {
        "level1": "产出",
        "level2": "数量",
        "name": "培训次数",
        "target": "12次",
        "actual": "11次",
        "role": "indicator",
        "status": "MISSED",
        "weight": "20",
        "score": "18.33",
        "why": "按实际值÷目标值计 91.67%。",
        "rules": [RULE],
        "cause": "人员保障",
        "cause_detail": "人员抽调",
        "remedy": "次年补训",
        "reading": 7,
        "read_on": "2019-12-31",
        "evidence_count": 11,
        "evidence_sha256": "ab" * 32,
    } | changes


def content(**changes: Any) -> dict[str, Any]:
    met = {"status": "MET", "cause": "", "cause_detail": "", "remedy": ""}
    return {
        "project": "办事大厅管理",
        "number": "XM00005",
        "organisation": "某市商务委员会",
        "year": 2019,
        "kind": "SELF",
        "as_of": "2019-12-31",
        "revision": 2,
        "overview": "大厅概况",
        "annual_goal": "大厅正常运行",
        "money": {"declared": "290000.00", "adjusted": "300000.00", "executed": "291000.00"},
        "indicators": [
            line(),
            line(name="检查次数", actual="24次", **met),
            line(level2="质量", name="合规性", role="gate", weight=None, score=None, **met),
            line(name="满意率", actual="", status="NO_DATA", score=None, reading=None, **{
                "cause": "", "remedy": "", "evidence_sha256": "",
            }),
        ],
        "execution": {"rate": "0.97", "weight": "10", "score": "9.70", "rules": [RULE]},
        "total": "94.18",
        "grade": "优",
        "provisional": True,
        "lowest": "94.18",
        "highest": "99.18",
        "rules": [
            RULE,
            {"key": "rule.rounding", "sentence": "四舍五入", "source_status": "confirmed"},
            {"key": "rule.bands", "sentence": "档次区间", "source_status": "unconfirmed"},
        ],
        "weights_proposed": False,
        "flags": [{"code": "X", "message": "预算执行率与指标重复，只计一次。"}],
    } | changes  # fmt: skip


def printed(grid: Text | Grid) -> list[list[str]]:
    """Return the grid's texts row by row, each cell where it begins."""
    assert isinstance(grid, Grid)
    return [[box.text for box in grid.boxes if box.row == row] for row in range(grid.height)]


def texts(paper: Official) -> str:
    return "\n".join(part.text for part in paper.parts if isinstance(part, Text))


def test_the_table_has_the_national_rows_and_columns():
    head, indicators = (printed(part) for part in evaluation_table(content(), SIGNED).parts)
    assert head[0] == ["项目名称", "办事大厅管理"]
    assert head[2][-6:] == ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    assert head[3] == [
        "年度资金总额",
        "290,000.00",
        "300,000.00",
        "291,000.00",
        "10",
        "97.00%",
        "9.70",
    ]
    assert head[5] == [
        "大厅正常运行",
        "共 4 项指标：已达成 2 项，未达成 1 项，无数据 1 项。",
    ]
    assert tuple(indicators[0]) == HEADS
    assert indicators[1] == [
        *("产出", "数量", "培训次数", "12次", "11次", "20", "18.33"),
        "人员保障：人员抽调\n改进措施：次年补训",
    ]
    assert indicators[2] == ["检查次数", "12次", "24次", "20", "18.33", ""]
    assert indicators[3][:5] == ["质量", "合规性", "12次", "11次", "门槛"]
    assert indicators[4][2:6] == ["12次", "无数据", "20", "—"]
    assert indicators[5] == ["总分", "100", "94.18", "等次：优（暂定：最低 94.18，最高 99.18）"]


def test_what_is_not_known_is_no_zero():
    unknown = content(money={"declared": "1.00", "adjusted": "1.00", "executed": None})
    unknown["execution"] = {"rate": None, "weight": "10", "score": None, "rules": []}
    head = printed(evaluation_table(unknown, SIGNED).parts[0])
    assert head[3][3:] == ["无数据", "10", "无数据", "—"]
    assert (yuan(None), yuan("0.00"), percent(None), percent("0")) == (
        "无数据",
        "0.00",
        "无数据",
        "0.00%",
    )
    assert (percent("0.999949"), percent("0.99995"), percent("0.999995")) == (
        "99.99%",
        "100.00%",
        "100.00%",
    )


def test_before_the_weights_are_signed_there_is_no_total():
    proposed = content(total=None, grade=None, weights_proposed=True)
    rows = printed(evaluation_table(proposed, None).parts[1])
    assert rows[-1] == ["总分", "100", "—", "权重签认前不计分"]
    assert [rows[1][5], rows[3][4]] == ["20（建议）", "门槛"]
    told = texts(evaluation_report(proposed, None))
    assert "无数据 1 项。权重签认前不计分。" in told
    assert "分值 20（建议），得分 18.33。〔1〕" in told


def test_rules_that_nobody_confirmed_say_so_once():
    notes = evaluation_table(content(), SIGNED).notes
    assert notes == (
        "注：超额不加分〔本平台建议值：rule.over_achievement〕",
        "注：档次区间〔未核实：rule.bands〕",
    )


def test_a_signed_paper_names_signer_and_fingerprints_and_a_draft_says_that_it_is_one():
    signed, draft = evaluation_table(content(), SIGNED), evaluation_table(content(), None)
    for part in ("填报员 于 2020-01-10 10:00 签署", "c" * 64, "e" * 64, "12:ab"):
        assert part in signed.foot
    assert (signed.mark, draft.mark) == ("", "草稿")
    assert "未签署" in draft.foot
    unsealed = evaluation_table(content(), replace(SIGNED, audit_head=""))
    assert "签署时尚未封存" in unsealed.foot


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("SELF", "项目支出绩效自评表"),
        ("DEPARTMENT", "项目支出绩效部门评价表"),
        ("FINANCE", "项目支出绩效财政评价表"),
    ],
)
def test_each_kind_has_its_title(kind, title):
    assert evaluation_table(content(kind=kind), SIGNED).title == title


def test_a_document_signed_before_its_money_was_kept_still_prints():
    old = content()
    for name in ("money", "overview", "annual_goal"):
        del old[name]
    assert printed(evaluation_table(old, SIGNED).parts[0])[3][1:4] == ["无数据"] * 3
    assert "签署内容未收录项目概况" in texts(evaluation_report(old, SIGNED))


def test_the_report_explains_every_line_with_formula_and_evidence():
    paper = evaluation_report(content(), SIGNED)
    headings = [p.text for p in paper.parts if isinstance(p, Text) and p.is_heading]
    assert headings == [
        "一、项目概况",
        "二、项目资金",
        "三、绩效目标完成情况",
        "四、逐项分析",
        "五、存在问题和改进措施",
        "六、附表：指标完成情况",
    ]
    told = texts(paper)
    assert "1. 培训次数：目标“12次”，实际“11次”，未达成；分值 20，得分 18.33。〔1〕" in told
    assert "为门槛指标，不计分。〔3〕" in told
    assert "培训次数——人员保障：人员抽调；改进措施：次年补训" in told
    assert "预算执行率与指标重复，只计一次。" in told
    assert paper.notes[0] == (
        "〔1〕按实际值÷目标值计 91.67%。超额不加分〔本平台建议值：rule.over_achievement〕"
        f"读数截至 2019-12-31，证据 11 行，证据指纹 {'ab' * 32}。"
    )
    assert paper.notes[3].endswith("没有读数。")
    assert printed(paper.parts[-1])[-1][0] == "总分"


def monitored(**changes: Any) -> MonitoringSheet:
    return MonitoringSheet(**{
        "project": "微菜场建设",
        "number": "XM00004",
        "organisation": "某市商务委员会",
        "year": 2019,
        "period": "1—7月",
        "money": MonitoringMoney("4000000.00", "4000000.00", "2500000.00", "0.625", None),
        "lines": (
            MonitoringLine("产出", "时效", "6月底", "150家", "105家", "430家", ("经费保障", "其他"),
                           "用地未落实", "完全不可能", "已约谈"),
            MonitoringLine("产出", "时效", "12月底", "500家", "190家", "430家"),
        ),
        "causes": ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他"),
        "likelihoods": ("确定能", "有可能", "完全不可能"),
    } | changes)  # fmt: skip


def test_the_monitoring_table_has_the_national_columns():
    paper = monitoring_table(monitored())
    head, lines = (printed(part) for part in paper.parts)
    assert head[2][1:] == [
        "",
        "年初预算数",
        "调整后预算数",
        "1—7月执行数",
        "1—7月执行率",
        "全年预计执行数",
    ]
    assert head[3] == [
        "年度资金总额",
        *("4,000,000.00", "4,000,000.00", "2,500,000.00", "62.50%", "无数据"),
    ]
    assert lines[0][4:] == [
        "1—7月执行情况",
        "全年预计完成情况",
        "偏差原因分析",
        "完成目标可能性",
        "备注",
    ]
    assert lines[1] == [
        *("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他", "原因说明"),
        *("确定能", "有可能", "完全不可能"),
    ]
    assert lines[2] == [
        *("产出", "时效", "6月底", "150家", "105家", "430家"),
        *("√", "", "", "", "√", "用地未落实", "", "", "√", "已约谈"),
    ]
    # Nobody confirmed a likelihood for this line, so none is ticked.
    assert lines[3][4:] == ["", "", "", "", "", "", "", "", "", ""]
    assert isinstance(paper.parts[1], Grid)
    assert (paper.parts[1].heads, paper.is_landscape) == (2, True)


def test_the_monitoring_table_says_what_is_draft_and_what_is_unconfirmed():
    paper = monitoring_table(monitored(is_draft=True, source_notes=("未核实",), foot="指纹"))
    assert (paper.mark, paper.notes, paper.foot) == ("草稿", ("注：未核实",), "指纹")
    assert monitoring_table(monitored()).mark == ""


@pytest.mark.parametrize("write", [write_official_docx, write_official_xlsx, write_official_pdf])
def test_every_paper_is_written_in_every_format_with_equal_bytes(write):
    for paper in (
        evaluation_table(content(), SIGNED),
        evaluation_report(content(), None),
        monitoring_table(monitored(causes=("其他",), likelihoods=("有可能",))),
    ):
        assert write(paper) == write(paper)
