"""The words of supervision: cases and what is done in them."""

from django.db.models import TextChoices


class CaseState(TextChoices):
    """Where a supervision case stands."""

    FLAGGED = "FLAGGED", "发现异常"
    WARNED = "WARNED", "已发监管警示函"
    INTERVIEWED = "INTERVIEWED", "已约谈"
    RECTIFIED = "RECTIFIED", "已改正"
    HANDED_OVER = "HANDED_OVER", "已移送执法"
    PENALISED = "PENALISED", "已处罚"
    CLOSED = "CLOSED", "已结案"


class CaseAct(TextChoices):
    """What an agency does in a supervision case."""

    WARN = "warn", "发出监管警示函"
    INTERVIEW = "interview", "约谈"
    CONFIRM = "confirm", "确认改正"
    HAND_OVER = "hand_over", "移送执法"
    PENALISE = "penalise", "作出处罚"
    STOP_SALES = "stop_sales", "停止收取预付款"
    RESUME_SALES = "resume_sales", "恢复收取预付款"
    CLOSE = "close", "结案"
