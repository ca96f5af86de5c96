"""What the platform promises of its own service, as dated figures: how quick, how often, which channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class ServiceLaw:
    """The figures by which the platform judges its own service (law/prepaid.toml, service.*)."""

    LAW: ClassVar[str] = "prepaid"

    quick: Annotated[Value[int], At("service.quick", "second")]
    available: Annotated[Value[Decimal], At("service.available", "ratio")]
    quick_share: Annotated[Value[Decimal], At("service.quick_share", "ratio")]
    answered_in_time: Annotated[Value[Decimal], At("service.answered_in_time", "ratio")]
    days_complete: Annotated[Value[Decimal], At("service.days_complete", "ratio")]
    sectors: Annotated[Value[tuple[str, ...]], At("service.sectors", "words")]
    channels: Annotated[Value[tuple[str, ...]], At("service.channels", "words")]
    publicity: Annotated[Value[tuple[str, ...]], At("service.publicity", "words")]


LAW_SHAPES: tuple[type, ...] = (ServiceLaw,)


def service_law(on: date) -> ServiceLaw:
    """Return the figures in force on the day."""
    return law.read(ServiceLaw, on=on, jurisdiction="shanghai")


def counted_channels(used: frozenset[str], *, named: Sequence[str]) -> frozenset[str]:
    """Return which of the channels of publicity count: others only beside every one that the promise names."""
    missing = frozenset(named) - used
    return used & frozenset(named) if missing else used
