"""Forms of the desks: a trial of another ratio, and why an observation is settled."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from shangwu.prepaid.rules.amounts import percent

HUNDRED = Decimal(100)


class TrialForm(forms.Form):
    """Which tier of which pack is to have which ratio; the choices are those of the day."""

    tier = forms.ChoiceField(label="规则和档次")
    ratio = forms.DecimalField(
        label="试算比例（%）",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="只用于试算，不改变任何规则，也不作为监管依据。",
    )

    def __init__(
        self, *args: Any, tiers: Sequence[tuple[str, str, Decimal]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._tiers = {f"{pack}:{ratio}": (pack, ratio) for pack, _, ratio in tiers}
        self.fields["tier"] = forms.ChoiceField(
            label="规则和档次",
            choices=[
                (f"{pack}:{ratio}", f"{label}，{percent(ratio)} 一档")
                for pack, label, ratio in tiers
            ],
        )

    def asked(self) -> dict[str, Any]:
        """Return pack, old and new ratio; ratios are shares of one."""
        pack, old = self._tiers[self.cleaned_data["tier"]]
        return {"pack": pack, "old_ratio": old, "new_ratio": self.cleaned_data["ratio"] / HUNDRED}


class SettleForm(forms.Form):
    """What was found out, and why the observation needs nothing more."""

    reason = forms.CharField(
        label="核实情况和理由",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text="写明核实的事实，例如经营者已补报、银行已更正。不要写消费者的个人信息。",
    )
