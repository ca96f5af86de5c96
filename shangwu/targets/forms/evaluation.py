"""What people type about evaluations: the draft's day, weights, causes, bands, deductions, an imported table."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.queries.evaluation import Desk
from shangwu.targets.rules.evaluation.facts import Role
from shangwu.targets.rules.evaluation.law import evaluation_law
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.vocabulary import EvaluationKind

LARGEST_BYTES = 10_000_000


class DraftForm(forms.Form):
    """Which kind of evaluation, on the readings of which day."""

    kind = forms.ChoiceField(
        label="评价种类", choices=EvaluationKind.choices, widget=forms.HiddenInput
    )
    as_of = DayField(label="截至日期")


class AsOfForm(forms.Form):
    """The day whose readings a draft stands on."""

    as_of = DayField(label="截至日期")


class WeightsForm(forms.Form):
    """The weight of each indicator that is counted, filled with what is proposed."""

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in desk.lines:
            if item.scored.role == Role.INDICATOR:
                weight = item.scored.weight
                self.fields[str(item.line.indicator_id)] = forms.DecimalField(
                    label=f"{item.line.indicator.row}. {item.line.indicator.name}",
                    min_value=0,
                    max_value=100,
                    max_digits=5,
                    decimal_places=2,
                    initial=None if weight is None else half_up(weight),
                )

    def weights(self) -> dict[int, Decimal]:
        """Return the weights by indicator."""
        return {int(name): weight for name, weight in self.cleaned_data.items()}


class CauseForm(forms.Form):
    """Why a target was missed, in the official classes, and what is done about it."""

    cause = forms.ChoiceField(label="偏差原因")
    detail = forms.CharField(label="原因分析", max_length=1000, widget=forms.Textarea({"rows": 2}))
    remedy = forms.CharField(label="改进措施", max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = evaluation_law(on).deviation_causes.value
        self.fields["cause"] = forms.ChoiceField(
            label="偏差原因", choices=[("", "请选择"), *((cause, cause) for cause in causes)]
        )


class BandForm(forms.Form):
    """A person's band, the percentage inside it, and why."""

    band = forms.ChoiceField(label="评定档次")
    percent = forms.DecimalField(
        label="百分比（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    reason = forms.CharField(label="评定理由", max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = evaluation_law(on).bands.value
        self.fields["band"] = forms.ChoiceField(
            label="评定档次", choices=[(row["band"], row["band"]) for row in rows]
        )


class DeductionForm(forms.Form):
    """Points that a reviewer takes off, and why."""

    points = forms.DecimalField(label="扣分", min_value=0, max_digits=5, decimal_places=2)
    reason = forms.CharField(label="扣分理由", max_length=500, widget=forms.Textarea({"rows": 2}))


class ImportedForm(forms.Form):
    """Somebody else's evaluation table."""

    title = forms.CharField(label="名称", max_length=200)
    file = forms.FileField(label="评价表文件（JSON）")

    def clean_file(self) -> object:
        """Return the file's content, numbers exact."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_BYTES:
            raise forms.ValidationError("文件超过 10 MB，不是一张评价表，请核对。")
        try:
            return json.loads(upload.read().decode("utf-8-sig"), parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise forms.ValidationError(
                "文件不是合格的 JSON（UTF-8），请核对括号、引号和逗号。"
            ) from error
