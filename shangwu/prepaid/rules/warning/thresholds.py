"""The lines that deposit law draws through a population, and what it asks of a balance above them."""

from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.law import all_packs
from shangwu.prepaid.rules.parameters import Tier, TierDeposit
from shangwu.prepaid.rules.warning.feeds import Floats, Roster

PACK = "SH-IM19-11"


@dataclass(frozen=True)
class Line:
    """One line: the balance of each operator above which `ratio` of it must be covered."""

    above: Floats
    ratio: float


def lines(roster: Roster) -> tuple[Line, ...]:
    """Return the lines of the deposit rule that hold for every operator, NaN where revenue is not known.

    The weeks of a world bear no date, so the rule is taken as it was last adopted.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-IM19-11
    """
    found = [one for one in all_packs() if one.id == PACK and not one.is_draft]
    rule = max(found, key=lambda one: one.starts_on).parameters
    tiers = rule.tier if isinstance(rule, TierDeposit) else ()
    return tuple(Line(_above(tier, roster), float(tier.ratio)) for tier in tiers if not tier.if_any)


def _above(tier: Tier, roster: Roster) -> Floats:
    if tier.above_fen is not None:
        return np.full(len(roster), float(tier.above_fen))
    share = tier.above_share
    if share is None:
        return np.full(len(roster), np.nan)
    revenue = np.where(roster.revenue > 0, roster.revenue, np.nan)
    return np.clip(revenue * float(share.ratio), share.floor_fen or 0, share.cap_fen or np.inf)


def required(drawn: tuple[Line, ...], balance: Floats) -> Floats:
    """Return what the lines ask of each balance; nothing where the balance is not known.

    Unit: fen.
    """
    with np.errstate(invalid="ignore"):
        asked = [np.where(balance > line.above, line.ratio * balance, 0.0) for line in drawn]
    return np.asarray(np.max(asked, axis=0))
