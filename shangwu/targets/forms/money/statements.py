"""The file of a statement, and which of its columns holds what."""

from typing import Any

from django import forms

from shangwu.targets.forms.acts import LARGEST_FILE
from shangwu.targets.models import Statement
from shangwu.targets.rules.money.statement.columns import FIELDS, UNITS


class StatementForm(forms.Form):
    """The statement to import."""

    file = forms.FileField(
        label="对账单文件",
        help_text="支持 Excel（.xlsx）和文本（.csv、.txt），不超过 20 MB。表头应在前 15 行之内。",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.txt", **LARGEST_FILE}),
    )
    account = forms.CharField(
        label="付款账号",
        max_length=60,
        required=False,
        help_text="对账单中没有“付款账号”一栏时填写，用于识别重复的支付。",
    )


class ColumnsForm(forms.Form):
    """For each fact of a payment the column that holds it."""

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        head = statement.grid["rows"][0]
        places = [("", "不使用"), *((n, f"第 {n + 1} 栏：{word}") for n, word in enumerate(head))]
        for field, label in FIELDS.items():
            self.fields[field] = forms.TypedChoiceField(
                label=label,
                required=False,
                coerce=int,
                empty_value=None,
                choices=places,
                initial=statement.columns.get(field, ""),
            )
        self.fields["unit"] = forms.ChoiceField(
            label="金额单位", choices=[(unit, unit) for unit in UNITS], initial=statement.unit
        )
        self.fields["account_number"] = forms.CharField(
            label="付款账号（表中没有时）",
            max_length=60,
            required=False,
            initial=statement.account,
        )

    def columns(self) -> dict[str, int]:
        """Return field -> column, from 0, of the fields that have one."""
        data = self.cleaned_data
        return {field: data[field] for field in FIELDS if data[field] is not None}
