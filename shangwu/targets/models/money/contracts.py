"""Contracts, their unit prices, and what was accepted under them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models.declaration import Declaration, SubProject


class Contract(models.Model):
    """A contract under which the project's money is paid. 合同."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="contracts")
    line = models.ForeignKey(SubProject, models.PROTECT, related_name="contracts", null=True)
    number = models.CharField("合同编号", max_length=60)
    title = models.CharField("合同名称", max_length=200)
    payee = models.CharField("收款人", max_length=200)
    amount_fen = models.BigIntegerField("合同金额（分）")
    signed_on = models.DateField("签订日期")
    prepay_fen = models.BigIntegerField("约定预付款（分）", default=0)
    pay_within_days = models.PositiveSmallIntegerField("验收后几日内付款")
    is_procured = models.BooleanField("已履行政府采购程序", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "合同"
        constraints = [
            models.UniqueConstraint(fields=["declaration", "number"], name="contract_number_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, prepay_fen__gte=0), name="contract_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ContractItem(models.Model):
    """A unit price in a contract, beside the standard that was declared for it. 合同单价."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="items")
    name = models.CharField("名称", max_length=100)
    unit_price_fen = models.BigIntegerField("单价（分）")
    standard_fen = models.BigIntegerField("申报标准（分）", null=True, blank=True)

    class Meta:
        verbose_name = "合同单价"
        constraints = [
            models.UniqueConstraint(fields=["contract", "name"], name="contract_item_once")
        ]

    def __str__(self) -> str:
        return self.name


class Acceptance(models.Model):
    """What was accepted on a day: the amount claimed as completed, and the amount evidence supports.

    验收. Append-only.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances")
    accepted_on = models.DateField("验收日期")
    claimed_fen = models.BigIntegerField("申报完成金额（分）")
    evidenced_fen = models.BigIntegerField("有佐证的完成金额（分）")
    note = models.TextField("验收意见")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "验收"
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_fen__gt=0, evidenced_fen__gte=0), name="acceptance_amounts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.accepted_on}"
