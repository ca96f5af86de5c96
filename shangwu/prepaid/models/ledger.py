"""The ledger of card-days: what operators sent, what it came to, and how each day was closed.

Every unique constraint carries the operator, so that the tables can be distributed by it.
"""

from django.db import models
from django.db.models import Q

from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import BatchState, CardKind, DayState, RecordKind


class Batch(models.Model):
    """One thing an operator sent, and the receipt it got. Append-only: a resend gets the same receipt.

    `key` is the sender's own; `digest` is of the content as sent, so that changed content under one key is
    seen. `root` is the root of the hash tree over the stored rows.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="batches")
    key = models.CharField("幂等键", max_length=64)
    kind = models.CharField("报送种类", max_length=20, choices=RecordKind)
    day = models.DateField("业务日期", null=True)
    state = models.CharField("处理结果", max_length=10, choices=BatchState)
    digest = models.BinaryField("内容摘要", max_length=32)
    rows = models.PositiveIntegerField("收到行数")
    accepted = models.PositiveIntegerField("入账行数")
    is_late = models.BooleanField("逾期", default=False)
    received_at = models.DateTimeField("收到时间")
    root = models.BinaryField("行摘要树根", max_length=32, null=True)
    receipt = models.JSONField("回执")

    class Meta:
        verbose_name = "报送批次"
        constraints = [
            models.UniqueConstraint(fields=["operator", "key"], name="batch_key_once"),
            models.CheckConstraint(
                condition=Q(kind__in=RecordKind.values), name="batch_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted__lte=models.F("rows")), name="batch_accepted_within_rows"
            ),
        ]
        indexes = [
            models.Index(fields=["operator", "day"], name="batch_operator_day"),
            models.Index(fields=["received_at"], name="batch_received_at"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.key}"


class BatchLeaves(models.Model):
    """The leaves of a batch's hash tree in row order, 32 bytes a row; a part for each part in which it was posted.

    Apart from the batch, so that nobody who reads or writes one holds all the leaves. Append-only.
    """

    pk = models.CompositePrimaryKey("operator", "batch", "part")
    operator = models.ForeignKey(
        Operator, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    batch = models.ForeignKey(
        Batch, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    part = models.PositiveIntegerField("部分")
    leaves = models.BinaryField("行摘要")

    class Meta:
        verbose_name = "批次行摘要"

    def __str__(self) -> str:
        return f"{self.batch_id} {self.part}"


class CardDay(models.Model):
    """One card's movements on one day, in fen, as an operator reported them. Append-only, partitioned by month.

    A correction is a further row that names the row it reverses; its amounts are the opposite of that row's.
    """

    pk = models.CompositePrimaryKey("operator", "day", "sequence")
    operator = models.ForeignKey(Operator, models.DO_NOTHING, related_name="+", db_constraint=False)
    day = models.DateField("业务日期")
    sequence = models.IntegerField("序号")
    batch = models.ForeignKey(Batch, models.DO_NOTHING, related_name="+", db_constraint=False)
    card = models.BinaryField("卡标识", max_length=32)
    kind = models.CharField("卡的种类", max_length=10, choices=CardKind)
    outlet = models.CharField("门店编号", max_length=20)
    issued_fen = models.BigIntegerField("发行和充值金额（分）")
    redeemed_fen = models.BigIntegerField("兑付金额（分）")
    refunded_fen = models.BigIntegerField("退款金额（分）")
    closing_fen = models.BigIntegerField("日终余额（分）")
    valid_to = models.DateField("有效期至", null=True)
    reverses_day = models.DateField("被冲正记录的日期", null=True)
    reverses_sequence = models.IntegerField("被冲正记录的序号", null=True)
    remark = models.CharField("备注", max_length=2000)

    class Meta:
        verbose_name = "卡日记录"
        managed = False
        db_table = "prepaid_cardday"

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day} {self.sequence}"


class CardBalance(models.Model):
    """What a card still holds, in fen; never below zero, which the database itself refuses."""

    pk = models.CompositePrimaryKey("operator", "card")
    operator = models.ForeignKey(Operator, models.DO_NOTHING, related_name="+", db_constraint=False)
    card = models.BinaryField("卡标识", max_length=32)
    balance_fen = models.BigIntegerField("余额（分）")
    kind = models.CharField("卡的种类", max_length=10, choices=CardKind)
    first_day = models.DateField("首次报送日")
    last_day = models.DateField("最近变动日")

    class Meta:
        verbose_name = "卡余额"
        managed = False
        db_table = "prepaid_cardbalance"

    def __str__(self) -> str:
        return f"{self.operator_id} {self.balance_fen}"


class OperatorDay(models.Model):
    """An operator's sums of a day, in fen: as the ledger has them, and as the operator states them.

    `balance_fen` is that of all its cards at the end of the day. A day without movements is stated with zeros:
    silence is not a report.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="days")
    day = models.DateField("业务日期")
    state = models.CharField("关账状态", max_length=8, choices=DayState)
    rows = models.PositiveIntegerField("行数", default=0)
    cards = models.PositiveIntegerField("有变动的卡数", default=0)
    issued_fen = models.BigIntegerField("发行金额（分）", default=0)
    redeemed_fen = models.BigIntegerField("兑付金额（分）", default=0)
    refunded_fen = models.BigIntegerField("退款金额（分）", default=0)
    balance_fen = models.BigIntegerField("预收资金余额（分）")
    stated = models.JSONField("经营者日汇总", null=True)
    first_received_at = models.DateTimeField("首次收到时间", null=True)
    is_late = models.BooleanField("逾期", default=False)
    root = models.BinaryField("日摘要", max_length=32, null=True)
    closed_at = models.DateTimeField("关账时间", null=True)

    class Meta:
        verbose_name = "经营者日账"
        constraints = [
            models.UniqueConstraint(fields=["operator", "day"], name="operator_day_once"),
            models.CheckConstraint(
                condition=Q(balance_fen__gte=0), name="operator_day_balance_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DayState.values), name="operator_day_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="CLOSED") | Q(root__isnull=False, closed_at__isnull=False),
                name="operator_day_closed_with_hash",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="operator_day_day")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}"


class DayClosing(models.Model):
    """One closed day of the whole ledger: its hash over all operators' days, chained to the day before."""

    day = models.DateField("业务日期", unique=True)
    operators = models.PositiveIntegerField("经营者数")
    rows = models.PositiveBigIntegerField("行数")
    balance_fen = models.BigIntegerField("全部余额（分）")
    root = models.BinaryField("摘要", max_length=32)
    previous = models.BinaryField("前一日摘要", max_length=32, null=True)
    proof = models.JSONField("核对结果")
    closed_at = models.DateTimeField("关账时间")

    class Meta:
        verbose_name = "关账记录"

    def __str__(self) -> str:
        return f"{self.day}"


class QuarterReport(models.Model):
    """How an operator spent prepaid money in a quarter (REG18 Art. 12); a correction is a further row."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="quarter_reports")
    quarter_start = models.DateField("季度首日")
    revenue_fen = models.BigIntegerField("主营业务收入（分）")
    profit_fen = models.BigIntegerField("利润（分）")
    spent_fen = models.BigIntegerField("预收资金支出（分）")
    main_uses = models.TextField("主要用途", max_length=2000)
    due_on = models.DateField("应报送日")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "季度报告"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "quarter_start", "received_at"], name="quarter_report_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.quarter_start}"
