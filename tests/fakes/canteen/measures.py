"""The canteen's one measure: meals liked ÷ meals rated, from its own records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shangwu.targets.measure import EvidenceRow, Measure, Parameter, Reading, Scope


@dataclass(frozen=True)
class Meal:
    """A rated meal, as the canteen records it."""

    number: str
    eaten_on: date
    recorded_at: datetime
    liked: bool
    hall: str


MEALS: list[Meal] = []


def rated(scope: Scope) -> list[Meal]:
    """Return the meals that count: eaten by the day, recorded by the instant, in the bound hall."""
    return [
        meal
        for meal in MEALS
        if scope.window.starts_on <= meal.eaten_on <= scope.on
        and meal.recorded_at <= scope.known_at
        and meal.hall == scope.parameters["hall"]
    ]


def read_liking(scope: Scope) -> Reading:
    """Return liked ÷ rated; nothing rated is no data."""
    meals = rated(scope)
    return Reading(
        numerator=Decimal(sum(meal.liked for meal in meals)),
        denominator=Decimal(len(meals)),
        unit="ratio",
        window=scope.window,
        at=scope.known_at,
    )


def liking_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return one row for each rated meal."""
    return [
        EvidenceRow(
            key=f"meal:{meal.number}",
            happened_on=meal.eaten_on,
            recorded_at=meal.recorded_at,
            summary="喜欢" if meal.liked else "不喜欢",
            numerator=Decimal(meal.liked),
            denominator=Decimal(1),
        )
        for meal in rated(scope)
    ]


LIKING = Measure(
    key="canteen.liking",
    title="用餐满意率",
    unit="ratio",
    explanation="满意的用餐次数除以已评价的用餐次数。",
    compute=read_liking,
    evidence=liking_evidence,
    parameters=(Parameter("hall", "餐厅", default="一号"),),
)

MISCOUNTED = Measure(
    key="canteen.miscounted",
    title="算错的度量",
    unit="ratio",
    explanation="分子多算一项，用来证明平台会拒绝对不上的证据。",
    compute=lambda scope: Reading(
        Decimal(len(rated(scope)) + 1),
        Decimal(len(rated(scope))),
        "ratio",
        scope.window,
        scope.known_at,
    ),
    evidence=liking_evidence,
    parameters=LIKING.parameters,
)

STALLS: list[tuple[date, int]] = []


def opened(scope: Scope) -> list[tuple[date, int]]:
    """Return the days on which stalls were opened, and how many."""
    return [row for row in STALLS if scope.window.starts_on <= row[0] <= scope.on]


def read_stalls(scope: Scope) -> Reading:
    """Return how many stalls are open."""
    return Reading(
        numerator=Decimal(sum(number for _, number in opened(scope))),
        denominator=Decimal(1),
        unit="家",
        window=scope.window,
        at=scope.known_at,
        may_rise=True,
    )


def stalls_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return one row a day of openings; the count itself is the whole."""
    yield EvidenceRow(
        "whole", scope.window.starts_on, scope.known_at, "计数", denominator=Decimal(1)
    )
    for day, number in opened(scope):
        yield EvidenceRow(f"stalls:{day}", day, scope.known_at, "开张", numerator=Decimal(number))


STALLS_OPEN = Measure(
    key="canteen.stalls",
    title="开张的摊位",
    unit="家",
    explanation="已经开张的摊位数。",
    compute=read_stalls,
    evidence=stalls_evidence,
)

MEASURES = (LIKING, MISCOUNTED, STALLS_OPEN)
