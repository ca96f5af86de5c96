"""Surveys: written, opened, answered once each without a name, ruled on by named persons, closed."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    AnswerChoice,
    AnswerRuling,
    Declaration,
    Question,
    Survey,
    SurveyAnswer,
    SurveyQuota,
)
from shangwu.targets.queries.surveys import allowed_ranks
from shangwu.targets.vocabulary import AnswerChannel, SurveyStatus

VISITOR = audit.Actor("anonymous", "survey", "答卷人（不记名）")
# Without look-alikes: numbers are read aloud and typed from posters.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class SurveyContent:
    """What a survey asks. `questions` are (text, English text, scale); `quotas` are (stratum, wanted)."""

    title: str
    introduction: str
    stratum_title: str
    opens_on: date
    closes_on: date
    questions: tuple[tuple[str, str, str], ...]
    quotas: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PaperLine:
    """One paper form: its line in the batch, its stratum and the rank of each question."""

    line: int
    stratum: str
    ranks: tuple[int, ...]


def create_survey(
    *, declaration: Declaration, content: SurveyContent, by: Account, at: datetime
) -> Survey:
    """Write a survey; nobody can answer it before it is opened.

    Raises: Refused SURVEY-QUESTIONS or SURVEY-DATES.
    """
    if not content.questions:
        raise Refused("调查至少要有一道题，请从法定量表中选择。", code="SURVEY-QUESTIONS")
    if content.closes_on < content.opens_on:
        raise Refused("截止日期不能早于开始日期，请核对。", code="SURVEY-DATES")
    with transaction.atomic():
        survey = Survey.objects.create(
            number=_number(content.opens_on.year),
            declaration=declaration,
            title=content.title.strip(),
            introduction=content.introduction.strip(),
            stratum_title=content.stratum_title.strip(),
            status=SurveyStatus.DRAFT,
            opens_on=content.opens_on,
            closes_on=content.closes_on,
            created_by=by,
            created_at=at,
        )
        Question.objects.bulk_create(
            Question(survey=survey, position=position, text=text, english=english, scale=scale)
            for position, (text, english, scale) in enumerate(content.questions, start=1)
        )
        SurveyQuota.objects.bulk_create(
            SurveyQuota(survey=survey, stratum=stratum, wanted=wanted)
            for stratum, wanted in content.quotas
        )
        _record("targets.create_survey", survey, by, at, questions=len(content.questions))
    return survey


def open_survey(*, survey: int, by: Account, at: datetime) -> Survey:
    """Publish a survey: from now on its link takes answers, and its questions no longer change.

    Raises: Refused SURVEY-STATE.
    """
    with transaction.atomic():
        found = _locked(survey, SurveyStatus.DRAFT, "只有编制中的调查可以发布。")
        found.status, found.opened_at = SurveyStatus.OPEN, at
        found.device_key = secrets.token_bytes(32)
        found.save(update_fields=["status", "opened_at", "device_key"])
        _record("targets.open_survey", found, by, at)
    return found


def close_survey(*, survey: int, by: Account, at: datetime) -> Survey:
    """Close a survey for good and destroy the key by which devices could be compared.

    Raises: Refused SURVEY-STATE.
    """
    with transaction.atomic():
        found = _locked(survey, SurveyStatus.OPEN, "只有进行中的调查可以结束。")
        found.status, found.closed_at, found.device_key = SurveyStatus.CLOSED, at, None
        found.save(update_fields=["status", "closed_at", "device_key"])
        _record("targets.close_survey", found, by, at, answers=found.answers.count())
    return found


def answer_survey(
    *,
    survey: int,
    ticket: str,
    stratum: str,
    ranks: Mapping[int, int],
    device: str,
    seconds: Decimal | None,
    at: datetime,
) -> SurveyAnswer:
    """Take one answer from the web; the same ticket sent again gives the answer that stands.

    `ranks` maps the question's position to the rank chosen.
    Raises: Refused SURVEY-STATE, SURVEY-DATES, SURVEY-STRATUM or SURVEY-RANK.
    """
    with transaction.atomic():
        # Answers to one survey take turns, so that none slips in behind its closing.
        found = Survey.objects.select_for_update(no_key=True).get(pk=survey)
        if standing := found.answers.filter(ticket=ticket).first():
            return standing
        on = timezone.localtime(at).date()
        _require_open(found, on)
        questions = list(found.questions.order_by("position"))
        _require_complete(found, questions, ranks)
        _require_stratum(found, stratum)
        answer = SurveyAnswer.objects.create(
            survey=found,
            ticket=ticket,
            channel=AnswerChannel.WEB,
            stratum=stratum,
            answered_on=on,
            at=at,
            device=device,
            seconds=seconds,
        )
        _choose([(answer, questions, ranks)])
        audit.record(
            act="targets.answer_survey",
            by=VISITOR,
            at=at,
            subject=f"survey:{found.number}",
            after={"answer": answer.pk},
        )
    return answer


def enter_paper_answers(
    *,
    survey: int,
    batch: str,
    answered_on: date,
    lines: Sequence[PaperLine],
    by: Account,
    at: datetime,
) -> list[SurveyAnswer]:
    """Enter a batch of paper forms, all or none; the same batch sent again is not doubled.

    Raises: Refused SURVEY-STATE, SURVEY-DATES, SURVEY-EMPTY, SURVEY-BATCH, SURVEY-STRATUM or SURVEY-RANK
    naming the line.
    """
    if not lines:
        raise Refused("没有可以录入的答卷，请每行填写一份。", code="SURVEY-EMPTY")
    with transaction.atomic():
        found = Survey.objects.select_for_update(no_key=True).get(pk=survey)
        _require_open(found, answered_on)
        if answered_on > timezone.localtime(at).date():
            raise Refused("作答日期不能晚于今天，请核对。", code="SURVEY-DATES")
        questions = list(found.questions.order_by("position"))
        for line in lines:
            _require_line(found, questions, line)
        answers = [
            SurveyAnswer(
                survey=found,
                ticket=f"paper:{batch}:{line.line}",
                channel=AnswerChannel.PAPER,
                stratum=line.stratum,
                answered_on=answered_on,
                at=at,
                seconds=None,
                entered_by=by,
            )
            for line in lines
        ]
        try:
            with transaction.atomic():
                stored = SurveyAnswer.objects.bulk_create(answers)
        except IntegrityError:
            raise Refused(
                f"批次“{batch}”已经录入过，没有重复登记。新的一批请换一个批次号。",
                code="SURVEY-BATCH",
            ) from None
        _choose(
            (answer, questions, dict(enumerate(line.ranks, start=1)))
            for answer, line in zip(stored, lines, strict=True)
        )
        _record("targets.enter_paper_answers", found, by, at, batch=batch, answers=len(stored))
    return stored


def rule_on_answer(
    *, answer: int, excluded: bool, reason: str, by: Account, at: datetime
) -> AnswerRuling:
    """Leave an answer out of the count, or take it back in; the answer itself stays as it is.

    Raises: Refused SURVEY-REASON.
    """
    if not reason.strip():
        raise Refused("剔除或恢复答卷必须写明理由，供复核。", code="SURVEY-REASON")
    with transaction.atomic():
        found = SurveyAnswer.objects.select_related("survey").get(pk=answer)
        ruling = AnswerRuling.objects.create(
            answer=found, excluded=excluded, reason=reason.strip(), by=by, at=at
        )
        _record(
            "targets.rule_on_answer",
            found.survey,
            by,
            at,
            answer=found.pk,
            excluded=excluded,
            reason=reason.strip(),
        )
    return ruling


def _choose(
    given: Iterable[tuple[SurveyAnswer, Sequence[Question], Mapping[int, int]]],
) -> None:
    AnswerChoice.objects.bulk_create(
        AnswerChoice(answer=answer, question=question, rank=ranks[question.position])
        for answer, questions, ranks in given
        for question in questions
    )


def _require_open(survey: Survey, on: date) -> None:
    if survey.status != SurveyStatus.OPEN:
        raise Refused("这项调查目前不接受作答。", code="SURVEY-STATE")
    if not survey.opens_on <= on <= survey.closes_on:
        raise Refused(
            f"这项调查的作答时间为 {survey.opens_on} 至 {survey.closes_on}。", code="SURVEY-DATES"
        )


def _require_stratum(survey: Survey, stratum: str) -> None:
    known = set(survey.quotas.values_list("stratum", flat=True))
    if known and stratum not in known:
        raise Refused(f"请选择{survey.stratum_title or '所属分组'}。", code="SURVEY-STRATUM")


def _require_complete(
    survey: Survey, questions: Sequence[Question], ranks: Mapping[int, int]
) -> None:
    for question in questions:
        if ranks.get(question.position) not in allowed_ranks(question.scale, on=survey.opens_on):
            raise Refused(f"请回答第 {question.position} 题。", code="SURVEY-RANK")


def _require_line(survey: Survey, questions: Sequence[Question], line: PaperLine) -> None:
    known = set(survey.quotas.values_list("stratum", flat=True))
    if known and line.stratum not in known:
        raise Refused(
            f"第 {line.line} 行：“{line.stratum}”不在{survey.stratum_title or '分组'}中，整批没有录入。",
            code="SURVEY-STRATUM",
        )
    if len(line.ranks) != len(questions):
        raise Refused(
            f"第 {line.line} 行：应有 {len(questions)} 个答案，实有 {len(line.ranks)} 个，整批没有录入。",
            code="SURVEY-RANK",
        )
    for question, rank in zip(questions, line.ranks, strict=True):
        allowed = allowed_ranks(question.scale, on=survey.opens_on)
        if rank not in allowed:
            raise Refused(
                f"第 {line.line} 行第 {question.position} 题：{rank} 不是可用的分值"
                f"（{min(allowed)} 至 {max(allowed)}），整批没有录入。",
                code="SURVEY-RANK",
            )


def _locked(survey: int, status: str, otherwise: str) -> Survey:
    found = Survey.objects.select_for_update().get(pk=survey)
    if found.status != status:
        raise Refused(f"{otherwise}这项调查{found.get_status_display()}。", code="SURVEY-STATE")
    return found


def _number(year: int) -> str:
    return f"S{year}-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def _record(act: str, survey: Survey, by: Account, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by.actor, at=at, subject=f"survey:{survey.number}", after=after)
