"""What people type when operators, banks and supervising units are taken over."""

from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.accounts.models import Organisation
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.vocabulary import Agency, InstitutionKind


class IntakeForm(forms.Form):
    """A list of connected operators."""

    file = forms.FileField(
        label="名单文件", help_text="CSV（UTF-8），列名见下方说明，一份最多两万家。"
    )


class RefuseIntakeForm(forms.Form):
    """Why a list is sent back."""

    reason = forms.CharField(label="退回理由", max_length=200, required=False)


class InstitutionForm(forms.Form):
    """A custodian bank or an insurer."""

    uscc = forms.CharField(label="统一社会信用代码", max_length=18)
    name = forms.CharField(label="名称", max_length=120)
    kind = forms.ChoiceField(label="种类", choices=InstitutionKind)
    public_key = forms.CharField(
        label="公钥（Ed25519）",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="由机构自行生成密钥，只提供公钥。",
    )


class SupervisionForm(forms.Form):
    """Which agency's sectors an organisation supervises, and where."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"), label="单位", empty_label="请选择"
    )
    agency = forms.ChoiceField(label="部门", choices=Agency)
    district = forms.ChoiceField(label="所在区", required=False)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全市"), *districts(on).items()]


class EndSupervisionForm(forms.Form):
    """Why an organisation no longer supervises."""

    reason = forms.CharField(label="撤销理由", max_length=200)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
