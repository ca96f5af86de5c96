"""What has been established about an operator that may forbid it to take money in advance.

Other parts add a source by a function in SOURCES; it takes the operator and the day.
"""

from collections.abc import Callable, Iterable
from datetime import date

from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.credit import listed
from shangwu.prepaid.queries.precheck import newest_extract
from shangwu.prepaid.rules.registry import WARNINGS
from shangwu.prepaid.vocabulary import OperatorStatus, Risk

Source = Callable[[Operator, date], Iterable[Risk]]


def established(operator: Operator, *, on: date) -> frozenset[str]:
    """Return the risks established about the operator that day."""
    return frozenset(risk.value for source in SOURCES for risk in source(operator, on))


def _registered(operator: Operator, on: date) -> Iterable[Risk]:
    found = newest_extract(operator)
    return [WARNINGS[one] for one in found[0].warnings] if found else []


def _standing(operator: Operator, on: date) -> Iterable[Risk]:
    """Read what the platform itself recorded: who vanished or was stopped is a risk, who announced it closes."""
    risk = STANDING.get(operator.status)
    return [risk] if risk else []


def _listed(operator: Operator, on: date) -> Iterable[Risk]:
    return [Risk.SERIOUS_DISHONESTY] if listed([operator.pk]) else []


STANDING: dict[str, Risk] = {
    OperatorStatus.CLOSING: Risk.DEREGISTERING,
    OperatorStatus.STOPPED: Risk.MAJOR_OPERATING_RISK,
    OperatorStatus.LOST: Risk.MAJOR_OPERATING_RISK,
}
SOURCES: tuple[Source, ...] = (_registered, _standing, _listed)
