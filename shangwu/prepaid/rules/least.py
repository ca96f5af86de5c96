"""What an operator lacks whatever the figures are that are still missing.

A missing figure decides nothing; but where what is known already asks for more than the account holds, no value of
what is missing could turn it, and whoever looks the operator up may know.

Source: law/prepaid.toml#setting.A10
"""

from dataclasses import dataclass, replace
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.law import Citation
from shangwu.prepaid.rules.requirement.bonds import cover
from shangwu.prepaid.rules.requirement.facts import REVENUE
from shangwu.prepaid.rules.requirement.requirement import requirement
from shangwu.prepaid.rules.standing import Facts, is_stale_custody, is_stale_revenue


@dataclass(frozen=True, slots=True)
class Least:
    """The smallest requirement that the known figures allow, and what the account lacks of it, in fen.

    `custody_on` is the oldest of the days that the account is told for; `missing` names what is not known.
    """

    required: Fen
    counted: Fen
    custody: Fen
    custody_on: date
    shortfall: Fen
    citation: Citation
    missing: tuple[str, ...]


def least(facts: Facts, *, on: date) -> Least | None:
    """Return what is lacking for certain; None where a missing figure could still turn it, or nothing is lacking.

    An account of which no bank told, or not lately, leaves everything open. A revenue of the year before last
    says nothing of last year's: the smallest requirement is the one for any revenue. Bonds stand in only for what is
    required, so a higher requirement never lowers what is lacking.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-IM19-11
    Raises: Refused for amounts below zero.
    """
    settings = law.settings(on)
    told = facts.custody is not None and facts.custody_on is not None
    if not told or is_stale_custody(facts, on) or settings.conflict.value != "stricter":
        return None
    known = replace(facts, prior_revenue=None) if is_stale_revenue(facts, on) else facts
    required = requirement(known.position, on=on, settings=settings)
    met = cover(
        required.amount,
        bonds=facts.bonds,
        in_custody=facts.custody or 0,
        on=on,
        sector=facts.sector,
    )
    if met.is_met or required.binding is None or facts.custody_on is None:
        return None
    lacking = {name for one in required.results for name in (*one.missing, *one.undecided)}
    if is_stale_revenue(facts, on):
        lacking.add(REVENUE)
    return Least(
        required=required.amount,
        counted=met.counted,
        custody=met.in_custody,
        custody_on=facts.custody_on,
        shortfall=met.shortfall,
        citation=required.binding.citation,
        missing=tuple(sorted(lacking)),
    )
