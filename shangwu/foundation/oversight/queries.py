"""Finding acts in the record, and how the chain stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shangwu.foundation.audit.actor import KIND_LABELS
from shangwu.foundation.audit.models import Act, Batch, DayHead, UnsealedAct

SHOWN_DAYS = 60


@dataclass(frozen=True)
class ChainState:
    """How far the chain reaches: rows, batches, what waits, and the signed days, newest first."""

    rows: int
    batches: int
    waiting: int
    days: list[DayHead]


@dataclass(frozen=True)
class Fact:
    """One fact of an act, before and after."""

    name: str
    before: str
    after: str

    @property
    def has_changed(self) -> bool:
        """Whether the act changed it."""
        return self.before != self.after


def acts_between(first: date | None, last: date | None) -> QuerySet[Act]:
    """Return the acts of the days, newest first; an open end reaches as far as the record."""
    found = Act.objects.order_by("-at", "-pk")
    if first is not None:
        found = found.filter(day__gte=first)
    if last is not None:
        found = found.filter(day__lte=last)
    return found


def facts_of(act: Act) -> list[Fact]:
    """Return the facts that the act recorded, by name."""
    before, after = _mapping(act.before), _mapping(act.after)
    return [Fact(name, _shown(before, name), _shown(after, name)) for name in {**before, **after}]


def chain_state() -> ChainState:
    """Return how far the chain reaches."""
    return ChainState(
        rows=Act.objects.count(),
        batches=Batch.objects.count(),
        waiting=UnsealedAct.objects.count(),
        days=list(DayHead.objects.order_by("-day")[:SHOWN_DAYS]),
    )


def actor_of(act: Act) -> str:
    """Return who acted, with the kind where it is not a person."""
    kind = "" if act.actor_kind == "person" else f"（{KIND_LABELS[act.actor_kind]}）"
    return f"{act.actor_name}{kind}"


def _mapping(facts: Any) -> Mapping[str, Any]:
    return facts if isinstance(facts, dict) else {}


def _shown(facts: Mapping[str, Any], name: str) -> str:
    if name not in facts:
        return ""
    value = facts[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
