"""What people fill in about accounts."""

from collections.abc import Iterable
from typing import Any

from django import forms

from shangwu.foundation.accounts.models import Account, Cover
from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.web.fields import DayField


class AccountForm(forms.Form):
    """A new account."""

    login = forms.CharField(
        label="登录名", max_length=40, help_text="小写字母、数字、点、横线、下划线；一人一号。"
    )
    display_name = forms.CharField(label="姓名", max_length=50)


class ReasonForm(forms.Form):
    """An act that needs a reason only."""

    reason = forms.CharField(label="理由", max_length=200, help_text="会记入审计。")


class AppointmentForm(ReasonForm):
    """An appointment."""

    organisation = forms.CharField(label="单位", max_length=100)
    post = forms.CharField(label="岗位", max_length=100)
    role = forms.ChoiceField(label="角色", choices=Role.choices)
    cover = forms.ChoiceField(label="A/B 岗", choices=Cover.choices)
    from_on = DayField(label="开始日期")
    until_on = DayField(
        label="终止日期", required=False, help_text="终止当日不再任职；不填为长期。"
    )
    field_order = ("organisation", "post", "role", "cover", "from_on", "until_on", "reason")


class EndForm(ReasonForm):
    """The end of an appointment."""

    until_on = DayField(label="终止日期", help_text="从这一天起不再任职。")
    field_order = ("until_on", "reason")


class DelegationForm(ReasonForm):
    """A role lent to a colleague."""

    receiver = forms.ChoiceField(label="受托人")
    role = forms.ChoiceField(
        label="角色", choices=[(r.value, r.label) for r in Role if r not in ADMINISTRATORS]
    )
    from_on = DayField(label="开始日期")
    until_on = DayField(label="终止日期", help_text="从这一天起收回；最长 92 天。")
    field_order = ("receiver", "role", "from_on", "until_on", "reason")

    def __init__(self, *args: Any, receivers: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["receiver"]
        choice.choices = [(str(a.number), a.display_name) for a in receivers]
