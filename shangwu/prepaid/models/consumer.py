"""What consumers ask and send: look-ups counted, requests with number and secret. Nobody is named here."""

from django.db import models
from django.db.models import Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.models.witness import Observation
from shangwu.prepaid.vocabulary import (
    ComplaintKind,
    RequestAct,
    RequestKind,
    RequestState,
    Sector,
)


class LookupDay(models.Model):
    """How often cards of an operator were looked up on a day, in shards that are added up.

    A rumour sends hundreds of look-ups a second to one operator: one counter would make them queue.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="lookup_days")
    day = models.DateField("日期")
    shard = models.PositiveSmallIntegerField("分片")
    lookups = models.PositiveIntegerField("查询次数")
    mismatches = models.PositiveIntegerField("没有找到的次数")

    class Meta:
        verbose_name = "查询日计数"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "day", "shard"], name="lookup_day_shard_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}"


class LookupSource(models.Model):
    """How often one source asked within a window, to slow down who guesses; swept after a day.

    `source` is a digest of the network address under a key of the day. The table is not logged: a crash
    empties it, and no backup holds it.
    """

    source = models.BinaryField("来源摘要", max_length=16)
    purpose = models.CharField("用途", max_length=8)
    window_at = models.DateTimeField("窗口起点")
    asked = models.PositiveIntegerField("次数")
    missed = models.PositiveIntegerField("没有找到的次数")

    class Meta:
        verbose_name = "查询来源计数"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "purpose", "window_at"], name="lookup_source_window_once"
            ),
        ]
        indexes = [models.Index(fields=["window_at"], name="lookup_source_window")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.window_at}"


class ConsumerRequest(models.Model):
    """A complaint, a question or a report of a difference. Whoever holds number and secret may follow it.

    `operator` is empty for one that is not registered, which is then `named_operator`. `unit` fields say who
    handles it now. Of a difference: `card` is its token, `day` the day of the slip, `amount_fen` what the slip
    says and `found_fen` what the ledger said, empty for a card that the ledger does not know.
    """

    number = models.CharField("编号", max_length=16, unique=True)
    secret_digest = models.BinaryField("查询码摘要", max_length=32)
    kind = models.CharField("种类", max_length=10, choices=RequestKind)
    subject = models.CharField("事由", max_length=10, choices=ComplaintKind, blank=True)
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="requests")
    named_operator = models.CharField("未登记的经营者", max_length=80, blank=True)
    sector = models.CharField("行业", max_length=20, choices=Sector, blank=True)
    text = models.TextField("内容", max_length=2000, blank=True)
    amount_fen = models.BigIntegerField("涉及金额（分）", null=True)
    found_fen = models.BigIntegerField("平台记录余额（分）", null=True)
    card = models.BinaryField("卡标识", max_length=32, null=True)
    day = models.DateField("凭条日期", null=True)
    observation = models.ForeignKey(
        Observation, models.PROTECT, null=True, related_name="consumer_requests"
    )
    unit_agency = models.CharField("承办部门", max_length=24)
    unit_district = models.CharField("承办区", max_length=6, blank=True)
    route = models.CharField("分工说明", max_length=400, blank=True)
    state = models.CharField("办理状态", max_length=10, choices=RequestState)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("答复期限")
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_at = models.DateTimeField("首次答复时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    is_published = models.BooleanField("公开问答", default=False)

    class Meta:
        verbose_name = "消费者来件"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=RequestKind.values), name="consumer_request_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="consumer_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="RECEIVED") | Q(answered_at__isnull=False),
                name="consumer_request_answered_first",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0),
                name="consumer_request_amount_positive",
            ),
        ]
        indexes = [
            models.Index(
                fields=["operator", "kind", "received_at"], name="consumer_request_operator"
            ),
            models.Index(fields=["state", "due_on"], name="consumer_request_due"),
            models.Index(fields=["kind", "received_at"], name="consumer_request_kind"),
            models.Index(
                fields=["-answered_at"],
                condition=Q(is_published=True),
                name="consumer_request_published",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RequestStep(models.Model):
    """One thing that was done with a request, by whom. Append-only."""

    request = models.ForeignKey(ConsumerRequest, models.PROTECT, related_name="steps")
    act = models.CharField("办理", max_length=8, choices=RequestAct)
    text = models.TextField("说明", max_length=2000, blank=True)
    unit_agency = models.CharField("承办部门", max_length=24, blank=True)
    unit_district = models.CharField("承办区", max_length=6, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "来件办理记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=RequestAct.values), name="request_step_act_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.act}"
