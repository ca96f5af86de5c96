"""What the board of supervision cases and the page of one case show."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.web.components import CountedDay, DueDate, Moment
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import Case, CaseEvidence, CaseLetter, CaseStep, Inspection, Operator
from shangwu.prepaid.queries.governance import agency_name
from shangwu.prepaid.queries.letters import offer_sentence, offers
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules import cases as flow
from shangwu.prepaid.rules.cases import FineOffer, StepFacts
from shangwu.prepaid.rules.supervision import TWO_PERSONS, period
from shangwu.prepaid.vocabulary import CaseAct, CaseState, StepStatus

SOON = timedelta(days=3)
# The views of the board: key and what people read.
VIEWS = (
    ("open", "办理中"),
    ("mine", "由我经办"),
    ("draft", "待签发"),
    ("due", "三日内到期"),
    ("overdue", "逾期"),
    ("all", "全部"),
)


@dataclass(frozen=True)
class View:
    """One view of the board with its number of cases."""

    key: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class NextAct:
    """An act that the flow offers now; `why_not` says what is missing, empty when it can be done."""

    act: str
    label: str
    two_persons: bool
    why_not: str


@dataclass(frozen=True)
class CasePage:
    """A case with everything that its page says beside the rows themselves."""

    agency: str
    penalty_body: str
    moments: tuple[Moment, ...]
    due: DueDate | None
    rectify: DueDate | None
    acts: tuple[NextAct, ...]
    offers: tuple[tuple[FineOffer, str], ...]


def cases_of(account: Account, *, on: date) -> QuerySet[Case]:
    """Return the cases over operators that the account supervises that day."""
    seen = operators_of(account, on=on)
    return Case.objects.filter(operator__in=seen).select_related("operator", "officer")


def stopped_on(operator: Operator) -> date | None:
    """Return since when an operator's sales are stopped by a case; None while nothing stops them."""
    acts = (CaseAct.STOP_SALES, CaseAct.RESUME_SALES)
    steps = CaseStep.objects.filter(
        case__operator=operator, act__in=acts, status=StepStatus.SIGNED
    ).order_by("-signed_at")
    last = steps.first()
    if last is None or last.signed_at is None or last.act == CaseAct.RESUME_SALES:
        return None
    return timezone.localtime(last.signed_at).date()


def inspections_of(account: Account, *, on: date) -> QuerySet[Inspection]:
    """Return the on-site checks of operators that the account supervises that day."""
    seen = operators_of(account, on=on)
    rows = Inspection.objects.filter(operator__in=seen)
    return rows.select_related("operator", "outlet", "case", "first_inspector", "second_inspector")


def letters_of(account: Account, *, on: date) -> QuerySet[CaseLetter]:
    """Return the papers over operators that the account supervises that day."""
    return CaseLetter.objects.filter(
        case__operator__in=operators_of(account, on=on)
    ).select_related("case__operator")


def board(account: Account, *, view: str, today: date) -> tuple[QuerySet[Case], tuple[View, ...]]:
    """Return the cases of one view, the most urgent first, and all views with their numbers."""
    seen = cases_of(account, on=today)
    chosen = view if view in dict(VIEWS) else VIEWS[0][0]
    views = tuple(
        View(key, label, seen.filter(_of(key, account, today)).distinct().count(), key == chosen)
        for key, label in VIEWS
    )
    rows = seen.filter(_of(chosen, account, today)).distinct()
    return rows.order_by("act_by", "-opened_on", "pk"), views


def evidence_of(case: Case) -> QuerySet[CaseEvidence]:
    """Return the evidence in order, each with how many consumers' reports of the same thing came after it."""
    told = Coalesce(
        Func(F("content__reports"), function="jsonb_array_length", output_field=IntegerField()), 0
    )
    return (
        case.evidence.select_related("file", "taken_by")
        .annotate(later_reports=Count("observation__consumer_requests") - told)
        .order_by("taken_at", "pk")
    )


def case_page(case: Case, *, today: date) -> CasePage:
    """Return what the page of a case says as of today."""
    return CasePage(
        agency=agency_name(case.agency, case.district, on=case.opened_on),
        penalty_body=agency_name(case.penalty_body, case.district, on=case.opened_on),
        moments=tuple(_moments(case)),
        due=_due(case, today),
        rectify=_rectify(case, today),
        acts=tuple(_acts(case, today)),
        offers=tuple((one, offer_sentence(one)) for one in offers(case, on=today)),
    )


def _of(view: str, account: Account, today: date) -> Q:
    is_open = ~Q(state=CaseState.CLOSED)
    return {
        "open": is_open,
        "mine": is_open & Q(officer=account),
        "draft": Q(steps__status=StepStatus.DRAFTED),
        "due": is_open & Q(act_by__gte=today, act_by__lte=today + SOON),
        "overdue": is_open & Q(act_by__lt=today),
        "all": Q(),
    }[view]


def _due(case: Case, today: date) -> DueDate | None:
    if case.act_by is None:
        return None
    return DueDate(
        case.act_by, today, "下一步办理的期限。", "law/prepaid_governance.toml#case.clocks"
    )


def _rectify(case: Case, today: date) -> DueDate | None:
    if case.rectify_from is None or case.rectify_days is None:
        return None
    found = period("rectify", case.rectify_from, calendar=load_calendar(), count=case.rectify_days)
    return DueDate(
        found.due,
        today,
        found.sentence,
        "law/prepaid.toml#case.flow",
        provisional=found.is_provisional,
        done_on=case.rectified_on,
        trace=[CountedDay(day.date, day.counted, day.why) for day in found.trace],
    )


def _acts(case: Case, today: date) -> list[NextAct]:
    """Return the acts of the flow with what each still needs; the penalty has a form of its own."""
    shown = []
    for act in flow.acts_open(case.state, on=today):
        why = "" if act == CaseAct.PENALISE else _why_not(case, act, today)
        shown.append(NextAct(act, str(CaseAct(act).label), act in TWO_PERSONS, why))
    return shown


def _why_not(case: Case, act: str, today: date) -> str:
    """Return what the flow would say; in place of a missed deadline a person may state a refusal, on the form."""
    facts = StepFacts(
        on=today,
        rectify_by=today + timedelta(days=1),
        refused=act == CaseAct.HAND_OVER,
        evidence=tuple(case.evidence.values_list("sentence", flat=True)),
        operator_status=case.operator.status,
    )
    try:
        flow.step(case.state, act, facts=facts)
    except Refused as refused:
        return refused.sentence
    return ""


def _moments(case: Case) -> list[Moment]:
    found = [
        Moment(
            case.opened_at,
            f"立案（{case.get_origin_display()}，{case.opened_by.display_name}）",
            case.route,
        )
    ]
    for step in case.steps.select_related("drafted_by", "signed_by"):
        text = str(step.content.get("text", ""))
        found.append(
            Moment(
                step.drafted_at,
                f"拟定“{step.get_act_display()}”（{step.drafted_by.display_name}）",
                text,
            )
        )
        if step.signed_at is not None:
            signer = step.signed_by.display_name if step.signed_by else ""
            title = f"“{step.get_act_display()}”生效（{signer}）"
            found.append(Moment(step.signed_at, title, step.sentence))
        elif step.return_reason:
            found.append(Moment(step.drafted_at, "文稿被退回", step.return_reason))
    for letter in case.letters.prefetch_related("replies"):
        if letter.read_at is not None:
            found.append(Moment(letter.read_at, f"当事人查看{letter.number}"))
        found += [
            Moment(reply.replied_at, f"当事人答复{letter.number}", reply.text)
            for reply in letter.replies.all()
        ]
    return sorted(found, key=_instant)


def _instant(moment: Moment) -> str:
    return moment.at.isoformat() if moment.at else ""
