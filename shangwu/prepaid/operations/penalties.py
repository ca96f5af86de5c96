"""Penalties that the competent body decided: recorded within the band of their article; a second one proposes the list."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Case, CaseStep, Penalty
from shangwu.prepaid.operations.cases import locked, take_effect
from shangwu.prepaid.operations.credit import ask_to_restate_credit
from shangwu.prepaid.operations.exchange import tell_platform
from shangwu.prepaid.operations.listings import propose_for_penalties
from shangwu.prepaid.rules.cases import require_fine
from shangwu.prepaid.vocabulary import CaseAct, CaseState, CreditMessageKind, StepStatus


@dataclass(frozen=True)
class Decision:
    """What the penalty body's decision says: its number, day, article (`basis` is the pack), gravity and fine in fen."""

    number: str
    decided_on: date
    basis: str
    gravity: str
    fine: Fen


def record_penalty(
    *, case: int, decision: Decision, version: int, by: Account, at: datetime
) -> Penalty:
    """Record the decision of the penalty body; the article must be the one of the case's breach, the fine in its band.

    A second penalty on the regulation inside a year proposes the list; a person decides. The city's credit platform is told.

    Raises: Refused PREPAID-CASE-BASIS, -BAND, -STEP, -CHANGED, -DRAFT; PREPAID-PENALTY-DAY, -NUMBER, -TWICE.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked(case, version=version)
        _require_possible(found, decision, today=today)
        article = require_fine(
            decision.fine,
            basis=decision.basis,
            breach=found.breach,
            gravity=decision.gravity,
            on=decision.decided_on,
        ).article
        _step(found, decision, by=by, at=at)
        penalty = _store(found, decision, article, by=by, at=at)
        audit.record(
            act="prepaid.record_penalty",
            by=by.actor,
            at=at,
            subject=f"case:{found.number}",
            after={
                "decision": penalty.decision_number,
                "basis": decision.basis,
                "fine_fen": decision.fine,
                "on": decision.decided_on,
            },
        )
        content = {
            "decision_number": penalty.decision_number,
            "decided_on": decision.decided_on.isoformat(),
            "article": article,
            "fine_fen": decision.fine,
        }
        tell_platform(found.operator, CreditMessageKind.PENALTY, content, at=at)
        propose_for_penalties(found, decided_on=decision.decided_on, basis=decision.basis, at=at)
        ask_to_restate_credit([found.operator_id], day=today, cause="行政处罚")
    return penalty


def _require_possible(case: Case, decision: Decision, *, today: date) -> None:
    if not decision.number.strip():
        raise Refused("请填写处罚决定书文号。", code="PREPAID-PENALTY-NUMBER")
    if case.state != CaseState.HANDED_OVER:
        raise Refused(
            f"案件“{case.get_state_display()}”时不能登记处罚：移送执法以后才有处罚决定。",
            code="PREPAID-CASE-STEP",
        )
    if not case.opened_on <= decision.decided_on <= today:
        raise Refused("处罚决定日期应在立案之后、今天以前。", code="PREPAID-PENALTY-DAY")
    if case.steps.filter(status=StepStatus.DRAFTED).exists():
        raise Refused("这个案件有一份文稿待签发，请先签发或者退回。", code="PREPAID-CASE-DRAFT")


def _step(case: Case, decision: Decision, *, by: Account, at: datetime) -> None:
    step = CaseStep.objects.create(
        case=case,
        act=CaseAct.PENALISE,
        status=StepStatus.DRAFTED,
        content={
            "text": f"处罚决定书 {decision.number.strip()}",
            "basis": decision.basis,
            "gravity": decision.gravity,
            "fine_fen": decision.fine,
        },
        drafted_by=by,
        drafted_at=at,
    )
    take_effect(case, step, by=by, at=at)


def _store(case: Case, decision: Decision, article: str, *, by: Account, at: datetime) -> Penalty:
    number = decision.number.strip()
    try:
        with transaction.atomic():
            return Penalty.objects.create(
                case=case,
                operator=case.operator,
                decision_number=number,
                body=case.penalty_body,
                decided_on=decision.decided_on,
                basis=decision.basis,
                article=article,
                breach=case.breach,
                gravity=decision.gravity,
                fine_fen=decision.fine,
                recorded_by=by,
                recorded_at=at,
            )
    except IntegrityError:
        raise Refused(
            f"处罚决定书 {number} 已经登记，没有重复登记。", code="PREPAID-PENALTY-TWICE"
        ) from None
