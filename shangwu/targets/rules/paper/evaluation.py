"""绩效自评表: an evaluation's signed content in the national layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shangwu.foundation.documents import Grid, Official
from shangwu.foundation.documents.official import Rows, centred, label, runs, value
from shangwu.foundation.law import SOURCE_STATUSES
from shangwu.targets.vocabulary import EvaluationKind, TargetStatus

Content = Mapping[str, Any]

TITLES = {
    EvaluationKind.SELF: "项目支出绩效自评",
    EvaluationKind.DEPARTMENT: "项目支出绩效部门评价",
    EvaluationKind.FINANCE: "项目支出绩效财政评价",
}
SIGNATURE = ("填报人：", "审核人：", "单位（盖章）：", "日期：　　年　月　日")
HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
WIDTHS = (12, 12, 18, 14, 14, 10, 9, 26)
NOTHING, NOT_APPLICABLE = "—", "不适用"
STATUSES = (*map(str, TargetStatus.labels), NOT_APPLICABLE)
_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Signed:
    """Who signed an evaluation and when, with what binds the paper to the record."""

    by: str
    at: str
    content_sha256: str
    evidence_sha256: str
    audit_head: str


def evaluation_table(content: Content, signed: Signed | None) -> Official:
    """Return the evaluation table; what nobody has signed is marked as a draft on every page."""
    return Official(
        title=f"{TITLES[EvaluationKind(content['kind'])]}表",
        under_title=f"（{content['year']}年度）",
        before=(f"截至日期：{content['as_of']}　　第 {content['revision']} 稿　　金额单位：元",),
        parts=(_head(content), indicator_grid(content)),
        signature=SIGNATURE,
        notes=rule_notes(content),
        foot=foot_of(signed),
        mark=mark_of(signed),
        is_landscape=True,
    )


def mark_of(signed: Signed | None) -> str:
    """Return what marks the pages of a paper that nobody has signed."""
    return "" if signed else "草稿"


def foot_of(signed: Signed | None) -> str:
    """Return the line that binds every page to the signed record."""
    if signed is None:
        return "草稿，未签署，内容仍可能变化。"
    sealed = signed.audit_head or "签署时尚未封存"
    return (
        f"{signed.by} 于 {signed.at} 签署　内容指纹 {signed.content_sha256}\n"
        f"证据指纹 {signed.evidence_sha256}　操作记录封存号 {sealed}"
    )


def _head(content: Content) -> Grid:
    rows = Rows()
    rows.add(label(0, "项目名称"), centred(1, content["project"], columns=7))
    organisation = content["organisation"]
    rows.add(
        label(0, "主管部门"),
        centred(1, organisation, columns=3),
        label(4, "实施单位"),
        centred(5, organisation, columns=3),
    )
    money = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    rows.add(
        label(0, "项目资金", rows=2), label(1, ""), *(label(c, h) for c, h in enumerate(money, 2))
    )
    rows.add(label(1, "年度资金总额"), *(centred(c, f) for c, f in enumerate(_money(content), 2)))
    rows.add(
        label(0, "年度总体目标", rows=2),
        label(1, "预期目标", columns=4),
        label(5, "实际完成情况", columns=3),
    )
    goal = content.get("annual_goal") or NOTHING
    rows.add(value(1, goal, columns=4), value(5, attainment(content), columns=3))
    return rows.grid(WIDTHS)


def _money(content: Content) -> tuple[str, ...]:
    money, execution = content.get("money") or {}, content["execution"] or {}
    return (
        yuan(money.get("declared")),
        yuan(money.get("adjusted")),
        yuan(money.get("executed")),
        points(execution.get("weight")),
        percent(execution.get("rate")),
        points(execution.get("score")),
    )


def indicator_grid(content: Content) -> Grid:
    """Return the indicators one by one and the total, heads repeated on every page."""
    rows = Rows()
    rows.add(*(label(column, head) for column, head in enumerate(HEADS)))
    found: Sequence[Content] = content["indicators"]
    level1 = [row["level1"] for row in found]
    in_level1 = runs(level1)
    in_level2 = runs([(row["level1"], row["level2"]) for row in found])
    for position, row in enumerate(found):
        boxes = []
        if count := in_level1.get(position):
            boxes.append(centred(0, row["level1"], rows=count))
        if count := in_level2.get(position):
            boxes.append(centred(1, row["level2"], rows=count))
        rows.add(
            *boxes,
            centred(2, row["name"]),
            centred(3, row["target"]),
            centred(4, row["actual"] or status_label(row)),
            centred(5, weight_of(row, is_proposed=content["weights_proposed"])),
            centred(6, points(row["score"])),
            value(7, deviation(row)),
        )
    rows.add(
        label(0, "总分", columns=5),
        centred(5, "100"),
        centred(6, points(content["total"])),
        value(7, verdict(content)),
    )
    return rows.grid(WIDTHS, heads=1)


def weight_of(row: Content, *, is_proposed: bool) -> str:
    """Return a row's points, or why it has none; points that nobody signed for are a proposal."""
    if row["role"] == "gate":
        return "门槛"
    if row["role"] == "execution":
        return "见资金"
    return points(row["weight"]) + ("（建议）" if is_proposed and row["weight"] else "")


def deviation(row: Content) -> str:
    """Return cause and remedy as people stated them."""
    said = "：".join(text for text in (row.get("cause"), row.get("cause_detail")) if text)
    remedy = f"改进措施：{row['remedy']}" if row.get("remedy") else ""
    return "\n".join(text for text in (said, remedy) if text)


def verdict(content: Content) -> str:
    """Return the grade, and between which totals the result may still move."""
    if content["total"] is None:
        return "权重签认前不计分"
    grade = f"等次：{content['grade']}" if content["grade"] else "等次未定"
    if not content["provisional"]:
        return grade
    return f"{grade}（暂定：最低 {content['lowest']}，最高 {content['highest']}）"


def attainment(content: Content) -> str:
    """Return how many indicators are in each state; nothing is called attained that is not."""
    found = [status_label(row) for row in content["indicators"]]
    counts = [f"{name} {found.count(name)} 项" for name in STATUSES if name in found]
    return f"共 {len(found)} 项指标：{'，'.join(counts)}。"


def status_label(row: Content) -> str:
    """Return what a row amounts to, in words."""
    status = row["status"]
    return str(TargetStatus(status).label) if status in TargetStatus.values else NOT_APPLICABLE


def rule_notes(content: Content) -> tuple[str, ...]:
    """Return the rules of the result that are not confirmed, with how far they are."""
    applied = [*content["rules"], *(content["execution"] or {}).get("rules", [])]
    open_rules = [rule for rule in applied if rule["source_status"] != "confirmed"]
    return tuple(f"注：{rule_text(rule)}" for rule in {r["key"]: r for r in open_rules}.values())


def rule_text(rule: Content) -> str:
    """Return a rule's sentence with the status of its source."""
    key = rule["key"].rpartition("#")[2]
    return f"{rule['sentence']}〔{SOURCE_STATUSES[rule['source_status']]}：{key}〕"


def points(text: str | None) -> str:
    """Return points as printed, a dash for none."""
    return NOTHING if text is None else text


def yuan(text: str | None) -> str:
    """Return an amount in yuan with separators of thousands; no data is no zero."""
    return "无数据" if text is None else f"{Decimal(text):,.2f}"


def percent(text: str | None) -> str:
    """Return a ratio in per cent with two decimals, half up."""
    if text is None:
        return "无数据"
    return f"{(Decimal(text) * _WHOLE).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
