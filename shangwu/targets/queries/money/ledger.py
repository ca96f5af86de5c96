"""Payments as a ledger: where each belongs now, and a row for files."""

from django.utils import timezone

from shangwu.targets.models import Contract, Payment, PaymentAllocation, SubProject
from shangwu.targets.queries.money.evidence import yuan

LEDGER_HEADER = (
    "支付日期",
    "凭证号",
    "收款人",
    "金额（元）",
    "项目编码",
    "子项目",
    "合同",
    "经济分类",
    "用途",
    "发票号",
    "付款账号",
    "来源",
    "对账单行号",
    "冲正",
    "登记人",
    "登记时间",
)


def standing_line(payment: Payment) -> str:
    """Return the sub-project to which the payment belongs by its newest allocation, else by its voucher."""
    line: SubProject | None = _standing(payment).line
    return line.name if line else "未归集"


def ledger_row(payment: Payment) -> tuple[str, ...]:
    """Return the payment as a row of a file; amounts are plain numbers that a spreadsheet adds up."""
    standing = _standing(payment)
    contract: Contract | None = standing.contract
    return (
        payment.paid_on.isoformat(),
        payment.voucher,
        payment.payee,
        f"{yuan(payment.amount_fen):.2f}",
        payment.project_key,
        standing_line(payment),
        contract.number if contract else "",
        standing.category,
        payment.purpose,
        payment.invoice,
        payment.account,
        str(payment.get_source_display()),
        "" if payment.row is None else str(payment.row),
        _reversed(payment),
        payment.by.display_name,
        timezone.localtime(payment.at).isoformat(timespec="seconds"),
    )


def _standing(payment: Payment) -> Payment | PaymentAllocation:
    allocated = list(payment.allocations.all())
    return allocated[-1] if allocated else payment


def _reversed(payment: Payment) -> str:
    if payment.reverses_id:
        return "冲正"
    return "已冲正" if hasattr(payment, "reversal") else ""
