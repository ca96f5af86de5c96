"""The words of history: how far a long computation over it has come."""

from django.db.models import TextChoices


class RunState(TextChoices):
    """Where a computation over history stands."""

    WAITING = "WAITING", "等待处理"
    RUNNING = "RUNNING", "正在处理"
    DONE = "DONE", "已完成"
    FAILED = "FAILED", "未完成"
