"""Issues that monitoring finds (监控问题): who answers for each, why it happened, what was done, who closed it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models.declaration import Declaration, Indicator
from shangwu.targets.vocabulary import IssueEffect, IssueStatus, IssueStepKind


class Issue(models.Model):
    """Something that an alert rule or a person found, from its opening to a later look whether it helped.

    `subject` is what the rule speaks of; an alert that stays is one issue, not one a day.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="issues")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="issues", null=True, blank=True
    )
    rule = models.CharField("预警规则", max_length=10)
    subject = models.CharField("对象", max_length=80)
    sentence = models.TextField("问题")
    found_on = models.DateField("发现日期", help_text="the day that the figures speak of")
    status = models.CharField("状态", max_length=10, choices=IssueStatus)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    opened_at = models.DateTimeField("登记时间")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    due_on = models.DateField("整改期限", null=True, blank=True)
    due_why = models.TextField("期限说明", blank=True)
    cause = models.CharField("偏差原因", max_length=20, blank=True)
    cause_detail = models.TextField("原因分析", blank=True)
    action = models.TextField("整改措施", blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    reported_at = models.DateTimeField("报送时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    check_on = models.DateField("成效复查日", null=True, blank=True)
    effect = models.CharField("整改成效", max_length=11, choices=IssueEffect, blank=True)

    class Meta:
        verbose_name = "监控问题"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=IssueStatus.values), name="issue_status_known"
            ),
            models.UniqueConstraint(
                fields=["declaration", "rule", "subject"],
                condition=~Q(status="CLOSED"),
                name="issue_open_once",
            ),
            models.CheckConstraint(
                condition=Q(status="FOUND", owner__isnull=True)
                | ~Q(status="FOUND") & Q(owner__isnull=False, due_on__isnull=False),
                name="issue_owned_once_assigned",
            ),
            models.CheckConstraint(
                condition=~Q(status="CLOSED") & Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(
                    status="CLOSED",
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    reported_by__isnull=False,
                )
                & ~Q(closed_by=F("reported_by"))
                & ~Q(closed_by=F("owner")),
                name="issue_closed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="issue_by_due_day")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.status != IssueStatus.CLOSED


class IssueStep(models.Model):
    """One thing that happened to an issue. Append-only."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="steps")
    kind = models.CharField("类型", max_length=10, choices=IssueStepKind)
    text = models.TextField("内容")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField("时间")
    files: "models.ManyToManyField[StoredFile, IssueFile]" = models.ManyToManyField(
        StoredFile, through="IssueFile", related_name="+"
    )

    class Meta:
        verbose_name = "问题办理记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=IssueStepKind.values), name="issue_step_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issue}: {self.get_kind_display()}"


class IssueFile(models.Model):
    """A file that proves a correction."""

    step = models.ForeignKey(IssueStep, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "整改佐证"
        constraints = [models.UniqueConstraint(fields=["step", "file"], name="issue_file_once")]

    def __str__(self) -> str:
        return f"{self.step}: {self.file}"
