"""The facts of credit, counted for many operators at once; what our own records say of a business."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.expressions import RawSQL

from shangwu.prepaid.models import (
    Case,
    CreditListing,
    CreditStanding,
    CustodyStanding,
    Observation,
    Operator,
    Penalty,
)
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months
from shangwu.prepaid.rules.credit import Fact, Finding, window_start
from shangwu.prepaid.vocabulary import (
    TOLD_BY_CONSUMERS,
    FindingKind,
    FindingLevel,
    ListingState,
    ObservationKind,
    ObservationState,
    OperatorStatus,
)

SHOWN_RELATED = 5
# How an operator stands whose history weighs on those of the same person, address or brand.
FAILED = (OperatorStatus.LOST, OperatorStatus.STOPPED)
# Whoever closed in order is named, and weighs no more than that.
CLOSED = (OperatorStatus.CLOSING, OperatorStatus.ENDED)


@dataclass(frozen=True)
class Subject:
    """A business as a pre-check sees it: registered already or only applying. `operator` is None before that."""

    uscc: str
    name: str
    representative: str = ""
    address_key: str = ""
    brand: str = ""
    operator: int | None = None


def subject_of(operator: Operator) -> Subject:
    """Return a registered operator as the subject of a pre-check."""
    return Subject(
        uscc=operator.uscc,
        name=operator.name,
        representative=operator.representative,
        address_key=operator.address_key,
        brand=operator.brand,
        operator=operator.pk,
    )


def facts_of(operators: Collection[int], *, on: date) -> dict[int, list[Fact]]:
    """Return the facts that count for the grade of each operator on a day; each kind in one query."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for fact, rows in (
        ("penalty", _penalties(operators, on=on)),
        ("handed_over", _handed_over(operators, on=on)),
        ("open_case", _open_cases(operators, on=on)),
        ("late_day", _seen(operators, ObservationKind.LATE_DAY, "late_day", on=on)),
        ("missing_day", _seen(operators, ObservationKind.MISSING_DAY, "missing_day", on=on)),
        (
            "report_missing",
            _seen(operators, ObservationKind.REPORT_MISSING, "report_missing", on=on),
        ),
        ("consumer_difference", _told_by_consumers(operators, on=on)),
        ("not_connected", _unsettled(operators, ObservationKind.NOT_CONNECTED, on=on)),
        ("rectified", _rectified(operators, on=on)),
    ):
        for operator, count, since in rows:
            found[operator].append(Fact(fact, count, since))
    for operator, day in _under_secured(operators, on=on):
        found[operator].append(Fact("under_secured", 1, day))
    return found


def listed(operators: Collection[int]) -> frozenset[int]:
    """Return which of the operators stand on the list of seriously dishonest operators."""
    rows = CreditListing.objects.filter(operator__in=_among(operators), state=ListingState.LISTED)
    return frozenset(rows.values_list("operator", flat=True))


def last_standings(operators: Collection[int], *, on: date) -> dict[int, CreditStanding]:
    """Return the grade of each operator that held on the day."""
    rows = (
        CreditStanding.objects.filter(operator__in=_among(operators), day__lte=on)
        .order_by("operator", "-day", "-known_at")
        .distinct("operator")
    )
    return {row.operator_id: row for row in rows}


def own_findings(subject: Subject, *, on: date) -> list[Finding]:
    """Return what our own records say of a business: list, penalties of a year, same person, address or brand."""
    return [listed_finding(subject), penalty_finding(subject, on=on), *related_findings(subject)]


def listed_finding(subject: Subject) -> Finding:
    """Return whether the business stands on our own list of seriously dishonest operators."""
    rows = CreditListing.objects.filter(operator__uscc=subject.uscc, state=ListingState.LISTED)
    entry = rows.first()
    kind, source = FindingKind.DISHONESTY_LIST.value, "本平台严重失信名单"
    if entry is None:
        return Finding(kind, FindingLevel.CLEAR, "未列入本平台严重失信名单。", source)
    told = f"{entry.decided_on} 列入严重失信名单（{entry.number}）：{entry.ground_label}。"
    return Finding(kind, FindingLevel.SERIOUS, told, source)


def penalty_finding(subject: Subject, *, on: date) -> Finding:
    """Return which penalties the business got within a year of the day."""
    since = add_months(on, -MONTHS_A_YEAR)
    mine = Penalty.objects.filter(operator__uscc=subject.uscc)
    rows = list(mine.filter(decided_on__gt=since, decided_on__lte=on))
    kind, source = FindingKind.RECENT_PENALTY.value, "本平台行政处罚记录"
    if not rows:
        return Finding(kind, FindingLevel.CLEAR, f"{since} 以来没有行政处罚记录。", source)
    told = "；".join(f"{row.decided_on} {row.decision_number}（{row.article}）" for row in rows)
    return Finding(kind, FindingLevel.SERIOUS, f"一年内受到 {len(rows)} 次处罚：{told}。", source)


def related_findings(subject: Subject) -> list[Finding]:
    """Return what became of other operators with the same person, address or brand."""
    return [
        _related(subject, FindingKind.SAME_PERSON, "representative", subject.representative),
        _related(subject, FindingKind.SAME_ADDRESS, "address_key", subject.address_key),
        _related(subject, FindingKind.SAME_BRAND, "brand", subject.brand),
    ]


def _related(subject: Subject, kind: FindingKind, field: str, value: str) -> Finding:
    """Look for other operators with the same person, address or brand; those that failed weigh."""
    source, what = "本平台经营者登记", {"representative": "负责人", "address_key": "住所"}
    word = what.get(field, "品牌")
    if not value:
        return Finding(kind, FindingLevel.UNKNOWN, f"没有登记{word}，无法比对。", source)
    others = Operator.objects.filter(**{field: value}).exclude(uscc=subject.uscc)
    bad = others.filter(Q(status__in=FAILED) | Q(listings__state=ListingState.LISTED)).distinct()
    worst = list(bad.order_by("number")[:SHOWN_RELATED])
    if worst:
        told = f"同一{word}的其他经营者中，有已停止发卡、失联或者列入名单的：{_names(worst)}。"
        return Finding(kind, FindingLevel.SERIOUS, told, source)
    count = others.count()
    if count:
        told = f"另有 {count} 家经营者登记了同一{word}，未见停业失联或者列入名单。"
        if closed := others.filter(status__in=CLOSED).order_by("number")[:SHOWN_RELATED]:
            told += f"其中已公告停业或者已退出的：{_names(closed)}。"
        return Finding(kind, FindingLevel.NOTE, told, source)
    return Finding(kind, FindingLevel.CLEAR, f"没有其他经营者登记同一{word}。", source)


def _names(operators: Iterable[Operator]) -> str:
    return "；".join(f"{one.name}（{one.get_status_display()}）" for one in operators)


def _among(operators: Collection[int]) -> RawSQL:
    """The operators as one array: thousands of parameters take longer to write down than to look up."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(operators)])


def _penalties(operators: Collection[int], *, on: date) -> Any:
    since = window_start("penalty", on=on)
    rows = Penalty.objects.filter(
        operator__in=_among(operators), decided_on__gt=since, decided_on__lte=on
    )
    return _counted(rows, "decided_on")


def _handed_over(operators: Collection[int], *, on: date) -> Any:
    since = window_start("handed_over", on=on)
    rows = Case.objects.filter(
        operator__in=_among(operators),
        letters__kind="HAND_OVER",
        letters__issued_on__gt=since,
        letters__issued_on__lte=on,
    )
    return _counted(rows, "letters__issued_on")


def _open_cases(operators: Collection[int], *, on: date) -> Any:
    rows = Case.objects.filter(operator__in=_among(operators), opened_on__lte=on)
    return _counted(rows.filter(Q(closed_on=None) | Q(closed_on__gt=on)), "opened_on")


def _rectified(operators: Collection[int], *, on: date) -> Any:
    since = window_start("rectified", on=on)
    rows = Case.objects.filter(
        operator__in=_among(operators),
        rectified_on__gt=since,
        rectified_on__lte=on,
    ).filter(rectified_on__lte=F("rectify_by"))
    return _counted(rows, "rectified_on")


def _seen(operators: Collection[int], kind: ObservationKind, fact: str, *, on: date) -> Any:
    since = window_start(fact, on=on)
    rows = Observation.objects.filter(
        operator__in=_among(operators), kind=kind, day__gt=since, day__lte=on
    )
    return _counted(rows, "day")


def _unsettled(operators: Collection[int], kind: ObservationKind, *, on: date) -> Any:
    rows = Observation.objects.filter(operator__in=_among(operators), kind=kind, day__lte=on)
    return _counted(rows.exclude(state=ObservationState.SETTLED), "day")


def _told_by_consumers(operators: Collection[int], *, on: date) -> Any:
    """What holders of cards told and is not settled.

    A card that the ledger does not know proves nothing by its secret, so that anybody could make one up: it counts
    once a case was opened on it.
    """
    rows = Observation.objects.filter(
        operator__in=_among(operators), kind__in=TOLD_BY_CONSUMERS, day__lte=on
    ).exclude(state=ObservationState.SETTLED)
    unseen = Q(kind=ObservationKind.UNKNOWN_CARD, state=ObservationState.OPEN)
    return _counted(rows.exclude(unseen), "day")


def _counted(rows: QuerySet[Any], day: str) -> Iterable[tuple[int, int, date]]:
    """Return operator, how many, and since when."""
    grouped = rows.order_by().values("operator").annotate(n=Count("pk"), since=Min(day))
    found: Iterable[tuple[int, int, date]] = grouped.values_list("operator", "n", "since")
    return found


def _under_secured(operators: Collection[int], *, on: date) -> Iterable[tuple[int, date]]:
    """Return the operators whose last standing lacks money, with its day."""
    last = (
        CustodyStanding.objects.filter(operator__in=_among(operators), day__lte=on)
        .order_by("operator", "-day", "-known_at")
        .distinct("operator")
        .values_list("operator", "day", "shortfall_fen")
    )
    return [(operator, day) for operator, day, short in last if short > 0]
