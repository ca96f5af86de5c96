"""What the valid answers of a survey say: shares of satisfied answers, and the mean level."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from shangwu.targets.measure import EvidenceRow, Measure, Parameter, Reading, Scope
from shangwu.targets.models import Question, SurveyAnswer
from shangwu.targets.queries.surveys import answers_known, levels_of
from shangwu.targets.rules.survey.results import best_ranks

SURVEY = Parameter("survey", "调查编号")
QUESTION = Parameter("question", "题号", default="1")
Worth = Callable[[int, tuple[int, ...]], Decimal]


def read_survey(scope: Scope, *, worth: Worth, unit: str) -> Reading:
    """Return the sum over the valid answers by their number; without an answer there is no data.

    Unit: ratio for a share, rank for a mean.
    """
    question = _question(scope)
    ranks = [rank for _, rank in _valid(scope, question)] if question else []
    scale = _ranks(question) if question else ()
    return Reading(
        numerator=sum((worth(rank, scale) for rank in ranks), Decimal(0)) if ranks else None,
        denominator=Decimal(len(ranks)) if ranks else None,
        unit=unit,
        window=scope.window,
        at=scope.known_at,
        note=_note(question, len(ranks)),
    )


def survey_evidence(scope: Scope, *, worth: Worth) -> Iterable[EvidenceRow]:
    """Return one row for each valid answer; nothing in it tells who answered."""
    question = _question(scope)
    if question is None:
        return []
    words = {level.rank: level.word for level in levels_of(question.scale, on=_day(question))}
    scale = _ranks(question)
    return [
        EvidenceRow(
            key=f"answer:{answer.pk}",
            happened_on=answer.answered_on,
            recorded_at=answer.at,
            summary=f"{answer.get_channel_display()}答卷"
            f"{'，' + answer.stratum if answer.stratum else ''}：{words[rank]}",
            numerator=worth(rank, scale),
            denominator=Decimal(1),
        )
        for answer, rank in _valid(scope, question)
    ]


def _question(scope: Scope) -> Question | None:
    number, position = scope.parameters.get("survey", ""), scope.parameters.get("question", "")
    return (
        Question.objects.select_related("survey")
        .filter(
            survey__number=number,
            survey__declaration__indicators=scope.indicator,
            position=int(position) if position.isascii() and position.isdigit() else 0,
        )
        .first()
    )


def _valid(scope: Scope, question: Question) -> list[tuple[SurveyAnswer, int]]:
    found = []
    for answer, ruling in answers_known(question.survey, on=scope.on, known_at=scope.known_at):
        if ruling is not None and ruling.excluded:
            continue
        rank = next(c.rank for c in answer.choices.all() if c.question_id == question.pk)
        found.append((answer, rank))
    return found


def _day(question: Question) -> date:
    return question.survey.opens_on


def _ranks(question: Question) -> tuple[int, ...]:
    return tuple(level.rank for level in levels_of(question.scale, on=_day(question)))


def _note(question: Question | None, n: int) -> str:
    if question is None:
        return "绑定的调查或题号不属于这份申报表，请核对参数。"
    text = f"依据调查 {question.survey.number} 第 {question.position} 题，有效答卷 {n} 份"
    return f"{text}。" if n else f"{text}，尚无数据。"


def _top(levels: int) -> Worth:
    def worth(rank: int, scale: tuple[int, ...]) -> Decimal:
        return Decimal(int(rank in best_ranks(scale, levels)))

    return worth


def _rank(rank: int, scale: tuple[int, ...]) -> Decimal:
    return Decimal(rank)


def _measure(key: str, title: str, explanation: str, worth: Worth, unit: str) -> Measure:
    return Measure(
        key=key,
        title=title,
        unit=unit,
        explanation=explanation,
        compute=lambda scope: read_survey(scope, worth=worth, unit=unit),
        evidence=lambda scope: survey_evidence(scope, worth=worth),
        parameters=(SURVEY, QUESTION),
    )


MEASURES = (
    _measure(
        "targets.survey_top_two",
        "调查：前两档占比",
        "量表最好两档的有效答卷数除以全部有效答卷数；剔除的答卷不计，剔除须具名写明理由。",
        _top(2),
        "ratio",
    ),
    _measure(
        "targets.survey_top_three",
        "调查：前三档占比",
        "量表最好三档的有效答卷数除以全部有效答卷数；剔除的答卷不计，剔除须具名写明理由。",
        _top(3),
        "ratio",
    ),
    _measure(
        "targets.survey_mean",
        "调查：平均等次",
        "有效答卷的等次平均值（最好一档等次最高），与承诺等次比较。",
        _rank,
        "等次",
    ),
)
