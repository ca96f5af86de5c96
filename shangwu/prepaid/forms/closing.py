"""What the office types about closings and collapses; holders' forms are in claims.py."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.forms.fields import MoneyField
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.vocabulary import ClosingKind

_SEPARATOR = re.compile(r"[\s,，;；、]+")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class OperatorsField(forms.CharField):
    """Operators by platform number or social credit code, one or several; the cleaned value is their list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed: QuerySet[Operator] = Operator.objects.none()

    def clean(self, value: Any) -> list[Operator]:
        """Return the operators in the order given; one that cannot be found is named."""
        asked = [word.upper() for word in _SEPARATOR.split(super().clean(value)) if word]
        found: dict[str, Operator] = {}
        for operator in self.allowed.filter(number__in=asked):
            found[operator.number] = operator
        for operator in self.allowed.filter(uscc__in=asked):
            found[operator.uscc] = operator
        if missing := [word for word in asked if word not in found]:
            raise forms.ValidationError(
                f"没有找到这些经营者，或者不在您的监管范围内：{'、'.join(missing[:5])}",
                code="PREPAID-OPERATOR",
            )
        return list(dict.fromkeys(found[word] for word in asked))


class ClosingForm(forms.Form):
    """An announcement of a closing, suspension, move or exit."""

    operator = OperatorsField(
        label="经营者", max_length=40, help_text="平台编号或者统一社会信用代码。"
    )
    kind = forms.ChoiceField(label="事由", choices=ClosingKind)
    takes_effect_on = DayField(
        label="生效日", help_text="影响兑付的停业、歇业、迁移应提前三十日告知。"
    )
    text = forms.CharField(
        label="公告内容", max_length=2000, widget=_area(5), help_text="不要写入个人姓名和电话。"
    )
    refund_method = forms.CharField(label="退款或者继续兑付办法", max_length=400, widget=_area(2))

    def __init__(self, *args: Any, allowed: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["operator"]
        assert isinstance(field, OperatorsField)
        field.allowed = allowed

    def clean_operator(self) -> Operator:
        """Return the one operator."""
        found: list[Operator] = self.cleaned_data["operator"]
        if len(found) != 1:
            raise forms.ValidationError("每份公告只写一家经营者。", code="PREPAID-OPERATOR")
        return found[0]

    def said(self) -> Announcement:
        """Return what is announced."""
        given = self.cleaned_data
        return Announcement(
            given["kind"], given["takes_effect_on"], given["text"], given["refund_method"]
        )


class ToldForm(forms.Form):
    """How many holders were told, and the digest of what they were sent."""

    told = forms.IntegerField(label="已告知的卡数", min_value=0)
    proof = forms.CharField(
        label="告知凭证摘要",
        max_length=64,
        help_text="经营者发送清单文件的 SHA-256 摘要，64 位小写十六进制数。清单本身不要提交。",
    )


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label="说明", max_length=400, widget=_area(2), required=False)


class CollapseForm(forms.Form):
    """The proposal that a chain has collapsed."""

    name = forms.CharField(
        label="名称", max_length=80, help_text="品牌或者企业的简称，公众将看到。"
    )
    operators = OperatorsField(
        label="涉及的经营者",
        widget=_area(4),
        help_text="平台编号或者统一社会信用代码，用空格或者换行分开。",
    )
    cause = forms.CharField(
        label="认定依据",
        max_length=2000,
        widget=_area(4),
        help_text="写明何时、由谁核实停业失联，附件另存案卷。",
    )
    advice = forms.CharField(
        label="给消费者的说明",
        max_length=2000,
        widget=_area(4),
        initial="请凭卡号和购卡凭条上的查询密码登记。平台不收集姓名和电话，登记后请保管好登记编号和查询码。",
    )

    def __init__(self, *args: Any, allowed: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["operators"]
        assert isinstance(field, OperatorsField)
        field.allowed = allowed


class DecideClaimForm(forms.Form):
    """What a person decides about a claim that differs from the ledger."""

    admitted = MoneyField(
        label="确认金额（元）",
        max_length=30,
        help_text="在申报和账面之间；填 0 表示不予确认，仍按账面清退。",
    )
    reason = forms.CharField(label="认定理由", max_length=400)


class PaidForm(forms.Form):
    """The bank's list of paid claims."""

    numbers = forms.CharField(
        label="已发放的登记编号",
        max_length=400_000,
        widget=_area(4),
        help_text="粘贴银行回单中的登记编号，每行一个。重复提交不会重复登记。",
    )

    def clean_numbers(self) -> list[str]:
        """Return the numbers as a list."""
        return [word.upper() for word in _SEPARATOR.split(self.cleaned_data["numbers"]) if word]
