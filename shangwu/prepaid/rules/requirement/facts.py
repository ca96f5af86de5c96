"""What the deposit rules ask about an operator, and what they answer."""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months, percent, yuan
from shangwu.prepaid.rules.law import Citation, Pack, Settings
from shangwu.prepaid.rules.parameters import Tier, TierDeposit
from shangwu.prepaid.vocabulary import OperatorTrait, Sector

BASES = {
    "balance": "预收资金余额",
    "quarter_end_balance": "上季度末预收资金余额",
    "base_date_balance": "基准日未使用余额",
}
LONGEST_YEAR = 366
REVENUE, CAPITAL = "上年主营业务收入", "注册资本"


@dataclass(frozen=True, slots=True)
class Position:
    """An operator's figures on a day, in fen; None where a figure is not known."""

    balance: Fen | None = None
    quarter_end_balance: Fen | None = None
    base_date_balance: Fen | None = None
    prior_revenue: Fen | None = None
    established_on: date | None = None
    registered_capital: Fen | None = None
    traits: frozenset[str] = frozenset()
    sector: str = Sector.GENERAL
    jurisdiction: str = "shanghai"

    def base(self, name: str) -> Fen | None:
        """Return the balance that a pack counts from."""
        amount: Fen | None = getattr(self, name)
        return amount

    def traits_on(self, day: date, settings: Settings) -> tuple[frozenset[str], str]:
        """Return what holds of the operator that day, and the figure that is missing to tell whether it is a scale issuer.

        Age is told from the first day, scale from last year's revenue, of the young from the registered capital.
        """
        first = self.established_on
        traits = self.traits
        # Most operators are older by years: the calendar is asked only where it matters.
        young = first is not None and (day - first).days <= LONGEST_YEAR
        if first is not None and young and day < add_months(first, MONTHS_A_YEAR):
            traits |= {OperatorTrait.AGE_UNDER_1_YEAR}
            name, figure, bound = CAPITAL, self.registered_capital, settings.scale_capital.value
        else:
            name, figure, bound = REVENUE, self.prior_revenue, settings.scale_revenue.value
        revenue = self.prior_revenue
        if revenue is not None and revenue >= settings.scale_revenue.value:
            return traits | {OperatorTrait.ISSUER_SCALE}, ""
        if figure is None:
            return traits, name
        return (traits | {OperatorTrait.ISSUER_SCALE} if figure >= bound else traits), ""


@dataclass(frozen=True, slots=True)
class PackResult:
    """What one pack requires: from which balance, by which tier above which threshold.

    `amount` is None where the balance is not known. `missing` and `undecided` name the figures and the
    open readings that could make it more; they are empty where nothing could. `concerns` is False where the
    pack is about issuers of another kind.
    """

    pack: Pack[TierDeposit]
    base: Fen | None
    amount: Fen | None
    tier: Tier | None = None
    threshold: Fen | None = None
    missing: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    concerns: bool = True

    @property
    def citation(self) -> Citation:
        """The article applied."""
        return self.pack.citation

    @property
    def sentence(self) -> str:
        """The answer with its figures and its article."""
        rule, currency = self.pack.parameters, self.pack.parameters.currency
        name = BASES[rule.base]
        if not self.concerns:
            kinds = dict.fromkeys(trait for tier in rule.tier for trait in tier.if_any)
            text = (
                f"不属于{'、'.join(str(OperatorTrait(kind).label) for kind in kinds)}，不要求存管"
            )
        elif self.base is None or self.amount is None:
            text = f"缺少{name}，无法计算"
        elif self.tier is None or self.threshold is None:
            text = f"{name} {yuan(self.base, currency)}，未超过存管标准，无须存管"
        else:
            above = "超过" if rule.comparison == ">" else "达到"
            who = "或者".join(str(OperatorTrait(trait).label) for trait in self.tier.if_any)
            over = f"，{above} {yuan(self.threshold, currency)}" if self.threshold else ""
            text = (
                f"{name} {yuan(self.base, currency)}{over}"
                f"{f'，{who}' if who else ''}，按全部余额的 {percent(self.tier.ratio)} "
                f"存管 {yuan(self.amount, currency)}"
            )
        if self.missing and self.amount is not None:
            text += f"；缺少{'、'.join(self.missing)}，可能更高"
        if self.undecided:
            text += f"；{'、'.join(self.undecided)} 尚未选定读法，可能更高"
        return f"{text}（{self.citation.text}）。"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What all packs require of an operator on a day: each answer, and the one that binds (A10)."""

    on: date
    results: tuple[PackResult, ...]
    binding: PackResult | None

    @property
    def amount(self) -> Fen:
        """What must be kept in the account or secured by bonds."""
        return (self.binding and self.binding.amount) or 0

    @property
    def is_complete(self) -> bool:
        """Whether no missing figure and no open reading could make it more."""
        return not any(one.amount is None or one.missing or one.undecided for one in self.results)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The articles of every answer, the binding one first."""
        rest = [one.citation for one in self.results if one is not self.binding]
        return (*([self.binding.citation] if self.binding else []), *rest)

    @property
    def sentence(self) -> str:
        """Every answer, and which one is applied."""
        if not self.results:
            return "当日没有适用的存管规定。"
        sentences = [one.sentence for one in self.results]
        if self.binding is not None and len(self.results) > 1:
            sentences.append(f"适用{self.binding.citation.article}：{yuan(self.amount)}。")
        return "".join(sentences)
