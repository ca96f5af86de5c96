"""How an operator stands on a day: what it must secure, what it has secured, and what changed.

Source: law/prepaid.toml#pack.SH-REG18-15-2
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months, yuan
from shangwu.prepaid.rules.reconciling import reconciling_law
from shangwu.prepaid.rules.requirement.bonds import Bond, Cover, cover
from shangwu.prepaid.rules.requirement.facts import Position, Requirement
from shangwu.prepaid.rules.requirement.requirement import requirement
from shangwu.prepaid.rules.revenue_cap import RevenueCap, revenue_cap
from shangwu.prepaid.vocabulary import OperatorTrait, Sector, StandingCause

FIRST_MONTHS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an operator at the end of a day: amounts in fen, None where nobody has said.

    `revenue_year` is the year that `prior_revenue` was earned in; `custody_on` the oldest of the days that the
    account's balance is told for.
    """

    sector: str
    district: str = ""
    balance: Fen | None = None
    quarter_end_balance: Fen | None = None
    prior_revenue: Fen | None = None
    revenue_year: int | None = None
    established_on: date | None = None
    registered_capital: Fen | None = None
    has_tenant_cards: bool = False
    heads_group: bool = False
    heads_brand: bool = False
    custody: Fen | None = None
    custody_on: date | None = None
    bonds: tuple[Bond, ...] = ()

    @property
    def position(self) -> Position:
        """The facts as the deposit rules ask for them."""
        held = (
            (self.has_tenant_cards or self.sector == Sector.MALL, OperatorTrait.MALL_TENANT_CARD),
            (self.heads_group, OperatorTrait.ISSUER_GROUP),
            (self.heads_brand, OperatorTrait.ISSUER_BRAND),
        )
        return Position(
            balance=self.balance,
            quarter_end_balance=self.quarter_end_balance,
            prior_revenue=self.prior_revenue,
            established_on=self.established_on,
            registered_capital=self.registered_capital,
            traits=frozenset(str(trait) for has, trait in held if has),
            sector=self.sector,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a standing comes to, in fen; two standings with equal figures are one."""

    balance: Fen | None
    required: Fen
    counted: Fen
    custody: Fen | None
    shortfall: Fen
    is_complete: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures with the law's answers behind them; the sentences are written when somebody keeps them."""

    on: date
    facts: Facts
    figures: Figures
    required: Requirement
    cover: Cover

    @property
    def sentences(self) -> list[str]:
        """The sum step by step: the requirement, how it is met, and what is not certain."""
        told = [self.required.sentence, self.cover.sentence]
        if (cap := self.cap) is not None:
            told.append(cap.sentence)
        return [*told, *self.doubts]

    @property
    def cap(self) -> RevenueCap | None:
        """The balance beside its cap by revenue, which decides nothing."""
        facts = self.facts
        return revenue_cap(
            facts.balance,
            revenue=facts.prior_revenue,
            year=facts.revenue_year,
            sector=facts.sector,
            on=self.on,
        )

    @property
    def doubts(self) -> list[str]:
        """What is not certain, one sentence each."""
        return _doubts(self.facts, self.on)


def stand(facts: Facts, *, on: date) -> Standing:
    """Return how the operator stands at the end of the day.

    Money in the account that nobody has told of counts as none, and the standing is then not complete.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-IM19-11
    Raises: Refused for amounts below zero.
    """
    required = requirement(facts.position, on=on, settings=law.settings(on))
    met = cover(
        required.amount,
        bonds=facts.bonds,
        in_custody=facts.custody or 0,
        on=on,
        sector=facts.sector,
    )
    figures = Figures(
        balance=facts.balance,
        required=required.amount,
        counted=met.counted,
        custody=facts.custody,
        shortfall=met.shortfall,
        is_complete=required.is_complete and not _is_doubtful(facts, on, met.cash_needed),
        basis=required.binding.pack.id if required.binding else "",
    )
    return Standing(on, facts, figures, required, met)


def changes(before: Figures | None, after: Figures) -> list[str]:
    """Return in words what differs between two standings, the most important first."""
    if before is None:
        return ["首次核算"]
    pairs: Sequence[tuple[str, Fen | None, Fen | None]] = (
        ("缺额", before.shortfall, after.shortfall),
        ("应存管", before.required, after.required),
        ("履约保证冲抵", before.counted, after.counted),
        ("存管余额", before.custody, after.custody),
        ("预收资金余额", before.balance, after.balance),
    )
    found = [f"{name}由 {_told(old)} 变为 {_told(new)}" for name, old, new in pairs if old != new]
    if before.basis != after.basis:
        found.append(f"适用规则由 {before.basis or '无'} 变为 {after.basis or '无'}")
    if before.is_complete != after.is_complete:
        found.append("资料补齐" if after.is_complete else "资料不齐")
    return found


def cause_of_the_night(facts: Facts, *, on: date) -> StandingCause:
    """Return what of itself changes on the day, without anybody having sent anything."""
    if any(on in (bond.starts_on, bond.until) for bond in facts.bonds):
        return StandingCause.BOND_EDGE
    first = facts.established_on
    is_next_year = first is not None and first.year + 1 == on.year
    if first is not None and is_next_year and on == add_months(first, MONTHS_A_YEAR):
        return StandingCause.BIRTHDAY
    if on in law_edges():
        return StandingCause.LAW_EDGE
    if on.day == 1 and on.month in FIRST_MONTHS:
        return StandingCause.NEW_PERIOD
    return StandingCause.NIGHTLY


@lru_cache(maxsize=1)
def law_edges() -> frozenset[date]:
    """Return the days on which some adopted pack begins or ends."""
    return frozenset(
        day
        for pack in law.all_packs()
        if not pack.is_draft
        for day in (pack.starts_on, pack.until)
        if day is not None
    )


def is_stale_revenue(facts: Facts, on: date) -> bool:
    """Whether the revenue is not last year's: another year stands in until the statement comes."""
    return facts.revenue_year is not None and facts.revenue_year != on.year - 1


def is_stale_custody(facts: Facts, on: date) -> bool:
    """Whether the bank told of the account and has been silent since: its outage is not the operator's doing."""
    told = facts.custody_on
    return told is not None and (on - told).days > reconciling_law(on).custody_age.value


def _is_doubtful(facts: Facts, on: date, cash_needed: Fen) -> bool:
    """Whether what was not told, or not lately, could change the answer."""
    is_open = facts.custody is None or is_stale_custody(facts, on)
    return (cash_needed > 0 and is_open) or is_stale_revenue(facts, on)


def _doubts(facts: Facts, on: date) -> list[str]:
    found = []
    if facts.custody is None:
        found.append("没有收到存管银行的数据，账户余额暂按 0 计；不等于经营者没有存管。")
    elif is_stale_custody(facts, on):
        found.append(
            f"存管余额是 {facts.custody_on} 的，此后银行没有报送；银行中断不归责于经营者。"
        )
    if is_stale_revenue(facts, on):
        found.append(f"尚未收到 {on.year - 1} 年度收入报表，暂按 {facts.revenue_year} 年度计算。")
    return found


def _told(fen: Fen | None) -> str:
    return "不详" if fen is None else yuan(fen)
