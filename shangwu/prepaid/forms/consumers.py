"""What consumers type. Card number and secret are never put back into a page."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.foundation.web.language import said
from shangwu.prepaid.forms.bilingual import BilingualForm, BilingualMoneyField, Pair, choices
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.finding import named_operator
from shangwu.prepaid.rules.consumers.english import DISTRICTS, term
from shangwu.prepaid.rules.consumers.requests import personal_data_in
from shangwu.prepaid.rules.tokens import card_token, plain_code
from shangwu.prepaid.vocabulary import ComplaintKind, Sector

LONGEST_CODE, LONGEST_TEXT = 60, 2000
_CODE: Pair = ("经营者", "Operator")
_CODE_HINT: Pair = (
    "统一社会信用代码、平台编号或者对接标识上的编号，可以在“查经营者”里找到。",
    'Social credit code, platform number or the number on its mark; "Find an operator" shows them.',
)
_TEXT_HINT: Pair = (
    "请不要写姓名、电话、身份证号：平台不收集消费者个人信息。",
    "Please write no names, telephone or identity numbers: the platform collects no personal data.",
)
CODE_INPUT = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class UnshownInput(forms.TextInput):
    """A text field that never shows again what was typed."""

    def format_value(self, value: Any) -> None:
        """Return nothing, whatever was typed."""
        return


def sectors() -> list[tuple[str, Pair]]:
    """Return the lines of business that a consumer may name."""
    return [(one.value, term(one)) for one in Sector if one != Sector.GENERAL]


class OperatorField(forms.CharField):
    """An operator by one of its numbers."""

    def clean(self, value: Any) -> Operator | None:
        """Return the operator, or None for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        if (found := named_operator(text)) is None:
            wrong = (
                "没有找到这个编号的经营者。请在“查经营者”里按名称查找，从那里进入。",
                'No operator has this number. Look it up by name under "Find an operator" and come from there.',
            )
            raise forms.ValidationError(said(wrong))
        return found


class ImpersonalText(forms.CharField):
    """Free text without personal data."""

    def clean(self, value: Any) -> str:
        """Return the text; the finding says only which kind of data it is."""
        text = str(super().clean(value))
        if (found := personal_data_in(text)) is not None:
            raise forms.ValidationError(said(found), code="personal")
        return text


class CardForm(BilingualForm):
    """The operator, and the number and secret that prove a card."""

    LABELS = {
        "operator": _CODE,
        "number": ("卡号", "Card number"),
        "secret": ("查询密码", "Secret"),
    }
    HINTS = {
        "operator": _CODE_HINT,
        "secret": (
            "印在购卡凭条上的十六位字母和数字。有的店兑付也凭它，请勿告诉他人。",
            "The sixteen letters and digits printed on your slip. Some shops redeem by it: show it to nobody else.",
        ),
    }
    operator = OperatorField(max_length=LONGEST_CODE)
    number = forms.CharField(max_length=64, widget=UnshownInput(CODE_INPUT))
    secret = forms.CharField(max_length=40, widget=UnshownInput(CODE_INPUT))

    def clean(self) -> dict[str, Any]:
        """Check only the form of number and secret, which says nothing about any card."""
        data = super().clean() or {}
        if "number" in data and "secret" in data:
            try:
                card_token(operator="", number=data["number"], secret=data["secret"])
            except ValueError:
                wrong = (
                    "查询密码应为十六位字母和数字，没有字母 U。请对照凭条再填一次。",
                    "The secret has sixteen letters and digits, never the letter U. Please compare with your slip.",
                )
                self.add_error("secret", said(wrong))
        return data


class TicketForm(BilingualForm):
    """A form that counts once, however often it is sent."""

    ticket = forms.CharField(max_length=200, widget=forms.HiddenInput)


class DifferenceForm(TicketForm):
    """What the slip says; `card` is the signed answer of the look-up before."""

    LABELS = {
        "stated": ("凭条上的余额（元）", "Balance on the slip (yuan)"),
        "day": ("凭条上的日期", "Date on the slip"),
        "text": ("补充说明", "Anything to add"),
    }
    HINTS = {
        "stated": (
            "只计已付的钱，不含商家赠送。",
            "The money you paid only, without what was given on top.",
        ),
        "text": _TEXT_HINT,
    }
    card = forms.CharField(max_length=500, widget=forms.HiddenInput)
    stated = BilingualMoneyField()
    day = DayField()
    text = ImpersonalText(
        max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_day(self) -> date:
        """Refuse a slip from the future."""
        day: date = self.cleaned_data["day"]
        if day > self._today:
            raise forms.ValidationError(
                said(("日期不能晚于今天。", "The date cannot be later than today."))
            )
        return day


class ComplaintForm(TicketForm):
    """A complaint about a registered operator, or about one that is not registered."""

    LABELS = {
        "operator": ("已登记的经营者", "Registered operator"),
        "named_operator": ("没有登记的经营者名称", "Name of an operator that is not registered"),
        "sector": ("它的行业", "Its line of business"),
        "district": ("它所在的区", "Its district"),
        "subject": ("事由", "What it is about"),
        "amount": ("涉及金额（元）", "Amount concerned (yuan)"),
        "text": ("经过和要求", "What happened, and what you ask for"),
    }
    HINTS = {
        "operator": _CODE_HINT,
        "named_operator": (
            "请写店招或者发票上的名称。",
            "As on the shop's sign or the invoice.",
        ),
        "text": _TEXT_HINT,
    }
    subject = forms.ChoiceField()
    operator = OperatorField(max_length=LONGEST_CODE, required=False)
    named_operator = ImpersonalText(max_length=80, required=False)
    sector = forms.ChoiceField(required=False)
    district = forms.ChoiceField(required=False)
    amount = BilingualMoneyField(required=False)
    text = ImpersonalText(max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Sequence[tuple[str, Pair]]] = {
            "subject": [(one.value, term(one)) for one in ComplaintKind],
            "sector": sectors(),
            "district": list(DISTRICTS.items()),
        }
        for name, pairs in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices(pairs, empty=("请选择", "Please choose"))

    def clean(self) -> dict[str, Any]:
        """Require either a registered operator or what is needed to find the one that is not."""
        data = super().clean() or {}
        if "operator" in data and data["operator"] is None:
            for name in ("named_operator", "sector", "district"):
                if name in data and not data[name]:
                    wrong = (
                        "经营者没有登记的，请填写这一项。",
                        "Needed where the operator is not registered.",
                    )
                    self.add_error(name, said(wrong))
        return data


class QuestionForm(TicketForm):
    """A question, about an operator or about the rules."""

    LABELS = {
        "text": ("您的问题", "Your question"),
        "operator": ("涉及的经营者", "Operator concerned"),
    }
    HINTS = {"text": _TEXT_HINT, "operator": _CODE_HINT}
    text = ImpersonalText(max_length=500, widget=forms.Textarea({"rows": 4}))
    operator = OperatorField(max_length=LONGEST_CODE, required=False)


class FollowForm(BilingualForm):
    """Number and secret of a request."""

    LABELS = {"number": ("编号", "Number"), "secret": ("查询码", "Code")}
    HINTS = {
        "secret": (
            "提交时给您的十六位查询码。",
            "The sixteen characters that you were given when you sent it.",
        )
    }
    number = forms.CharField(max_length=20, widget=forms.TextInput(CODE_INPUT))
    secret = forms.CharField(max_length=40, widget=UnshownInput(CODE_INPUT))

    def clean_number(self) -> str:
        """Return the number as it was issued."""
        plain = unicodedata.normalize("NFKC", self.cleaned_data["number"]).strip().upper()
        return plain.replace("-", "").replace(" ", "")

    def clean_secret(self) -> str:
        """Return the code as it was issued, however it was copied."""
        return plain_code(self.cleaned_data["secret"])
