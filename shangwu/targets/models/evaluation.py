"""Evaluations: one document for each kind and declaration, its lines, and what was signed and published."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shangwu.targets.models.declaration import Declaration, Indicator
from shangwu.targets.models.reading import StoredReading
from shangwu.targets.vocabulary import EvaluationKind, EvaluationStatus


class Evaluation(models.Model):
    """绩效评价: 单位自评, 部门评价 or 财政评价 of one declaration, from readings as of a day.

    Open to change while a draft; a signature locks it, a reopening gives it the next revision.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="evaluations")
    kind = models.CharField("评价种类", max_length=10, choices=EvaluationKind)
    status = models.CharField("状态", max_length=10, choices=EvaluationStatus)
    as_of = models.DateField("截至日期")
    known_at = models.DateTimeField("读数选取时间", help_text="what was recorded later is left out")
    revision = models.PositiveSmallIntegerField("修订号", default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("建立时间")
    weights_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    weights_at = models.DateTimeField("权重签认时间", null=True, blank=True)

    class Meta:
        verbose_name = "绩效评价"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "kind"], name="evaluation_once_for_each_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EvaluationKind.values), name="evaluation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=EvaluationStatus.values), name="evaluation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(weights_by__isnull=True, weights_at__isnull=True)
                | Q(weights_by__isnull=False, weights_at__isnull=False),
                name="evaluation_weights_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether its lines may still change."""
        return self.status == EvaluationStatus.DRAFT


class EvaluationLine(models.Model):
    """One indicator of an evaluation: the reading it stands on, and what people say about it.

    There is no field for a result: it comes from the reading, or from a person's band with a reason.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="lines")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="evaluation_lines")
    reading = models.ForeignKey(StoredReading, models.PROTECT, related_name="+", null=True)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, null=True)
    cause = models.CharField("偏差原因", max_length=20, blank=True)
    cause_detail = models.TextField("原因分析", blank=True)
    remedy = models.TextField("改进措施", blank=True)
    band = models.CharField("评定档次", max_length=40, blank=True)
    share = models.DecimalField("评定百分比", max_digits=5, decimal_places=4, null=True)
    band_reason = models.TextField("评定理由", blank=True)
    deduction = models.DecimalField("扣分", max_digits=5, decimal_places=2, null=True)
    deduction_reason = models.TextField("扣分理由", blank=True)

    class Meta:
        verbose_name = "评价行"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "indicator"], name="evaluation_line_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100),
                name="evaluation_weight_is_points",
            ),
            models.CheckConstraint(
                condition=Q(deduction__isnull=True) | ~Q(deduction_reason=""),
                name="evaluation_deduction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | ~Q(band_reason=""),
                name="evaluation_rating_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation}: {self.indicator}"


class EvaluationSignature(models.Model):
    """The whole evaluation as somebody signed it, bound to its evidence and the record of acts. Append-only.

    `evidence_sha256` is over every line's reading, status and evidence digest, `content_sha256` over the
    document; `audit_head` is the newest sealed batch of the record of acts.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="signatures")
    revision = models.PositiveSmallIntegerField("修订号")
    content = models.JSONField("签署内容")
    content_sha256 = models.CharField("内容指纹", max_length=64)
    evidence_sha256 = models.CharField("证据指纹", max_length=64)
    audit_head = models.CharField("操作记录封存号", max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("签署时间")

    class Meta:
        verbose_name = "评价签署"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "revision"], name="evaluation_signed_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} r{self.revision}"


class EvaluationPublication(models.Model):
    """That a signed evaluation was shown to the public. Append-only."""

    signature = models.OneToOneField(
        EvaluationSignature, models.PROTECT, related_name="publication"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("公开时间")

    class Meta:
        verbose_name = "评价公开"

    def __str__(self) -> str:
        return f"{self.signature}"


class EvaluationReopening(models.Model):
    """That a signed evaluation was opened again, and why. Append-only."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="reopenings")
    revision = models.PositiveSmallIntegerField("被重开的修订号")
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "评价重开"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "revision"], name="evaluation_reopened_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} r{self.revision}: {self.reason}"


class ImportedEvaluation(models.Model):
    """Somebody else's evaluation table as printed, beside what the rules make of it. Append-only."""

    title = models.CharField("名称", max_length=200)
    table = models.JSONField("表内容")
    computed = models.JSONField("按规则计算")
    sha256 = models.CharField("文件指纹", max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "外来评价"

    def __str__(self) -> str:
        return self.title
