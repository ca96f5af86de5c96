"""What people type about credit: the list of seriously dishonest operators, objections, repair."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.forms.cases import VersionForm
from shangwu.prepaid.forms.fields import file_field
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.parameters import Listing
from shangwu.prepaid.vocabulary import HandedInBy, PetitionKind


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


class ResponsibleForm(VersionForm):
    """Whom an entry marks beside the legal representative."""

    principal = forms.CharField(label="主要负责人", max_length=50, required=False)
    responsible_persons = forms.CharField(
        label="直接责任人员",
        max_length=200,
        required=False,
        help_text="几个人的用顿号隔开。只写姓名，不写证件号码和电话。",
    )


class WrittenForm(forms.Form):
    """What a party without an account handed in on paper."""

    received_on = DayField(label="收到日期")
    handed_in_by = forms.ChoiceField(
        label="由谁提交",
        choices=HandedInBy.choices,
        help_text="只记身份，不记姓名。",
    )
    text = _text("书面材料的内容", 2000, help_text="照录或者如实摘要，不要写证件号码和电话。")
    paper = file_field("书面材料（扫描件或者照片）")


class WrittenPetitionForm(WrittenForm):
    """An objection or a request for repair on paper."""

    kind = forms.ChoiceField(label="申请", choices=PetitionKind.choices)

    field_order = ("kind", "received_on", "handed_in_by", "text", "paper")


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
