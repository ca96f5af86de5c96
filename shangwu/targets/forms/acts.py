"""The small forms of the target pages: upload, rate, complete, bind, change, decide."""

from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.measure import registry

# A reason, an opinion: what is longer belongs into a file.
MOST_CHARACTERS = 2000
# Said in the browser, before anything is sent: a request that is too large is not read, nor what was typed into it.
LARGEST_FILE = {"data-most-megabytes": 20}
ACCEPTED_EVIDENCE = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.txt"


class MultipleFileInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """One or more files as evidence; the cleaned value is a list of uploads."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="佐证材料",
            help_text="可选多份。支持 PDF、Word、Excel、图片和文本，每份不超过 20 MB。",
            widget=MultipleFileInput({"accept": ACCEPTED_EVIDENCE, **LARGEST_FILE}),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean each file by itself."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(EvidenceField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """The form file to import."""

    file = forms.FileField(
        label="申报表文件",
        help_text="支持 Word（.docx）、Excel（.xlsx）、网页表格和文本，不超过 20 MB。",
        widget=forms.ClearableFileInput({"accept": ".docx,.xlsx,.html,.htm,.txt", **LARGEST_FILE}),
    )


class RatingForm(forms.Form):
    """A named person's judgement."""

    level = forms.ChoiceField(label="评定等次")
    reason = forms.CharField(
        label="评定理由", max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 3})
    )
    rated_on = DayField(label="评定日期")
    valid_until = DayField(
        label="有效期止",
        required=False,
        help_text="证书、测评报告等请填失效当天的日期；长期有效可不填。",
    )
    evidence = EvidenceField()

    def __init__(self, *args: Any, levels: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(level, level) for level in levels]


class CompletionForm(forms.Form):
    """That the promised work was finished."""

    done_on = DayField(label="完成日期")
    description = forms.CharField(
        label="完成情况说明", max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 3})
    )
    evidence = EvidenceField()


class BindingForm(forms.Form):
    """Which measure answers for the row."""

    measure = forms.ChoiceField(label="度量")
    reason = forms.CharField(
        label="绑定理由", max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = sorted(registry().values(), key=lambda measure: measure.key)
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(measure.key, f"{measure.title}（{measure.key}）") for measure in measures]
        for measure in measures:
            for parameter in measure.parameters:
                self.fields[f"parameter-{parameter.name}"] = forms.CharField(
                    label=f"参数：{parameter.title}",
                    max_length=200,
                    required=False,
                    initial=parameter.default,
                )

    def parameters(self) -> dict[str, str]:
        """Return the parameters given, by name."""
        return {
            name.removeprefix("parameter-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("parameter-")
        }


class ChangeForm(forms.Form):
    """A new target during the year."""

    raw = forms.CharField(label="新的指标目标值", max_length=500, strip=False)
    effective_on = DayField(label="生效日期")
    reason = forms.CharField(
        label="调整理由和依据", max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 3})
    )


class DecisionForm(forms.Form):
    """A reviewer's word on a declaration or a change."""

    note = forms.CharField(
        label="审核意见",
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class ReasonForm(forms.Form):
    """A reason that an act must carry."""

    reason = forms.CharField(
        label="理由", max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 2})
    )


class DayForm(forms.Form):
    """The day to read for; empty means today."""

    on = DayField(label="读到哪一天", required=False)
