"""Penalties that the competent body decided: recorded within the band of their article; a second one proposes the list."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import CaseStep, Penalty
from shangwu.prepaid.operations.cases import locked, take_effect
from shangwu.prepaid.operations.credit import ask_to_restate_credit
from shangwu.prepaid.operations.exchange import tell_platform
from shangwu.prepaid.operations.listings import propose_for_penalties
from shangwu.prepaid.rules.cases import require_fine
from shangwu.prepaid.vocabulary import CaseAct, CaseState, CreditMessageKind, StepStatus


def record_penalty(
    *,
    case: int,
    decision_number: str,
    decided_on: date,
    basis: str,
    gravity: str,
    fine: Fen,
    version: int,
    by: Account,
    at: datetime,
) -> Penalty:
    """Record the decision of the penalty body; the article must be the one of the case's breach, the fine in its band.

    A second penalty inside a year proposes the list; a person decides. The city's credit platform is told.

    Unit: fen.
    Raises: Refused PREPAID-CASE-BASIS, -BAND, -STEP, -CHANGED; PREPAID-PENALTY-DAY, -NUMBER, -TWICE.
    """
    today = timezone.localtime(at).date()
    written = decision_number.strip()
    if not written:
        raise Refused("请填写处罚决定书文号。", code="PREPAID-PENALTY-NUMBER")
    with transaction.atomic():
        found = locked(case, version=version)
        if found.state != CaseState.HANDED_OVER:
            raise Refused(
                f"案件“{found.get_state_display()}”时不能登记处罚：移送执法以后才有处罚决定。",
                code="PREPAID-CASE-STEP",
            )
        if not found.opened_on <= decided_on <= today:
            raise Refused("处罚决定日期应在立案之后、今天以前。", code="PREPAID-PENALTY-DAY")
        if found.steps.filter(status=StepStatus.DRAFTED).exists():
            raise Refused("这个案件有一份文稿待签发，请先签发或者退回。", code="PREPAID-CASE-DRAFT")
        article = require_fine(
            fine, basis=basis, breach=found.breach, gravity=gravity, on=decided_on
        )
        step = CaseStep.objects.create(
            case=found,
            act=CaseAct.PENALISE,
            status=StepStatus.DRAFTED,
            content={
                "text": f"处罚决定书 {written}",
                "basis": basis,
                "gravity": gravity,
                "fine_fen": fine,
            },
            drafted_by=by,
            drafted_at=at,
        )
        take_effect(found, step, by=by, at=at)
        try:
            with transaction.atomic():
                penalty = Penalty.objects.create(
                    case=found,
                    operator=found.operator,
                    decision_number=written,
                    body=found.penalty_body,
                    decided_on=decided_on,
                    basis=basis,
                    article=article.article,
                    breach=found.breach,
                    gravity=gravity,
                    fine_fen=fine,
                    recorded_by=by,
                    recorded_at=at,
                )
        except IntegrityError:
            raise Refused(
                f"处罚决定书 {written} 已经登记，没有重复登记。", code="PREPAID-PENALTY-TWICE"
            ) from None
        audit.record(
            act="prepaid.record_penalty",
            by=by.actor,
            at=at,
            subject=f"case:{found.number}",
            after={"decision": written, "basis": basis, "fine_fen": fine, "on": decided_on},
        )
        tell_platform(
            found.operator,
            CreditMessageKind.PENALTY,
            {
                "decision_number": written,
                "decided_on": decided_on.isoformat(),
                "article": article.article,
                "fine_fen": fine,
            },
            at=at,
        )
        propose_for_penalties(found, decided_on=decided_on, at=at)
        ask_to_restate_credit([found.operator_id], day=today, cause="行政处罚")
    return penalty
