"""Forms that speak the language of their page: texts stand as pairs, amounts are read as people write them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from shangwu.foundation.web import fields
from shangwu.foundation.web.language import said

Pair = tuple[str, str]
LONGEST_AMOUNT = 30
UNREADABLE = frozenset({"MONEY-UNREADABLE", "MONEY-PRECISION", "MONEY-RANGE"})


class YuanField(fields.YuanField):
    """An amount in yuan, not below zero, with its complaint in the language of the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_AMOUNT, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Any:
        """Return fen, or None for an empty optional field."""
        try:
            amount = super().clean(value)
        except forms.ValidationError as wrong:
            if getattr(wrong, "code", "") not in UNREADABLE:
                raise
            pair = (str(wrong.message), "Please write an amount such as 1843.20.")
            raise forms.ValidationError(said(pair), code=wrong.code) from wrong
        if amount is not None and amount < 0:
            raise forms.ValidationError(
                said(("金额不得为负数。", "The amount cannot be below zero."))
            )
        return amount


class BilingualForm(forms.Form):
    """A form whose labels and hints stand as pairs (Chinese, English) in LABELS and HINTS."""

    LABELS: ClassVar[dict[str, Pair]] = {}
    HINTS: ClassVar[dict[str, Pair]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, pair in self.LABELS.items():
            self.fields[name].label = said(pair)
        for name, pair in self.HINTS.items():
            self.fields[name].help_text = said(pair)


def choices(pairs: Sequence[tuple[str, Pair]], *, empty: Pair) -> list[tuple[str, str]]:
    """Return the choices of a select in the language of the page, the empty one first."""
    return [("", said(empty)), *((code, said(pair)) for code, pair in pairs)]
