"""On-site checks: planned in the office, filled in on a phone, sent once however often it is sent."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.models.case import Case
from shangwu.prepaid.models.operator import Operator, Outlet


class Inspection(models.Model):
    """A check at an operator's premises (REG18 Art. 23), by two inspectors.

    `key` was made with the plan; the phone sends it back with the result, so that a result sent twice counts once.
    `answers` holds, by item of law/, what was found and the remark; the words of the items are kept with them.
    """

    number = models.CharField("检查编号", max_length=16, unique=True)
    key = models.UUIDField("提交标识", unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="inspections")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="inspections")
    reason = models.CharField("检查事由", max_length=200)
    planned_on = models.DateField("计划检查日")
    planned_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField("制定计划时间")
    first_inspector = models.ForeignKey(Account, models.PROTECT, related_name="+")
    second_inspector = models.ForeignKey(Account, models.PROTECT, related_name="+")
    checked_on = models.DateField("检查日期", null=True)
    answers = models.JSONField("逐项结果", null=True)
    conclusion = models.CharField("检查意见", max_length=500, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True)
    first_signature = models.CharField("第一检查员签名", max_length=50, blank=True)
    second_signature = models.CharField("第二检查员签名", max_length=50, blank=True)
    digest = models.CharField("记录指纹", max_length=64, blank=True)
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True)

    class Meta:
        verbose_name = "现场检查"
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_inspector=F("second_inspector")), name="inspection_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None)
                | Q(checked_on__isnull=False, answers__isnull=False)
                & ~Q(digest="")
                & ~Q(first_signature="")
                & ~Q(second_signature=""),
                name="inspection_whole_when_submitted",
            ),
        ]
        indexes = [models.Index(fields=["operator", "-planned_on"], name="inspection_operator")]

    def __str__(self) -> str:
        return self.number


class InspectionPhoto(models.Model):
    """A photograph taken at a check, of an item of the checklist or of the whole. Append-only."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos")
    item = models.CharField("检查项目", max_length=8, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "检查照片"
        constraints = [
            models.UniqueConstraint(fields=["inspection", "file"], name="inspection_photo_once")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item}"
