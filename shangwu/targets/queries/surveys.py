"""Reading surveys: what is asked, what the answers amount to, which of them are marked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Prefetch

from shangwu.targets.models import AnswerRuling, Question, Survey, SurveyAnswer
from shangwu.targets.rules.survey.law import Level, survey_law
from shangwu.targets.rules.survey.results import (
    Outcome,
    Share,
    Stratum,
    outcome,
    weighted_by_quota,
)
from shangwu.targets.rules.survey.signs import AnswerFacts, Sign, signs


@dataclass(frozen=True)
class QuestionResult:
    """What the answers to one question say: as counted, and with every marked answer left out."""

    question: Question
    levels: tuple[Level, ...]
    counted: Outcome | None
    without_marked: Outcome | None
    by_stratum: tuple[tuple[str, Outcome | None], ...]
    by_quota: str


@dataclass(frozen=True)
class MarkedAnswer:
    """An answer with its signs and the ruling that stands, if any."""

    answer: SurveyAnswer
    signs: tuple[Sign, ...]
    ruling: AnswerRuling | None


@dataclass(frozen=True)
class SurveyResults:
    """Everything that the page of a survey shows."""

    survey: Survey
    questions: tuple[QuestionResult, ...]
    strata: tuple[Stratum, ...]
    marked: tuple[MarkedAnswer, ...]
    received: int
    excluded: int
    web: int


def levels_of(scale: str, *, on: date) -> tuple[Level, ...]:
    """Return the levels of a scale in force on the day, best first."""
    return survey_law(on).scales()[scale].value


def allowed_ranks(scale: str, *, on: date) -> frozenset[int]:
    """Return the ranks that may be chosen."""
    return frozenset(level.rank for level in levels_of(scale, on=on))


def answers_known(
    survey: Survey, *, on: date, known_at: datetime
) -> list[tuple[SurveyAnswer, AnswerRuling | None]]:
    """Return the answers given by the day and known by the instant, each with the ruling that stands.

    Ordered by day and number.
    """
    rulings = Prefetch(
        "rulings",
        AnswerRuling.objects.filter(at__lte=known_at).select_related("by").order_by("at", "pk"),
    )
    found = (
        survey.answers.filter(answered_on__lte=on, at__lte=known_at)
        .prefetch_related(rulings, "choices")
        .order_by("answered_on", "pk")
    )
    return [(answer, _standing(answer)) for answer in found]


def results(survey: Survey, *, on: date, known_at: datetime) -> SurveyResults:
    """Return what the survey amounts to at the end of `on`, as known at `known_at`."""
    known = answers_known(survey, on=on, known_at=known_at)
    valid = [answer for answer, ruling in known if ruling is None or not ruling.excluded]
    found_signs = _signs(survey, [answer for answer, _ in known])
    strata = _strata(survey, valid)
    return SurveyResults(
        survey=survey,
        questions=tuple(
            _question(question, survey, valid, frozenset(found_signs), strata)
            for question in survey.questions.order_by("position")
        ),
        strata=strata,
        marked=tuple(
            MarkedAnswer(answer, tuple(found_signs.get(str(answer.pk), ())), ruling)
            for answer, ruling in known
            if str(answer.pk) in found_signs or ruling is not None
        ),
        received=len(known),
        excluded=len(known) - len(valid),
        web=sum(answer.channel == "WEB" for answer, _ in known),
    )


def newest_surveys() -> list[Survey]:
    """Return all surveys, newest first, each with its number of answers."""
    return list(
        Survey.objects.select_related("declaration__project", "created_by")
        .annotate(received=Count("answers"))
        .order_by("-created_at", "-pk")
    )


def version_rows(result: QuestionResult) -> list[tuple[str, str, str, str, str]]:
    """Return the versions of a result side by side: name, value, interval, count, without marked answers."""
    counted, clean = result.counted, result.without_marked
    if counted is None:
        return []
    rows = [
        (title, _percent(share), _interval(share), f"{share.reached} / {share.n}", _percent(other))
        for title, share, other in (
            ("前两档占比", counted.top_two, clean.top_two if clean else None),
            ("前三档占比", counted.top_three, clean.top_three if clean else None),
        )
    ]
    rows.append(
        (
            "百分制得分",
            _two(counted.score),
            "—",
            str(counted.n),
            _two(clean.score if clean else None),
        )
    )
    rows.append(
        ("平均等次", _two(counted.mean), "—", str(counted.n), _two(clean.mean if clean else None))
    )
    return rows


def answer_rows(
    survey: Survey, *, on: date, known_at: datetime
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of all answers for a file."""
    questions = list(survey.questions.order_by("position"))
    head = ("序号", "作答日期", "渠道", survey.stratum_title or "分组", "认定")
    rows = []
    for place, (answer, ruling) in enumerate(answers_known(survey, on=on, known_at=known_at), 1):
        ranks = {choice.question_id: choice.rank for choice in answer.choices.all()}
        ruled = (
            "" if ruling is None else f"{'剔除' if ruling.excluded else '恢复'}：{ruling.reason}"
        )
        rows.append(
            (
                str(place),
                answer.answered_on.isoformat(),
                str(answer.get_channel_display()),
                answer.stratum,
                ruled,
                *(str(ranks[question.pk]) for question in questions),
            )
        )
    return (*head, *(f"{q.position}. {q.text}" for q in questions)), rows


def _percent(share: Share | None) -> str:
    return "—" if share is None else f"{Decimal(share.reached * 100) / share.n:.2f}%"


def _interval(share: Share) -> str:
    return f"{share.low * 100:.2f}%–{share.high * 100:.2f}%"


def _two(value: Fraction | None) -> str:
    return "—" if value is None else f"{Decimal(value.numerator) / value.denominator:.2f}"


def _standing(answer: SurveyAnswer) -> AnswerRuling | None:
    rulings = list(answer.rulings.all())
    return rulings[-1] if rulings else None


def _signs(survey: Survey, answers: Iterable[SurveyAnswer]) -> dict[str, list[Sign]]:
    facts = [
        AnswerFacts(
            key=str(answer.pk),
            at=answer.at,
            stratum=answer.stratum,
            device=answer.device,
            questions=len(answer.choices.all()),
            seconds=answer.seconds,
        )
        for answer in answers
    ]
    found: dict[str, list[Sign]] = defaultdict(list)
    for sign in signs(facts, law=survey_law(survey.opens_on)):
        found[sign.key].append(sign)
    return dict(found)


def _strata(survey: Survey, valid: Sequence[SurveyAnswer]) -> tuple[Stratum, ...]:
    got = Counter(answer.stratum for answer in valid)
    return tuple(
        Stratum(quota.stratum, quota.wanted, got[quota.stratum])
        for quota in survey.quotas.order_by("pk")
    )


def _question(
    question: Question,
    survey: Survey,
    valid: Sequence[SurveyAnswer],
    marked: frozenset[str],
    strata: Sequence[Stratum],
) -> QuestionResult:
    levels = levels_of(question.scale, on=survey.opens_on)
    clean = [answer for answer in valid if str(answer.pk) not in marked]
    by_stratum = tuple(
        (s.name, _outcome(question, levels, [a for a in valid if a.stratum == s.name], survey))
        for s in strata
    )
    shares: dict[str, Share] = {name: found.top_two for name, found in by_stratum if found}
    by_quota = weighted_by_quota(shares, strata)
    return QuestionResult(
        question=question,
        levels=levels,
        counted=_outcome(question, levels, valid, survey),
        without_marked=_outcome(question, levels, clean, survey),
        by_stratum=by_stratum,
        by_quota=""
        if by_quota is None
        else f"{Decimal(by_quota.numerator) / by_quota.denominator:.4f}",
    )


def _outcome(
    question: Question, levels: Sequence[Level], answers: Sequence[SurveyAnswer], survey: Survey
) -> Outcome | None:
    counts = Counter(
        choice.rank
        for answer in answers
        for choice in answer.choices.all()
        if choice.question_id == question.pk
    )
    law = survey_law(survey.opens_on)
    return outcome(
        counts,
        ranks=[level.rank for level in levels],
        points=law.points.value,
        confidence=law.confidence.value,
    )
