"""Closing and collapse: what was announced, who held what, what was claimed, and who received what."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import ClaimState, ClosingKind, ClosingState, CollapseState


class Closing(models.Model):
    """An announced closing, suspension, move or exit, and how its holders are told and repaid.

    `told` is how many cards' holders were told, by the operator's own account; `proof` is the digest of what
    was sent to them. `left_fen` is what was not taken back in time and is managed further.
    """

    number = models.CharField("编号", max_length=14, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="closings")
    kind = models.CharField("事由", max_length=8, choices=ClosingKind)
    state = models.CharField("状态", max_length=10, choices=ClosingState)
    announced_on = models.DateField("公告日")
    takes_effect_on = models.DateField("生效日")
    notice_by = models.DateField("告知期限")
    is_short = models.BooleanField("告知不足期限", default=False)
    text = models.TextField("公告内容", max_length=2000)
    refund_method = models.CharField("退款或者继续兑付办法", max_length=400)
    holders = models.PositiveIntegerField("公告时有余额的卡数")
    balance_fen = models.BigIntegerField("公告时余额（分）")
    told = models.PositiveIntegerField("已告知的卡数", null=True)
    proof = models.CharField("告知凭证摘要", max_length=64, blank=True)
    left_fen = models.BigIntegerField("办结时未退余额（分）", null=True)
    announced_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("办结时间", null=True)
    reason = models.CharField("办结或者撤回说明", max_length=400, blank=True)

    class Meta:
        verbose_name = "停业公告"
        constraints = [
            models.UniqueConstraint(
                fields=["operator"], condition=Q(state="ANNOUNCED"), name="closing_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ClosingKind.values), name="closing_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClosingState.values), name="closing_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Collapse(models.Model):
    """One chain that vanished, with every operator of it, and the settlement for its holders (群体处置)."""

    number = models.CharField("编号", max_length=14, unique=True)
    name = models.CharField("名称", max_length=80)
    state = models.CharField("状态", max_length=10, choices=CollapseState)
    cause = models.TextField("认定依据", max_length=2000)
    advice = models.TextField("给消费者的说明", max_length=2000)
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("提出时间")
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("签发时间", null=True)
    claims_until = models.DateField("登记截止日", null=True)
    ended_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "停业失联处置"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CollapseState.values), name="collapse_state_known"
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("opened_by")),
                name="collapse_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class CollapseMember(models.Model):
    """One operator of a collapse, with its figures as they were frozen, in fen."""

    collapse = models.ForeignKey(Collapse, models.PROTECT, related_name="members")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="collapses")
    last_day = models.DateField("最后报送日", null=True)
    holders = models.PositiveIntegerField("有余额的卡数", default=0)
    balance_fen = models.BigIntegerField("账面余额（分）", default=0)
    custody_fen = models.BigIntegerField("存管余额（分）", default=0)
    custody_on = models.DateField("存管余额日期", null=True)
    bonds_fen = models.BigIntegerField("履约保证（分）", default=0)

    class Meta:
        verbose_name = "失联经营者"
        constraints = [
            models.UniqueConstraint(fields=["collapse", "operator"], name="collapse_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.collapse_id} {self.operator_id}"


class FrozenCard(models.Model):
    """What a card held when its operator collapsed; `district` is where it was last used. Append-only."""

    collapse = models.ForeignKey(Collapse, models.PROTECT, related_name="cards")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    card = models.BinaryField("卡标识", max_length=32)
    district = models.CharField("所在区", max_length=6)
    balance_fen = models.BigIntegerField("账面余额（分）")

    class Meta:
        verbose_name = "冻结卡余额"
        constraints = [
            models.UniqueConstraint(
                fields=["collapse", "operator", "card"], name="frozen_card_once"
            ),
            models.CheckConstraint(condition=Q(balance_fen__gt=0), name="frozen_card_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.collapse_id} {self.balance_fen}"


class RefundClaim(models.Model):
    """What a holder claims after a collapse, proved by card number and secret. It names nobody.

    `code_digest` is of the code that the holder keeps to follow the claim and to be paid.
    """

    collapse = models.ForeignKey(Collapse, models.PROTECT, related_name="claims")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    number = models.CharField("登记编号", max_length=16, unique=True)
    card = models.BinaryField("卡标识", max_length=32)
    code_digest = models.BinaryField("查询码摘要", max_length=32)
    claimed_fen = models.BigIntegerField("申报金额（分）")
    ledger_fen = models.BigIntegerField("账面余额（分）", null=True)
    admitted_fen = models.BigIntegerField("确认金额（分）", null=True)
    state = models.CharField("状态", max_length=10, choices=ClaimState)
    reason = models.CharField("认定说明", max_length=400, blank=True)
    filed_at = models.DateTimeField("登记时间")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("认定时间", null=True)

    class Meta:
        verbose_name = "退款登记"
        constraints = [
            models.UniqueConstraint(
                fields=["collapse", "operator", "card"], name="refund_claim_once"
            ),
            models.CheckConstraint(condition=Q(claimed_fen__gt=0), name="refund_claim_positive"),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values), name="refund_claim_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="ADMITTED") | Q(admitted_fen__gt=0),
                name="refund_claim_admitted_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def entitled_fen(self) -> int:
        """What a decided claim entitles to: what was admitted, or where nothing was, what the ledger says."""
        return self.admitted_fen or self.ledger_fen or 0


class RefundPlan(models.Model):
    """Who receives what from which source, computed at one moment and signed by a second person."""

    collapse = models.ForeignKey(Collapse, models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField("版本")
    order = models.CharField("使用顺序", max_length=20)
    basis = models.CharField("依据", max_length=200)
    sources = models.JSONField("资金来源")
    claims = models.PositiveIntegerField("受偿卡数")
    claimed_fen = models.BigIntegerField("应退合计（分）")
    paid_fen = models.BigIntegerField("可退合计（分）")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("编制时间")
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("签发时间", null=True)

    class Meta:
        verbose_name = "清退方案"
        constraints = [
            models.UniqueConstraint(fields=["collapse", "version"], name="refund_plan_version"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("made_by")),
                name="refund_plan_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__lte=F("claimed_fen")), name="refund_plan_within_claims"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collapse_id} v{self.version}"


class RefundLine(models.Model):
    """What one card receives under a plan, in fen, by source; `paid_at` is when the bank confirmed it.

    A card that nobody claimed keeps its line: its share is reserved.
    """

    plan = models.ForeignKey(RefundPlan, models.PROTECT, related_name="lines")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    card = models.BinaryField("卡标识", max_length=32)
    claim = models.ForeignKey(RefundClaim, models.PROTECT, null=True, related_name="lines")
    owed_fen = models.BigIntegerField("应退（分）")
    custody_fen = models.BigIntegerField("存管账户退款（分）", default=0)
    bond_fen = models.BigIntegerField("履约保证退款（分）", default=0)
    paid_at = models.DateTimeField("发放时间", null=True)

    class Meta:
        verbose_name = "清退明细"
        constraints = [
            models.UniqueConstraint(fields=["plan", "operator", "card"], name="refund_line_once"),
            models.CheckConstraint(
                condition=Q(owed_fen__gte=F("custody_fen") + F("bond_fen")),
                name="refund_line_within_debt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.owed_fen}"

    @property
    def received_fen(self) -> int:
        """What the card receives from both sources."""
        return self.custody_fen + self.bond_fen
