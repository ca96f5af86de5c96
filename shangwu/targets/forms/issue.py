"""What people type about issues: found, assigned, explained, reported, settled, looked at again."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.queries import holders
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.fields import DayField
from shangwu.targets.forms.acts import EvidenceField
from shangwu.targets.models import Declaration, Indicator
from shangwu.targets.rules.monitoring.law import monitoring_law
from shangwu.targets.vocabulary import IssueEffect

if TYPE_CHECKING:
    _ModelChoiceField = forms.ModelChoiceField[Account]
else:
    _ModelChoiceField = forms.ModelChoiceField


class AlertDayForm(forms.Form):
    """The day whose figures the alert rules look at; empty means today."""

    on = DayField(label="检查到哪一天", required=False)


class IssueForm(forms.Form):
    """An issue that a person found."""

    indicator: "forms.ModelChoiceField[Indicator]" = forms.ModelChoiceField(
        Indicator.objects.none(), label="指标", required=False, empty_label="整个项目"
    )
    on = DayField(label="发现日期")
    sentence = forms.CharField(label="问题", max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = declaration.indicators.filter(withdrawn_at=None).order_by("row")


class PersonField(_ModelChoiceField):
    """A choice among people by the names that others know them by."""

    def label_from_instance(self, obj: Account) -> str:
        """Return the person's name."""
        return obj.display_name


class AssignForm(forms.Form):
    """Who answers for the correction."""

    owner = PersonField(Account.objects.none(), label="责任人", empty_label="请选择")
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = holders(Role.TARGETS_EDITOR, on=on)


class ExplainForm(forms.Form):
    """Why it happened, in the official classes, and what is being done."""

    cause = forms.ChoiceField(label="偏差原因")
    detail = forms.CharField(label="原因分析", max_length=1000, widget=forms.Textarea({"rows": 2}))
    action = forms.CharField(label="整改措施", max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cause"]
        assert isinstance(field, forms.ChoiceField)
        causes = monitoring_law(on).causes.value
        field.choices = [("", "请选择"), *((cause, cause) for cause in causes)]


class CorrectionForm(forms.Form):
    """What was done, with proof."""

    text = forms.CharField(label="整改结果", max_length=1000, widget=forms.Textarea({"rows": 2}))
    evidence = EvidenceField()


class SettleForm(forms.Form):
    """What another person says of the correction."""

    note = forms.CharField(label="核验意见", max_length=1000, widget=forms.Textarea({"rows": 2}))


class EffectForm(forms.Form):
    """Whether the correction helped."""

    effect = forms.ChoiceField(label="整改成效", choices=IssueEffect.choices)
    note = forms.CharField(label="复查意见", max_length=1000, widget=forms.Textarea({"rows": 2}))
