"""What every act on money needs: the locked declaration, a second person, and the record."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Declaration, SubProject
from shangwu.targets.vocabulary import Decision, DeclarationStatus

Row = TypeVar("Row", bound=models.Model)


def locked_declaration(declaration: int) -> Declaration:
    """Return the declaration, locked: acts on the money of one declaration take turns.

    Raises: Refused MONEY-NOT-APPROVED before its approval.
    """
    found = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=declaration)
    )
    if found.status != DeclarationStatus.APPROVED:
        raise Refused(
            "申报表尚未批复，不能登记资金。请先完成申报表的审核批复。", code="MONEY-NOT-APPROVED"
        )
    return found


def own_line(declaration: Declaration, line: int | None) -> SubProject | None:
    """Return the declaration's sub-project; None stays None.

    Raises: Refused MONEY-LINE for a line of another declaration.
    """
    if line is None:
        return None
    found = declaration.subprojects.filter(pk=line).first()
    if found is None:
        raise Refused("所选子项目不属于这份申报表，请重新选择。", code="MONEY-LINE")
    return found


def require_past(day: date, *, at: datetime, what: str) -> None:
    """Refuse with MONEY-FUTURE a day that has not come yet."""
    if day > timezone.localtime(at).date():
        raise Refused(f"{what}不能晚于今天，请核对。", code="MONEY-FUTURE")


def require_reason(reason: str, *, what: str) -> str:
    """Return the reason without edges; refuse with MONEY-REASON when nothing is left."""
    if not reason.strip():
        raise Refused(f"请填写{what}。", code="MONEY-REASON")
    return reason.strip()


def require_positive(amount_fen: int) -> None:
    """Refuse with MONEY-AMOUNT an amount that is not above zero."""
    if amount_fen <= 0:
        raise Refused("金额须大于零，请核对。", code="MONEY-AMOUNT")


def require_new(rows: models.QuerySet[Row]) -> None:
    """Refuse with MONEY-TWICE what is waiting already, word for word: a second click proposes nothing new."""
    if rows.exists():
        raise Refused(
            "内容完全相同的一项已经提出，正在等待审批，没有重复提交。", code="MONEY-TWICE"
        )


def decide(
    rows: models.Manager[Row], pk: int, *, approve: bool, note: str, by: Account, at: datetime
) -> Row:
    """Settle a pending row by another person than the one who proposed it.

    Raises: Refused MONEY-DECIDED when somebody was faster, MONEY-OWN, MONEY-REASON for a refusal without one.
    """
    found: Any = rows.select_for_update(of=("self",)).get(pk=pk)
    if found.decision != Decision.PENDING:
        raise Refused(
            f"这一项已由他人处理（{found.get_decision_display()}），您的操作没有重复执行。",
            code="MONEY-DECIDED",
        )
    if found.by_id == by.pk:
        raise Refused("提出与审批不能是同一人，请由另一位审核人员办理。", code="MONEY-OWN")
    if not approve:
        require_reason(note, what="不同意的理由")
    found.decision = Decision.APPROVED if approve else Decision.REFUSED
    found.decided_by, found.decided_at, found.note = by, at, note.strip()
    found.save(update_fields=["decision", "decided_by", "decided_at", "note"])
    row: Row = found
    return row


def record(act: str, declaration: Declaration, by: Account, at: datetime, **after: object) -> None:
    """Write the act into the record, inside its transaction."""
    assert transaction.get_connection().in_atomic_block, "an act and its record commit together"
    audit.record(act=act, by=by.actor, at=at, subject=f"declaration:{declaration.pk}", after=after)
