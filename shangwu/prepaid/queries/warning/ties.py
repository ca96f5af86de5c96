"""Ties of operators to failed ones: the same address, brand or representative (phoenix, 换壳经营)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q

from shangwu.prepaid.models import Operator
from shangwu.prepaid.rules.warning.feeds import Whole
from shangwu.prepaid.rules.warning.links import codes, links
from shangwu.prepaid.vocabulary import OperatorStatus

MARKS = (("address_key", "住所"), ("brand", "品牌"), ("representative", "法定代表人或者负责人"))
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Tie:
    """What ties an operator to a failed one. `strength` is at most 1 for one failed; less, the more share the mark."""

    other: Operator
    label: str
    sharing: int
    strength: float
    came_after: bool

    @property
    def sentence(self) -> str:
        """The tie in words, with how many share it, so that a mall is not taken for a phoenix."""
        when = "失联后才对接" if self.came_after else "失联前已对接"
        return f"{self.label}相同，本户{when}；共 {self.sharing} 家{self.label}相同"


def ties_of(operators: Sequence[Operator]) -> dict[int, list[Tie]]:
    """Return, by operator, its ties to operators that vanished, the strongest first; all in one statement."""
    shared = Q()
    for mark, _ in MARKS:
        values = {getattr(one, mark) for one in operators} - {""}
        shared |= Q(**{f"{mark}__in": values})
    if not shared or not operators:
        return {}
    around = list(Operator.objects.filter(shared).order_by("pk"))
    asked = {one.pk for one in operators}
    failed = np.array([one.status == OperatorStatus.LOST for one in around])
    since, began = (
        _weeks(one.ended_on for one in around),
        _weeks(one.connected_on for one in around),
    )
    found: dict[int, list[Tie]] = {}
    for mark, label in MARKS:
        numbers = codes(np.array([getattr(one, mark) for one in around], dtype=object))
        tied = links((numbers,), failed=failed, since=since, began=began)
        for place in np.flatnonzero(tied.to >= 0):
            one, other = around[place], around[int(tied.to[place])]
            if one.pk in asked:
                tie = Tie(
                    other=other,
                    label=label,
                    sharing=int((numbers == numbers[place]).sum()),
                    strength=float(tied.strength[place]),
                    came_after=bool(began[place] >= since[tied.to[place]]),
                )
                found.setdefault(one.pk, []).append(tie)
    for ties in found.values():
        ties.sort(key=lambda tie: -tie.strength)
    return found


def _weeks(days: Iterable[date | None]) -> Whole:
    """Return the week of each day, counted from the year 1; -1 where there is no day."""
    return np.array([day.toordinal() // DAYS_A_WEEK if day else -1 for day in days], np.int64)
