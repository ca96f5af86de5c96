"""What the shell keeps: notifications."""

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """One sentence for one person, with the page where something is to be done or seen."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        verbose_name="收件人",
    )
    sentence = models.CharField("内容", max_length=200)
    link = models.CharField("页面", max_length=300, blank=True, default="")
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        indexes = [
            models.Index(fields=["account", "-created_at"], name="web_notification_newest"),
            models.Index(
                fields=["account"],
                condition=models.Q(read_at__isnull=True),
                name="web_notification_unread",
            ),
        ]
        constraints = [
            # A link leads into the platform: one slash, then no second one.
            models.CheckConstraint(
                condition=models.Q(link="")
                | (models.Q(link__startswith="/") & ~models.Q(link__startswith="//")),
                name="web_notification_link_inside",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
