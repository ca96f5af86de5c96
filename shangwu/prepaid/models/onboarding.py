"""How an operator comes to be connected: application, documents, registered facts, tests, every step."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.models.operator import Operator, OperatorKey
from shangwu.prepaid.vocabulary.onboarding import (
    ApplicationState,
    BusinessSystem,
    DocumentKind,
    LinkageStepKind,
)

DECIDED = (ApplicationState.APPROVED, ApplicationState.REFUSED)


class LinkageApplication(models.Model):
    """An operator's application to be connected: one clerk handles it, another person decides.

    `precheck` holds what was looked up before the recommendation, check by check.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="applications")
    state = models.CharField("申请状态", max_length=12, choices=ApplicationState)
    system = models.CharField("业务处理系统", max_length=12, choices=BusinessSystem, blank=True)
    made_at = models.DateTimeField("建立时间")
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True)
    handled_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField("经办时间", null=True)
    opinion = models.CharField("经办意见", max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True)
    reason = models.CharField("复核意见", max_length=500, blank=True)
    precheck = models.JSONField("事前核查结果", default=list)

    class Meta:
        verbose_name = "对接申请"
        constraints = [
            models.UniqueConstraint(
                fields=["operator"],
                condition=~Q(state__in=[state.value for state in DECIDED]),
                name="linkage_application_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values),
                name="linkage_application_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("handled_by")), name="linkage_application_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.get_state_display()}"


class ApplicationDocument(models.Model):
    """One file of an application; a newer one of the same kind stands for the older."""

    application = models.ForeignKey(LinkageApplication, models.PROTECT, related_name="documents")
    kind = models.CharField("材料种类", max_length=10, choices=DocumentKind)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    provided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    provided_at = models.DateTimeField("提供时间")

    class Meta:
        verbose_name = "申请材料"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="application_document_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file}"


class RegistryExtract(models.Model):
    """What the legal-entity database said of a business, and when it was asked. Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="extracts")
    source = models.CharField("来源", max_length=60)
    facts = models.JSONField("登记信息")
    fetched_at = models.DateTimeField("查询时间")

    class Meta:
        verbose_name = "法人库摘录"

    def __str__(self) -> str:
        return f"{self.operator} {self.fetched_at:%Y-%m-%d}"


class LinkageStep(models.Model):
    """One step on an operator's way to linkage, in words. Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="linkage_steps")
    kind = models.CharField("事项", max_length=14, choices=LinkageStepKind)
    sentence = models.CharField("说明", max_length=1000)
    taken_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "对接经过"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LinkageStepKind.values), name="linkage_step_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["operator", "at"], name="linkage_step_operator_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sentence}"


class SampleRun(models.Model):
    """A sample day of an operator's system, checked before the conformance kit is run. Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="sample_runs")
    key = models.ForeignKey(OperatorKey, models.PROTECT, null=True, related_name="+")
    checks = models.JSONField("逐项结果")
    is_passed = models.BooleanField("全部通过")
    digest = models.BinaryField("所测内容摘要", max_length=32, null=True)
    run_at = models.DateTimeField("测试时间")

    class Meta:
        verbose_name = "样例检查"
        indexes = [models.Index(fields=["operator", "-run_at"], name="sample_run_operator")]

    def __str__(self) -> str:
        return f"{self.operator} {self.run_at:%Y-%m-%d}"
