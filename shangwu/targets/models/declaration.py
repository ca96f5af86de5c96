"""What was promised: the form that was read, the declaration it became, its rows and their versions."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.foundation.files.models import StoredFile
from shangwu.targets.rules.target import ParsedTarget
from shangwu.targets.vocabulary import (
    DatePrecision,
    DeclarationStatus,
    FormLayout,
    Framework,
    ImportStatus,
    PreviousBudget,
)


class Project(models.Model):
    """A funded project that may be declared year after year under the same name (同名项目)."""

    number = models.CharField("项目编号", max_length=20, unique=True)
    name = models.CharField("项目名称", max_length=200)
    organisation = models.CharField("申报单位", max_length=200)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "项目"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="project_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Declaration(models.Model):
    """绩效目标申报表: one project's promises for one year."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="declarations")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("表名", max_length=200)
    status = models.CharField("状态", max_length=12, choices=DeclarationStatus)
    framework = models.CharField("指标框架", max_length=40)
    layout = models.CharField("表式", max_length=20)
    types = models.JSONField("项目类型", default=list)
    uses = models.JSONField("资金用途", default=list)
    starts_on = models.DateField("开始时间")
    starts_precision = models.CharField("开始时间精度", max_length=5, choices=DatePrecision)
    ends_on = models.DateField("结束时间")
    ends_precision = models.CharField("结束时间精度", max_length=5, choices=DatePrecision)
    overview = models.TextField("项目概况", blank=True)
    basis = models.TextField("立项依据", blank=True)
    necessity = models.TextField("项目设立的必要性", blank=True)
    safeguards = models.TextField("保证项目实施的制度、措施", blank=True)
    plan = models.TextField("项目实施计划", blank=True)
    overall_goal = models.TextField("项目总目标", blank=True)
    annual_goal = models.TextField("年度绩效目标", blank=True)
    remarks = models.TextField("备注", blank=True)
    budget_total_fen = models.BigIntegerField("项目总预算（分）")
    budget_year_fen = models.BigIntegerField("项目当年预算（分）")
    previous_budget_kind = models.CharField("上年预算额", max_length=15, choices=PreviousBudget)
    previous_budget_fen = models.BigIntegerField("上年预算额（分）", null=True, blank=True)
    previous_executed_kind = models.CharField("上年执行数", max_length=15, choices=PreviousBudget)
    previous_executed_fen = models.BigIntegerField("上年执行数（分）", null=True, blank=True)
    printed = models.JSONField("表上原样", default=dict, help_text="field -> text as printed")
    revision = models.PositiveIntegerField("修订号", default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decision_note = models.TextField("审核意见", blank=True)

    class Meta:
        verbose_name = "绩效目标申报表"
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="declaration_once_a_year"),
            models.CheckConstraint(
                condition=Q(status__in=DeclarationStatus.values), name="declaration_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="declaration_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(budget_total_fen__gte=0, budget_year_fen__gte=0),
                name="declaration_budget_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(previous_budget_kind="AMOUNT", previous_budget_fen__isnull=False)
                | (~Q(previous_budget_kind="AMOUNT") & Q(previous_budget_fen__isnull=True)),
                name="declaration_previous_budget_kept_apart",
            ),
            models.CheckConstraint(
                condition=Q(previous_executed_kind="AMOUNT", previous_executed_fen__isnull=False)
                | (~Q(previous_executed_kind="AMOUNT") & Q(previous_executed_fen__isnull=True)),
                name="declaration_previous_executed_kept_apart",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year}"

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The form's paragraphs with their printed labels, in the form's order."""
        return (
            ("项目概况", self.overview),
            ("立项依据", self.basis),
            ("项目设立的必要性", self.necessity),
            ("保证项目实施的制度、措施", self.safeguards),
            ("项目实施计划", self.plan),
            ("项目总目标", self.overall_goal),
            ("年度绩效目标", self.annual_goal),
            ("备注", self.remarks),
        )

    @property
    def framework_label(self) -> str:
        """The framework's name; one that is not of our own keeps its code."""
        return str(dict(Framework.choices).get(self.framework, self.framework))

    @property
    def layout_label(self) -> str:
        """The printed layout's name."""
        return str(dict(FormLayout.choices).get(self.layout, self.layout))

    @property
    def is_open(self) -> bool:
        """Whether the unit may still edit it."""
        return self.status in {DeclarationStatus.DRAFT, DeclarationStatus.RETURNED}


class SubProject(models.Model):
    """One line of 项目当年投入资金构成."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="subprojects")
    position = models.PositiveSmallIntegerField("次序")
    name = models.CharField("子项目名称", max_length=200)
    amount_fen = models.BigIntegerField("预算金额（分）")
    printed = models.CharField("表上原样", max_length=60, blank=True)

    class Meta:
        verbose_name = "子项目"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "position"], name="subproject_position_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0), name="subproject_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One row of 分解目标: what is promised, under which headings."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="indicators")
    row = models.PositiveSmallIntegerField("行号")
    level1 = models.CharField("一级指标", max_length=100, blank=True)
    level1_printed = models.CharField("一级指标（表上原样）", max_length=100, blank=True)
    level2 = models.CharField("二级指标", max_length=100, blank=True)
    name = models.CharField("绩效指标", max_length=300)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = "绩效指标"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "row"],
                condition=Q(withdrawn_at__isnull=True),
                name="indicator_row_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TargetVersion(models.Model):
    """A target as it stood from a day on; a change adds a version and keeps the old one with its reason."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    raw = models.TextField("指标目标值（原文）", blank=True)
    parsed = models.JSONField("目标类型化结果")
    effective_on = models.DateField("生效日期")
    reason = models.TextField("变更理由", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    refused_at = models.DateTimeField("不予批准时间", null=True, blank=True)

    class Meta:
        verbose_name = "目标版次"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "number"], name="target_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(approved_at__isnull=True, refused_at__isnull=True, number__gt=1),
                name="target_change_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.number}: {self.raw}"

    @property
    def target(self) -> ParsedTarget:
        """The typed target of this version."""
        return ParsedTarget.from_json(self.parsed)

    def is_in_force(self, on: date) -> bool:
        """Whether this version may govern the day; the newest such version does."""
        first = self.number == 1
        return self.effective_on <= on and (first or self.approved_at is not None)


class DeclarationRevision(models.Model):
    """The whole content of a declaration as it stood when somebody saved, submitted or decided it."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("修订号")
    content = models.JSONField("内容")
    reason = models.TextField("修订说明", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "申报表修订"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "number"], name="declaration_revision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.declaration} r{self.number}"


class DeclarationImport(models.Model):
    """A form as the importer read it, cell by cell, waiting for a person to confirm it."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="declaration_imports")
    position = models.PositiveSmallIntegerField("文件中的第几张表")
    sha256 = models.CharField("文件指纹", max_length=64)
    content = models.JSONField("读到的内容")
    corrections = models.JSONField("人工更正", default=dict)
    status = models.CharField("状态", max_length=10, choices=ImportStatus)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("导入时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    declaration = models.OneToOneField(
        Declaration, models.PROTECT, related_name="source_import", null=True, blank=True
    )

    class Meta:
        verbose_name = "申报表导入"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "position"],
                condition=~Q(status="DISCARDED"),
                name="declaration_import_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ImportStatus.values), name="declaration_import_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="CONFIRMED", declaration__isnull=False) | ~Q(status="CONFIRMED"),
                name="confirmed_import_has_declaration",
            ),
        ]

    def __str__(self) -> str:
        content: dict[str, Any] = self.content
        return f"{content.get('project', '')} {content.get('year', '')}"
