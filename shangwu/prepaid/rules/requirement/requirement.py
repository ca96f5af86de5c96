"""What all packs together require of an operator."""

from collections.abc import Sequence
from datetime import date

from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.law import Pack, Settings
from shangwu.prepaid.rules.parameters import TierDeposit
from shangwu.prepaid.rules.requirement.facts import PackResult, Position, Requirement
from shangwu.prepaid.rules.requirement.tiers import assess

Packs = Sequence[Pack[TierDeposit]]


def requirement(
    position: Position,
    *,
    on: date,
    packs: Packs | None = None,
    settings: Settings | None = None,
) -> Requirement:
    """Return what an operator must keep on a day, with the answer of every pack in force.

    `packs` replaces what is in force, for a trial of other law; `settings` replaces the open readings.

    Unit: fen.
    Source: law/prepaid.toml#setting.A10
    Raises: Refused for a balance below zero.
    """
    chosen = settings or law.settings(on)
    if packs is None:
        packs = law.packs(
            TierDeposit, on=on, jurisdiction=position.jurisdiction, sector=position.sector
        )
    results = tuple(assess(pack, position, on=on, settings=chosen) for pack in packs)
    return Requirement(on, results, _binding(results, chosen))


def _binding(results: Sequence[PackResult], settings: Settings) -> PackResult | None:
    """The strictest answer in one currency; of two alike the place's own, which stands first."""
    known = [one for one in results if one.amount is not None and one.concerns]
    first = known[0].pack if known else None
    known = [
        one for one in known if first and one.pack.parameters.currency == first.parameters.currency
    ]
    if settings.conflict.value == "local_first" and first:
        known = [one for one in known if one.pack.jurisdiction == first.jurisdiction]
    return max(known, key=lambda one: one.amount or 0, default=None)
