"""Where a declaration may go next: the transition table, as data."""

from shangwu.foundation.law.refused import Refused
from shangwu.targets.vocabulary import DeclarationStatus

TRANSITIONS: dict[tuple[str, str], str] = {
    (DeclarationStatus.DRAFT, "revise"): DeclarationStatus.DRAFT,
    (DeclarationStatus.RETURNED, "revise"): DeclarationStatus.RETURNED,
    (DeclarationStatus.DRAFT, "submit"): DeclarationStatus.SUBMITTED,
    (DeclarationStatus.RETURNED, "submit"): DeclarationStatus.SUBMITTED,
    (DeclarationStatus.SUBMITTED, "return"): DeclarationStatus.RETURNED,
    (DeclarationStatus.SUBMITTED, "approve"): DeclarationStatus.APPROVED,
}

ACTION_NAMES = {"revise": "修订", "submit": "提交", "return": "退回", "approve": "批复"}


def next_status(*, status: str, action: str) -> str:
    """Return the status that the action leads to.

    Raises: Refused with code DECLARATION-STATUS when the action is not possible from here.
    """
    if found := TRANSITIONS.get((status, action)):
        return found
    label = DeclarationStatus(status).label
    raise Refused(
        f"申报表当前为“{label}”，不能{ACTION_NAMES[action]}。请刷新页面，按当前状态办理。",
        code="DECLARATION-STATUS",
    )
