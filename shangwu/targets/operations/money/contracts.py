"""Contracts and acceptances: recorded as they were signed and accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Acceptance, Contract, ContractItem
from shangwu.targets.operations.money.acts import (
    locked_declaration,
    own_line,
    record,
    require_past,
    require_positive,
    require_reason,
)
from shangwu.targets.operations.periods import require_open_days
from shangwu.targets.rules.money.facts import Item


@dataclass(frozen=True)
class ContractContent:
    """What a contract says. Unit: fen."""

    number: str
    title: str
    payee: str
    line: int | None
    amount_fen: int
    signed_on: date
    prepay_fen: int
    pay_within_days: int
    is_procured: bool
    items: tuple[Item, ...] = ()


def record_contract(
    *, declaration: int, content: ContractContent, by: Account, at: datetime
) -> Contract:
    """Record a contract with its unit prices.

    Raises: Refused MONEY-NOT-APPROVED, MONEY-LINE, MONEY-AMOUNT, MONEY-FUTURE, MONEY-REASON, CONTRACT-ADVANCE,
    CONTRACT-TWICE.
    """
    require_positive(content.amount_fen)
    require_past(content.signed_on, at=at, what="签订日期")
    if not 0 <= content.prepay_fen <= content.amount_fen:
        raise Refused("约定预付款不能为负，也不能超过合同金额。", code="CONTRACT-ADVANCE")
    with transaction.atomic():
        found = locked_declaration(declaration)
        try:
            with transaction.atomic():
                contract = Contract.objects.create(
                    declaration=found,
                    line=own_line(found, content.line),
                    number=require_reason(content.number, what="合同编号"),
                    title=require_reason(content.title, what="合同名称"),
                    payee=require_reason(content.payee, what="收款人"),
                    amount_fen=content.amount_fen,
                    signed_on=content.signed_on,
                    prepay_fen=content.prepay_fen,
                    pay_within_days=content.pay_within_days,
                    is_procured=content.is_procured,
                    by=by,
                    at=at,
                )
                _store_items(contract, content.items)
        except IntegrityError:
            raise Refused(
                "这份申报表下已有同一编号的合同，或同一合同中单价名称重复，没有登记。",
                code="CONTRACT-TWICE",
            ) from None
        record(
            "targets.record_contract",
            found,
            by,
            at,
            contract=contract.number,
            amount_fen=contract.amount_fen,
        )
    return contract


def record_acceptance(
    *,
    contract: int,
    accepted_on: date,
    claimed_fen: int,
    evidenced_fen: int,
    note: str,
    file: StoredFile | None,
    by: Account,
    at: datetime,
) -> Acceptance:
    """Record what was accepted under a contract, as claimed and as evidence supports it.

    Without a file nothing counts as evidenced.
    Unit: fen.
    Raises: Refused MONEY-AMOUNT, MONEY-FUTURE, MONEY-REASON, ACCEPTANCE-EVIDENCE, ACCEPTANCE-EARLY, ACCEPTANCE-TWICE,
    PERIOD-LOCKED.
    """
    require_positive(claimed_fen)
    require_past(accepted_on, at=at, what="验收日期")
    if evidenced_fen < 0 or (evidenced_fen and file is None):
        raise Refused(
            "有佐证的完成金额须附佐证材料；没有佐证的请填 0。", code="ACCEPTANCE-EVIDENCE"
        )
    with transaction.atomic():
        found = Contract.objects.get(pk=contract)
        declaration = locked_declaration(found.declaration_id)
        require_open_days(declaration.pk, [accepted_on], what="验收日期")
        if accepted_on < found.signed_on:
            raise Refused("验收日期不能早于合同签订日期，请核对。", code="ACCEPTANCE-EARLY")
        content = {
            "contract": found,
            "accepted_on": accepted_on,
            "claimed_fen": claimed_fen,
            "evidenced_fen": evidenced_fen,
            "note": require_reason(note, what="验收意见"),
        }
        if Acceptance.objects.filter(**content).exists():
            raise Refused("内容完全相同的验收已经登记，没有重复登记。", code="ACCEPTANCE-TWICE")
        acceptance = Acceptance.objects.create(**content, file=file, by=by, at=at)
        record(
            "targets.record_acceptance",
            declaration,
            by,
            at,
            contract=found.number,
            claimed_fen=claimed_fen,
            evidenced_fen=evidenced_fen,
        )
    return acceptance


def _store_items(contract: Contract, items: Sequence[Item]) -> None:
    ContractItem.objects.bulk_create(
        ContractItem(
            contract=contract,
            name=item.name,
            unit_price_fen=item.unit_price_fen,
            standard_fen=item.standard_fen,
        )
        for item in items
    )
