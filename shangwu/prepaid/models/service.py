"""What the platform records of its own service: how it answered, and how it was made known."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.vocabulary import PublicityChannel


class ServiceDay(models.Model):
    """How the platform answered its own questions that day; each is asked the way a consumer asks.

    `quick` counts the answers within the time of law/prepaid.toml#service.quick. `by_count` are probes whose
    minutes cannot be told (on a rehearsal clock); from `minutes_since` on every minute without an answer is one
    in which the platform could not be used.
    """

    day = models.DateField("日期", unique=True)
    probes = models.PositiveIntegerField("自检次数")
    answered = models.PositiveIntegerField("得到答复")
    quick = models.PositiveIntegerField("及时答复")
    slowest_ms = models.PositiveIntegerField("最慢（毫秒）")
    first_at = models.DateTimeField("首次自检时间")
    by_count = models.PositiveIntegerField("按次计的自检", default=0)
    minutes_since = models.DateTimeField("按分钟计的起点", null=True)

    class Meta:
        verbose_name = "服务自检"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered__lte=F("probes")) & Q(quick__lte=F("answered")),
                name="service_day_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class Publicity(models.Model):
    """One time that the platform was made known to the public, with where it can be seen. Append-only.

    A mistake is withdrawn by a further row that names it.
    """

    channel = models.CharField("渠道", max_length=10, choices=PublicityChannel)
    title = models.CharField("标题", max_length=120)
    published_on = models.DateField("发布日期")
    place = models.CharField("发布处", max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "宣传记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=PublicityChannel.values), name="publicity_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.published_on} {self.title}"
