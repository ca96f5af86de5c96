"""The second and the third witness: banks and insurers, and what differs from what operators say."""

from django.db import models
from django.db.models import F, Q

from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import InstitutionKind, ObservationKind, ObservationState


class Institution(models.Model):
    """A custodian bank or an insurer, with the key it signs with."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("种类", max_length=8, choices=InstitutionKind)
    key_id = models.CharField("密钥编号", max_length=40, unique=True)
    public_key = models.BinaryField("公钥（Ed25519）", max_length=32)
    admitted_at = models.DateTimeField("接入时间")
    ended_at = models.DateTimeField("终止时间", null=True)

    class Meta:
        verbose_name = "存管和保证机构"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=InstitutionKind.values), name="institution_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustodyDay(models.Model):
    """What lay in an operator's special deposit account at the end of a day, in fen, as the bank says.

    The bank corrects itself by a further row: the last received counts. Append-only.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="custody_days")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    day = models.DateField("业务日期")
    balance_fen = models.BigIntegerField("专用存款账户余额（分）")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "存管日余额"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "institution", "day", "received_at"], name="custody_day_version"
            ),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="custody_day_positive"),
        ]
        indexes = [
            models.Index(fields=["operator", "day"], name="custody_operator_day"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}"


class BondRecord(models.Model):
    """Insurance or a guarantee for an operator, in force from `starts_on` up to but not including `until`.

    An insurer ends a bond early by a further row with the same number: the last received counts. Append-only.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="bonds")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    number = models.CharField("保单或者保函号", max_length=40)
    kind = models.CharField("保证方式", max_length=40)
    amount_fen = models.BigIntegerField("保证金额（分）")
    starts_on = models.DateField("起始日")
    until = models.DateField("终止日（当日不含）")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "履约保证"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "institution", "number", "received_at"], name="bond_version"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="bond_positive"),
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="bond_term"),
        ]
        indexes = [models.Index(fields=["operator", "until"], name="bond_operator_until")]

    def __str__(self) -> str:
        return self.number


class CustodyStanding(models.Model):
    """What an operator had to secure on a day and what it had, with the sum step by step. Append-only.

    `day` is when it was so, `known_at` when the platform could know: late news adds a row and changes none.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="standings")
    day = models.DateField("业务日期")
    known_at = models.DateTimeField("知悉时间")
    cause = models.CharField("重算起因", max_length=40)
    balance_fen = models.BigIntegerField("预收资金余额（分）", null=True)
    required_fen = models.BigIntegerField("应存管（分）")
    counted_fen = models.BigIntegerField("履约保证冲抵（分）")
    custody_fen = models.BigIntegerField("账户余额（分）", null=True)
    shortfall_fen = models.BigIntegerField("缺额（分）")
    is_complete = models.BooleanField("资料齐全")
    basis = models.CharField("适用规则", max_length=60, blank=True)
    sentences = models.JSONField("计算说明")

    class Meta:
        verbose_name = "存管核算"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "day", "known_at"], name="custody_standing_version"
            ),
        ]
        indexes = [
            models.Index(fields=["operator", "-day", "-known_at"], name="custody_standing_last"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day}"


class Observation(models.Model):
    """A dated difference between witnesses, or a breach of law seen in what was sent, with the money at stake.

    `subject` tells one from another of the same kind and day, so that a thing is observed once.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="observations")
    kind = models.CharField("种类", max_length=20, choices=ObservationKind)
    day = models.DateField("业务日期")
    subject = models.CharField("对象", max_length=80, blank=True)
    expected_fen = models.BigIntegerField("应有（分）", null=True)
    found_fen = models.BigIntegerField("实有（分）", null=True)
    at_stake_fen = models.BigIntegerField("涉及金额（分）")
    sentence = models.CharField("说明", max_length=400)
    facts = models.JSONField("依据", default=dict)
    state = models.CharField("处理状态", max_length=10, choices=ObservationState)
    seen_at = models.DateTimeField("发现时间")
    settled_at = models.DateTimeField("了结时间", null=True)

    class Meta:
        verbose_name = "异常记录"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "kind", "day", "subject"], name="observation_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ObservationKind.values), name="observation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ObservationState.values), name="observation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(at_stake_fen__gte=0), name="observation_stake_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-day"], name="observation_open"),
            models.Index(
                fields=["state", "-day", "-at_stake_fen", "id"], name="observation_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.kind} {self.day}"
