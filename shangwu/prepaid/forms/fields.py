"""Fields that several forms of prepaid cards use: money, codes, districts, dates, files."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation import codes
from shangwu.foundation.web.fields import YuanField
from shangwu.prepaid.rules.places import districts

ACCEPTED_FILES = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"
LARGEST_FILE_MB = 20


class MoneyField(YuanField):
    """An amount in yuan that is not below zero; the cleaned value is an integer of fen."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 60)
        options.setdefault("widget", forms.TextInput({"inputmode": "decimal"}))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return fen, or None when the field is empty and may be."""
        amount = super().clean(value)
        if amount is not None and amount < 0:
            raise forms.ValidationError("金额不得为负数，请核对。", code="MONEY-NEGATIVE")
        return amount


class CreditCodeField(forms.CharField):
    """A unified social credit code, checked as of the form's day; the cleaned value is normalised."""

    def __init__(self, *, on: date, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.on = on

    def clean(self, value: Any) -> Any:
        """Return the code, or an empty text when the field may be empty."""
        text = super().clean(value)
        if not text:
            return ""
        verdict = codes.check("uscc", text, on=self.on)
        if not verdict.ok:
            raise forms.ValidationError(verdict.message, code=verdict.code)
        return verdict.normalized


def district_field(on: date, label: str = "所在区") -> forms.ChoiceField:
    """Return the choice among the districts in force on the day."""
    choices = [("", "请选择"), *districts(on).items()]
    return forms.ChoiceField(label=label, choices=choices)


def file_field(label: str, **options: Any) -> forms.FileField:
    """Return the field for one paper."""
    return forms.FileField(
        label=label,
        help_text=f"支持 PDF、Word、Excel 和图片，不超过 {LARGEST_FILE_MB} MB。",
        widget=forms.ClearableFileInput({"accept": ACCEPTED_FILES}),
        **options,
    )
