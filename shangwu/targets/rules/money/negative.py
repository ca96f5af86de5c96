"""The negative list (负面清单) N-01 to N-12, run over the facts of one declaration."""

from collections.abc import Callable

from shangwu.targets.rules.money import contracting, spending
from shangwu.targets.rules.money.facts import MoneyFacts
from shangwu.targets.rules.money.hit import Hit
from shangwu.targets.rules.money.law import MoneyLaw

CHECKS: dict[str, Callable[[MoneyFacts, MoneyLaw], list[Hit]]] = {
    "N-01": spending.unkeyed,
    "N-02": spending.outside_use,
    "N-03": spending.outside_period,
    "N-04": spending.above_line,
    "N-05": spending.above_budget,
    "N-06": contracting.split_contracts,
    "N-07": contracting.above_standard,
    "N-08": contracting.before_acceptance,
    "N-09": spending.duplicate_invoices,
    "N-10": contracting.held_money,
    "N-11": spending.year_end_lump,
    "N-12": contracting.overstated,
}


def negative_list(facts: MoneyFacts, law: MoneyLaw) -> tuple[Hit, ...]:
    """Return every hit, in the order of the list.

    Source: law/targets.toml#negative.findings
    """
    return tuple(found for check in CHECKS.values() for found in check(facts, law))
