"""The content of a declaration form as one value: what a form says, whoever typed or read it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from shangwu.foundation.law.refused import Refused

TEXT_FIELDS = (
    "overview",
    "basis",
    "necessity",
    "safeguards",
    "plan",
    "overall_goal",
    "annual_goal",
    "remarks",
)


@dataclass(frozen=True)
class SubProjectLine:
    """One line of the year's money; `printed` is the amount as the form shows it."""

    name: str
    amount_fen: int
    printed: str = ""


@dataclass(frozen=True)
class IndicatorRow:
    """One row of 分解目标. `level1` may be inferred; `level1_printed` is what the form shows."""

    row: int
    level1: str
    level2: str
    name: str
    target_raw: str
    level1_printed: str = ""


@dataclass(frozen=True)
class PreviousAmount:
    """A previous-year figure: AMOUNT with fen, NOT_APPLICABLE (无) or BLANK. 无 is never zero."""

    kind: str
    fen: int | None = None
    printed: str = ""


@dataclass(frozen=True)
class DeclarationContent:
    """Everything one official form says. Money in fen; texts as printed, line breaks kept."""

    title: str
    year: int
    organisation: str
    project: str
    layout: str
    framework: str
    types: tuple[str, ...]
    uses: tuple[str, ...]
    starts_on: date
    ends_on: date
    budget_total_fen: int
    budget_year_fen: int
    previous_budget: PreviousAmount
    previous_executed: PreviousAmount
    starts_precision: str = "DAY"
    ends_precision: str = "DAY"
    overview: str = ""
    basis: str = ""
    necessity: str = ""
    safeguards: str = ""
    plan: str = ""
    overall_goal: str = ""
    annual_goal: str = ""
    remarks: str = ""
    subprojects: tuple[SubProjectLine, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; dates ISO, amounts in fen."""
        found = asdict(self)
        found["starts_on"] = self.starts_on.isoformat()
        found["ends_on"] = self.ends_on.isoformat()
        found["types"], found["uses"] = list(self.types), list(self.uses)
        found["subprojects"] = [asdict(line) for line in self.subprojects]
        found["indicators"] = [asdict(row) for row in self.indicators]
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "DeclarationContent":
        """Return the content that `to_json` wrote."""
        values = {f.name: found[f.name] for f in fields(cls) if f.name in found}
        values["starts_on"] = date.fromisoformat(found["starts_on"])
        values["ends_on"] = date.fromisoformat(found["ends_on"])
        values["types"], values["uses"] = tuple(found["types"]), tuple(found["uses"])
        values["previous_budget"] = PreviousAmount(**found["previous_budget"])
        values["previous_executed"] = PreviousAmount(**found["previous_executed"])
        values["subprojects"] = tuple(SubProjectLine(**line) for line in found["subprojects"])
        values["indicators"] = tuple(IndicatorRow(**row) for row in found["indicators"])
        return cls(**values)


def require_complete(content: DeclarationContent) -> DeclarationContent:
    """Return the content unchanged, or refuse it with the first thing that makes it no declaration.

    Raises: Refused with code FORM-INCOMPLETE.
    """
    for holds, sentence in (
        (bool(content.project.strip()), "项目名称不能为空，请填写项目名称。"),
        (bool(content.organisation.strip()), "申报单位名称不能为空，请填写申报单位。"),
        (2000 <= content.year <= 2100, f"年度“{content.year}”不在 2000 至 2100 之间，请核对。"),
        (content.starts_on <= content.ends_on, "结束时间早于开始时间，请核对起止时间。"),
        (content.budget_total_fen >= 0, "项目总预算不能为负数，请核对。"),
        (content.budget_year_fen >= 0, "项目当年预算不能为负数，请核对。"),
        (bool(content.indicators), "分解目标中没有任何指标，请至少填写一项绩效指标。"),
        (all(row.name.strip() for row in content.indicators), "有绩效指标缺少名称，请补充。"),
        (
            len({row.row for row in content.indicators}) == len(content.indicators),
            "绩效指标行号重复，请核对。",
        ),
    ):
        if not holds:
            raise Refused(sentence, code="FORM-INCOMPLETE")
    return content


def differences(before: DeclarationContent, after: DeclarationContent) -> dict[str, dict[str, Any]]:
    """Return field -> {"before", "after"} for every field that differs, JSON-ready."""
    old, new = before.to_json(), after.to_json()
    return {
        name: {"before": old.get(name), "after": new[name]}
        for name in new
        if old.get(name) != new[name]
    }


def money_doubts(content: DeclarationContent) -> tuple[str, ...]:
    """Return sentences on money and dates that do not agree with each other; none of them blocks."""
    doubts: list[str] = []
    total = sum(line.amount_fen for line in content.subprojects)
    if content.subprojects and total != content.budget_year_fen:
        doubts.append("子项目预算合计与项目当年预算不一致。")
    if content.budget_year_fen > content.budget_total_fen:
        doubts.append("项目当年预算大于项目总预算。")
    if not content.starts_on.year <= content.year <= content.ends_on.year:
        doubts.append("申报年度不在项目起止时间之内。")
    return tuple(doubts)


def renumbered(rows: tuple[IndicatorRow, ...]) -> tuple[IndicatorRow, ...]:
    """Return the rows numbered 1, 2, 3 … in their order."""
    return tuple(replace(row, row=position) for position, row in enumerate(rows, start=1))
