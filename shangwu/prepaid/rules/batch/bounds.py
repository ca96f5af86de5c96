"""What one card may hold at most: the bound of its own kind, or of all that a consumer holds together.

A report tells cards and no consumers, so a bound on everything that one holds is tested on each card alone: a card that
breaks it by itself leaves no doubt.

Source: law/prepaid.toml#pack.SH-SPORT25-8
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.law import Citation
from shangwu.prepaid.rules.limits import ALL, HELD_TOGETHER, rules_of
from shangwu.prepaid.rules.parameters import Limit, LimitRule
from shangwu.prepaid.vocabulary import CardKind

CARD = "card"
# Above every closing balance that a row can state: no limit is in force.
NO_LIMIT = 2**62


@dataclass(frozen=True)
class Bound:
    """The bound, and whether it is one on all that a consumer holds."""

    at_most: Fen
    citation: Citation
    is_together: bool


def card_bounds(day: date, *, sector: str, jurisdiction: str = "shanghai") -> Mapping[str, Bound]:
    """Return the lowest bound on the balance of a card of each kind; kinds without one are not there.

    Unit: fen.
    """
    found: dict[str, Bound] = {}
    for pack in law.packs(Limit, on=day, jurisdiction=jurisdiction, sector=sector):
        scope = pack.parameters.scope
        for rule in rules_of(pack.parameters, on=day):
            if rule.measure != "amount_fen" or rule.at_most is None:
                continue
            bound = Bound(rule.at_most, pack.citation, scope == HELD_TOGETHER)
            for kind in _kinds(rule, scope):
                if kind not in found or bound.at_most < found[kind].at_most:
                    found[kind] = bound
    return found


def lowest_limits(day: date, sector: str, jurisdiction: str = "shanghai") -> Mapping[str, int]:
    """Return above which balance a card of each kind is looked at.

    Unit: fen.
    """
    bounds = card_bounds(day, sector=sector, jurisdiction=jurisdiction)
    return {
        str(kind): bounds[kind].at_most if kind in bounds else NO_LIMIT for kind in CardKind.values
    }


def _kinds(rule: LimitRule, scope: str) -> tuple[str, ...]:
    """Which kinds of card a rule on amounts bounds one by one."""
    if rule.of == ALL and scope in (CARD, HELD_TOGETHER):
        return tuple(CardKind.values)
    return (rule.of,) if scope == CARD and rule.of in CardKind.values else ()
