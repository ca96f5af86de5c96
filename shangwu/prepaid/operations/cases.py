"""Supervision cases: opened, drafted, signed by a second person, closed; each step by the flow of law/."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.foundation.web.notifications import notify
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import Case, CaseStep, Inspection, Observation, Operator
from shangwu.prepaid.operations.credit import ask_to_restate_credit
from shangwu.prepaid.operations.evidence import take_inspection, take_observation
from shangwu.prepaid.operations.letters import issue_letters
from shangwu.prepaid.operations.numbers import next_serial
from shangwu.prepaid.operations.warning import take_alert
from shangwu.prepaid.queries.governance import supervisors_of
from shangwu.prepaid.rules import cases as flow
from shangwu.prepaid.rules.cases import StepFacts
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.rules.supervision import (
    LETTERS,
    SALES,
    TWO_PERSONS,
    breach_shown_by,
    period,
    require_impersonal,
)
from shangwu.prepaid.vocabulary import (
    CaseAct,
    CaseOrigin,
    CaseState,
    ObservationState,
    StepStatus,
)

LONGEST_SUMMARY = 500


def open_case(
    *,
    operator: int,
    observations: Sequence[int] = (),
    origin: str = CaseOrigin.OBSERVATION,
    reference: str = "",
    summary: str = "",
    breach: str = "",
    inspection: int | None = None,
    by: Account,
    at: datetime,
) -> Case:
    """Open a case on anomalies, an alert, a complaint, an on-site check or what daily work showed.

    Agency, penalty body and district follow the tables in force today. The anomalies are frozen as evidence.
    Raises: Refused PREPAID-CASE-SUMMARY without a reason, PREPAID-CASE-OBSERVATION, PREPAID-ROUTE.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        business = Operator.objects.select_for_update(no_key=True).get(pk=operator)
        seen = list(
            Observation.objects.select_for_update()
            .filter(pk__in=observations)
            .order_by("day", "pk")
        )
        if len(seen) != len(set(observations)):
            raise Refused("所选异常记录不存在，请刷新后再选。", code="PREPAID-CASE-OBSERVATION")
        told = summary.strip() or "".join(one.sentence for one in seen)
        if not told:
            raise Refused("请写明案由，或者选择异常记录。", code="PREPAID-CASE-SUMMARY")
        competent = route(
            sector=business.sector, district=business.district, on=today, form=business.form
        )
        case = Case.objects.create(
            number=f"AJ{today.year}{next_serial(f'case:{today.year}'):06d}",
            operator=business,
            origin=origin,
            reference=reference.strip(),
            breach=breach or (breach_shown_by(seen[0].kind) if seen else ""),
            summary=told[:LONGEST_SUMMARY],
            state=CaseState.FLAGGED,
            agency=competent.agency,
            penalty_body=competent.penalty_body,
            district=business.district,
            route=competent.sentence,
            officer=by if by.has_role(Role.PREPAID_OFFICER, on=today) else None,
            opened_on=today,
            opened_by=by,
            opened_at=at,
            act_by=period("first_act", today, calendar=load_calendar()).due,
        )
        for one in seen:
            take_observation(case, one, by=by, at=at)
        if inspection is not None:
            _join_inspection(case, inspection, by=by, at=at)
        if origin == CaseOrigin.ALERT:
            take_alert(case, by=by, at=at)
        ask_to_restate_credit([business.pk], day=today, cause="监管案件")
        _record("prepaid.open_case", case, by, at, origin=origin, observations=len(seen))
    return case


def assign_case(*, case: int, officer: Account, version: int, by: Account, at: datetime) -> Case:
    """Name who handles the case; it must be an officer whose unit supervises the operator.

    Raises: Refused PREPAID-CASE-OFFICER, PREPAID-CASE-CHANGED.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked(case, version=version)
        if officer not in supervisors_of(found.operator, Role.PREPAID_OFFICER, on=today):
            raise Refused(
                "经办人须是有权监管这个经营者的预付卡监管岗人员。", code="PREPAID-CASE-OFFICER"
            )
        found.officer = officer
        _save(found, "officer")
        _record("prepaid.assign_case", found, by, at, officer=officer.pk)
        _tell(officer, f"案件{found.number}已交由您办理。", found, at=at)
    return found


def draft_step(
    *, case: int, act: str, content: Mapping[str, Any], version: int, by: Account, at: datetime
) -> CaseStep:
    """Draft an act; one that binds waits for a second person's signature, another takes effect at once.

    `content` may hold days (working days to rectify), text, refused, place, said and answer.
    Raises: Refused PREPAID-CASE-STEP and what the flow's needs refuse; PREPAID-CASE-DRAFT, -CHANGED, -TEXT; PREPAID-PERSONAL.
    """
    kept = {name: value for name, value in content.items() if value not in (None, "")}
    if not str(kept.get("text", "")).strip():
        raise Refused("请写明事实和理由。", code="PREPAID-CASE-TEXT")
    require_impersonal(*(str(value) for value in kept.values()))
    if act == CaseAct.PENALISE:
        raise Refused("处罚请凭处罚决定书在“登记处罚”中办理。", code="PREPAID-CASE-STEP")
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked(case, version=version)
        # What is refused at the signature is refused to the drafter already.
        flow.step(found.state, act, facts=facts_of(found, act, kept, on=today))
        try:
            with transaction.atomic():
                step = CaseStep.objects.create(
                    case=found,
                    act=act,
                    status=StepStatus.DRAFTED,
                    content=kept,
                    drafted_by=by,
                    drafted_at=at,
                )
        except IntegrityError:
            raise Refused(
                "这个案件已有一份文稿待签发，请先签发或者退回。", code="PREPAID-CASE-DRAFT"
            ) from None
        _record("prepaid.draft_step", found, by, at, step=act)
        if act in TWO_PERSONS:
            _save(found)
            for reviewer in supervisors_of(found.operator, Role.PREPAID_REVIEWER, on=today):
                if reviewer != by:
                    label = CaseAct(act).label
                    _tell(reviewer, f"案件{found.number}的“{label}”待您签发。", found, at=at)
        else:
            take_effect(found, step, by=by, at=at)
    return step


def sign_step(*, step: int, version: int, by: Account, at: datetime) -> CaseStep:
    """Sign a draft: the act takes effect today, its papers get their numbers.

    Raises: Refused PREPAID-CASE-SIGN for the drafter or without the role; -CHANGED; what the flow refuses today.
    """
    with transaction.atomic():
        draft, found = _draft(step, version=version)
        _require_second(draft, by, at)
        take_effect(found, draft, by=by, at=at)
        _tell(
            draft.drafted_by,
            f"案件{found.number}的“{draft.get_act_display()}”已签发。",
            found,
            at=at,
        )
    return draft


def return_step(*, step: int, reason: str, version: int, by: Account, at: datetime) -> CaseStep:
    """Send a draft back with the reason.

    Raises: Refused PREPAID-CASE-TEXT without a reason; PREPAID-CASE-SIGN; PREPAID-CASE-CHANGED.
    """
    if not reason.strip():
        raise Refused("请写明退回理由。", code="PREPAID-CASE-TEXT")
    with transaction.atomic():
        draft, found = _draft(step, version=version)
        _require_second(draft, by, at)
        draft.status, draft.return_reason = StepStatus.RETURNED, reason.strip()
        draft.save(update_fields=["status", "return_reason"])
        _save(found)
        _record("prepaid.return_step", found, by, at, step=draft.act)
        told = f"案件{found.number}的“{draft.get_act_display()}”被退回：{draft.return_reason}"
        _tell(draft.drafted_by, told, found, at=at)
    return draft


def take_effect(case: Case, step: CaseStep, *, by: Account, at: datetime) -> None:
    """Let a step take effect in a locked case: state, periods, papers, record; call it inside the act.

    Raises: Refused what the flow refuses on the day.
    """
    today = timezone.localtime(at).date()
    done = flow.step(case.state, step.act, facts=facts_of(case, step.act, step.content, on=today))
    before = case.state
    step.status, step.signed_by, step.signed_at = StepStatus.SIGNED, by, at
    step.sentence = done.sentence
    step.save(update_fields=["status", "signed_by", "signed_at", "sentence"])
    case.state = done.next
    _set_periods(case, step, on=today)
    _save(
        case,
        *("state", "act_by", "rectify_from", "rectify_days", "rectify_by"),
        *("rectified_on", "closed_on"),
    )
    if case.state == CaseState.CLOSED:
        settled = Observation.objects.filter(pk__in=case.evidence.values("observation"))
        settled.update(state=ObservationState.SETTLED, settled_at=at)
    if step.act in SALES:
        _set_sales(case, step.act)
    if step.act in LETTERS:
        issue_letters(case, step, by=by, at=at)
    ask_to_restate_credit([case.operator_id], day=today, cause="监管案件")
    audit.record(
        act="prepaid.sign_step",
        by=by.actor,
        at=at,
        subject=f"case:{case.number}",
        before={"state": before},
        after={"act": step.act, "state": case.state},
    )


def facts_of(case: Case, act: str, content: Mapping[str, Any], *, on: date) -> StepFacts:
    """Return what the agency brings to a step, as the flow asks for it.

    That a matter was put right, or a risk is over, is proved by evidence taken after the last paper, not by the anomaly itself.
    """
    proof = case.evidence.order_by("taken_at", "pk")
    last = case.steps.filter(status=StepStatus.SIGNED).order_by("-signed_at").first()
    if (
        act in {CaseAct.CONFIRM, CaseAct.RESUME_SALES}
        and last is not None
        and last.signed_at is not None
    ):
        proof = proof.filter(taken_at__gt=last.signed_at)
    rectify_by = case.rectify_by
    if act in {CaseAct.WARN, CaseAct.INTERVIEW}:
        days = content.get("days")
        rectify_by = period("rectify", on, calendar=load_calendar(), count=days).due
    return StepFacts(
        on=on,
        rectify_by=rectify_by,
        refused=bool(content.get("refused")),
        evidence=tuple(proof.values_list("sentence", flat=True)),
        breach=case.breach,
        basis=str(content.get("basis", "")),
        gravity=str(content.get("gravity", "")),
        fine=content.get("fine_fen"),
        operator_status=case.operator.status,
    )


def locked(case: int, *, version: int) -> Case:
    """Return the case, locked, if it still is as the person saw it; call it inside the act.

    Raises: Refused PREPAID-CASE-CHANGED.
    """
    found = Case.objects.select_for_update(of=("self",)).select_related("operator").get(pk=case)
    if found.version != version:
        raise Refused(
            f"案件{found.number}在您打开之后有了新的办理。您的操作没有执行，请看过最新情况再办理。",
            code="PREPAID-CASE-CHANGED",
        )
    return found


def _set_periods(case: Case, step: CaseStep, *, on: date) -> None:
    """Set until when what comes next is due; nothing is due of us while another body has the case."""
    calendar = load_calendar()
    match step.act:
        case CaseAct.WARN | CaseAct.INTERVIEW:
            days = step.content.get("days")
            due = period("rectify", on, calendar=calendar, count=days)
            case.rectify_from, case.rectify_by = on, due.due
            case.rectify_days = sum(1 for day in due.trace if day.counted)
            # The day on which the period may be found missed is the first after it.
            case.act_by = period("review", due.due, calendar=calendar).due
        case CaseAct.CONFIRM:
            case.rectified_on, case.act_by = on, period("review", on, calendar=calendar).due
        case CaseAct.CLOSE:
            case.closed_on, case.act_by = on, None
        case CaseAct.PENALISE:
            case.act_by = period("review", on, calendar=calendar).due
        case CaseAct.HAND_OVER:
            case.act_by = None


def _set_sales(case: Case, act: str) -> None:
    """Stop the operator's sales, or let it sell again; its standing may have changed since it was read."""
    before, after = SALES[CaseAct(act)]
    rows = Operator.objects.filter(pk=case.operator_id, status=before)
    if not rows.update(status=after):
        raise Refused(
            "经营者的状态刚刚有了变化，请看过最新情况再办理。", code="PREPAID-CASE-CHANGED"
        )
    case.operator.status = after


def _draft(step: int, *, version: int) -> tuple[CaseStep, Case]:
    draft = CaseStep.objects.select_related("drafted_by").get(pk=step)
    found = locked(draft.case_id, version=version)
    draft.refresh_from_db(fields=["status"])
    if draft.status != StepStatus.DRAFTED:
        raise Refused(
            f"这份文稿{draft.get_status_display()}，没有重复办理。", code="PREPAID-CASE-CHANGED"
        )
    return draft, found


def _require_second(draft: CaseStep, by: Account, at: datetime) -> None:
    if draft.drafted_by_id == by.pk:
        raise Refused(
            "拟稿人不能签发自己的文稿，请由另一位复核人员签发。", code="PREPAID-CASE-SIGN"
        )
    if not by.has_role(Role.PREPAID_REVIEWER, on=timezone.localtime(at).date()):
        raise Refused("只有预付卡复核岗可以签发或者退回文稿。", code="PREPAID-CASE-SIGN")


def _join_inspection(case: Case, inspection: int, *, by: Account, at: datetime) -> None:
    done = Inspection.objects.select_for_update().get(pk=inspection, operator=case.operator_id)
    if done.submitted_at is None or done.case_id is not None:
        raise Refused("这次检查尚未提交，或者已经立案。", code="PREPAID-CASE-INSPECTION")
    done.case = case
    done.save(update_fields=["case"])
    take_inspection(case, done, by=by, at=at)


def _save(case: Case, *fields: str) -> None:
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def _tell(account: Account, sentence: str, case: Case, *, at: datetime) -> None:
    link = reverse("prepaid:case", args=[case.number])
    notify(account=account, sentence=sentence[:200], link=link, at=at)


def _record(act: str, case: Case, by: Account, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by.actor, at=at, subject=f"case:{case.number}", after=after)
