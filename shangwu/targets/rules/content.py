"""The content of a declaration form as one value: what a form says, whoever typed or read it."""

from collections.abc import Iterator, Mapping
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
    """Everything one official form says. Money in fen; texts as printed, line breaks kept.

    What a form leaves out is None here; `require_complete` refuses it before anything is stored.
    """

    title: str
    year: int | None
    organisation: str
    project: str
    layout: str
    framework: str
    types: tuple[str, ...]
    uses: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    budget_total_fen: int | None
    budget_year_fen: int | None
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
        for name in ("starts_on", "ends_on"):
            day: date | None = getattr(self, name)
            found[name] = day.isoformat() if day else None
        found["types"], found["uses"] = list(self.types), list(self.uses)
        found["subprojects"] = [asdict(line) for line in self.subprojects]
        found["indicators"] = [asdict(row) for row in self.indicators]
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "DeclarationContent":
        """Return the content that `to_json` wrote."""
        values = {f.name: found[f.name] for f in fields(cls) if f.name in found}
        for name in ("starts_on", "ends_on"):
            values[name] = date.fromisoformat(found[name]) if found[name] else None
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
    for holds, sentence in (*_facts_hold(content), *_rows_hold(content.indicators)):
        if not holds:
            raise Refused(sentence, code="FORM-INCOMPLETE")
    return content


def _facts_hold(content: DeclarationContent) -> Iterator[tuple[bool, str]]:
    yield bool(content.project.strip()), "项目名称不能为空，请填写项目名称。"
    yield bool(content.organisation.strip()), "申报单位名称不能为空，请填写申报单位。"
    yield (
        content.year is not None and 2000 <= content.year <= 2100,
        f"年度“{content.year or '空'}”不在 2000 至 2100 之间，请核对。",
    )
    starts, ends = content.starts_on, content.ends_on
    yield starts is not None and ends is not None, "起止时间不完整，请填写开始时间和结束时间。"
    yield bool(starts and ends and starts <= ends), "结束时间早于开始时间，请核对起止时间。"
    for label, fen in (
        ("项目总预算", content.budget_total_fen),
        ("项目当年预算", content.budget_year_fen),
    ):
        yield fen is not None, f"{label}没有填写，请补充；没有预算请填 0。"
        yield fen is None or fen >= 0, f"{label}不能为负数，请核对。"


def _rows_hold(rows: tuple[IndicatorRow, ...]) -> Iterator[tuple[bool, str]]:
    yield bool(rows), "分解目标中没有任何指标，请至少填写一项绩效指标。"
    yield all(row.name.strip() for row in rows), "有绩效指标缺少名称，请补充。"
    yield len({row.row for row in rows}) == len(rows), "绩效指标行号重复，请核对。"


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
    require_complete(content)
    doubts: list[str] = []
    total = sum(line.amount_fen for line in content.subprojects)
    if content.subprojects and total != content.budget_year_fen:
        doubts.append("子项目预算合计与项目当年预算不一致。")
    if (content.budget_year_fen or 0) > (content.budget_total_fen or 0):
        doubts.append("项目当年预算大于项目总预算。")
    if content.year not in {day.year for day in (content.starts_on, content.ends_on) if day}:
        doubts.append("申报年度不在项目起止时间之内。")
    return tuple(doubts)


def renumbered(rows: tuple[IndicatorRow, ...]) -> tuple[IndicatorRow, ...]:
    """Return the rows numbered 1, 2, 3 … in their order."""
    return tuple(replace(row, row=position) for position, row in enumerate(rows, start=1))
