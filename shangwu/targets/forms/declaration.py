"""The declaration form as people fill it in, and the check of what an import read."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import formset_factory

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.fields import DayField, YuanField
from shangwu.targets.rules.content import (
    TEXT_FIELDS,
    DeclarationContent,
    IndicatorRow,
    PreviousAmount,
    SubProjectLine,
    renumbered,
)
from shangwu.targets.vocabulary import (
    FUND_USES,
    PROJECT_TYPES,
    DatePrecision,
    FormLayout,
    PreviousBudget,
)

FRAMEWORK = "sh-2019"
_ROW_COUNT = re.compile(r"[0-9]{1,3}")


class DeclarationForm(forms.Form):
    """Everything on the form but its two tables."""

    title = forms.CharField(label="表名", max_length=200)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    layout = forms.ChoiceField(label="表式", choices=FormLayout)
    organisation = forms.CharField(label="申报单位名称", max_length=200)
    project = forms.CharField(label="项目名称", max_length=200)
    types = forms.MultipleChoiceField(
        label="项目类型",
        choices=[(name, name) for name in PROJECT_TYPES],
        widget=forms.CheckboxSelectMultiple,
        help_text="按要求只选一项。",
    )
    uses = forms.MultipleChoiceField(
        label="资金用途",
        choices=[(name, name) for name in FUND_USES],
        widget=forms.CheckboxSelectMultiple,
        help_text="按要求只选一项。",
    )
    starts_on = DayField(label="开始时间")
    starts_precision = forms.ChoiceField(label="开始时间精度", choices=DatePrecision)
    ends_on = DayField(label="结束时间")
    ends_precision = forms.ChoiceField(label="结束时间精度", choices=DatePrecision)
    overview = forms.CharField(label="项目概况", required=False, widget=forms.Textarea({"rows": 4}))
    basis = forms.CharField(label="立项依据", required=False, widget=forms.Textarea({"rows": 3}))
    necessity = forms.CharField(
        label="项目设立的必要性", required=False, widget=forms.Textarea({"rows": 4})
    )
    safeguards = forms.CharField(
        label="保证项目实施的制度、措施", required=False, widget=forms.Textarea({"rows": 3})
    )
    budget_total = YuanField(label="项目总预算（元）")
    budget_year = YuanField(label="项目当年预算（元）")
    previous_budget_kind = forms.ChoiceField(label="同名项目上年预算额", choices=PreviousBudget)
    previous_budget = YuanField(label="上年预算额（元）", required=False)
    previous_executed_kind = forms.ChoiceField(
        label="同名项目上年预算执行数", choices=PreviousBudget
    )
    previous_executed = YuanField(label="上年预算执行数（元）", required=False)
    plan = forms.CharField(label="项目实施计划", required=False, widget=forms.Textarea({"rows": 4}))
    overall_goal = forms.CharField(
        label="项目总目标", required=False, widget=forms.Textarea({"rows": 3})
    )
    annual_goal = forms.CharField(
        label="年度绩效目标", required=False, widget=forms.Textarea({"rows": 4})
    )
    remarks = forms.CharField(label="备注", required=False, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """Hold amounts and their kinds together: 有金额 needs one, 无 and 未填写 must have none."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("previous_budget", "previous_executed"):
            kind, fen = cleaned.get(f"{name}_kind"), cleaned.get(name)
            if kind == PreviousBudget.AMOUNT and fen is None and name not in self.errors:
                self.add_error(name, "已选“有金额”，请填写金额。")
            if kind != PreviousBudget.AMOUNT and fen is not None:
                self.add_error(name, "已选“无”或“未填写”，金额应留空；无不等于 0。")
        return cleaned


class SubProjectForm(forms.Form):
    """One line of the year's money; an empty line is left out."""

    name = forms.CharField(label="子项目名称", max_length=200, required=False)
    amount = YuanField(label="预算金额（元）", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a line, or none."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("name")) != (cleaned.get("amount") is not None) and not self.errors:
            raise forms.ValidationError("子项目名称和预算金额要同时填写。", code="half-line")
        return cleaned


class IndicatorForm(forms.Form):
    """One row of 分解目标; an empty row is left out."""

    level1 = forms.CharField(label="一级指标", max_length=100, required=False)
    level1_printed = forms.CharField(required=False, widget=forms.HiddenInput)
    level2 = forms.CharField(label="二级指标", max_length=100, required=False)
    name = forms.CharField(label="绩效指标", max_length=300, required=False)
    target_raw = forms.CharField(label="指标目标值", max_length=500, required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        """A target needs a name."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("target_raw", "").strip() and not cleaned.get("name"):
            self.add_error("name", "填写了目标值，请补充指标名称。")
        return cleaned


SubProjectFormSet = formset_factory(SubProjectForm, extra=0, max_num=50, validate_max=True)
IndicatorFormSet = formset_factory(IndicatorForm, extra=0, max_num=200, validate_max=True)


class RevisionForm(forms.Form):
    """Why a declaration is revised."""

    reason = forms.CharField(label="修订说明", max_length=300, required=False)


class DeclarationSheet:
    """The forms of one declaration page as one thing; extra empty rows on request."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, content: DeclarationContent | None = None
    ) -> None:
        self._seen, self.revision = content, 0
        if data is not None:
            self.take(data)
            return
        self.fields = DeclarationForm(initial=_initial(content))
        self.subprojects = SubProjectFormSet(prefix="subprojects", initial=_lines(content))
        self.indicators = IndicatorFormSet(prefix="indicators", initial=_rows(content))
        self.why = RevisionForm()

    @property
    def is_bound(self) -> bool:
        """Whether it holds what somebody typed."""
        return self.fields.is_bound

    def take(self, data: Mapping[str, Any]) -> None:
        """Hold what was typed, now or before a refusal."""
        grown = _grow(data)
        self.fields = DeclarationForm(grown)
        self.subprojects = SubProjectFormSet(grown, prefix="subprojects")
        self.indicators = IndicatorFormSet(grown, prefix="indicators")
        self.why = RevisionForm(grown)
        self.revision = revision_seen(data)

    def is_valid(self) -> bool:
        """Whether all parts are; every part is checked so that all faults show at once."""
        parts = (self.fields, self.subprojects, self.indicators, self.why)
        return all([part.is_valid() for part in parts])

    def content(self) -> DeclarationContent:
        """Return what the person confirmed, keeping the printed forms of what they did not touch."""
        cleaned = self.fields.cleaned_data
        rows = tuple(
            IndicatorRow(row=0, **{key: row[key] for key in _ROW_KEYS})
            for row in (form.cleaned_data for form in self.indicators)
            if row.get("name")
        )
        return DeclarationContent(
            title=cleaned["title"],
            year=cleaned["year"],
            organisation=cleaned["organisation"],
            project=cleaned["project"],
            layout=cleaned["layout"],
            framework=self._seen.framework if self._seen else FRAMEWORK,
            types=tuple(cleaned["types"]),
            uses=tuple(cleaned["uses"]),
            starts_on=cleaned["starts_on"],
            starts_precision=cleaned["starts_precision"],
            ends_on=cleaned["ends_on"],
            ends_precision=cleaned["ends_precision"],
            budget_total_fen=cleaned["budget_total"],
            budget_year_fen=cleaned["budget_year"],
            previous_budget=self._previous("previous_budget"),
            previous_executed=self._previous("previous_executed"),
            subprojects=self._subproject_lines(),
            indicators=renumbered(rows),
            printed=dict(self._seen.printed) if self._seen else {},
            **{name: cleaned[name].replace("\r\n", "\n") for name in TEXT_FIELDS},
        )

    def _previous(self, name: str) -> PreviousAmount:
        cleaned = self.fields.cleaned_data
        seen: PreviousAmount | None = getattr(self._seen, name) if self._seen else None
        kind, fen = cleaned[f"{name}_kind"], cleaned[name]
        if seen is not None and (seen.kind, seen.fen) == (kind, fen):
            return seen
        return PreviousAmount(kind=kind, fen=fen)

    def _subproject_lines(self) -> tuple[SubProjectLine, ...]:
        printed = (
            {(line.name, line.amount_fen): line.printed for line in self._seen.subprojects}
            if self._seen
            else {}
        )
        return tuple(
            SubProjectLine(
                name=line["name"],
                amount_fen=line["amount"],
                printed=printed.get((line["name"], line["amount"]), ""),
            )
            for line in (form.cleaned_data for form in self.subprojects)
            if line.get("name")
        )


def revision_seen(data: Mapping[str, Any]) -> int:
    """Return the revision that the page showed; what is no number was never shown."""
    text = str(data.get("seen", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


_ROW_KEYS = ("level1", "level1_printed", "level2", "name", "target_raw")


def _grow(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data with one more empty row where a 增加一行 button was pressed."""
    grown = dict(data.items())
    for prefix in ("subprojects", "indicators"):
        if f"add-{prefix}" in grown:
            total = f"{prefix}-TOTAL_FORMS"
            rows = str(grown.get(total, ""))
            grown[total] = str(int(rows) + 1) if _ROW_COUNT.fullmatch(rows) else rows
    for name in ("types", "uses"):
        if hasattr(data, "getlist"):
            grown[name] = data.getlist(name)
    return _Lists(grown)


class _Lists(dict[str, Any]):
    """A plain mapping that answers `getlist` as a form's multi-value widgets ask it."""

    def getlist(self, name: str) -> list[str]:
        found = self.get(name, [])
        return found if isinstance(found, list) else [found]


def _initial(content: DeclarationContent | None) -> dict[str, Any]:
    if content is None:
        return {
            "title": "上海市财政支出项目绩效目标申报表",
            "layout": FormLayout.THREE_LEVEL,
            "previous_budget_kind": PreviousBudget.BLANK,
            "previous_executed_kind": PreviousBudget.BLANK,
        }
    found = content.to_json()
    for name in ("previous_budget", "previous_executed"):
        previous: PreviousAmount = getattr(content, name)
        found[f"{name}_kind"] = previous.kind
        found[name] = format_yuan(previous.fen) if previous.fen is not None else ""
    for name in ("budget_total", "budget_year"):
        fen = found[f"{name}_fen"]
        found[name] = format_yuan(fen) if fen is not None else ""
    return found


def _lines(content: DeclarationContent | None) -> list[dict[str, str]]:
    if content is None:
        return [{}]
    return [
        {"name": line.name, "amount": format_yuan(line.amount_fen)} for line in content.subprojects
    ] or [{}]


def _rows(content: DeclarationContent | None) -> list[dict[str, str]]:
    if content is None:
        return [{} for _ in range(5)]
    return [{key: getattr(row, key) for key in _ROW_KEYS} for row in content.indicators]
