"""What an operator earned year by year, which year is owed, and what the figure does to its deposit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shangwu.prepaid.models import Operator, OperatorYear
from shangwu.prepaid.queries.facts import facts_on
from shangwu.prepaid.queries.onboarding import newest_years
from shangwu.prepaid.queries.witnesses import REPORTING
from shangwu.prepaid.rules.onboarding import is_younger_than_a_year
from shangwu.prepaid.rules.requirement.thresholds import revenue_thresholds
from shangwu.prepaid.rules.standing import stand

# The deposit is worked out from last year's figure, and until it comes from that of the year before.
YEARS_THAT_COUNT = 2


@dataclass(frozen=True)
class Revenues:
    """What the page of the yearly revenue shows; `owed` is the year whose figure is missing."""

    years: Sequence[OperatorYear]
    owed: int | None
    effects: Sequence[str]


def years_to_state(on: date) -> tuple[int, ...]:
    """Return the years whose revenue can still change the deposit, last year first."""
    return tuple(on.year - n for n in range(1, YEARS_THAT_COUNT + 1))


def owed_year(operator: Operator, *, on: date) -> int | None:
    """Return last year where a connected operator has not stated its revenue; who began this year owes none."""
    if operator.status not in REPORTING or is_younger_than_a_year(operator.established_on, on=on):
        return None
    year = on.year - 1
    return None if operator.years.filter(year=year).exists() else year


def revenues(operator: Operator, *, on: date, known_at: datetime) -> Revenues:
    """Return the stated years with what they come to on the day, as known at that moment."""
    return Revenues(
        years=newest_years(operator),
        owed=owed_year(operator, on=on),
        effects=_effects(operator, on=on, known_at=known_at),
    )


def _effects(operator: Operator, *, on: date, known_at: datetime) -> list[str]:
    facts = facts_on([operator.pk], day=on, known_at=known_at).get(operator.pk)
    if facts is None:
        return []
    told = []
    if facts.prior_revenue is not None and facts.revenue_year is not None:
        thresholds = revenue_thresholds(
            facts.prior_revenue, year=facts.revenue_year, sector=facts.sector, on=on
        )
        told += [one.sentence for one in thresholds]
    return [*told, stand(facts, on=on).required.sentence]
