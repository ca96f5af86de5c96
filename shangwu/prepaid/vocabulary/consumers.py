"""The words of what consumers ask, complain of and report."""

from django.db.models import TextChoices


class RequestKind(TextChoices):
    """What a consumer sends."""

    COMPLAINT = "COMPLAINT", "投诉"
    QUESTION = "QUESTION", "咨询"
    DIFFERENCE = "DIFFERENCE", "差异反映"


class RequestState(TextChoices):
    """How far a consumer's request has come."""

    RECEIVED = "RECEIVED", "办理中"
    ANSWERED = "ANSWERED", "已答复"
    CLOSED = "CLOSED", "已办结"


class RequestAct(TextChoices):
    """What is done with a consumer's request."""

    RECEIVE = "receive", "收到"
    FORWARD = "forward", "转交"
    ANSWER = "answer", "答复"
    CLOSE = "close", "办结"


class ComplaintKind(TextChoices):
    """What a complaint is about."""

    REFUND = "REFUND", "拒绝或者拖延退款"
    GONE = "GONE", "停业、搬迁后不能兑付"
    SERVICE = "SERVICE", "商品或者服务与约定不符"
    CHARGE = "CHARGE", "扣费或者余额有误"
    CONTRACT = "CONTRACT", "不提供合同或者章程"
    PRESSURE = "PRESSURE", "诱导或者强制充值"
    OTHER = "OTHER", "其他"
