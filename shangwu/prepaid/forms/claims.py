"""What holders of a collapsed chain type. Card number and secret are never put back into a page."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from shangwu.prepaid.forms.bilingual import BilingualForm, BilingualMoneyField
from shangwu.prepaid.forms.consumers import CODE_INPUT, TicketForm, UnshownInput
from shangwu.prepaid.models import Operator
from shangwu.prepaid.rules.tokens import plain_code

if TYPE_CHECKING:
    _BusinessField = forms.ModelChoiceField[Operator]
else:
    _BusinessField = forms.ModelChoiceField


class BusinessField(_BusinessField):
    """A choice among businesses by their names, as they stand on cards and slips."""

    def label_from_instance(self, obj: Operator) -> str:
        """Return the name."""
        return obj.name


class ClaimForm(TicketForm):
    """A holder's claim: the card, its secret, and what should be on it."""

    LABELS = {
        "operator": ("发卡经营者", "Issuer of the card"),
        "card_number": ("卡号", "Card number"),
        "secret": ("查询密码", "Secret"),
        "claimed": ("卡内应有余额（元）", "Balance that should be on the card (yuan)"),
    }
    HINTS = {
        "secret": (
            "印在购卡凭条上的十六位数字和字母，不分大小写。",
            "The sixteen letters and digits printed on your slip, in capitals or not.",
        ),
    }
    operator = BusinessField(
        Operator.objects.none(), empty_label=None, widget=forms.Select({"lang": "zh-Hans"})
    )
    card_number = forms.CharField(max_length=40, widget=UnshownInput(CODE_INPUT))
    secret = forms.CharField(max_length=24, widget=UnshownInput(CODE_INPUT))
    claimed = BilingualMoneyField(max_length=30)

    def __init__(self, *args: Any, operators: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["operator"]
        assert isinstance(field, BusinessField)
        field.queryset = operators


class FollowClaimForm(BilingualForm):
    """The number and code with which a holder follows a claim."""

    LABELS = {"number": ("登记编号", "Claim number"), "code": ("查询码", "Code")}
    number = forms.CharField(max_length=16, widget=forms.TextInput(CODE_INPUT))
    code = forms.CharField(max_length=20, widget=UnshownInput(CODE_INPUT))

    def clean_number(self) -> str:
        """Return the number as it was issued."""
        return str(self.cleaned_data["number"]).strip().upper()

    def clean_code(self) -> str:
        """Return the code as it was issued, however it was copied."""
        return plain_code(self.cleaned_data["code"])
