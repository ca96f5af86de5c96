"""The words of standings: why one was worked out anew, and how far a trial of other law has come."""

from django.db.models import TextChoices


class StandingCause(TextChoices):
    """What made the platform work a standing out anew."""

    BALANCE = "BALANCE", "经营者报送余额"
    CUSTODY = "CUSTODY", "银行报送存管余额"
    BOND = "BOND", "履约保证变动"
    BOND_EDGE = "BOND_EDGE", "履约保证生效或者期满"
    REVENUE = "REVENUE", "年度收入报表"
    BIRTHDAY = "BIRTHDAY", "设立满一年"
    LAW_EDGE = "LAW_EDGE", "规则施行或者失效"
    LAW_DATA = "LAW_DATA", "规则数据修改"
    IDENTITY = "IDENTITY", "登记信息变动"
    NEW_PERIOD = "NEW_PERIOD", "进入新的年度或者季度"
    NIGHTLY = "NIGHTLY", "每日核对"


class TrialState(TextChoices):
    """How far a trial has come."""

    WAITING = "WAITING", "等待试算"
    RUNNING = "RUNNING", "正在试算"
    DONE = "DONE", "已完成"
