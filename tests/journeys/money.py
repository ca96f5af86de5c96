"""A declaration whose money shows everything that the money pages can show."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from shangwu.foundation.files import operations as files
from shangwu.targets.operations.money import budget, contracts, payments, statements
from shangwu.targets.operations.money.contracts import ContractContent
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.queries import money
from shangwu.targets.rules.money.facts import Item
from shangwu.targets.rules.money.rates import Planned

HEAD = "支付日期,凭证号,收款人,支付金额,经济分类,项目编码,合同编号"
ROWS = (
    "2019-05-06,A1,甲公司,80000,30227,310000190001,HT-1",
    "2019-08-07,A2,乙公司,5600,31002,999999,",
)
WRONG = "2019-13-07,A3,丙公司,1,30227,310000190001,"


def spend(declaration, clerk, reviewer, *, at):
    """Enter one of everything: a contract, plans, payments with findings, and what waits for a decision."""
    by = {"by": clerk, "at": at}
    here = {"declaration": declaration.pk, **by}
    budget.register_project_key(key="310000190001", **here)
    use = budget.propose_use(line=None, payee="", category="302", reason="批复", **here)
    budget.decide_use(use=use.pk, approve=True, note="", by=reviewer, at=at)
    budget.propose_use(line=None, payee="乙公司", category="", reason="采购结果", **here)
    for kind in ("PAYMENT", "RECEIPT"):
        budget.set_plan(kind=kind, points=[Planned(date(2019, 6, 30), 9_000_000)], **here)
    budget.record_receipt(
        received_on=date(2019, 1, 20), amount_fen=9_000_000, origin="财政", voucher="R1", **here
    )
    for amount in (2_000_000, 3_000_000):
        change = budget.propose_adjustment(
            kind="INCREASE",
            line=None,
            from_line=None,
            amount_fen=amount,
            effective_on=date(2019, 3, 1),
            document="财预1号",
            reason="任务增加",
            **here,
        )
    budget.decide_adjustment(adjustment=change.pk, approve=True, note="", by=reviewer, at=at)
    items = (Item("人月", 2_100_000, 2_000_000),)
    signed = ContractContent(
        "HT-1", "运维", "甲公司", None, 10_000_000, date(2019, 2, 1), 0, 30, False, items
    )
    contract = contracts.record_contract(content=signed, **here)
    contracts.record_acceptance(
        contract=contract.pk,
        accepted_on=date(2019, 5, 1),
        claimed_fen=5_000_000,
        evidenced_fen=0,
        note="阶段验收",
        file=None,
        **by,
    )
    statements.confirm_statement(statement=_received(declaration, *ROWS, **by).pk, **by)
    _received(declaration, *ROWS, WRONG, **by)
    hand = PaymentContent("H1", date(2019, 6, 3), 100_000, "甲公司")
    payments.propose_payment(content=hand, reason="没有对账单", **here)
    first, *_ = money.open_hits(declaration, on=at.date(), known_at=at)
    payments.respond_to_hit(
        digest=first.digest, kind="EXPLANATION", text="正在补办", file=None, on=at.date(), **here
    )


def _received(declaration, *rows, by, at):
    upload = SimpleUploadedFile("对账单.csv", "\n".join((HEAD, *rows)).encode())
    file = files.store_upload(
        stream=upload, name="对账单.csv", by=by, at=at, allow=frozenset({"text"}), max_bytes=10**6
    )
    return statements.receive_statement(
        declaration=declaration.pk, file=file, account="", by=by, at=at
    )
