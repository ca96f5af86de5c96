"""What the packs of law/prepaid.toml say, typed: one shape for each kind. Amounts in fen."""

from dataclasses import dataclass
from decimal import Decimal

from shangwu.prepaid.vocabulary import PackKind


@dataclass(frozen=True)
class AboveShare:
    """A threshold that is a share of the prior year's main revenue, between a floor and a cap."""

    ratio: Decimal
    floor_fen: int = 0
    cap_fen: int | None = None


@dataclass(frozen=True)
class Tier:
    """Above which balance which share of the whole must be kept, and for whom.

    `up_to_fen` closes the tier where each balance falls into one tier only. A tier with a `reading`
    holds only where the open question has been decided so.
    """

    ratio: Decimal
    above_fen: int | None = None
    above_share: AboveShare | None = None
    up_to_fen: int | None = None
    if_any: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True)
class TierDeposit:
    """How much of the money received in advance must be kept in the special account."""

    base: str
    comparison: str
    combine: str
    tier: tuple[Tier, ...]
    rounding: str = ""
    currency: str = "CNY"


@dataclass(frozen=True)
class Offset:
    """What may stand in for money in the account, and for how many months at least."""

    by: tuple[str, ...]
    months: int = 0


@dataclass(frozen=True)
class LimitRule:
    """One bound: of which sale or card, by which measure, how much at most or at least, or none at all.

    With a `reading` it holds where the open question S10 has been decided so.
    """

    of: str
    measure: str
    at_most: int | None = None
    at_least: int | None = None
    none: bool = False
    reading: str = ""


@dataclass(frozen=True)
class Demand:
    """From which amount on a buyer must be identified, or must pay by transfer."""

    of: str
    buyer: str
    at_least_fen: int
    demand: str


@dataclass(frozen=True)
class RevenueShare:
    """How large an operator's balance may be beside its prior year's main revenue."""

    sector: str
    ratio: Decimal


@dataclass(frozen=True)
class Ceiling:
    """How large an operator's balance may be at all, where the open question has been decided so."""

    at_most_fen: int
    reading: str


@dataclass(frozen=True)
class Limit:
    """What may be sold in advance: the bounds, and over what they are added up (`scope`)."""

    scope: str
    rule: tuple[LimitRule, ...] = ()
    demand: tuple[Demand, ...] = ()
    share: tuple[RevenueShare, ...] = ()
    ceiling: tuple[Ceiling, ...] = ()


@dataclass(frozen=True)
class Clock:
    """One period by name: how many of which days, after what happened or `before` what is to happen."""

    name: str
    count: int
    unit: str
    before: bool = False


@dataclass(frozen=True)
class Clocks:
    """The periods of one article; a notice is a period before an event."""

    clock: tuple[Clock, ...]


@dataclass(frozen=True)
class RefundFormula:
    """How a refund is computed; for whose fault, or within how many days of payment, where it matters.

    `fee_at_most` is the greatest share of it that may be kept back as a fee, where the text allows one.
    """

    formula: str
    fault: str = ""
    days: int = 0
    fee_at_most: Decimal | None = None


@dataclass(frozen=True)
class Interest:
    """Which rate applies: by fault, or for money that lay in a supervised account."""

    operator: str
    consumer: str
    supervised: str


@dataclass(frozen=True)
class Prohibition:
    """What is forbidden (`then`) when one of these holds."""

    then: str
    when: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """Between which amounts a fine lies at one gravity."""

    gravity: str
    at_least_fen: int
    at_most_fen: int


@dataclass(frozen=True)
class FineBand:
    """The fines for one breach."""

    breach: str
    band: tuple[Band, ...]


@dataclass(frozen=True)
class Ground:
    """One ground of the dishonesty list; a countable one says how many penalties, on which packs, in how many years."""

    name: str
    label: str
    penalties: int = 0
    within_years: int = 0
    bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """On which grounds an operator is proposed for the dishonesty list."""

    ground: tuple[Ground, ...]


@dataclass(frozen=True)
class RoutingRow:
    """Which agency supervises a sector, and who punishes."""

    sector: str
    agency: str
    penalty_body: str


@dataclass(frozen=True)
class Routing:
    """Who is competent; of two tables in force the one of the higher rank is the more special."""

    rank: int
    row: tuple[RoutingRow, ...]


@dataclass(frozen=True)
class Disclosure:
    """What must be shown or told to the consumer."""

    item: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """How many years records are kept, and by whom."""

    years: int
    keeper: str


SHAPES: dict[str, type] = {
    PackKind.TIER_DEPOSIT: TierDeposit,
    PackKind.OFFSET: Offset,
    PackKind.LIMIT: Limit,
    PackKind.DEADLINE: Clocks,
    PackKind.NOTICE: Clocks,
    PackKind.REFUND_FORMULA: RefundFormula,
    PackKind.INTEREST: Interest,
    PackKind.PROHIBITION: Prohibition,
    PackKind.FINE_BAND: FineBand,
    PackKind.LISTING: Listing,
    PackKind.ROUTING: Routing,
    PackKind.DISCLOSURE: Disclosure,
    PackKind.RETENTION: Retention,
}
