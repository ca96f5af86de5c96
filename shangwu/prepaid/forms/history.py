"""What of the statistics is asked for: which months, and by what they are grouped."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField

GROUPINGS = (("month", "按月"), ("sector", "按行业"), ("district", "按区"))


class MonthField(DayField):
    """A month; the cleaned value is its first day."""

    widget = forms.DateInput({"type": "month"}, "%Y-%m")
    input_formats = ("%Y-%m",)

    def __init__(self, example: str, **options: Any) -> None:
        wrong = {"invalid": f"请按年-月填写，例如 {example}。"}
        super().__init__(error_messages=wrong, **options)


class StatisticsForm(forms.Form):
    """The first and last month (both included) and the grouping; whatever is left out has a default."""

    first = MonthField("2019-09", label="起始月份", required=False)
    last = MonthField("2019-12", label="截止月份", required=False)
    by = forms.ChoiceField(label="统计口径", required=False, choices=GROUPINGS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "截止月份不能早于起始月份。")
        return cleaned

    def range_and_grouping(self, *, newest: date) -> tuple[date, date, str]:
        """Return what is asked for; by default the twelve months up to the newest, by month."""
        asked = self.cleaned_data if self.is_valid() else {}
        last = asked.get("last") or newest
        first = asked.get("first") or min(last, last.replace(year=last.year - 1))
        return first, last, asked.get("by") or "month"
