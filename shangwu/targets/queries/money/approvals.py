"""What waits for a second person: adjustments, uses, payments by hand, answers to the negative list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.money import format_yuan
from shangwu.targets.models import (
    ApprovedUse,
    BudgetAdjustment,
    Declaration,
    HitResponse,
    PaymentProposal,
)
from shangwu.targets.vocabulary import Decision

Facts = list[tuple[str, object]]


@dataclass(frozen=True)
class PendingItem:
    """One proposal that waits: what it is, who proposed it when and why."""

    kind: str
    pk: int
    declaration: Declaration
    title: str
    facts: Facts
    reason: str
    by: Account
    at: datetime
    file: StoredFile | None


@dataclass(frozen=True)
class PendingGroup:
    """The proposals of one kind, oldest first."""

    kind: str
    title: str
    items: tuple[PendingItem, ...]


@dataclass(frozen=True)
class _Kind:
    title: str
    rows: Callable[[], Any]
    name: Callable[[Any], str]
    facts: Callable[[Any], Facts]
    reason: Callable[[Any], str]


def pending() -> tuple[PendingGroup, ...]:
    """Return everything that waits for a second person, by kind."""
    return tuple(
        PendingGroup(key, kind.title, tuple(_items(key, kind))) for key, kind in _KINDS.items()
    )


def pending_count(*, except_of: Account) -> int:
    """Return how many proposals of other people wait."""
    return sum(
        kind.rows().filter(decision=Decision.PENDING).exclude(by=except_of).count()
        for kind in _KINDS.values()
    )


def _items(key: str, kind: _Kind) -> Iterable[PendingItem]:
    rows = kind.rows().filter(decision=Decision.PENDING)
    for row in rows.select_related("declaration__project", "by").order_by("at", "pk"):
        yield PendingItem(
            kind=key,
            pk=row.pk,
            declaration=row.declaration,
            title=kind.name(row),
            facts=kind.facts(row),
            reason=kind.reason(row),
            by=row.by,
            at=row.at,
            file=getattr(row, "file", None),
        )


def _adjustment_facts(row: BudgetAdjustment) -> Facts:
    moved = [("调出子项目", row.from_line.name)] if row.from_line else []
    return [
        ("金额", _yuan(row.amount_fen)),
        *moved,
        ("子项目", row.line.name if row.line else "不分子项目"),
        ("生效日期", row.effective_on),
        ("批准文号", row.document or "未填写"),
    ]


def _use_facts(row: ApprovedUse) -> Facts:
    return [
        ("子项目", row.line.name if row.line else "全部"),
        ("收款人", row.payee or "不限"),
        ("经济分类", row.category or "不限"),
    ]


def _payment_facts(row: PaymentProposal) -> Facts:
    return [
        ("支付日期", row.paid_on),
        ("凭证号", row.voucher),
        ("收款人", row.payee),
        ("金额", _yuan(row.amount_fen)),
        ("子项目", row.line.name if row.line else "未归集"),
        ("合同", row.contract.number if row.contract else "无"),
        ("经济分类", row.category or "未填写"),
        ("用途", row.purpose or "未填写"),
    ]


def _answer_facts(row: HitResponse) -> Facts:
    return [
        ("问题", row.sentence),
        ("答复类型", row.get_kind_display()),
    ]


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)} 元"


_KINDS = {
    "adjustment": _Kind(
        "预算调整",
        lambda: BudgetAdjustment.objects.select_related("line", "from_line"),
        lambda row: str(row.get_kind_display()),
        _adjustment_facts,
        lambda row: str(row.reason),
    ),
    "use": _Kind(
        "批准的用途",
        lambda: ApprovedUse.objects.select_related("line"),
        lambda row: row.payee or f"经济分类 {row.category}",
        _use_facts,
        lambda row: str(row.reason),
    ),
    "payment": _Kind(
        "支付登记和冲正",
        lambda: PaymentProposal.objects.select_related("line", "contract"),
        lambda row: "冲正支付" if row.reverses_id else "人工登记支付",
        _payment_facts,
        lambda row: str(row.reason),
    ),
    "answer": _Kind(
        "负面清单答复",
        lambda: HitResponse.objects.select_related("file"),
        lambda row: str(row.rule),
        _answer_facts,
        lambda row: str(row.text),
    ),
}
