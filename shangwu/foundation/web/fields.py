"""Form fields that every system uses."""

from typing import Any

from django import forms

from shangwu.foundation.law.refused import Refused
from shangwu.foundation.money import parse_yuan


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
