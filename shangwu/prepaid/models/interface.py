"""What the open interface keeps beside the ledger: institutions' feeds, errors of batches, texts, conformance."""

from django.db import models
from django.db.models import Q

from shangwu.prepaid.models.ledger import Batch
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.models.witness import Institution
from shangwu.prepaid.vocabulary import BatchState, FeedKind, NoticeEvent

LONGEST_DETAIL = 200


class BatchError(models.Model):
    """One error of a batch: which row, which field, which code. What was sent is not kept.

    `position` counts the errors of the batch from 1, `row` the rows as they were sent; 0 is the batch itself.
    """

    operator = models.ForeignKey(Operator, models.DO_NOTHING, related_name="+", db_constraint=False)
    batch = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False)
    position = models.PositiveIntegerField("序次")
    row = models.PositiveIntegerField("行号")
    sequence = models.BigIntegerField("记录序号", null=True)
    field = models.CharField("字段", max_length=40, blank=True)
    code = models.CharField("错误代码", max_length=10)
    detail = models.CharField("说明", max_length=LONGEST_DETAIL, blank=True)
    detail_en = models.CharField("说明（英文）", max_length=LONGEST_DETAIL, blank=True, default="")

    class Meta:
        verbose_name = "批次错误"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "batch", "position"], name="batch_error_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.row} {self.code}"


class InstitutionBatch(models.Model):
    """One thing a bank or an insurer sent, and the receipt it got. Append-only, like an operator's batch.

    `errors` are all of them: rows, fields and codes, nothing of what was sent.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="batches")
    key = models.CharField("幂等键", max_length=64)
    kind = models.CharField("报送种类", max_length=20, choices=FeedKind)
    state = models.CharField("处理结果", max_length=10, choices=BatchState)
    digest = models.BinaryField("内容摘要", max_length=32)
    rows = models.PositiveIntegerField("收到行数")
    accepted = models.PositiveIntegerField("入账行数")
    received_at = models.DateTimeField("收到时间")
    receipt = models.JSONField("回执")
    errors = models.JSONField("错误", default=list)

    class Meta:
        verbose_name = "机构报送批次"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "key"], name="institution_batch_key_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FeedKind.values), name="institution_batch_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="institution_batch_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.key}"


class HolderNotice(models.Model):
    """What an operator told its holders before closing or moving (REG18 Art. 17), with the proof's digest.

    `notice_by` is the last day on which the law let it tell them. Append-only: a correction is a further row.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="holder_notices")
    batch = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False)
    event = models.CharField("事由", max_length=10, choices=NoticeEvent)
    takes_effect_on = models.DateField("生效日")
    notice_by = models.DateField("最迟告知日")
    told = models.PositiveIntegerField("已告知的卡数")
    proof = models.CharField("告知凭证摘要", max_length=64)
    text = models.TextField("公告全文", max_length=2000)
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "停业迁移告知"
        constraints = [
            models.CheckConstraint(
                condition=Q(event__in=NoticeEvent.values), name="holder_notice_event_known"
            ),
        ]
        indexes = [models.Index(fields=["operator", "takes_effect_on"], name="holder_notice_when")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.event} {self.takes_effect_on}"


class ContractTemplate(models.Model):
    """A card charter and contract text that an operator uses from a day on (REG18 Art. 13). Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="contract_templates")
    batch = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False)
    starts_on = models.DateField("启用日")
    text = models.TextField("章程和合同文本", max_length=2000)
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "章程和合同文本"
        indexes = [models.Index(fields=["operator", "-starts_on"], name="contract_template_last")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.starts_on}"


class SandboxRefusal(models.Model):
    """That a message under a sandbox key was refused before it was a batch: the kit's wrong signatures count too."""

    operator = models.ForeignKey(Operator, models.CASCADE, related_name="+")
    key = models.CharField("幂等键", max_length=64)
    code = models.CharField("拒收代码", max_length=20)
    refused_at = models.DateTimeField("拒收时间")

    class Meta:
        verbose_name = "测试环境拒收记录"
        indexes = [models.Index(fields=["operator", "key"], name="sandbox_refusal_key")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.code}"


class ConformanceRun(models.Model):
    """A run of the conformance kit as the platform judged it from its own receipts. Append-only.

    `cases` names each case: what was expected, what the platform's record says, and whether they agree.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="conformance_runs")
    key = models.CharField("幂等键", max_length=64)
    digest = models.BinaryField("内容摘要", max_length=32)
    key_id = models.CharField("测试密钥编号", max_length=40)
    kit = models.CharField("测试包版本", max_length=20)
    passed = models.BooleanField("通过")
    cases = models.JSONField("各项结果")
    ran_at = models.DateTimeField("判定时间")

    class Meta:
        verbose_name = "符合性测试"
        constraints = [
            models.UniqueConstraint(fields=["operator", "key"], name="conformance_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.ran_at}"
