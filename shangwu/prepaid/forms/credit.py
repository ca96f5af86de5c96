"""What people type about credit: the list of seriously dishonest operators, objections, repair."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.forms.cases import VersionForm
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.parameters import Listing
from shangwu.prepaid.vocabulary import PetitionKind


def _text(label: str, length: int = 1000, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, widget=forms.Textarea({"rows": 3}), **kwargs
    )


class ProposeForm(forms.Form):
    """A ground that a person has established, and why."""

    ground = forms.ChoiceField(label="列入情形")
    reasons = _text("事实和理由")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        # The ground that is counted from penalties is proposed by the platform itself.
        field.choices = [
            (one.name, one.label)
            for pack in law.packs(Listing, on=on)
            for one in pack.parameters.ground
            if not one.penalties
        ]


class DecideForm(VersionForm):
    """The decision on a proposal."""

    answer = _text("对陈述、申辩的答复", required=False)
    decision = _text("决定的理由")


class StatementForm(forms.Form):
    """What the party says in its defence."""

    text = _text("陈述、申辩", 2000)


class EndForm(VersionForm):
    """When the dishonest conduct ended."""

    ended_on = DayField(label="失信行为终止日")


class RemoveForm(VersionForm):
    """Why an entry leaves the list."""

    reason = _text("移出的理由", 500)


class PetitionForm(forms.Form):
    """An objection or a request for repair."""

    kind = forms.ChoiceField(label="申请", choices=PetitionKind.choices)
    text = _text("事实和理由", 2000)


class ForwardForm(forms.Form):
    """Who provided the information."""

    to = forms.CharField(label="信息提供单位", max_length=100)


class PetitionDecisionForm(forms.Form):
    """What is answered to an objection or a request."""

    answer = _text("处理意见")
