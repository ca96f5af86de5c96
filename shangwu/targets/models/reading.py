"""What was found: bindings, ratings and completions by named persons, and the stored readings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models.declaration import Indicator, TargetVersion
from shangwu.targets.vocabulary import CompletionKind, ReadingTrigger, TargetStatus


class Binding(models.Model):
    """Which measure answers for an indicator, with which parameters, from when until when."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="bindings")
    measure = models.CharField("度量", max_length=80)
    parameters = models.JSONField("参数", default=dict)
    reason = models.TextField("绑定理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("绑定时间")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)

    class Meta:
        verbose_name = "度量绑定"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(ended_at__isnull=True),
                name="binding_active_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ← {self.measure}"


class Rating(models.Model):
    """A judgement only a person can make (健全, 规范, a certificate's level), with reason and evidence.

    Append-only: a better judgement is a new row. `valid_until` is the first day it no longer holds.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="ratings")
    level = models.CharField("评定等次", max_length=40)
    reason = models.TextField("评定理由")
    rated_on = models.DateField("评定日期")
    valid_until = models.DateField("有效期止（不含）", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")
    files: "models.ManyToManyField[StoredFile, RatingEvidence]" = models.ManyToManyField(
        StoredFile, through="RatingEvidence", related_name="+"
    )

    class Meta:
        verbose_name = "人工评定"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("rated_on")),
                name="rating_validity_after_rating",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.level}"


class RatingEvidence(models.Model):
    """A file that supports a rating."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "评定佐证"
        constraints = [
            models.UniqueConstraint(fields=["rating", "file"], name="rating_evidence_once")
        ]

    def __str__(self) -> str:
        return f"{self.rating}: {self.file}"


class Completion(models.Model):
    """That a promised piece of work was finished on a day, or that such a record is taken back."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="completions")
    kind = models.CharField("类型", max_length=10, choices=CompletionKind)
    done_on = models.DateField("完成日期")
    description = models.TextField("说明")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")
    files: "models.ManyToManyField[StoredFile, CompletionEvidence]" = models.ManyToManyField(
        StoredFile, through="CompletionEvidence", related_name="+"
    )

    class Meta:
        verbose_name = "完成记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CompletionKind.values), name="completion_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.done_on}"


class CompletionEvidence(models.Model):
    """A file that proves a completion."""

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "完成佐证"
        constraints = [
            models.UniqueConstraint(fields=["completion", "file"], name="completion_evidence_once")
        ]

    def __str__(self) -> str:
        return f"{self.completion}: {self.file}"


class StoredReading(models.Model):
    """A reading as taken: figures, status, the sentence that explains it, and its evidence's digest."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="readings")
    version = models.ForeignKey(TargetVersion, models.PROTECT, related_name="readings")
    measure = models.CharField("度量", max_length=80, blank=True)
    parameters = models.JSONField("参数", default=dict)
    on = models.DateField("截至日期")
    taken_at = models.DateTimeField("读取时间")
    trigger = models.CharField("触发方式", max_length=10, choices=ReadingTrigger)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    numerator = models.DecimalField("分子", max_digits=30, decimal_places=10, null=True)
    denominator = models.DecimalField("分母", max_digits=30, decimal_places=10, null=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    level = models.CharField("等次", max_length=40, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    series = models.JSONField(
        "历期数值", default=list, help_text="[[date, decimal string]], oldest first"
    )
    window_starts_on = models.DateField("统计区间起")
    window_until = models.DateField("统计区间止（不含）")
    status = models.CharField("状态", max_length=12, choices=TargetStatus)
    why = models.TextField("说明")
    evidence_count = models.PositiveIntegerField("证据行数")
    evidence_sha256 = models.CharField("证据指纹", max_length=64)

    class Meta:
        verbose_name = "读数"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "on"],
                condition=Q(trigger="DAILY"),
                name="daily_reading_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TargetStatus.values), name="reading_status_known"
            ),
            models.CheckConstraint(
                condition=Q(window_until__gt=F("window_starts_on")), name="reading_window_not_empty"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "-on", "-taken_at"], name="reading_latest")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.on}: {self.status}"
