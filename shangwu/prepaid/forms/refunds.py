"""What a consumer types to compute a refund; the cause of the end is never asked, both are shown."""

from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.foundation.web.language import said
from shangwu.prepaid.forms.bilingual import BilingualForm, BilingualMoneyField

_PERCENT = 100


def _rate() -> forms.DecimalField:
    return forms.DecimalField(
        required=False, max_digits=6, decimal_places=4, min_value=0, max_value=100
    )


class StoredForm(BilingualForm):
    """A stored-value card or one that counts visits, at its end."""

    LABELS = {
        "paid": ("已付金额（元）", "Paid (yuan)"),
        "gift": ("赠送金额（元）", "Given on top (yuan)"),
        "used": ("已消费金额，按原价（元）", "Used, at list prices (yuan)"),
        "discount": ("约定折扣（八折写 0.8）", "Discount agreed (0.8 for 20 % off)"),
        "market": ("同样消费按市场价（元）", "The same use at market prices (yuan)"),
        "ended_on": ("合同解除日期", "Day on which the contract ended"),
    }
    HINTS = {
        "market": (
            "原价明显不合理、经营者又没有销售记录时才填。",
            "Only where list prices are clearly unreasonable and the operator has no sales records.",
        )
    }
    paid = BilingualMoneyField()
    gift = BilingualMoneyField(required=False)
    used = BilingualMoneyField()
    discount = forms.DecimalField(required=False, max_digits=4, decimal_places=3)
    market = BilingualMoneyField(required=False)
    ended_on = DayField()


class TermForm(BilingualForm):
    """A card for unlimited use during a term."""

    LABELS = {
        "paid": ("已付金额（元）", "Paid (yuan)"),
        "starts_on": ("期限第一日", "First day of the term"),
        "until": ("期限届满的次日", "Day after the last day"),
        "ended_on": ("合同解除日期", "Day on which the contract ended"),
        "stopped_on": ("停止服务的第一日", "First day without service"),
    }
    HINTS = {
        "until": (
            "例：2025年5月1日起一年，填2026年5月1日。",
            "One year from 2025-05-01: write 2026-05-01.",
        ),
        "stopped_on": (
            "经营者在解除以前已经停止服务的才填。",
            "Only where the operator stopped before the contract ended.",
        ),
    }
    paid = BilingualMoneyField()
    starts_on = DayField()
    until = DayField()
    ended_on = DayField()
    stopped_on = DayField(required=False)


class WithdrawalForm(BilingualForm):
    """A payment that might be undone within the first days."""

    LABELS = {
        "paid": ("已付金额（元）", "Paid (yuan)"),
        "paid_on": ("付款日期", "Day of payment"),
        "asked_on": ("请求退款日期", "Day of the request"),
        "has_tried": (
            "订立合同时，已经在这家或者别家获得过相同商品或者服务",
            "When contracting I had already had the same goods or service, here or elsewhere",
        ),
    }
    paid = BilingualMoneyField()
    paid_on = DayField()
    asked_on = DayField()
    has_tried = forms.BooleanField(required=False)


class InterestForm(BilingualForm):
    """Interest on a refund from the end of the contract, by each rate that is given."""

    LABELS = {
        "amount": ("应退金额（元）", "Amount to be refunded (yuan)"),
        "ended_on": ("合同解除日期", "Day on which the contract ended"),
        "paid_on": ("实际退款日期", "Day of the refund"),
        "operator": (
            "订约时一年期贷款市场报价利率（%）",
            "One-year loan prime rate when contracting (%)",
        ),
        "consumer": ("一年期存款基准利率（%）", "One-year benchmark deposit rate (%)"),
        "supervised": ("监管账户实际利率（%）", "Actual rate of the supervised account (%)"),
    }
    HINTS = {
        "operator": (
            "经营者的原因适用。请查公布的数字。",
            "Where the cause lies with the operator. Please enter the published figure.",
        ),
        "consumer": ("消费者的原因适用。", "Where you end it for reasons of your own."),
        "supervised": (
            "钱在监管账户里的适用，不论原因。",
            "Where the money lay in such an account, whatever the cause.",
        ),
    }
    amount = BilingualMoneyField()
    ended_on = DayField()
    paid_on = DayField()
    operator = _rate()
    consumer = _rate()
    supervised = _rate()

    def clean(self) -> dict[str, Any]:
        """Turn each rate into a fraction of one; at least one is needed."""
        data = super().clean() or {}
        rates = [name for name in ("operator", "consumer", "supervised") if name in data]
        for name in rates:
            data[name] = None if data[name] is None else data[name] / _PERCENT
        if rates and all(data[name] is None for name in rates):
            wrong = ("请至少填写一种利率。", "Please enter at least one rate.")
            raise forms.ValidationError(said(wrong))
        return data


FORMS: dict[str, tuple[tuple[str, str], type[BilingualForm]]] = {
    "stored": (("储值卡、次卡", "Stored value or visits"), StoredForm),
    "term": (("期限卡", "Card for a term"), TermForm),
    "withdrawal": (("七日内退款", "Within seven days"), WithdrawalForm),
    "interest": (("利息", "Interest"), InterestForm),
}


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of computation in the language of the page."""
    return [(code, said(label)) for code, (label, _) in FORMS.items()]
