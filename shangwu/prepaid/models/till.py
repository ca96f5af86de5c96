"""The till of the public-base system: what a shop offers, its cards, every act, and the days it sent.

A card's value is counted in `units`: fen of spendable value, lessons, or days of a term. What is reported of it follows from the
money paid: `paid_fen × used_units ÷ units`, so that gifts never count as prepaid money.
"""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models.ledger import Batch
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import CardKind, Fault, SaleKind
from shangwu.prepaid.vocabulary.till import TillActKind, TillCardState


class CardPlan(models.Model):
    """A card that a shop offers, with its charter. Sold plans are never changed, only stopped.

    Stored value: `price_fen` buys `units` fen of spendable value. Lessons: it buys `units` lessons of
    `unit_price_fen` each at list price. Membership: it buys a term of `units` months, which are its `months`.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="card_plans")
    number = models.PositiveIntegerField("方案序号")
    name = models.CharField("方案名称", max_length=60)
    kind = models.CharField("销售种类", max_length=12, choices=SaleKind)
    card_kind = models.CharField("卡的种类", max_length=10, choices=CardKind)
    price_fen = models.BigIntegerField("售价（分）")
    units = models.BigIntegerField("面值（分）或者次数")
    unit_price_fen = models.BigIntegerField("单次原价（分）", null=True)
    months = models.PositiveSmallIntegerField("有效期（月）", null=True)
    scope = models.TextField("使用范围", max_length=1000)
    fund_use = models.TextField("预收资金的用途和管理方式", max_length=1000)
    refund_terms = models.TextField("退款方式", max_length=1000)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("开设时间")
    stopped_at = models.DateTimeField("停售时间", null=True)

    class Meta:
        verbose_name = "售卡方案"
        constraints = [
            models.UniqueConstraint(fields=["operator", "number"], name="card_plan_number_once"),
            models.CheckConstraint(
                condition=Q(price_fen__gt=0, units__gt=0), name="card_plan_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind=SaleKind.LESSONS, unit_price_fen__gt=0)
                | Q(kind=SaleKind.STORED_VALUE, unit_price_fen=None, units__gte=F("price_fen"))
                | Q(
                    kind=SaleKind.MEMBERSHIP,
                    unit_price_fen=None,
                    months__isnull=False,
                    months=F("units"),
                ),
                name="card_plan_kind",
            ),
            models.CheckConstraint(
                condition=Q(card_kind__in=CardKind.values), name="card_plan_card_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TillCard(models.Model):
    """A card of the till under its token alone; neither number nor secret nor holder is kept.

    The units of a card for a term are its days from `starts_on` to `valid_to`, used as they pass.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="till_cards")
    token = models.BinaryField("卡标识", max_length=32)
    plan = models.ForeignKey(CardPlan, models.PROTECT, related_name="cards")
    state = models.CharField("卡的状态", max_length=10, choices=TillCardState)
    paid_fen = models.BigIntegerField("累计已付（分）")
    units = models.BigIntegerField("累计面值（分）或者次数")
    used_units = models.BigIntegerField("已用面值（分）或者次数", default=0)
    balance_fen = models.BigIntegerField("预收资金余额（分）")
    issued_on = models.DateField("售卡日")
    starts_on = models.DateField("启用日", null=True)
    valid_to = models.DateField("有效期至", null=True)

    class Meta:
        verbose_name = "收银卡"
        constraints = [
            models.UniqueConstraint(fields=["operator", "token"], name="till_card_once"),
            models.CheckConstraint(
                condition=Q(used_units__gte=0, used_units__lte=F("units")),
                name="till_card_never_overspent",
            ),
            models.CheckConstraint(
                condition=Q(balance_fen__gte=0, balance_fen__lte=F("paid_fen")),
                name="till_card_balance_sound",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TillCardState.values), name="till_card_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.pk}"

    @property
    def left_units(self) -> int:
        """What can still be spent: fen, lessons, or days."""
        return self.units - self.used_units


class TillAct(models.Model):
    """One act at the till, in fen as it is reported and in units as the holder sees it. Append-only.

    `key_hash` is of the key that the page made when its form was shown: the same key is one act. `digest` is of
    what was asked, so that another act under one key is seen. What passes by itself is done by nobody.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="till_acts")
    key_hash = models.BinaryField("幂等键摘要", max_length=32)
    digest = models.BinaryField("内容摘要", max_length=32)
    card = models.ForeignKey(TillCard, models.PROTECT, related_name="acts")
    kind = models.CharField("收银事项", max_length=8, choices=TillActKind)
    outlet = models.CharField("门店编号", max_length=20)
    day = models.DateField("业务日期")
    units = models.BigIntegerField("面值（分）或者次数")
    issued_fen = models.BigIntegerField("发行和充值金额（分）", default=0)
    redeemed_fen = models.BigIntegerField("兑付金额（分）", default=0)
    refunded_fen = models.BigIntegerField("退款金额（分）", default=0)
    balance_fen = models.BigIntegerField("办理后余额（分）")
    left_units = models.BigIntegerField("办理后可用面值（分）或者次数")
    fault = models.CharField("退款原因", max_length=10, choices=Fault, blank=True)
    formula = models.CharField("计算式", max_length=500, blank=True)
    counted = models.CharField("并入计算的其他卡", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=100, blank=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "收银记录"
        constraints = [
            models.UniqueConstraint(fields=["operator", "key_hash"], name="till_act_key_once"),
            models.CheckConstraint(
                condition=Q(
                    issued_fen__gte=0,
                    redeemed_fen__gte=0,
                    refunded_fen__gte=0,
                    balance_fen__gte=0,
                    left_units__gte=0,
                ),
                name="till_act_amounts_positive",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TillActKind.values), name="till_act_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=TillActKind.ACCRUE, done_by=None)
                | (~Q(kind=TillActKind.ACCRUE) & Q(done_by__isnull=False)),
                name="till_act_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["operator", "day"], name="till_act_operator_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class TillDay(models.Model):
    """A day of a till: its count by a person, and what became of sending it.

    Counting is optional and changes nothing; sending happens every night by itself.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="till_days")
    day = models.DateField("业务日期")
    counted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField("日结时间", null=True)
    counted_acts = models.PositiveIntegerField("日结时笔数", null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField("报送时间", null=True)
    tried_at = models.DateTimeField("最近尝试时间", null=True)
    finding = models.CharField("报送结果", max_length=500, blank=True)

    class Meta:
        verbose_name = "收银日"
        constraints = [
            models.UniqueConstraint(fields=["operator", "day"], name="till_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}"
