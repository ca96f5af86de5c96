"""Form fields that every system uses."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.law.refused import Refused
from shangwu.foundation.money import parse_yuan
from shangwu.foundation.web.language import said
from shangwu.foundation.workdays import EARLIEST_DAY, LATEST_DAY, within_reach


class YuanField(forms.CharField):
    """An amount in yuan as people write it; the cleaned value is an integer of fen."""

    def clean(self, value: Any) -> Any:
        """Return fen, or None when the field is empty and may be."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except Refused as refused:
            raise forms.ValidationError(refused.sentence, code=refused.code) from refused


class DayField(forms.DateField):  # noqa: TID251 - the one that knows its reach
    """A day that clocks can be counted from; the cleaned value is a date."""

    widget = forms.DateInput(
        {"type": "date", "min": str(EARLIEST_DAY), "max": str(LATEST_DAY)}, "%Y-%m-%d"
    )

    def validate(self, value: date | None) -> None:
        """Refuse a year that is certainly a slip of the hand."""
        super().validate(value)
        if value is not None and not within_reach(value):
            first, last = EARLIEST_DAY.year, LATEST_DAY.year
            raise forms.ValidationError(
                said(
                    (
                        f"年份须在{first}年至{last}年之间，请核对。",
                        f"The year must lie between {first} and {last}.",
                    )
                ),
                code="DAY-OUT-OF-REACH",
            )
