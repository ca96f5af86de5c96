"""When the witnesses differ enough to say so: days without a report, money gone from the account.

Source: law/prepaid.toml#reconciling.look_back
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import percent, yuan

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SizeBound:
    """A group of operators by balance: those below `until_fen` that no earlier group holds."""

    until_fen: int
    label: str


@dataclass(frozen=True)
class ReconcilingLaw:
    """What is compared, over how many days, and from which difference on."""

    LAW: ClassVar[str] = "prepaid"
    look_back: Annotated[Value[int], At("reconciling.look_back", "calendar_day")]
    custody_age: Annotated[Value[int], At("reconciling.custody_age", "calendar_day")]
    drop_days: Annotated[Value[int], At("reconciling.drop_days", "calendar_day")]
    drop_share: Annotated[Value[Decimal], At("reconciling.drop_share", "ratio")]
    size_bounds: Annotated[Value[tuple[SizeBound, ...]], At("reconciling.size_bounds", "rows")]


@dataclass(frozen=True)
class Drop:
    """Money that left an account without having been redeemed or refunded, in fen."""

    before: Fen
    after: Fen
    explained: Fen
    sentence: str

    @property
    def unexplained(self) -> Fen:
        """What nobody has accounted for."""
        return self.before - self.after - self.explained


@lru_cache(maxsize=64)
def reconciling_law(on: date) -> ReconcilingLaw:
    """Return what holds on the day."""
    return law.read(ReconcilingLaw, on=on)


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return unbroken runs of days, each from its first day up to but not including the day after its last."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + ONE_DAY)
        else:
            found.append((day, day + ONE_DAY))
    return found


def custody_drop(
    *, before: Fen, after: Fen, balance_before: Fen, balance_after: Fen, since: date, on: date
) -> Drop | None:
    """Return what left the account without a reason, or None where that is too little to say so.

    What was redeemed and refunded may leave: so much as the operator's own balance fell.

    Unit: fen.
    Source: law/prepaid.toml#reconciling.drop_share
    """
    share = reconciling_law(on).drop_share.value
    explained = max(balance_before - balance_after, 0)
    gone = before - after - explained
    if gone <= 0 or gone < share * before:
        return None
    sentence = (
        f"存管余额由 {since} 的 {yuan(before)} 减至 {on} 的 {yuan(after)}，"
        f"同期预收资金余额减少 {yuan(explained)}，另有 {yuan(gone)} 未见兑付或者退款，"
        f"达到期初余额的 {percent(share)}。"
    )
    return Drop(before, after, explained, sentence)
