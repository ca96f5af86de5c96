"""What a consumer types to compute a refund; the cause of the end is never asked, both are shown."""

from typing import Any

from django import forms

from shangwu.foundation.web.language import said
from shangwu.prepaid.forms.bilingual import BilingualForm, YuanField

_PERCENT = 100


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


def _optional_day() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


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
    paid = YuanField()
    gift = YuanField(required=False)
    used = YuanField()
    discount = forms.DecimalField(required=False, max_digits=4, decimal_places=3)
    market = YuanField(required=False)
    ended_on = _day()


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
    paid = YuanField()
    starts_on = _day()
    until = _day()
    ended_on = _day()
    stopped_on = _optional_day()


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
    paid = YuanField()
    paid_on = _day()
    asked_on = _day()
    has_tried = forms.BooleanField(required=False)


class InterestForm(BilingualForm):
    """Interest on a refund from the end of the contract."""

    LABELS = {
        "amount": ("应退金额（元）", "Amount to be refunded (yuan)"),
        "ended_on": ("合同解除日期", "Day on which the contract ended"),
        "paid_on": ("实际退款日期", "Day of the refund"),
        "rate": ("年利率（%）", "Rate per year (%)"),
        "is_supervised": ("钱在监管账户里", "The money lay in a supervised account"),
    }
    HINTS = {
        "rate": (
            "经营者原因：订约时一年期贷款市场报价利率；消费者原因：一年期存款基准利率；监管账户：该账户实际利率。"
            "利率由您填写，请查公布的数字。",
            "Operator's fault: one-year loan prime rate when the contract was made. Consumer's reason: one-year benchmark "
            "deposit rate. Supervised account: its actual rate. Please enter the published figure.",
        )
    }
    amount = YuanField()
    rate = forms.DecimalField(max_digits=6, decimal_places=4, min_value=0, max_value=100)
    ended_on = _day()
    paid_on = _day()
    is_supervised = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Turn the rate into a fraction of one."""
        data = super().clean() or {}
        if "rate" in data:
            data["rate"] = data["rate"] / _PERCENT
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
