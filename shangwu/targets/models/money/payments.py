"""Statements as they were read, payments as facts, proposals that wait, and answers to the negative list."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models.declaration import Declaration, SubProject
from shangwu.targets.models.money.contracts import Contract
from shangwu.targets.vocabulary import Decision, ImportStatus, PaymentSource, ResponseKind


class StatementMapping(models.Model):
    """Which column of a statement holds what, remembered for an organisation and a shape of head."""

    organisation = models.CharField("单位", max_length=200)
    shape = models.CharField("表头形状", max_length=64)
    columns = models.JSONField("栏目对应", help_text="field -> column, from 0")
    unit = models.CharField("金额单位", max_length=4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "对账单栏目对应"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "shape"], name="statement_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.shape[:8]}"


class Statement(models.Model):
    """A statement of bank or treasury (对账单) as it was received, until a person confirms it."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="statements")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="statements")
    sha256 = models.CharField("文件指纹", max_length=64)
    account = models.CharField("付款账号", max_length=60, blank=True)
    grid = models.JSONField("读到的表格", help_text="rows of cell texts, the head first")
    columns = models.JSONField("栏目对应", default=dict)
    unit = models.CharField("金额单位", max_length=4)
    status = models.CharField("状态", max_length=10, choices=ImportStatus)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("导入时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    known_rows = models.PositiveIntegerField("此前已登记的行数", default=0)

    class Meta:
        verbose_name = "对账单"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "sha256"],
                condition=~Q(status="DISCARDED"),
                name="statement_file_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ImportStatus.values), name="statement_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.get_status_display()}"


class PaymentFacts(models.Model):
    """The columns of a payment that vouchers state; shared by proposals and payments."""

    project_key = models.CharField("项目编码（凭证上）", max_length=60, blank=True)
    line = models.ForeignKey(
        SubProject, models.PROTECT, related_name="%(class)ss", null=True, blank=True
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="%(class)ss", null=True, blank=True
    )
    account = models.CharField("付款账号", max_length=60, blank=True)
    voucher = models.CharField("凭证号", max_length=60)
    paid_on = models.DateField("支付日期")
    amount_fen = models.BigIntegerField("金额（分）")
    payee = models.CharField("收款人", max_length=200)
    category = models.CharField("经济分类", max_length=10, blank=True)
    purpose = models.CharField("用途", max_length=300, blank=True)
    invoice = models.CharField("发票号", max_length=60, blank=True)

    class Meta:
        abstract = True


class PaymentProposal(PaymentFacts):
    """A payment entered by hand, or the reversal of one, waiting for a second person (支付登记申请)."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="payment_proposals")
    reverses = models.ForeignKey(
        "Payment", models.PROTECT, related_name="reversal_proposals", null=True, blank=True
    )
    reason = models.TextField("说明")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    decision = models.CharField("审批", max_length=8, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.TextField("审批意见", blank=True)

    class Meta:
        verbose_name = "支付登记申请"
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(decision="PENDING"),
                name="reversal_pending_once",
            ),
            models.CheckConstraint(
                condition=Q(decision="PENDING", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=["APPROVED", "REFUSED"], decided_at__isnull=False)
                & ~Q(decided_by=F("by")),
                name="payment_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.amount_fen}"


class Payment(PaymentFacts):
    """A payment that was made (支付). Append-only; an error is taken back by a row with `reverses`.

    `fingerprint` is one for one row of one statement, so that no statement can enter a payment twice.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="payments")
    fingerprint = models.CharField("行指纹", max_length=64, unique=True)
    source = models.CharField("来源", max_length=10, choices=PaymentSource)
    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="payments", null=True, blank=True
    )
    row = models.PositiveIntegerField("对账单行号", null=True, blank=True)
    proposal = models.OneToOneField(
        PaymentProposal, models.PROTECT, related_name="payment", null=True, blank=True
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversal", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "支付"
        constraints = [
            models.CheckConstraint(
                condition=Q(source="STATEMENT", statement__isnull=False, proposal__isnull=True)
                | Q(source="HAND", statement__isnull=True, proposal__isnull=False),
                name="payment_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount_fen__gt=0)
                | Q(reverses__isnull=False, amount_fen__lt=0),
                name="payment_sign",
            ),
        ]
        indexes = [models.Index(fields=["declaration", "paid_on"], name="payment_by_day")]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.voucher} {self.amount_fen}"


class PaymentAllocation(models.Model):
    """To which sub-project, contract and category a payment belongs (归集), where the voucher does not say.

    Append-only; the newest known one holds.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    line = models.ForeignKey(SubProject, models.PROTECT, related_name="+", null=True)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", null=True)
    category = models.CharField("经济分类", max_length=10, blank=True)
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "支付归集"

    def __str__(self) -> str:
        return f"{self.payment} → {self.line}"


class HitResponse(models.Model):
    """What a person answers to a hit of the negative list, and whether another person cleared it.

    It speaks of the hit as it stood: `digest` covers its rows and figures. 负面清单答复.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="hit_responses")
    rule = models.CharField("清单项", max_length=6)
    subject = models.CharField("对象", max_length=200)
    digest = models.CharField("问题指纹", max_length=64)
    sentence = models.TextField("问题")
    kind = models.CharField("答复类型", max_length=11, choices=ResponseKind)
    text = models.TextField("说明或整改情况")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("答复时间")
    decision = models.CharField("核销", max_length=8, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("核销时间", null=True, blank=True)
    note = models.TextField("核销意见", blank=True)

    class Meta:
        verbose_name = "负面清单答复"
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "rule", "subject", "digest"],
                condition=Q(decision="PENDING"),
                name="hit_response_pending_once",
            ),
            models.CheckConstraint(
                condition=Q(decision="PENDING", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=["APPROVED", "REFUSED"], decided_at__isnull=False)
                & ~Q(decided_by=F("by")),
                name="hit_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"
