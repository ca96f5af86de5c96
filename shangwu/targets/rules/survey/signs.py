"""Signs that an answer may not be what it seems. A sign marks; only a named person leaves an answer out."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.rules.survey.law import SurveyLaw


@dataclass(frozen=True)
class AnswerFacts:
    """What is known of one answer without knowing who gave it.

    `device` is a keyed digest that dies with the survey, empty on paper; `stratum` the district or
    window; `seconds` how long the page was open, None on paper.
    """

    key: str
    at: datetime
    stratum: str
    device: str
    questions: int
    seconds: Decimal | None


@dataclass(frozen=True)
class Sign:
    """Why an answer is marked."""

    key: str
    code: str
    why: str


def signs(answers: Sequence[AnswerFacts], *, law: SurveyLaw) -> list[Sign]:
    """Return the signs found, ordered by answer and code; one answer may carry several.

    Source: law/surveys.toml#signs.burst
    Source: law/surveys.toml#signs.same_device
    Source: law/surveys.toml#signs.too_quick
    """
    found = [*_bursts(answers, law), *_same_device(answers, law), *_too_quick(answers, law)]
    return sorted(found, key=lambda sign: (sign.key, sign.code))


def _bursts(answers: Sequence[AnswerFacts], law: SurveyLaw) -> list[Sign]:
    rule = law.burst.value
    reach = timedelta(minutes=rule.minutes)
    by_stratum: dict[str, list[AnswerFacts]] = defaultdict(list)
    for answer in answers:
        if answer.device:
            by_stratum[answer.stratum].append(answer)
    found: dict[str, Sign] = {}
    for stratum, group in by_stratum.items():
        group.sort(key=lambda answer: (answer.at, answer.key))
        first = 0
        for last, answer in enumerate(group):
            while answer.at - group[first].at >= reach:
                first += 1
            together = group[first : last + 1]
            if len(together) < rule.least or not _faster(together, group, rule.times, reach):
                continue
            why = f"{stratum or '同一链接'}在 {rule.minutes} 分钟内收到 {len(together)} 份，超过平时速度的 {rule.times} 倍。"
            found.update({one.key: Sign(one.key, "BURST", why) for one in together})
    return list(found.values())


def _faster(
    together: Sequence[AnswerFacts], group: Sequence[AnswerFacts], times: Decimal, reach: timedelta
) -> bool:
    """Tell whether the window is that many times the pace of the rest of its stratum."""
    rest = len(group) - len(together)
    span = group[-1].at - group[0].at
    windows = max(
        Fraction(span // timedelta(seconds=1), reach // timedelta(seconds=1)), Fraction(1)
    )
    return Fraction(len(together)) > Fraction(times) * (Fraction(rest) / windows)


def _same_device(answers: Sequence[AnswerFacts], law: SurveyLaw) -> list[Sign]:
    number = Counter(answer.device for answer in answers if answer.device)
    return [
        Sign(answer.key, "SAME_DEVICE", f"同一设备共作答 {number[answer.device]} 份。")
        for answer in answers
        if number[answer.device] >= law.same_device.value
    ]


def _too_quick(answers: Sequence[AnswerFacts], law: SurveyLaw) -> list[Sign]:
    least = law.too_quick.value.seconds
    return [
        Sign(answer.key, "TOO_QUICK", f"{answer.questions} 题共用时 {answer.seconds} 秒。")
        for answer in answers
        if answer.seconds is not None and answer.seconds < least * answer.questions
    ]
