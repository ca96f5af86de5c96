"""The negative list as a page: check by check what was found, what answers it, and what was answered before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shangwu.foundation.law import Value
from shangwu.targets.models import Declaration, HitResponse
from shangwu.targets.queries.money import HitState, hits
from shangwu.targets.queries.money.evidence import record_link
from shangwu.targets.rules.money.hit import HitRow
from shangwu.targets.rules.money.law import FindingRow, money_law
from shangwu.targets.rules.money.negative import CHECKS


@dataclass(frozen=True)
class ShownHit:
    """A finding with its state, its answers from the oldest on, and what it rests on."""

    state: HitState
    answers: tuple[HitResponse, ...]
    basis: Value[Any]

    @property
    def rows(self) -> list[tuple[HitRow, str]]:
        """The records behind the finding, each with the address of its page where it has one."""
        return [(row, record_link(row.key)) for row in self.state.hit.rows]

    @property
    def may_be_answered(self) -> bool:
        """Whether nobody has answered yet, or the answer was not accepted."""
        return self.state.response is None or self.state.response.decision == "REFUSED"


@dataclass(frozen=True)
class Check:
    """One line of the list with what it finds today."""

    row: FindingRow
    hits: tuple[ShownHit, ...]


@dataclass(frozen=True)
class FindingsPage:
    """The list, and the answers to findings that no longer exist as they were."""

    checks: tuple[Check, ...]
    past: tuple[HitResponse, ...]
    basis: Value[Any]

    @property
    def found(self) -> list[Check]:
        """The checks that found something."""
        return [check for check in self.checks if check.hits]

    @property
    def clean(self) -> list[Check]:
        """The checks that found nothing."""
        return [check for check in self.checks if not check.hits]

    @property
    def open(self) -> int:
        """How many findings nobody has cleared."""
        return sum(hit.state.is_open for check in self.checks for hit in check.hits)


def findings_page(declaration: Declaration, *, on: date, known_at: datetime) -> FindingsPage:
    """Return every check of the list over the money of a declaration."""
    rules = money_law(on)
    states = hits(declaration, on=on, known_at=known_at)
    answers = list(
        declaration.hit_responses.select_related("by", "decided_by", "file").order_by("at", "pk")
    )
    found = [
        ShownHit(
            state=state,
            answers=tuple(one for one in answers if one.digest == state.hit.digest),
            basis=rules.basis(state.hit.law),
        )
        for state in states
    ]
    standing = {state.hit.digest for state in states}
    return FindingsPage(
        checks=tuple(
            Check(row, tuple(shown for shown in found if shown.state.hit.rule == row.id))
            for row in rules.findings.value
            if row.id in CHECKS
        ),
        past=tuple(one for one in reversed(answers) if one.digest not in standing),
        basis=rules.findings,
    )
