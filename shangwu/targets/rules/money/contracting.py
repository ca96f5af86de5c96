"""Checks of the negative list over contracts: N-06, N-07, N-08, N-10 and N-12."""

from collections import defaultdict
from datetime import timedelta

from shangwu.foundation.money import format_yuan
from shangwu.targets.rules.money.facts import Acceptance, Contract, MoneyFacts, Payment
from shangwu.targets.rules.money.hit import Hit, HitRow, hit
from shangwu.targets.rules.money.law import MoneyLaw
from shangwu.targets.rules.money.spending import payment_row


def split_contracts(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-06: several contracts with one payee, each below the threshold, together at or above it.

    Contracts made by public procurement do not count.
    """
    limit = law.procurement_threshold.value
    by_payee: dict[str, list[Contract]] = defaultdict(list)
    for contract in facts.contracts:
        if not contract.is_procured and contract.amount_fen < limit:
            by_payee[contract.payee].append(contract)
    found = []
    for payee, contracts in by_payee.items():
        total = sum(contract.amount_fen for contract in contracts)
        if len(contracts) > 1 and total >= limit:
            found.append(
                hit(
                    "N-06",
                    f"payee:{payee}",
                    f"与{payee}签订 {len(contracts)} 份合同，均未履行政府采购程序且单份低于限额，"
                    f"合计 {format_yuan(total)} 元，达到限额 {format_yuan(limit)} 元。",
                    [_contract_row(contract) for contract in contracts],
                    law.procurement_threshold.reference,
                )
            )
    return found


def above_standard(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-07: unit prices above the declared standard."""
    return [
        hit(
            "N-07",
            f"contract:{contract.key}:{item.name}",
            f"{contract.label}中“{item.name}”单价 {format_yuan(item.unit_price_fen)} 元，"
            f"高于申报标准 {format_yuan(item.standard_fen)} 元。",
            [_contract_row(contract)],
        )
        for contract in facts.contracts
        for item in contract.items
        if item.standard_fen is not None and item.unit_price_fen > item.standard_fen
    ]


def before_acceptance(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-08: payments that go beyond the agreed advance and what was accepted by their day."""
    found = []
    for contract in facts.contracts:
        paid = 0
        for p in _paid_on(facts, contract):
            paid += p.amount_fen
            covered = contract.prepay_fen + contract.accepted_by(p.paid_on)
            if paid > covered:
                found.append(
                    hit(
                        "N-08",
                        f"payment:{p.key}",
                        f"{p.label}；{contract.label}截至当日已验收 "
                        f"{format_yuan(contract.accepted_by(p.paid_on))} 元，约定预付 "
                        f"{format_yuan(contract.prepay_fen)} 元，累计付款 {format_yuan(paid)} 元。",
                        [payment_row(p), _contract_row(contract), *_acceptance_rows(contract)],
                    )
                )
    return found


def held_money(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-10: money that was due under a contract and stayed unpaid for more days than allowed."""
    days = law.held_days.value
    found = []
    for contract in facts.contracts:
        due = contract.due_by(facts.on - timedelta(days=days + 1))
        paid = sum(p.amount_fen for p in _paid_on(facts, contract))
        if due > paid:
            found.append(
                hit(
                    "N-10",
                    f"contract:{contract.key}",
                    f"{contract.label}按约定应付 {format_yuan(due)} 元，逾期超过 {days} 日，"
                    f"已付 {format_yuan(paid)} 元，欠付 {format_yuan(due - paid)} 元。",
                    [
                        _contract_row(contract),
                        *_acceptance_rows(contract),
                        *(payment_row(p) for p in _paid_on(facts, contract)),
                    ],
                    law.held_days.reference,
                )
            )
    return found


def overstated(facts: MoneyFacts, law: MoneyLaw) -> list[Hit]:
    """N-12: acceptances that claim more than their evidence supports."""
    return [
        hit(
            "N-12",
            f"acceptance:{one.key}",
            f"{contract.label} {one.accepted_on} 验收申报完成 {format_yuan(one.claimed_fen)} 元，"
            f"有佐证的完成 {format_yuan(one.evidenced_fen)} 元，"
            f"多报 {format_yuan(one.claimed_fen - one.evidenced_fen)} 元。",
            [_contract_row(contract), _acceptance_row(one)],
        )
        for contract in facts.contracts
        for one in contract.acceptances
        if one.claimed_fen > one.evidenced_fen
    ]


def _paid_on(facts: MoneyFacts, contract: Contract) -> list[Payment]:
    return [p for p in facts.standing if p.contract == contract.key]


def _contract_row(contract: Contract) -> HitRow:
    return HitRow(f"contract:{contract.key}", contract.label, contract.amount_fen)


def _acceptance_rows(contract: Contract) -> list[HitRow]:
    return [_acceptance_row(one) for one in contract.acceptances]


def _acceptance_row(one: Acceptance) -> HitRow:
    return HitRow(f"acceptance:{one.key}", f"{one.accepted_on} 验收", one.claimed_fen)
