"""Credit: pre-checks before something is granted, and the grade of every operator, restated when facts change."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.jobs import enqueue
from shangwu.prepaid.gateways import credit as platform
from shangwu.prepaid.models import CreditStanding, Operator, PreCheck
from shangwu.prepaid.queries.credit import (
    Subject,
    facts_of,
    last_standings,
    listed,
    own_findings,
)
from shangwu.prepaid.rules import credit as rules
from shangwu.prepaid.rules.credit import Finding
from shangwu.prepaid.vocabulary import FindingKind, FindingLevel

GRADER = audit.Actor(kind="system", number="prepaid.credit", name="信用评定")
RESTATE = "prepaid.restate_credit"
AT_ONCE = 5_000
# What only the public-credit platform knows.
ASKED = (
    FindingKind.DISHONESTY_LIST,
    FindingKind.ABNORMAL_LIST,
    FindingKind.JUDGMENT_DEFAULTER,
)


def precheck(*, subject: Subject, occasion: str, by: Account | None, at: datetime) -> PreCheck:
    """Look a business up before it is registered or an application is decided, and keep what was found.

    The platform of the city is asked first, outside any transaction of ours; when it does not answer, its
    registers are noted as not looked up, never as clear. Nothing is decided here.
    """
    today = timezone.localtime(at).date()
    findings = [*_asked(subject), *own_findings(subject, on=today)]
    with transaction.atomic():
        found = PreCheck.objects.create(
            operator_id=subject.operator,
            uscc=subject.uscc,
            name=subject.name,
            occasion=occasion,
            level=rules.weight(findings),
            findings=[asdict(finding) for finding in findings],
            sentence=rules.summary(findings),
            asked_by=by,
            asked_at=at,
        )
        audit.record(
            act="prepaid.precheck",
            by=by.actor if by else GRADER,
            at=at,
            subject=f"business:{subject.uscc}",
            after={"occasion": occasion, "level": found.level},
        )
    return found


def restate_credit(operators: Sequence[int] | None, *, day: date, cause: str, at: datetime) -> int:
    """Grade operators, all of them when none are named; return how many grades or reasons changed.

    Safe to run twice: what did not change is not written again.
    """
    return sum(_restate(chunk, day=day, cause=cause, at=at) for chunk in _chunks(operators))


def ask_to_restate_credit(operators: Sequence[int], *, day: date, cause: str) -> None:
    """Have the grades restated after the act that changed the facts."""
    enqueue(RESTATE, operators=list(operators), day=day.isoformat(), cause=cause)


def _restate(operators: Sequence[int], *, day: date, cause: str, at: datetime) -> int:
    with transaction.atomic():
        facts, on_list = facts_of(operators, on=day), listed(operators)
        standing = last_standings(operators, on=day)
        new = []
        for operator in operators:
            is_listed = operator in on_list
            grade = rules.grade(facts.get(operator, ()), is_listed=is_listed, on=day)
            lines = [_plain(line) for line in grade.lines]
            last = standing.get(operator)
            if last is not None and _is_same(last, grade, lines, is_listed=is_listed):
                continue
            new.append(
                CreditStanding(
                    operator_id=operator,
                    day=day,
                    known_at=at,
                    cause=cause,
                    grade=grade.grade,
                    points=grade.points,
                    is_listed=is_listed,
                    lines=lines,
                    sentence=grade.sentence,
                )
            )
        CreditStanding.objects.bulk_create(new)
        if new:
            audit.record(
                act="prepaid.grade_operators",
                by=GRADER,
                at=at,
                subject=f"credit-day:{day}",
                after={"cause": cause, "operators": len(new)},
            )
    return len(new)


def _is_same(
    last: CreditStanding, grade: rules.Grade, lines: list[dict[str, Any]], *, is_listed: bool
) -> bool:
    return (last.grade, last.points, last.is_listed, last.lines) == (
        grade.grade,
        grade.points,
        is_listed,
        lines,
    )


def _plain(line: rules.GradeLine) -> dict[str, Any]:
    return {**asdict(line), "since": line.since and line.since.isoformat()}


def _asked(subject: Subject) -> Iterator[Finding]:
    """Yield what the public-credit platform answers, register by register."""
    try:
        known = platform.ask(subject.uscc)
    except (platform.PlatformUnavailable, platform.PlatformRefused) as problem:
        for kind in ASKED:
            told = f"{kind.label}：对方没有答复（{problem}），请稍后再查。"
            yield Finding(kind.value, FindingLevel.UNKNOWN, told, "公共信用信息平台")
        return
    for kind in ASKED:
        records = [record for record in known.records if record.kind == kind]
        for record in records:
            yield Finding(kind.value, FindingLevel.SERIOUS, record.sentence, record.source)
        if not records:
            looked = kind.value in known.looked_up
            level = FindingLevel.CLEAR if looked else FindingLevel.UNKNOWN
            told = f"{kind.label}：{'没有记录' if looked else '对方没有查这一项'}。"
            yield Finding(kind.value, level, told, "公共信用信息平台")


def _chunks(operators: Sequence[int] | None) -> Iterator[list[int]]:
    rows = Operator.objects.order_by("pk")
    if operators is not None:
        rows = rows.filter(pk__in=operators)
    numbers = list(rows.values_list("pk", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
