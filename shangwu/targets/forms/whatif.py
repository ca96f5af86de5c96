"""What somebody supposes: another pace, share, milestone, budget or payment plan."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.rules.forecast.facts import Due
from shangwu.targets.rules.forecast.whatif import Change

_PLAN_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[\s,，:：]+([\d,.]+)")


class WhatIfForm(forms.Form):
    """A supposition; what is left empty stays as it is."""

    on = DayField(label="从哪一天看")
    pace = forms.DecimalField(
        label="今后每月新增", required=False, min_value=0, max_digits=16, decimal_places=4
    )
    share = forms.DecimalField(
        label="今后符合的比率（%）",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
    )
    milestone_on = DayField(label="期限改到", required=False)
    milestone_total = forms.DecimalField(
        label="到期目标改为", required=False, min_value=0, max_digits=16, decimal_places=4
    )
    budget = forms.DecimalField(
        label="预算改为（元）", required=False, min_value=1, max_digits=16, decimal_places=2
    )
    payments = forms.CharField(
        label="支出计划改为",
        required=False,
        help_text="每行一个日期和当日计划支出的元数，例如 2019-09-30 1000000。",
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_payments(self) -> tuple[Due, ...]:
        """Return the plan as running totals, in the order of its days."""
        planned: list[tuple[date, Decimal]] = []
        for number, line in enumerate(self.cleaned_data["payments"].splitlines(), start=1):
            if not line.strip():
                continue
            found = _PLAN_LINE.fullmatch(line.strip())
            try:
                if found is None:
                    raise ValueError
                planned.append((date.fromisoformat(found[1]), Decimal(found[2].replace(",", ""))))
            except (ValueError, InvalidOperation):
                raise forms.ValidationError(
                    f"第 {number} 行读不懂，请写成“2019-09-30 1000000”。"
                ) from None
        total, dues = Decimal(0), []
        for on, amount in sorted(planned):
            total += amount
            dues.append(Due(on, total))
        return tuple(dues)

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a moved milestone."""
        cleaned = super().clean() or {}
        if (cleaned.get("milestone_on") is None) != (cleaned.get("milestone_total") is None):
            raise forms.ValidationError("请同时填写改后的期限和到期目标。")
        return cleaned

    def change(self) -> Change:
        """Return what is supposed."""
        said = self.cleaned_data
        moved = None
        if said["milestone_on"] is not None:
            moved = Due(said["milestone_on"], said["milestone_total"])
        return Change(
            pace=said["pace"],
            share=None if said["share"] is None else said["share"] / 100,
            milestone=moved,
            payments=said["payments"] or None,
            budget=said["budget"],
        )
