"""The money of one declaration as known at an instant: frozen facts, all amounts in whole fen."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from shangwu.foundation.money import format_yuan


@dataclass(frozen=True)
class Line:
    """A sub-project's budget (子项目预算): as declared, and after approved adjustments."""

    key: int
    name: str
    declared_fen: int
    adjusted_fen: int


@dataclass(frozen=True)
class Payment:
    """A payment (支付). A reversal has a negative amount and names the payment it takes back.

    `project_key` is the key as the voucher prints it; `is_keyed` tells whether it is an approved project's.
    """

    key: int
    project_key: str
    is_keyed: bool
    line: int | None
    contract: int | None
    payee: str
    category: str
    paid_on: date
    amount_fen: int
    voucher: str = ""
    invoice: str = ""
    reverses: int | None = None

    @property
    def label(self) -> str:
        """Return the payment in words."""
        voucher = f"凭证 {self.voucher}，" if self.voucher else ""
        return f"{self.paid_on} {voucher}付{self.payee or '（无收款人）'} {format_yuan(self.amount_fen)} 元"


@dataclass(frozen=True)
class Item:
    """A unit price in a contract beside the declared standard; None where no standard was declared."""

    name: str
    unit_price_fen: int
    standard_fen: int | None


@dataclass(frozen=True)
class Acceptance:
    """An acceptance (验收): what was claimed as completed, and what evidence supports."""

    key: int
    accepted_on: date
    claimed_fen: int
    evidenced_fen: int


@dataclass(frozen=True)
class Contract:
    """A contract (合同) with its items and acceptances."""

    key: int
    number: str
    title: str
    payee: str
    amount_fen: int
    signed_on: date
    prepay_fen: int
    pay_within_days: int
    is_procured: bool
    items: tuple[Item, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()

    @property
    def label(self) -> str:
        """Return the contract in words."""
        return f"合同 {self.number}（{self.payee}，{format_yuan(self.amount_fen)} 元）"

    def accepted_by(self, on: date) -> int:
        """Return how much was accepted by the day. Unit: fen."""
        return sum(one.claimed_fen for one in self.acceptances if one.accepted_on <= on)

    def due_by(self, on: date) -> int:
        """Return how much had to be paid by the day, never above the contract. Unit: fen."""
        days = timedelta(days=self.pay_within_days)
        due = sum(one.claimed_fen for one in self.acceptances if one.accepted_on + days <= on)
        return min(due, self.amount_fen)


@dataclass(frozen=True)
class Use:
    """An approved use (批准的用途); what is None or blank may be anything."""

    line: int | None
    payee: str
    category: str

    def admits(self, payment: Payment) -> bool:
        """Tell whether the payment is within this use; a category admits its own sub-categories."""
        return (
            (self.line is None or self.line == payment.line)
            and (not self.payee or _folded(self.payee) == _folded(payment.payee))
            and payment.category.startswith(self.category)
        )


@dataclass(frozen=True)
class Output:
    """How many output targets (产出) are met, of how many."""

    met: int
    total: int

    @property
    def share(self) -> Fraction:
        """The share that is met; without output targets nothing is."""
        return Fraction(self.met, self.total) if self.total else Fraction(0)


@dataclass(frozen=True)
class MoneyFacts:
    """Everything about the money of one declaration, up to a day and as known at an instant."""

    on: date
    starts_on: date
    ends_on: date
    declared_fen: int
    adjusted_fen: int
    lines: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()
    contracts: tuple[Contract, ...] = ()
    uses: tuple[Use, ...] = ()
    invoices_elsewhere: tuple[tuple[str, str], ...] = field(default=())
    output: Output = Output(0, 0)

    @cached_property
    def standing(self) -> tuple[Payment, ...]:
        """The payments that no reversal takes back, in the order of their days."""
        reversed_ = {payment.reverses for payment in self.payments}
        found = [p for p in self.payments if p.reverses is None and p.key not in reversed_]
        return tuple(sorted(found, key=lambda payment: (payment.paid_on, payment.key)))

    @property
    def executed_fen(self) -> int:
        """What was paid, reversals taken off. Unit: fen."""
        return sum(payment.amount_fen for payment in self.payments)

    def is_matching(self, payment: Payment) -> bool:
        """Tell whether project, sub-project and use of a payment are the approved ones."""
        return (
            payment.is_keyed
            and payment.line in {line.key for line in self.lines}
            and any(use.admits(payment) for use in self.uses)
        )


def _folded(name: str) -> str:
    """A name with （） is the same name with (): a statement prints one, a person types the other."""
    return "".join(unicodedata.normalize("NFKC", name).split())
