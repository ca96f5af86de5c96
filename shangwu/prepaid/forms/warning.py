"""Forms of early warning: which alerts to show, and why one is not followed."""

from django import forms

from shangwu.prepaid.vocabulary import WarningState


class AlertFilterForm(forms.Form):
    """Which alerts to show; all by default."""

    state = forms.ChoiceField(
        label="处理状态", required=False, choices=[("", "全部"), *WarningState.choices]
    )

    def asked(self) -> str:
        """Return the state that is asked for where it exists, otherwise nothing."""
        return str(self.cleaned_data["state"]) if self.is_valid() else ""


class DismissForm(forms.Form):
    """What was found out, and why the alert is not followed."""

    reason = forms.CharField(
        label="核查情况和理由",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text="写明核查了什么、看到了什么，例如门店正常营业、系季节性停课。不要写消费者的个人信息。",
    )
