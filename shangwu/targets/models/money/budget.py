"""The budget after adjustments, its plan, the money that arrived, and the uses that were approved.

The lines of the budget are the declaration's sub-projects; an approved declaration keeps them for good.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.targets.models.declaration import Declaration, Project, SubProject
from shangwu.targets.vocabulary import AdjustmentKind, Decision, PlanKind


class ProjectKey(models.Model):
    """A key under which bank or treasury know the project (财政项目编码)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="keys")
    key = models.CharField("财政项目编码", max_length=60, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "财政项目编码"

    def __str__(self) -> str:
        return self.key


class BudgetAdjustment(models.Model):
    """An approved change of the budget (预算调整) or last year's carry-over (上年结转).

    It counts from `effective_on`, and is known from `decided_at`, when another person approved it.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="adjustments")
    kind = models.CharField("类型", max_length=10, choices=AdjustmentKind)
    line = models.ForeignKey(
        SubProject, models.PROTECT, related_name="adjustments", null=True, blank=True
    )
    from_line = models.ForeignKey(
        SubProject, models.PROTECT, related_name="+", null=True, blank=True
    )
    amount_fen = models.BigIntegerField("金额（分）")
    effective_on = models.DateField("生效日期")
    document = models.CharField("批准文号", max_length=60, blank=True)
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    decision = models.CharField("审批", max_length=8, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.TextField("审批意见", blank=True)

    class Meta:
        verbose_name = "预算调整"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AdjustmentKind.values), name="adjustment_kind_known"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="adjustment_positive"),
            models.CheckConstraint(
                condition=Q(kind="TRANSFER", from_line__isnull=False, line__isnull=False)
                & ~Q(from_line=F("line"))
                | ~Q(kind="TRANSFER") & Q(from_line__isnull=True),
                name="adjustment_transfer_between_lines",
            ),
            models.CheckConstraint(
                condition=Q(decision="PENDING", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=["APPROVED", "REFUSED"], decided_at__isnull=False)
                & ~Q(decided_by=F("by")),
                name="adjustment_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_fen}"


class MoneyPlan(models.Model):
    """An amount planned for a day: to be paid (支出计划) or to arrive (到位计划).

    A new plan withdraws the rows of the old one; they stay on record.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="money_plans")
    kind = models.CharField("类型", max_length=8, choices=PlanKind)
    due_on = models.DateField("计划日期")
    amount_fen = models.BigIntegerField("计划金额（分）")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("更换时间", null=True, blank=True)

    class Meta:
        verbose_name = "资金计划"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PlanKind.values), name="money_plan_kind_known"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="money_plan_positive"),
            models.UniqueConstraint(
                fields=["declaration", "kind", "due_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="money_plan_day_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount_fen}"


class FundReceipt(models.Model):
    """Money that arrived for the project (资金到位). Append-only; taken back by a negative row."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="receipts")
    received_on = models.DateField("到位日期")
    amount_fen = models.BigIntegerField("金额（分）")
    origin = models.CharField("资金来源", max_length=100)
    voucher = models.CharField("凭证号", max_length=60)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversal", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "资金到位"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "voucher", "received_on"],
                condition=Q(reverses__isnull=True),
                name="receipt_voucher_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount_fen__gt=0)
                | Q(reverses__isnull=False, amount_fen__lt=0),
                name="receipt_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount_fen}"


class ApprovedUse(models.Model):
    """Whom and for what the project's money may be paid; approved by another person.

    A blank payee or category, or no line, admits any.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="approved_uses")
    line = models.ForeignKey(
        SubProject, models.PROTECT, related_name="approved_uses", null=True, blank=True
    )
    payee = models.CharField("收款人", max_length=200, blank=True)
    category = models.CharField("经济分类", max_length=10, blank=True)
    reason = models.TextField("依据")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    decision = models.CharField("审批", max_length=8, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.TextField("审批意见", blank=True)

    class Meta:
        verbose_name = "批准的用途"
        constraints = [
            models.CheckConstraint(
                condition=~Q(payee="") | ~Q(category=""), name="use_names_something"
            ),
            models.CheckConstraint(
                condition=Q(decision="PENDING", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=["APPROVED", "REFUSED"], decided_at__isnull=False)
                & ~Q(decided_by=F("by")),
                name="use_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee or '任何收款人'} {self.category}"
