"""The words of closing and collapse: orderly ends, chains that vanish, and what holders get back."""

from django.db.models import TextChoices


class ClosingKind(TextChoices):
    """What an operator announces, as far as it affects redemption (REG18 Art. 17, IM19 Art. 9)."""

    CLOSE = "CLOSE", "停业"
    SUSPEND = "SUSPEND", "歇业"
    MOVE = "MOVE", "迁移"
    LEAVE = "LEAVE", "注销对接"


class ClosingState(TextChoices):
    """Where an announced closing stands."""

    ANNOUNCED = "ANNOUNCED", "公告期"
    ENDED = "ENDED", "已办结"
    VOID = "VOID", "已撤回"


class CollapseState(TextChoices):
    """Where the settlement after a collapse stands."""

    PROPOSED = "PROPOSED", "待签发"
    CLAIMING = "CLAIMING", "登记申报中"
    PLANNED = "PLANNED", "清退方案待签发"
    PAYING = "PAYING", "清退发放中"
    ENDED = "ENDED", "已办结"


class ClaimState(TextChoices):
    """What became of a holder's claim."""

    FILED = "FILED", "待核"
    ADMITTED = "ADMITTED", "已确认"
    REJECTED = "REJECTED", "未确认"
