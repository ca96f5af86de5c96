"""Who gets how much when an operator collapses: custody money and bonds over the holders' claims, to the fen.

An operator's own money serves its own holders. Within one source everybody loses the same share; the fens that
a share leaves over go to the largest remainders, and of two alike to the earlier claim.

Source: law/prepaid.toml#setting.refund_order
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen

CUSTODY, BOND = "custody", "bond"
ORDERS: Mapping[str, tuple[str, ...]] = {
    "custody_first": (CUSTODY, BOND),
    "bond_first": (BOND, CUSTODY),
}


@dataclass(frozen=True)
class Source:
    """Money for the holders of one operator: an account, or what a bond pays at most."""

    key: str
    kind: str
    operator: str
    amount: Fen


@dataclass(frozen=True)
class Claim:
    """What one holder is owed by one operator; `key` orders claims and names them."""

    key: str
    operator: str
    amount: Fen


@dataclass(frozen=True)
class Share:
    """What one claim receives from one source."""

    claim: str
    source: str
    amount: Fen


@dataclass(frozen=True)
class Distribution:
    """Every share above zero, what each claim still lacks, and what each source keeps."""

    shares: tuple[Share, ...]
    unpaid: Mapping[str, Fen]
    left: Mapping[str, Fen]

    @property
    def paid(self) -> Fen:
        """The sum of all shares."""
        return sum(share.amount for share in self.shares)


def distribute(claims: Sequence[Claim], sources: Sequence[Source], *, order: str) -> Distribution:
    """Return who receives what from which source.

    Unit: fen.
    Source: law/prepaid.toml#setting.refund_order
    Raises: Refused for an amount below zero, a key that stands twice, or an order that is not known.
    """
    _require_sound(claims, sources, order)
    unpaid = {claim.key: claim.amount for claim in claims}
    left = {source.key: source.amount for source in sources}
    of_operator: dict[str, list[str]] = {}
    for claim in sorted(claims, key=lambda one: one.key):
        of_operator.setdefault(claim.operator, []).append(claim.key)
    rank = {kind: place for place, kind in enumerate(ORDERS[order])}
    shares = []
    for source in sorted(sources, key=lambda one: (rank[one.kind], one.key)):
        open_claims = [(key, unpaid[key]) for key in of_operator.get(source.operator, ())]
        for key, amount in _shares(open_claims, source.amount):
            shares.append(Share(key, source.key, amount))
            unpaid[key] -= amount
            left[source.key] -= amount
    return Distribution(tuple(shares), unpaid, left)


def left_over(
    sources: Sequence[Source], spent: Mapping[tuple[str, str], Fen]
) -> tuple[Source, ...]:
    """Return the sources with what they still hold, after what lines took by operator and kind.

    Sources of one kind are drawn on one after the other by their keys, as `distribute` does; what a line gives
    back is therefore the last that was drawn.

    Unit: fen.
    Raises: Refused PREPAID-REFUND-SPENT when more was spent than there was.
    """
    open_sums = dict(spent)
    left = []
    for source in sorted(sources, key=lambda one: one.key):
        used = min(source.amount, open_sums.get((source.operator, source.kind), 0))
        if used:
            open_sums[source.operator, source.kind] -= used
        left.append(replace(source, amount=source.amount - used))
    if any(open_sums.values()):
        raise Refused("已分配的金额超过了资金来源。请核对方案。", code="PREPAID-REFUND-SPENT")
    return tuple(left)


def capped(reserved: Mapping[str, Fen], most: Fen, *, order: str) -> dict[str, Fen]:
    """Return what of a reserved share, by kind of source, is paid when no more than `most` is admitted.

    The kind that was used last gives back first. Unit: fen.
    """
    paid = {}
    for kind in ORDERS[order]:
        paid[kind] = min(reserved[kind], most)
        most -= paid[kind]
    return paid


def _shares(claims: Sequence[tuple[str, Fen]], pool: Fen) -> Iterator[tuple[str, Fen]]:
    """What each claim receives of the pool, those that receive nothing left out."""
    total = sum(amount for _, amount in claims)
    if pool >= total:
        yield from ((key, amount) for key, amount in claims if amount)
        return
    floors = [(key, *divmod(amount * pool, total)) for key, amount in claims]
    rest = pool - sum(floor for _, floor, _ in floors)
    by_remainder = sorted(range(len(floors)), key=lambda place: (-floors[place][2], place))
    lucky = set(by_remainder[:rest])
    for place, (key, floor, _) in enumerate(floors):
        if amount := floor + (place in lucky):
            yield key, amount


def _require_sound(claims: Sequence[Claim], sources: Sequence[Source], order: str) -> None:
    if order not in ORDERS:
        raise Refused(f"没有“{order}”这一清偿顺序。", code="PREPAID-REFUND-ORDER")
    for things in (claims, sources):
        if any(thing.amount < 0 for thing in things):
            raise Refused("金额不得为负数。", code="PREPAID-REFUND-AMOUNT")
        if len({thing.key for thing in things}) < len(things):
            raise Refused("同一编号出现两次。", code="PREPAID-REFUND-TWICE")
    if any(source.kind not in ORDERS[order] for source in sources):
        raise Refused("资金来源须为存管账户或者履约保证。", code="PREPAID-REFUND-SOURCE")
