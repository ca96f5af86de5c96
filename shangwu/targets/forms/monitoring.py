"""What people type about monitoring: a period, and what they say of each line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.operations.monitoring import LineStatement, stated
from shangwu.targets.queries.monitoring.report import ReportLine
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.monitoring.law import monitoring_law


class PeriodForm(forms.Form):
    """The days that a report speaks of, both included."""

    starts_on = DayField(label="期间起")
    ends_on = DayField(label="期间止")


class LineForm(forms.Form):
    """What the officer says of one line; the proposed likelihood is chosen, a person confirms it."""

    word = forms.ChoiceField(label="完成目标可能性")
    causes = forms.MultipleChoiceField(
        label="偏差原因", required=False, widget=forms.CheckboxSelectMultiple
    )
    explanation = forms.CharField(
        label="原因说明", required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    note = forms.CharField(label="备注", required=False, max_length=300)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = forecast_law(on).words.value
        named = (words.certain, words.possible, words.impossible)
        causes = monitoring_law(on).causes.value
        # Where nothing is proposed nothing is chosen: nobody is to promise by pressing one button.
        for field, first, choices in (("word", [("", "请选择")], named), ("causes", [], causes)):
            chosen = self.fields[field]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = [*first, *((text, text) for text in choices)]

    def statement(self) -> LineStatement:
        """Return what was said."""
        said = self.cleaned_data
        seen = said["seen"] if self.add_prefix("seen") in self.data else None
        causes = tuple(said["causes"])
        return LineStatement(said["word"], causes, said["explanation"], said["note"], seen)


def line_forms(
    lines: Sequence[ReportLine], *, on: date, data: Any = None
) -> list[tuple[ReportLine, LineForm]]:
    """Return each line with its form, filled with what was said before or with what is proposed."""
    return [
        (
            item,
            LineForm(
                data,
                on=on,
                prefix=f"line-{item.line.pk}",
                initial={
                    "word": item.line.word or (item.outlook.word if item.outlook else ""),
                    "causes": item.line.causes,
                    "explanation": item.line.explanation,
                    "note": item.line.note,
                    "seen": stated(item.line),
                },
            ),
        )
        for item in lines
    ]
