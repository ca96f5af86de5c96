"""Operators taken over from the platform's predecessor, proposed as a list and accepted by a second person."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.vocabulary import IntakeState


class IntakeList(models.Model):
    """A list of operators that were connected with the platform's predecessor; `rows` as they were read."""

    number = models.CharField("编号", max_length=14, unique=True)
    state = models.CharField("状态", max_length=10, choices=IntakeState)
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField("文件摘要", max_length=64, unique=True)
    rows = models.JSONField("名单")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True)
    reason = models.CharField("退回理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "迁入名单"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IntakeState.values), name="intake_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="intake_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number
