"""Checks of the negative list over payments: N-01 to N-05, N-09 and N-11."""

from collections import defaultdict
from fractions import Fraction

from shangwu.foundation.money import format_yuan
from shangwu.targets.rules.money.facts import MoneyFacts, Payment
from shangwu.targets.rules.money.hit import Hit, HitRow, hit
from shangwu.targets.rules.money.law import MoneyLaw
from shangwu.targets.rules.money.rates import percent


def unkeyed(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-01: payments without an approved project's key."""
    return [
        hit(
            "N-01",
            f"payment:{p.key}",
            f"{p.label}，凭证上的项目编码为“{p.project_key or '空'}”，不是经批准的项目。",
            [payment_row(p)],
        )
        for p in facts.standing
        if not p.is_keyed
    ]


def outside_use(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-02: payments whose payee or economic category no approved use admits."""
    return [
        hit(
            "N-02",
            f"payment:{p.key}",
            f"{p.label}，经济分类“{p.category or '空'}”，收款人和经济分类不在批准的用途之内。",
            [payment_row(p)],
        )
        for p in facts.standing
        if not any(use.admits(p) for use in facts.uses)
    ]


def outside_period(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-03: payments on a day outside the project's period."""
    return [
        hit(
            "N-03",
            f"payment:{p.key}",
            f"{p.label}，不在项目期间 {facts.starts_on} 至 {facts.ends_on} 之内。",
            [payment_row(p)],
        )
        for p in facts.standing
        if not facts.starts_on <= p.paid_on <= facts.ends_on
    ]


def above_line(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-04: sub-projects that were paid more than their adjusted line."""
    found = []
    for line in facts.lines:
        rows = [p for p in facts.standing if p.line == line.key]
        paid = sum(p.amount_fen for p in rows)
        if paid > line.adjusted_fen:
            found.append(
                hit(
                    "N-04",
                    f"line:{line.key}",
                    f"子项目“{line.name}”已支出 {format_yuan(paid)} 元，"
                    f"超过调整后预算 {format_yuan(line.adjusted_fen)} 元，"
                    f"超出 {format_yuan(paid - line.adjusted_fen)} 元。",
                    [
                        HitRow(f"line:{line.key}", f"子项目“{line.name}”预算", line.adjusted_fen),
                        *(payment_row(p) for p in rows),
                    ],
                )
            )
    return found


def above_budget(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-05: cumulative payment above the adjusted budget."""
    paid = facts.executed_fen
    if paid <= facts.adjusted_fen:
        return []
    return [
        hit(
            "N-05",
            "budget",
            f"累计支出 {format_yuan(paid)} 元，超过调整后预算 {format_yuan(facts.adjusted_fen)} 元，"
            f"超出 {format_yuan(paid - facts.adjusted_fen)} 元。",
            [
                HitRow("budget", "调整后预算", facts.adjusted_fen),
                *(payment_row(p) for p in facts.standing),
            ],
        )
    ]


def duplicate_invoices(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-09: one invoice paid more than once, here or in another project."""
    by_invoice: dict[str, list[Payment]] = defaultdict(list)
    for p in facts.standing:
        if p.invoice:
            by_invoice[p.invoice].append(p)
    found = []
    for invoice, rows in by_invoice.items():
        elsewhere = [label for other, label in facts.invoices_elsewhere if other == invoice]
        if len(rows) + len(elsewhere) > 1:
            found.append(
                hit(
                    "N-09",
                    f"invoice:{invoice}",
                    f"发票 {invoice} 付款 {len(rows) + len(elsewhere)} 次。",
                    [
                        *(payment_row(p) for p in rows),
                        *(HitRow("elsewhere", label) for label in elsewhere),
                    ],
                )
            )
    return found


def year_end_lump(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-11: the last month pays more than a share of the budget while outputs lag behind the money."""
    last = facts.ends_on.replace(day=1)
    rows = [p for p in facts.standing if last <= p.paid_on <= facts.ends_on]
    paid = sum(p.amount_fen for p in rows)
    if not facts.adjusted_fen or not rows:
        return []
    share = Fraction(paid, facts.adjusted_fen)
    spent = Fraction(facts.executed_fen, facts.adjusted_fen)
    limit = Fraction(law.year_end_share.value)
    if share <= limit or facts.output.share >= min(spent, Fraction(1)):
        return []
    return [
        hit(
            "N-11",
            "year-end",
            f"{last:%Y年}{last.month}月支付 {format_yuan(paid)} 元，占调整后预算 {percent(share)}，"
            f"超过 {percent(limit)}；产出类指标 {facts.output.total} 项，"
            f"已达成 {facts.output.met} 项，低于支出进度 {percent(spent)}。",
            [payment_row(p) for p in rows],
            law.year_end_share.reference,
        )
    ]


def payment_row(payment: Payment) -> HitRow:
    """Return the payment as a row behind a hit."""
    return HitRow(f"payment:{payment.key}", payment.label, payment.amount_fen)
