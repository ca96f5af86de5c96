"""Monitoring: what each reading lets expect, where each target stands, and the reports that lock a period."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.targets.models.declaration import Declaration, Indicator
from shangwu.targets.models.reading import StoredReading
from shangwu.targets.vocabulary import Light, ReportStatus, TargetStatus


class Outlook(models.Model):
    """What was expected of a target on the day of its reading: planned value, forecast, lights. Append-only.

    Figures are in the reading's unit, ratios as fractions of one; without a forecast `why` says why.
    """

    reading = models.OneToOneField(StoredReading, models.PROTECT, related_name="outlook")
    planned = models.DecimalField("计划值", max_digits=30, decimal_places=10, null=True)
    progress = models.DecimalField("进度", max_digits=20, decimal_places=10, null=True)
    progress_light = models.CharField("进度灯号", max_length=6, choices=Light)
    method = models.CharField("预测方法", max_length=40, blank=True)
    method_label = models.CharField("预测方法名称", max_length=60, blank=True)
    median = models.DecimalField("预计值", max_digits=30, decimal_places=10, null=True)
    low = models.DecimalField("区间下限", max_digits=30, decimal_places=10, null=True)
    high = models.DecimalField("区间上限", max_digits=30, decimal_places=10, null=True)
    probability = models.DecimalField("达成概率", max_digits=12, decimal_places=10, null=True)
    word = models.CharField("建议用词", max_length=10, blank=True)
    light = models.CharField("灯号", max_length=6, choices=Light)
    why = models.TextField("说明")

    class Meta:
        verbose_name = "读数预测"
        constraints = [
            models.CheckConstraint(
                condition=Q(light__in=Light.values, progress_light__in=Light.values),
                name="outlook_light_known",
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__gte=0, probability__lte=1),
                name="outlook_probability_is_share",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(low__lte=F("median"), high__gte=F("median")),
                name="outlook_interval_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading}: {self.light}"


class Standing(models.Model):
    """Where a target stands by its newest reading: one row each, so that an overview need not search.

    A copy of the reading and its outlook, renewed in the transaction that stores a newer reading.
    """

    indicator = models.OneToOneField(Indicator, models.PROTECT, related_name="standing")
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="standings")
    reading = models.OneToOneField(StoredReading, models.PROTECT, related_name="+")
    on = models.DateField("截至日期")
    status = models.CharField("状态", max_length=12, choices=TargetStatus)
    light = models.CharField("灯号", max_length=6, choices=Light)
    probability = models.DecimalField("达成概率", max_digits=12, decimal_places=10, null=True)

    class Meta:
        verbose_name = "现状"
        indexes = [
            models.Index(fields=["declaration", "status", "light"], name="standing_by_declaration")
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.status}"


class MonitoringReport(models.Model):
    """绩效运行监控（双监控）of one declaration for a period, both days included.

    Open while a draft, locked by another person's approval: then nobody enters facts of its days any more.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="monitoring_reports")
    starts_on = models.DateField("期间起")
    ends_on = models.DateField("期间止")
    due_on = models.DateField("报送期限")
    status = models.CharField("状态", max_length=9, choices=ReportStatus)
    revision = models.PositiveSmallIntegerField("修订号", default=1)
    known_at = models.DateTimeField("读数选取时间")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("建立时间")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    returned_note = models.TextField("退回意见", blank=True)

    class Meta:
        verbose_name = "绩效监控报告"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "starts_on", "ends_on"], name="monitoring_period_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="monitoring_period_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReportStatus.values), name="monitoring_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.starts_on}—{self.ends_on}"

    @property
    def is_open(self) -> bool:
        """Whether its lines may still change."""
        return self.status == ReportStatus.DRAFT


class MonitoringLine(models.Model):
    """One target of a report: its reading, and what the officer says of likelihood and causes."""

    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="lines")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="monitoring_lines")
    reading = models.ForeignKey(StoredReading, models.PROTECT, related_name="+", null=True)
    word = models.CharField("完成可能性", max_length=10, blank=True)
    causes = models.JSONField("偏差原因", default=list, help_text="classes of the official list")
    explanation = models.TextField("原因说明", blank=True)
    note = models.TextField("备注", blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    stated_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = "监控行"
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="monitoring_line_once"),
            models.CheckConstraint(
                condition=Q(word="", stated_by__isnull=True, stated_at__isnull=True)
                | ~Q(word="") & Q(stated_by__isnull=False, stated_at__isnull=False),
                name="monitoring_word_said_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.indicator}"


class MonitoringApproval(models.Model):
    """The whole report as another person approved it; it locks the period. Append-only."""

    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="approvals")
    revision = models.PositiveSmallIntegerField("修订号")
    content = models.JSONField("批准内容")
    content_sha256 = models.CharField("内容指纹", max_length=64)
    evidence_sha256 = models.CharField("证据指纹", max_length=64)
    audit_head = models.CharField("操作记录封存号", max_length=80, blank=True)
    note = models.TextField("审核意见", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("批准时间")

    class Meta:
        verbose_name = "监控批准"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "revision"], name="monitoring_approved_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} r{self.revision}"


class MonitoringReopening(models.Model):
    """That a locked period was opened again, and why. Append-only."""

    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="reopenings")
    revision = models.PositiveSmallIntegerField("被重开的修订号")
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "监控重开"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "revision"], name="monitoring_reopened_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} r{self.revision}: {self.reason}"
