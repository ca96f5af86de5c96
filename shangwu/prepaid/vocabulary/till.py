"""The words of the till that small shops use."""

from django.db.models import TextChoices


class TillActKind(TextChoices):
    """What is done with a card at the till."""

    ISSUE = "ISSUE", "售卡"
    TOP_UP = "TOP_UP", "充值"
    REDEEM = "REDEEM", "兑付"
    REFUND = "REFUND", "退款"
    ACCRUE = "ACCRUE", "期限卡按日计兑付"


class TillCardState(TextChoices):
    """Whether a card of the till may still be used."""

    ACTIVE = "ACTIVE", "可用"
    REFUNDED = "REFUNDED", "已退款"
