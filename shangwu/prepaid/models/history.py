"""What is kept of closed days outside the database: which files, what they sum to, when they were verified."""

from django.db import models
from django.db.models import Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.vocabulary import RunState


class ArchivedDay(models.Model):
    """What one closing sealed of a business day, in Parquet files, and the only thing that says which. Append-only.

    Most of a day is sealed by its own closing; operators that were held follow with a later one, in files of their own.
    `root` is that of the closing, so that receipts verify after the rows left the database. `files` holds
    for each file: `table`, `path` (relative to the folder of history), `shard`, `shards`, `rows`, `bytes`, `sha256` and
    `sums` in fen.
    """

    day = models.DateField("业务日期")
    closing = models.DateField("关账批次日期")
    root = models.BinaryField("关账摘要", max_length=32)
    operators = models.PositiveIntegerField("经营者数")
    rows = models.PositiveBigIntegerField("行数")
    issued_fen = models.BigIntegerField("发行金额（分）")
    redeemed_fen = models.BigIntegerField("兑付金额（分）")
    refunded_fen = models.BigIntegerField("退款金额（分）")
    balance_fen = models.BigIntegerField("余额（分）")
    bytes = models.PositiveBigIntegerField("文件大小（字节）")
    files = models.JSONField("文件")
    archived_at = models.DateTimeField("归档时间")

    class Meta:
        verbose_name = "归档日"
        constraints = [
            models.UniqueConstraint(fields=["day", "closing"], name="archived_day_once"),
            models.CheckConstraint(
                condition=Q(closing__gte=models.F("day")), name="archived_day_closed_after"
            ),
        ]
        indexes = [models.Index(fields=["closing"], name="archived_day_closing")]

    def __str__(self) -> str:
        return f"{self.day}"


class ArchiveCheck(models.Model):
    """One verification of an archived day's files against the record; what differs is named. Append-only."""

    archived = models.ForeignKey(ArchivedDay, models.PROTECT, related_name="checks")
    checked_at = models.DateTimeField("核验时间")
    is_whole = models.BooleanField("完整一致")
    differences = models.JSONField("差异")

    class Meta:
        verbose_name = "归档核验"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_whole=False) | Q(differences=[]), name="archive_check_whole"
            ),
        ]
        indexes = [models.Index(fields=["archived", "-checked_at"], name="archive_check_newest")]

    def __str__(self) -> str:
        return f"{self.archived} {self.checked_at:%Y-%m-%d}"


class ThinnedMonth(models.Model):
    """A month whose card-days left the database and are read from the files alone. Append-only."""

    month = models.DateField("月份首日", unique=True)
    days = models.PositiveSmallIntegerField("天数")
    rows = models.PositiveBigIntegerField("行数")
    thinned_at = models.DateTimeField("移出时间")

    class Meta:
        verbose_name = "已移出月份"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthStatistic(models.Model):
    """What a sector of a district did in a month: a copy of what the files say, computed anew as days come."""

    month = models.DateField("月份首日")
    sector = models.CharField("行业", max_length=20)
    district = models.CharField("所在区", max_length=6)
    operators = models.PositiveIntegerField("报送经营者数")
    holding = models.PositiveIntegerField("月末有余额的经营者数")
    days = models.PositiveIntegerField("报送日数")
    late_days = models.PositiveIntegerField("逾期日数")
    rows = models.PositiveBigIntegerField("卡日行数")
    active_cards = models.PositiveBigIntegerField("有变动的卡数")
    issued_fen = models.BigIntegerField("发行金额（分）")
    redeemed_fen = models.BigIntegerField("兑付金额（分）")
    refunded_fen = models.BigIntegerField("退款金额（分）")
    balance_fen = models.BigIntegerField("月末余额（分）")

    class Meta:
        verbose_name = "月度统计"
        constraints = [
            models.UniqueConstraint(
                fields=["month", "sector", "district"], name="month_statistic_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.sector} {self.district}"


class StatisticsRun(models.Model):
    """One computation of the monthly statistics: who asked for it, and how many months are done."""

    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=8, choices=RunState)
    done = models.PositiveIntegerField("已完成月数", default=0)
    total = models.PositiveIntegerField("总月数", default=0)

    class Meta:
        verbose_name = "统计任务"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="statistics_run_state_known"
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["WAITING", "RUNNING"]),
                name="statistics_run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
