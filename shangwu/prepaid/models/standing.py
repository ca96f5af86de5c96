"""What desks read: how each operator stands now, the sums of each area, and trials of other law.

None of it is a source: all is worked out from the ledger, the witnesses and the law, and can be again.
"""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import StandingCause, TrialState


class RestateRequest(models.Model):
    """Somebody's news about an operator: its standing is to be worked out anew from that day on.

    Without an operator it concerns them all. Rows are taken together every minute and go when they are done:
    a job for each would hold up whoever brings the news, and work out the same standing many times.
    """

    operator = models.ForeignKey(Operator, models.CASCADE, null=True, related_name="+")
    day = models.DateField("起算日")
    cause = models.CharField("重算起因", max_length=12, choices=StandingCause)
    asked_at = models.DateTimeField("请求时间")

    class Meta:
        verbose_name = "重算请求"
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__in=StandingCause.values), name="restate_cause_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day} {self.cause}"


class NightlyCheck(models.Model):
    """A night in which every standing was worked out and the witnesses were compared; a missing one is made up for."""

    day = models.DateField("日期", unique=True)
    stored = models.PositiveIntegerField("变动的核算", default=0)
    observed = models.PositiveIntegerField("新的异常", default=0)
    done_at = models.DateTimeField("完成时间")

    class Meta:
        verbose_name = "每日核对"

    def __str__(self) -> str:
        return f"{self.day}"


class OperatorSummary(models.Model):
    """How an operator stands now, in one row, so that lists and desks need no history.

    `required_fen` is zero and `is_complete` false where nothing could be worked out yet. `revenue_cap_fen` is
    empty where the law knows no cap for the line of business, or no revenue was stated.
    """

    operator = models.OneToOneField(
        Operator, models.CASCADE, primary_key=True, related_name="summary"
    )
    district = models.CharField("所在区", max_length=6)
    sector = models.CharField("行业", max_length=20)
    status = models.CharField("对接状态", max_length=12)
    must_connect = models.BooleanField("须对接")
    is_connected = models.BooleanField("已对接")
    day = models.DateField("核算日", null=True)
    balance_fen = models.BigIntegerField("预收资金余额（分）", null=True)
    required_fen = models.BigIntegerField("应存管（分）", default=0)
    counted_fen = models.BigIntegerField("履约保证冲抵（分）", default=0)
    custody_fen = models.BigIntegerField("账户余额（分）", null=True)
    shortfall_fen = models.BigIntegerField("缺额（分）", default=0)
    is_complete = models.BooleanField("资料齐全", default=False)
    last_reported_on = models.DateField("最近报送的业务日期", null=True)
    is_silent = models.BooleanField("有未报送的日期", default=False)
    open_observations = models.PositiveIntegerField("未了结异常", default=0)
    at_stake_fen = models.BigIntegerField("异常涉及金额（分）", default=0)
    revenue_cap_fen = models.BigIntegerField("按上年收入的余额上限（分）", null=True)
    refreshed_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = "经营者概况"
        indexes = [
            models.Index(fields=["district", "sector"], name="summary_area"),
            models.Index(fields=["-shortfall_fen", "operator"], name="summary_shortfall"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id}"


class AreaFigures(models.Model):
    """The sums of one line of business in one district over the operators that have not left."""

    district = models.CharField("所在区", max_length=6)
    sector = models.CharField("行业", max_length=20)
    operators = models.PositiveIntegerField("经营者数", default=0)
    must_connect = models.PositiveIntegerField("须对接", default=0)
    connected = models.PositiveIntegerField("须对接且已对接", default=0)
    short = models.PositiveIntegerField("存管不足", default=0)
    incomplete = models.PositiveIntegerField("资料不齐", default=0)
    silent = models.PositiveIntegerField("有未报送的日期", default=0)
    balance_fen = models.BigIntegerField("预收资金余额（分）", default=0)
    required_fen = models.BigIntegerField("应存管（分）", default=0)
    counted_fen = models.BigIntegerField("履约保证冲抵（分）", default=0)
    custody_fen = models.BigIntegerField("账户余额（分）", default=0)
    shortfall_fen = models.BigIntegerField("缺额（分）", default=0)
    open_observations = models.PositiveIntegerField("未了结异常", default=0)
    at_stake_fen = models.BigIntegerField("异常涉及金额（分）", default=0)

    class Meta:
        abstract = True


class AreaSum(AreaFigures):
    """How an area stands now: renewed in the act that changes one of its operators."""

    refreshed_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = "区域行业汇总"
        constraints = [
            models.UniqueConstraint(fields=["district", "sector"], name="area_sum_once"),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.sector}"


class AreaDay(AreaFigures):
    """How an area stood in the night that began a day: what desks draw as its course."""

    day = models.DateField("日期")

    class Meta:
        verbose_name = "区域行业每日汇总"
        constraints = [
            models.UniqueConstraint(fields=["day", "district", "sector"], name="area_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.district} {self.sector}"


class RatioTrial(models.Model):
    """A trial of another ratio on every operator that its author supervises; nothing of it binds anybody."""

    pack = models.CharField("规则包", max_length=60)
    on = models.DateField("试算日")
    old_ratio = models.DecimalField("现行比例", max_digits=5, decimal_places=4)
    new_ratio = models.DecimalField("试算比例", max_digits=5, decimal_places=4)
    state = models.CharField("进度", max_length=8, choices=TrialState)
    operators = models.PositiveIntegerField("经营者数", default=0)
    done = models.PositiveIntegerField("已算", default=0)
    before_fen = models.BigIntegerField("现行合计（分）", default=0)
    after_fen = models.BigIntegerField("试算合计（分）", default=0)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    ended_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "比例试算"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TrialState.values), name="ratio_trial_state_known"
            ),
            models.CheckConstraint(
                condition=Q(new_ratio__gte=0, new_ratio__lte=1), name="ratio_trial_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.old_ratio} {self.new_ratio}"


class RatioTrialChange(models.Model):
    """An operator whose requirement a trial would change, in fen, with its balance that day."""

    trial = models.ForeignKey(RatioTrial, models.CASCADE, related_name="changes")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    balance_fen = models.BigIntegerField("预收资金余额（分）", null=True)
    before_fen = models.BigIntegerField("现行（分）")
    after_fen = models.BigIntegerField("试算（分）")

    class Meta:
        verbose_name = "比例试算结果"
        constraints = [
            models.UniqueConstraint(fields=["trial", "operator"], name="ratio_trial_change_once"),
            models.CheckConstraint(
                condition=~Q(before_fen=F("after_fen")), name="ratio_trial_change_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.operator_id}"
