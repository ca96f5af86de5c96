"""How operators stood and stand: on a day, as it was known at some moment, and how that came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shangwu.prepaid.models import CustodyStanding, NightlyCheck, Operator
from shangwu.prepaid.rules.standing import Figures, changes
from shangwu.prepaid.vocabulary import OperatorStatus, StandingCause

MOST_STEPS = 40


@dataclass(frozen=True)
class Step:
    """One standing of an operator's history: what changed against the one before, and why."""

    standing: CustodyStanding
    cause: str
    changes: Sequence[str]

    @property
    def came_late(self) -> bool:
        """Whether the platform learned of it after the day that followed."""
        return (self.standing.known_at.date() - self.standing.day).days > 2


def standing(
    operator: Operator, on: date, known_at: datetime | None = None
) -> CustodyStanding | None:
    """Return how the operator stood at the end of the day, as known at that moment, or as known now.

    None where nothing had been worked out. Event time and known time are kept apart: the same day can have been
    known differently before.
    """
    found = CustodyStanding.objects.filter(operator=operator, day__lte=on)
    if known_at is not None:
        found = found.filter(known_at__lte=known_at)
    return found.select_related("operator").order_by("-day", "-known_at").first()


def held_until(found: CustodyStanding, on: date) -> date:
    """Return the last day up to `on` for which the standing is known to have held.

    Nights in which nothing changed leave no row; of an operator that has left no night works anything out.
    """
    if found.operator.status == OperatorStatus.ENDED:
        return found.day
    nights = NightlyCheck.objects.filter(day__lte=on).order_by("-day")
    return max(found.day, nights.values_list("day", flat=True).first() or found.day)


def steps(operator: Operator, *, on: date, most: int = MOST_STEPS) -> list[Step]:
    """Return the newest standings up to the day, the last first, each with what it changed.

    Of a day that was worked out more than once each version is a step: nothing is rewritten.
    """
    rows = list(
        CustodyStanding.objects.filter(operator=operator, day__lte=on).order_by(
            "-day", "-known_at"
        )[: most + 1]
    )
    labels = dict(StandingCause.choices)
    older = [*rows[1:], None]
    return [
        Step(
            row,
            str(labels.get(row.cause, row.cause)),
            changes(_figures(before) if before else None, _figures(row)),
        )
        # The row beyond the list only says what the last one of the list changed.
        for row, before in zip(rows[:most], older, strict=False)
    ]


def _figures(row: CustodyStanding) -> Figures:
    return Figures(
        balance=row.balance_fen,
        required=row.required_fen,
        counted=row.counted_fen,
        custody=row.custody_fen,
        shortfall=row.shortfall_fen,
        is_complete=row.is_complete,
        basis=row.basis,
    )
