"""Early warning on what the platform itself sees: each week judged once, and the operators that it named."""

from django.db import models
from django.db.models import Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models.case import Case
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import WarningState


class WarningRun(models.Model):
    """One week judged, on all weeks so far; whom it named is in its alerts. Append-only.

    `week` is its Monday, `weeks` how many there were with it, `starts_week` from which on the model names anybody.
    `missing` counts for each feed the weeks in which it did not come; `crowding` holds for each threshold how many
    balances lie just below and above it, and how far from chance that is.
    """

    week = models.DateField("周一日期", unique=True)
    weeks = models.PositiveIntegerField("累计周数")
    starts_week = models.PositiveIntegerField("开始预警的周数")
    operators = models.PositiveIntegerField("经营者数")
    alerts = models.PositiveIntegerField("预警数")
    missing = models.JSONField("缺失数据的周数")
    crowding = models.JSONField("标准线两侧的余额分布")
    model_version = models.CharField("模型版本", max_length=40)
    made_at = models.DateTimeField("判定时间")

    class Meta:
        verbose_name = "每周预警"

    def __str__(self) -> str:
        return f"{self.week}"

    @property
    def is_enough(self) -> bool:
        """Whether there were weeks enough to name anybody."""
        return self.weeks >= self.starts_week


class WarningAlert(models.Model):
    """An operator named in a week as likely to fail on its customers, with reasons; a person decides what follows.

    `score` lies in (0, 1) and orders alerts: it is no probability. `signals` holds each reason with the Monday
    since when it holds.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="warning_alerts")
    week = models.DateField("周一日期")
    score = models.FloatField("得分")
    reasons = models.TextField("理由")
    signals = models.JSONField("信号")
    model_version = models.CharField("模型版本", max_length=40)
    made_at = models.DateTimeField("判定时间")
    state = models.CharField("处理状态", max_length=10, choices=WarningState)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="warning_alerts")
    reason = models.CharField("不予跟进的理由", max_length=200, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        verbose_name = "风险预警"
        constraints = [
            models.UniqueConstraint(fields=["operator", "week"], name="warning_alert_once"),
            models.CheckConstraint(
                condition=Q(state__in=WarningState.values), name="warning_alert_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", decided_at__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="warning_alert_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="IN_CASE") | Q(case__isnull=False),
                name="warning_alert_case_named",
            ),
            models.CheckConstraint(
                condition=~Q(state="DISMISSED") | ~Q(reason=""),
                name="warning_alert_dismissed_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-week", "-score"], name="warning_alert_newest"),
            models.Index(fields=["state"], name="warning_alert_state"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How a case refers to the alert."""
        return f"YJ{self.week:%Y%m%d}-{self.operator.number}"
