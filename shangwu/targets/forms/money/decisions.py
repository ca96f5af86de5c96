"""A reviewer's word on what waits, a clerk's answer to the negative list, and the day to look at."""

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.forms.money.entries import evidence_file
from shangwu.targets.vocabulary import ResponseKind


class AsOfForm(forms.Form):
    """The day up to which the money is shown; empty means today."""

    on = DayField(label="截至日期", required=False)


class NoteForm(forms.Form):
    """The reviewer's opinion; a refusal needs one."""

    note = forms.CharField(
        label="审批意见",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="不同意时必须写明理由。",
    )


class AnswerForm(forms.Form):
    """An explanation or a correction; `digest` names the finding as it was shown."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="答复类型", choices=ResponseKind)
    text = forms.CharField(
        label="说明或整改情况", max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    file = evidence_file()
