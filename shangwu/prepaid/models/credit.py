"""Credit governance: grades, pre-checks, the list of seriously dishonest operators, what the city is told."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.models.case import Case
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.vocabulary import (
    CreditGrade,
    CreditMessageKind,
    FindingLevel,
    HandedInBy,
    ListingState,
    MessageState,
    PetitionKind,
    PetitionState,
)


class CreditStanding(models.Model):
    """An operator's grade on a day, as known at a moment, with every line that made it. Append-only.

    A row is added when the grade or its lines change: the last one holds until the next.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="credit_standings")
    day = models.DateField("评定日")
    known_at = models.DateTimeField("评定时间")
    cause = models.CharField("评定起因", max_length=40)
    grade = models.CharField("信用等次", max_length=1, choices=CreditGrade)
    points = models.IntegerField("得分")
    is_listed = models.BooleanField("列入严重失信名单")
    lines = models.JSONField("计分说明")
    sentence = models.CharField("结论", max_length=300)

    class Meta:
        verbose_name = "信用评定"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "day", "known_at"], name="credit_standing_version"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=CreditGrade.values), name="credit_standing_grade_known"
            ),
        ]
        indexes = [
            models.Index(fields=["operator", "-day", "-known_at"], name="credit_standing_last")
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.day} {self.grade}"


class PreCheck(models.Model):
    """What was looked up about a business before it was registered or an application decided. Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, null=True, related_name="prechecks")
    uscc = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("名称", max_length=120)
    occasion = models.CharField("核查事由", max_length=40)
    level = models.CharField("核查结论", max_length=8, choices=FindingLevel)
    findings = models.JSONField("逐项结果")
    sentence = models.CharField("说明", max_length=400)
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("核查时间")

    class Meta:
        verbose_name = "事前核查"
        indexes = [models.Index(fields=["uscc", "-asked_at"], name="precheck_business")]

    def __str__(self) -> str:
        return f"{self.uscc} {self.level}"


class CreditListing(models.Model):
    """An entry of the list of seriously dishonest operators (严重失信名单, REG18 Art. 25), from proposal to exit.

    One person gives the prior notice, another decides. `representative` is what is published with the entry and
    nothing else of any person: `principal` and `responsible_persons` are told to the party and to the
    public-credit platform only. `terms` keeps the exit and remedy conditions as they were published. The fields
    of a statement on paper are empty where the party stated its case by its own account.
    """

    number = models.CharField("名单编号", max_length=16, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="listings")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="listings")
    ground = models.CharField("列入情形", max_length=20)
    ground_label = models.CharField("列入情形（条文）", max_length=120)
    citation = models.CharField("依据", max_length=200)
    reasons = models.CharField("理由", max_length=1000)
    state = models.CharField("名单状态", max_length=10, choices=ListingState)
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    noticed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    noticed_on = models.DateField("告知日期", null=True)
    statement_until = models.DateField("陈述申辩期限", null=True)
    statement = models.CharField("陈述申辩", max_length=2000, blank=True)
    statement_at = models.DateTimeField("陈述申辩时间", null=True)
    statement_received_on = models.DateField("书面意见收到日期", null=True)
    statement_handed_in_by = models.CharField(
        "书面意见提交人身份", max_length=16, choices=HandedInBy, blank=True
    )
    statement_paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    statement_recorded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    statement_answer = models.CharField("对陈述申辩的答复", max_length=1000, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    decision = models.CharField("决定理由", max_length=1000, blank=True)
    representative = models.CharField("公布的法定代表人", max_length=50, blank=True)
    principal = models.CharField("主要负责人", max_length=50, blank=True)
    responsible_persons = models.CharField("直接责任人员", max_length=200, blank=True)
    terms = models.JSONField("退出和救济条件", default=list)
    ended_on = models.DateField("失信行为终止日", null=True)
    visible_until = models.DateField("查询期限届满日", null=True)
    removed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    removed_on = models.DateField("移出日期", null=True)
    removal_reason = models.CharField("移出理由", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "严重失信名单"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ListingState.values), name="credit_listing_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("noticed_by")),
                name="credit_listing_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("statement_recorded_by")),
                name="credit_listing_recorder_decides_not",
            ),
            models.CheckConstraint(
                condition=Q(
                    statement_handed_in_by="",
                    statement_received_on=None,
                    statement_paper=None,
                    statement_recorded_by=None,
                )
                | Q(
                    statement_handed_in_by__in=HandedInBy.values,
                    statement_received_on__isnull=False,
                    statement_paper__isnull=False,
                    statement_recorded_by__isnull=False,
                ),
                name="credit_listing_paper_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="LISTED")
                | Q(decided_on__isnull=False, noticed_on__isnull=False),
                name="credit_listing_after_notice",
            ),
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(state__in=["PROPOSED", "NOTICED", "LISTED"]),
                name="credit_listing_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-decided_on"], name="credit_listing_shown")]

    def __str__(self) -> str:
        return self.number


class CreditPetition(models.Model):
    """An objection to an entry, or a request for repair, with its clocks (CRED17 Art. 36 to 38).

    On paper it has who handed it in and its image; `submitted_by` is then the officer who recorded it.
    """

    listing = models.ForeignKey(CreditListing, models.PROTECT, related_name="petitions")
    kind = models.CharField("申请种类", max_length=10, choices=PetitionKind)
    state = models.CharField("办理状态", max_length=10, choices=PetitionState)
    text = models.CharField("事实和理由", max_length=2000)
    received_on = models.DateField("收到日期")
    submitted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    handed_in_by = models.CharField(
        "书面申请提交人身份", max_length=16, choices=HandedInBy, blank=True
    )
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    mark_due = models.DateField("标注期限", null=True)
    marked_on = models.DateField("标注日期", null=True)
    forward_due = models.DateField("转交期限", null=True)
    forwarded_on = models.DateField("转交日期", null=True)
    forwarded_to = models.CharField("信息提供单位", max_length=100, blank=True)
    decide_due = models.DateField("处理期限")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("处理日期", null=True)
    answer = models.CharField("处理意见", max_length=1000, blank=True)
    delete_due = models.DateField("删除期限", null=True)
    deleted_on = models.DateField("删除日期", null=True)

    class Meta:
        verbose_name = "异议和修复申请"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PetitionKind.values), name="credit_petition_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PetitionState.values), name="credit_petition_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")),
                name="credit_petition_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_by="", paper=None)
                | Q(handed_in_by__in=HandedInBy.values, paper__isnull=False),
                name="credit_petition_paper_whole",
            ),
            models.UniqueConstraint(
                fields=["listing", "kind"],
                condition=Q(state__in=["RECEIVED", "MARKED", "FORWARDED"]),
                name="credit_petition_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.kind}"


class CreditMessage(models.Model):
    """Something the public-credit platform must know: sent until a receipt comes, in order for each operator.

    `number` goes with it: the platform keeps it once, however often it is sent. `content` never changes.
    """

    number = models.UUIDField("消息编号", unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    kind = models.CharField("消息种类", max_length=10, choices=CreditMessageKind)
    day = models.DateField("业务日期")
    content = models.JSONField("消息内容")
    digest = models.CharField("内容指纹", max_length=64)
    state = models.CharField("送达状态", max_length=8, choices=MessageState)
    attempts = models.PositiveSmallIntegerField("送达次数", default=0)
    next_at = models.DateTimeField("下次送达时间")
    problem = models.CharField("最近的问题", max_length=300, blank=True)
    receipt = models.JSONField("回执", null=True)
    written_at = models.DateTimeField("写入时间")
    sent_at = models.DateTimeField("取得回执时间", null=True)

    class Meta:
        verbose_name = "信用信息消息"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="credit_message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CreditMessageKind.values), name="credit_message_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT") | Q(receipt__isnull=False, sent_at__isnull=False),
                name="credit_message_sent_with_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="credit_message_due"),
            models.Index(fields=["operator", "id"], name="credit_message_order"),
            models.Index(fields=["day"], name="credit_message_day"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class CreditReconciliation(models.Model):
    """A day's messages compared with what the public-credit platform holds. Append-only."""

    day = models.DateField("核对日期")
    ours = models.PositiveIntegerField("本平台件数")
    theirs = models.PositiveIntegerField("对方件数")
    differences = models.JSONField("差异")
    compared_at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = "信用信息对账"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "compared_at"], name="credit_reconciliation_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"
