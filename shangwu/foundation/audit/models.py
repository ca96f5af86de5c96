from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shangwu.foundation.audit.actor import KIND_LABELS


class Act(models.Model):
    """One act: who did what to what, when, from where, with the facts before and after. 行为记录.

    Append-only: a trigger forbids UPDATE, DELETE and TRUNCATE. Written by `audit.record` alone.
    """

    # Makes two equal acts differ, so that a copied row shows.
    nonce = models.UUIDField("随机号")
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    act = models.CharField("行为", max_length=100)
    actor_kind = models.CharField("主体类别", max_length=10, choices=list(KIND_LABELS.items()))
    actor_number = models.CharField("主体编号", max_length=64)
    actor_name = models.CharField("主体名称", max_length=100)
    subject = models.CharField("对象", max_length=200)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    source_address = models.CharField("来源地址", max_length=64, blank=True)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "行为记录"
        verbose_name_plural = "行为记录"
        indexes: ClassVar = [
            models.Index(fields=["at"], name="act_at"),
            models.Index(fields=["subject"], name="act_subject"),
            models.Index(fields=["actor_number", "at"], name="act_actor"),
            models.Index(fields=["act", "at"], name="act_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class UnsealedAct(models.Model):
    """An act that waits for the next batch. Its transaction committed, whenever it began."""

    act_id = models.BigIntegerField("行为记录", primary_key=True)

    class Meta:
        verbose_name = "待封存行为"
        verbose_name_plural = "待封存行为"

    def __str__(self) -> str:
        return str(self.act_id)


class Batch(models.Model):
    """Acts sealed together: its digest binds them, their order, and the batch before. 批次.

    Append-only like the acts.
    """

    number = models.BigIntegerField("批次号", primary_key=True)
    day = models.DateField("日期")
    at = models.DateTimeField("封存时间")
    act_ids = ArrayField(models.BigIntegerField(), verbose_name="行为记录")
    previous_digest = models.BinaryField("上一批摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32, unique=True)

    class Meta:
        verbose_name = "审计批次"
        verbose_name_plural = "审计批次"

    def __str__(self) -> str:
        return f"{self.number} {self.day}"


class DayHead(models.Model):
    """The signed end of one day's chain. 日终签名."""

    day = models.DateField("日期", primary_key=True)
    at = models.DateTimeField("签名时间")
    last_batch = models.BigIntegerField("末批次号")
    rows = models.BigIntegerField("累计行为数")
    digest = models.BinaryField("摘要", max_length=32)
    signature = models.BinaryField("签名", max_length=64)

    class Meta:
        verbose_name = "日终签名"
        verbose_name_plural = "日终签名"

    def __str__(self) -> str:
        return self.day.isoformat()
