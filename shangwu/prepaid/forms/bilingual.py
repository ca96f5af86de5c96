"""Forms that speak the language of their page: texts stand as pairs, amounts are read as people write them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from shangwu.foundation.web.language import said
from shangwu.prepaid.forms.fields import MoneyField

Pair = tuple[str, str]
ENGLISH = {
    "MONEY-UNREADABLE": "Please write an amount such as 1843.20.",
    "MONEY-PRECISION": "Please write an amount such as 1843.20.",
    "MONEY-RANGE": "Please write an amount such as 1843.20.",
    "MONEY-NEGATIVE": "The amount cannot be below zero.",
}


class BilingualMoneyField(MoneyField):
    """An amount in yuan, not below zero, with its complaint in the language of the page."""

    def clean(self, value: Any) -> Any:
        """Return fen, or None for an empty optional field."""
        try:
            return super().clean(value)
        except forms.ValidationError as wrong:
            english = ENGLISH.get(getattr(wrong, "code", ""))
            if english is None:
                raise
            pair = (str(wrong.message), english)
            raise forms.ValidationError(said(pair), code=wrong.code) from wrong


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
