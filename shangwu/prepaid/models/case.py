"""Supervision cases: what was done in each, on what evidence, the papers, the answers, the penalties."""

from django.db import models
from django.db.models import F, Q

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.models.operator import Operator
from shangwu.prepaid.models.witness import Observation
from shangwu.prepaid.vocabulary import (
    Agency,
    Breach,
    CaseAct,
    CaseOrigin,
    CaseState,
    Delivery,
    EvidenceKind,
    Gravity,
    HandedInBy,
    LetterKind,
    StepStatus,
)


class Case(models.Model):
    """A matter of supervision over one operator (监管案件, REG18 Art. 22).

    `route` says why this agency and this penalty body are competent, as of the day of opening. `version`
    grows with every change, so that of two clerks at once the later is told. `rectify_days` counts working days.
    """

    number = models.CharField("案件编号", max_length=16, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="cases")
    origin = models.CharField("来源", max_length=12, choices=CaseOrigin)
    reference = models.CharField("来源编号", max_length=40, blank=True)
    breach = models.CharField("涉嫌违法行为", max_length=20, choices=Breach, blank=True)
    summary = models.CharField("案由", max_length=500)
    state = models.CharField("案件状态", max_length=12, choices=CaseState)
    agency = models.CharField("监管部门", max_length=24, choices=Agency)
    penalty_body = models.CharField("处罚机关", max_length=24, choices=Agency)
    district = models.CharField("所在区", max_length=6)
    route = models.CharField("分工依据", max_length=600)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField("立案日期")
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("立案时间")
    act_by = models.DateField("下一步期限", null=True)
    rectify_from = models.DateField("改正期限起算日", null=True)
    rectify_days = models.PositiveSmallIntegerField("改正期限（工作日）", null=True)
    rectify_by = models.DateField("改正期限", null=True)
    rectified_on = models.DateField("确认改正日", null=True)
    closed_on = models.DateField("结案日期", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "监管案件"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=CaseOrigin.values), name="case_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(breach="") | Q(breach__in=Breach.values), name="case_breach_known"
            ),
            models.CheckConstraint(
                condition=Q(agency__in=Agency.values, penalty_body__in=Agency.values),
                name="case_agencies_known",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "act_by"], name="case_due"),
            models.Index(fields=["operator", "-opened_on"], name="case_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.operator_id}"


class CaseStep(models.Model):
    """One act in a case: drafted by one person and, where the act binds, signed by another.

    `content` holds what the act needs (period, reason, basis, gravity, amount), `sentence` where it led and
    by which article. One draft waits at a time.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    act = models.CharField("处置", max_length=12, choices=CaseAct)
    status = models.CharField("签发状态", max_length=10, choices=StepStatus)
    content = models.JSONField("处置内容")
    sentence = models.CharField("结果", max_length=600, blank=True)
    drafted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("拟稿时间")
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("签发时间", null=True)
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "案件处置"
        constraints = [
            models.CheckConstraint(condition=Q(act__in=CaseAct.values), name="case_step_act_known"),
            models.CheckConstraint(
                condition=Q(status__in=StepStatus.values), name="case_step_status_known"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="DRAFTED"), name="case_step_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(
                    act__in=[
                        *("warn", "interview", "hand_over"),
                        *("stop_sales", "resume_sales", "close"),
                    ]
                )
                | Q(signed_by=None)
                | ~Q(signed_by=F("drafted_by")),
                name="case_step_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.act}"


class CaseEvidence(models.Model):
    """A piece of evidence as it stood when it was taken: its words, its content, the digest of both. Append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    kind = models.CharField("种类", max_length=12, choices=EvidenceKind)
    sentence = models.CharField("证明事项", max_length=500)
    content = models.JSONField("固定的内容")
    digest = models.CharField("内容指纹", max_length=64)
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("固定时间")

    class Meta:
        verbose_name = "案件证据"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values), name="case_evidence_kind_known"
            ),
            models.UniqueConstraint(fields=["case", "digest"], name="case_evidence_once"),
            models.UniqueConstraint(
                fields=["observation"],
                condition=Q(observation__isnull=False),
                name="case_evidence_observation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.digest[:12]}"


class CaseLetter(models.Model):
    """An official paper of a case, frozen as it was signed; only its delivery and reading are added later."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    step = models.ForeignKey(CaseStep, models.PROTECT, related_name="letters")
    kind = models.CharField("文书种类", max_length=16, choices=LetterKind)
    number = models.CharField("文号", max_length=40, unique=True)
    content = models.JSONField("文书内容")
    content_sha256 = models.CharField("内容指纹", max_length=64)
    issued_on = models.DateField("签发日期")
    delivered_on = models.DateField("送达日期", null=True)
    delivery = models.CharField("送达方式", max_length=10, choices=Delivery, blank=True)
    delivery_note = models.CharField("送达说明", max_length=200, blank=True)
    delivered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField("当事人首次阅读时间", null=True)

    class Meta:
        verbose_name = "案件文书"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="case_letter_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(delivered_on=None) | Q(delivered_on__gte=F("issued_on")),
                name="case_letter_delivered_after_issue",
            ),
        ]
        indexes = [models.Index(fields=["issued_on"], name="case_letter_issued")]

    def __str__(self) -> str:
        return self.number


class LetterSeries(models.Model):
    """The last serial given in one series of numbers (文号、案件、检查), so that numbers have no gap."""

    key = models.CharField("编号序列", max_length=40, unique=True)
    last = models.PositiveIntegerField("最近编号", default=0)

    class Meta:
        verbose_name = "编号序列"

    def __str__(self) -> str:
        return f"{self.key} {self.last}"


class LetterReply(models.Model):
    """What an operator answered to a paper. Append-only.

    On paper it has a day of receipt and who handed it in; `replied_by` is then the officer who recorded it.
    """

    letter = models.ForeignKey(CaseLetter, models.PROTECT, related_name="replies")
    text = models.CharField("答复", max_length=2000)
    replied_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    replied_at = models.DateTimeField("答复时间")
    received_on = models.DateField("书面答复收到日期", null=True)
    handed_in_by = models.CharField(
        "书面答复提交人身份", max_length=16, choices=HandedInBy, blank=True
    )

    class Meta:
        verbose_name = "当事人答复"
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_in_by="", received_on=None)
                | Q(handed_in_by__in=HandedInBy.values, received_on__isnull=False),
                name="letter_reply_paper_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.replied_at}"


class ReplyFile(models.Model):
    """A file that an operator sent with an answer. Append-only."""

    reply = models.ForeignKey(LetterReply, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "答复附件"
        constraints = [models.UniqueConstraint(fields=["reply", "file"], name="reply_file_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.file_id}"


class Penalty(models.Model):
    """A penalty that the competent body decided, in fen, on the article that it names. Append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="penalties")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="penalties")
    decision_number = models.CharField("处罚决定书文号", max_length=60)
    body = models.CharField("处罚机关", max_length=24, choices=Agency)
    decided_on = models.DateField("决定日期")
    basis = models.CharField("处罚依据", max_length=40)
    article = models.CharField("条款", max_length=120)
    breach = models.CharField("违法行为", max_length=20, choices=Breach)
    gravity = models.CharField("情节", max_length=12, choices=Gravity)
    fine_fen = models.BigIntegerField("罚款（分）")
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "行政处罚"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "decision_number"], name="penalty_decision_once"
            ),
            models.CheckConstraint(condition=Q(fine_fen__gt=0), name="penalty_fine_positive"),
            models.CheckConstraint(condition=Q(breach__in=Breach.values), name="penalty_breach"),
        ]
        indexes = [models.Index(fields=["operator", "decided_on"], name="penalty_operator")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.decision_number}"
