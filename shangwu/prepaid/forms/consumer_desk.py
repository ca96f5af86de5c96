"""What officers type about consumers' requests."""

from typing import Any

from django import forms

from shangwu.prepaid.models import SupervisingUnit
from shangwu.prepaid.queries.consumers.desk import unit_label


class SeenForm(forms.Form):
    """An act on a request as it was when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(SeenForm):
    """The answer that the consumer reads."""

    text = forms.CharField(label="答复", max_length=1000, widget=forms.Textarea({"rows": 4}))
    publish = forms.BooleanField(label="作为问答公开", required=False)

    def __init__(self, *args: Any, may_publish: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]


class ForwardForm(SeenForm):
    """To which unit, and why."""

    unit = forms.ChoiceField(label="转交单位")
    text = forms.CharField(label="理由", max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        units = SupervisingUnit.objects.order_by("district", "agency")
        field.choices = [
            (f"{one.agency}|{one.district}", unit_label(one.agency, one.district)) for one in units
        ]


class CloseForm(SeenForm):
    """How it ended."""

    text = forms.CharField(label="办结说明", max_length=500, widget=forms.Textarea({"rows": 2}))
