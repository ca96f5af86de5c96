"""The trail of an operator's way to linkage: a row that people read, and the act that is sealed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.web.notifications import notify
from shangwu.prepaid.models import LinkageStep, Operator
from shangwu.prepaid.vocabulary import LinkageStepKind, OperatorStatus

LONGEST_SENTENCE = 1000
PLATFORM = audit.Actor("system", "prepaid", "预付卡平台")


def take_step(
    act: str,
    operator: Operator,
    kind: LinkageStepKind,
    sentence: str,
    *,
    by: Account | None,
    at: datetime,
    **after: object,
) -> LinkageStep:
    """Write the step and its act in the caller's transaction, and return the step."""
    assert transaction.get_connection().in_atomic_block
    audit.record(
        act=act,
        by=by.actor if by else PLATFORM,
        at=at,
        subject=f"operator:{operator.number}",
        after=after,
    )
    return LinkageStep.objects.create(
        operator=operator, kind=kind, sentence=sentence[:LONGEST_SENTENCE], taken_by=by, at=at
    )


def kind_of_own(operator: Operator) -> LinkageStepKind:
    """Return the kind of a step by which a shop says something of itself: its application, and later an update."""
    is_applying = operator.status == OperatorStatus.APPLIED
    return LinkageStepKind.FILLED_IN if is_applying else LinkageStepKind.UPDATED


def locked_operator(operator: int) -> Operator:
    """Return the operator, locked until the transaction ends."""
    return Operator.objects.select_for_update(no_key=True).get(pk=operator)


def tell(accounts: Iterable[Account], sentence: str, *, link: str, at: datetime) -> None:
    """Notify each of the accounts once."""
    for account in {one.pk: one for one in accounts}.values():
        notify(account=account, sentence=sentence, link=link, at=at)


def required(text: str, what: str, *, longest: int = 500) -> str:
    """Return the text without surrounding space. Raises: Refused PREPAID-TEXT when it is empty or too long."""
    found = text.strip()
    if not found or len(found) > longest:
        raise Refused(f"请写明{what}，{longest} 字以内。", code="PREPAID-TEXT")
    return found
