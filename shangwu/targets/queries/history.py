"""How a declaration came to be what it is: every revision with what it changed."""

from dataclasses import dataclass
from typing import Any

from shangwu.foundation.money import format_yuan
from shangwu.targets.models import Declaration, DeclarationRevision
from shangwu.targets.rules.content import DeclarationContent, differences

LABELS = {
    "title": "表名",
    "layout": "表式",
    "framework": "指标框架",
    "types": "项目类型",
    "uses": "资金用途",
    "starts_on": "开始时间",
    "starts_precision": "开始时间精度",
    "ends_on": "结束时间",
    "ends_precision": "结束时间精度",
    "budget_total_fen": "项目总预算",
    "budget_year_fen": "项目当年预算",
    "previous_budget": "上年预算额",
    "previous_executed": "上年预算执行数",
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "项目设立的必要性",
    "safeguards": "保证项目实施的制度、措施",
    "plan": "项目实施计划",
    "overall_goal": "项目总目标",
    "annual_goal": "年度绩效目标",
    "remarks": "备注",
    "subprojects": "子项目",
    "indicators": "分解目标",
    "printed": "表上原样",
}


@dataclass(frozen=True)
class Change:
    """One field before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RevisionLine:
    """A revision with what it changed against the one before."""

    revision: DeclarationRevision
    changed: tuple[Change, ...]


def current_content(declaration: Declaration) -> DeclarationContent:
    """Return the content as last saved."""
    latest = declaration.revisions.order_by("-number").first()
    assert latest is not None, "a declaration is stored together with its first revision"
    return DeclarationContent.from_json(latest.content)


def revision_history(declaration: Declaration) -> tuple[RevisionLine, ...]:
    """Return every revision, newest first."""
    lines: list[RevisionLine] = []
    before: DeclarationContent | None = None
    for revision in declaration.revisions.select_related("by").order_by("number"):
        content = DeclarationContent.from_json(revision.content)
        changed = differences(before, content) if before is not None else {}
        lines.append(
            RevisionLine(
                revision=revision,
                changed=tuple(
                    Change(
                        LABELS.get(name, name),
                        in_words(name, pair["before"]),
                        in_words(name, pair["after"]),
                    )
                    for name, pair in changed.items()
                ),
            )
        )
        before = content
    return tuple(reversed(lines))


def in_words(name: str, value: Any) -> str:
    """Return a field's JSON value as people read it."""
    if name.endswith("_fen"):
        return format_yuan(value)
    if name in {"previous_budget", "previous_executed"}:
        return (
            format_yuan(value["fen"]) if value["fen"] is not None else value["printed"] or "无金额"
        )
    if name == "subprojects":
        return "\n".join(f"{line['name']} {format_yuan(line['amount_fen'])}" for line in value)
    if name == "indicators":
        return "\n".join(f"{row['row']}. {row['name']}：{row['target_raw']}" for row in value)
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key} {item}" for key, item in value.items())
    return str(value)
