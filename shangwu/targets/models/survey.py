"""Surveys: what is asked, how many answers are wanted where, and answers that name nobody."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shangwu.targets.models.declaration import Declaration
from shangwu.targets.vocabulary import AnswerChannel, SurveyStatus


class Survey(models.Model):
    """A questionnaire for one declaration (满意度、知晓度、认可度调查).

    `device_key` makes answers from one device comparable while the survey is open; it is destroyed at closing.
    """

    number = models.CharField("调查编号", max_length=20, unique=True)
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="surveys")
    title = models.CharField("调查名称", max_length=100)
    introduction = models.TextField("说明", max_length=500)
    stratum_title = models.CharField("分组名称", max_length=20, blank=True)
    status = models.CharField("状态", max_length=10, choices=SurveyStatus)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    device_key = models.BinaryField("设备比对密钥", max_length=32, null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    opened_at = models.DateTimeField("发布时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "调查"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SurveyStatus.values), name="survey_status_known"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=~Q(status="CLOSED") | Q(device_key__isnull=True),
                name="survey_key_destroyed_at_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Question(models.Model):
    """One question on a statutory scale; `scale` names it in law/surveys.toml."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField("题号")
    text = models.CharField("题目", max_length=200)
    english = models.CharField("英文题目", max_length=300, blank=True)
    scale = models.CharField("量表", max_length=30)

    class Meta:
        verbose_name = "题目"
        constraints = [
            models.UniqueConstraint(fields=["survey", "position"], name="question_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class SurveyQuota(models.Model):
    """How many answers are wanted from a district or window."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="quotas")
    stratum = models.CharField("分组", max_length=60)
    wanted = models.PositiveIntegerField("配额")

    class Meta:
        verbose_name = "配额"
        constraints = [
            models.UniqueConstraint(fields=["survey", "stratum"], name="survey_quota_once"),
            models.CheckConstraint(condition=Q(wanted__gt=0), name="survey_quota_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} {self.wanted}"


class SurveyAnswer(models.Model):
    """One person's answers, without the person. Append-only.

    `ticket` is the digest of the once-only form that was answered, or of the line of a paper batch.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    ticket = models.CharField("答卷号", max_length=64)
    channel = models.CharField("渠道", max_length=6, choices=AnswerChannel)
    stratum = models.CharField("分组", max_length=60, blank=True)
    answered_on = models.DateField("作答日期")
    at = models.DateTimeField("登记时间")
    device = models.CharField("设备摘要", max_length=64, blank=True)
    seconds = models.DecimalField("作答秒数", max_digits=9, decimal_places=1, null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "答卷"
        constraints = [
            models.UniqueConstraint(fields=["survey", "ticket"], name="survey_answered_once"),
            models.CheckConstraint(
                condition=Q(channel__in=AnswerChannel.values), name="survey_answer_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(channel="PAPER", entered_by__isnull=False)
                | Q(channel="WEB", entered_by__isnull=True),
                name="survey_answer_paper_has_its_clerk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey.number} {self.ticket[:8]}"


class AnswerChoice(models.Model):
    """The level chosen for one question. Append-only."""

    answer = models.ForeignKey(SurveyAnswer, models.PROTECT, related_name="choices")
    question = models.ForeignKey(Question, models.PROTECT, related_name="choices")
    rank = models.PositiveSmallIntegerField("等次")

    class Meta:
        verbose_name = "选项"
        constraints = [
            models.UniqueConstraint(fields=["answer", "question"], name="answer_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.rank}"


class AnswerRuling(models.Model):
    """That a named person left an answer out of the count, or took it back in, and why. Append-only."""

    answer = models.ForeignKey(SurveyAnswer, models.PROTECT, related_name="rulings")
    excluded = models.BooleanField("剔除")
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "答卷认定"

    def __str__(self) -> str:
        return f"{self.answer}: {self.reason}"
