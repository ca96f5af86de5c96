"""What one pack of tiers requires of one operator."""

from datetime import date

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import share
from shangwu.prepaid.rules.law import Pack, Settings
from shangwu.prepaid.rules.parameters import AboveShare, Tier, TierDeposit
from shangwu.prepaid.rules.requirement.facts import BASES, REVENUE, PackResult, Position
from shangwu.prepaid.vocabulary import OperatorTrait

OPEN = "open"


def assess(
    pack: Pack[TierDeposit], position: Position, *, on: date, settings: Settings
) -> PackResult:
    """Return what the pack requires: the tier that asks most, of the whole balance.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-IM19-11
    Raises: Refused with code PREPAID-BALANCE for a balance below zero.
    """
    rule = pack.parameters
    base = position.base(rule.base)
    traits, lacking = position.traits_on(on, settings)
    tiers = [(tier, why) for tier in rule.tier if (why := _why(tier, traits, lacking)) is not None]
    if not tiers:
        return PackResult(pack, base, 0, concerns=False)
    if base is None:
        return PackResult(pack, None, None, missing=(BASES[rule.base],))
    if base < 0:
        raise Refused(
            f"{BASES[rule.base]}为负数，无法计算存管金额。请先核对余额。", code="PREPAID-BALANCE"
        )
    rounding = rule.rounding or settings.rounding.value
    best: tuple[Fen, Tier | None, Fen | None] = (0, None, None)
    unsure: list[tuple[Fen, str]] = []
    for tier, why in tiers:
        threshold = threshold_of(tier, position.prior_revenue, rule.comparison, settings)
        least = threshold if threshold is not None else _floor(tier.above_share, settings)
        if not _reaches(base, least, rule.comparison) or _is_beyond(base, tier):
            continue
        amount = share(base, tier.ratio, rounding)
        if tier.reading and settings.fifty_million.value != tier.reading:
            if settings.fifty_million.value == OPEN:
                unsure.append((amount, "A2"))
        elif why or threshold is None:
            unsure.append((amount, why or REVENUE))
        elif best[1] is None or amount > best[0]:
            best = (amount, tier, threshold)
    more = {name for amount, name in unsure if amount > best[0]} if unsure else set()
    return PackResult(
        pack,
        base,
        *best,
        missing=tuple(sorted(more - {"A2"})),
        undecided=("A2",) if "A2" in more else (),
    )


def threshold_of(
    tier: Tier, prior_revenue: Fen | None, comparison: str, settings: Settings
) -> Fen | None:
    """Return the balance above which the tier applies; None where it hangs on an unknown revenue.

    A share of revenue that is no whole fen is rounded so that the comparison with whole fen stays exact.

    Unit: fen.
    Source: law/prepaid.toml#setting.A1
    """
    part = tier.above_share
    if part is None:
        return tier.above_fen or 0
    if prior_revenue is None:
        return None
    exact = share(prior_revenue, part.ratio, "down" if comparison == ">" else "up_to_fen")
    floored = max(exact, _floor(part, settings))
    return floored if part.cap_fen is None else min(floored, part.cap_fen)


def _why(tier: Tier, traits: frozenset[str], lacking: str) -> str | None:
    """Which figure must be known to say whether the tier is about the operator; None where it is not."""
    if not tier.if_any or not traits.isdisjoint(tier.if_any):
        return ""
    return lacking if lacking and OperatorTrait.ISSUER_SCALE in tier.if_any else None


def _floor(part: AboveShare | None, settings: Settings) -> Fen:
    return part.floor_fen if part and settings.special_floor.value == "floor" else 0


def _reaches(base: Fen, threshold: Fen, comparison: str) -> bool:
    return base > threshold if comparison == ">" else base >= threshold


def _is_beyond(base: Fen, tier: Tier) -> bool:
    return tier.up_to_fen is not None and base > tier.up_to_fen
