from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models

from shangwu.foundation.files.vocabulary import KINDS, FileState


class StoredFile(models.Model):
    """One upload. The bytes lie in the data folder under their SHA-256, the facts lie here. 文件."""

    id = models.UUIDField("编号", primary_key=True, default=uuid4, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.BigIntegerField("字节数")
    kind = models.CharField(
        "类型", max_length=10, choices=[(kind, label) for kind, (_, label) in KINDS.items()]
    )
    name = models.CharField("文件名", max_length=150)
    state = models.CharField(
        "状态", max_length=12, choices=FileState.choices, default=FileState.QUARANTINED
    )
    is_personal = models.BooleanField("含个人信息", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("上传时间")
    scanned_at = models.DateTimeField("检查时间", null=True, blank=True)
    scanner = models.CharField("检查工具", max_length=100, blank=True)
    finding = models.CharField("检查发现", max_length=200, blank=True)

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        indexes: ClassVar = [models.Index(fields=["by", "at"], name="storedfile_by_at")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=FileState.values), name="storedfile_state"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="storedfile_sha256"
            ),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="storedfile_size"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def media_type(self) -> str:
        """The media type that the content showed."""
        return KINDS[self.kind][0]
