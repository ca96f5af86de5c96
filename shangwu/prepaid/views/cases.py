"""The board of supervision cases, a new case, the page of a case and the acts on it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, Filter, build_table
from shangwu.prepaid.forms.cases import (
    DELIVERIES,
    ActForm,
    AssignCaseForm,
    DeliveryForm,
    EvidenceForm,
    OpenCaseForm,
    PenaltyForm,
    ReturnForm,
    VersionForm,
)
from shangwu.prepaid.forms.credit import WrittenForm
from shangwu.prepaid.models import Case, CaseLetter, CaseStep, Inspection, Operator
from shangwu.prepaid.operations import cases as acts
from shangwu.prepaid.operations.evidence import add_evidence
from shangwu.prepaid.operations.penalties import Decision, record_penalty
from shangwu.prepaid.queries import cases as queries
from shangwu.prepaid.queries.governance import supervisors_of
from shangwu.prepaid.queries.letters import offers
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.queries.warning.page import alert_reasons
from shangwu.prepaid.rules.supervision import TWO_PERSONS
from shangwu.prepaid.views.choosing import choose_operator
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.vocabulary import (
    Agency,
    CaseAct,
    CaseOrigin,
    CaseState,
    ObservationState,
    StepStatus,
)

VIEWERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)
OFFICERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER)
REVIEWERS = any_of(Role.PREPAID_REVIEWER)
EVIDENCE_KINDS = frozenset({"pdf", "docx", "xlsx", "png", "jpeg", "text"})
EVIDENCE_BYTES = 20 * 1024 * 1024
SEARCH = ("number", "operator__name", "operator__number", "operator__uscc", "summary")
FILTERS = (
    Filter("state", "状态", "state", CaseState.choices),
    Filter("agency", "监管部门", "agency", Agency.choices),
    Filter("origin", "来源", "origin", CaseOrigin.choices),
)
COLUMNS = (
    Column(
        "number",
        "案件",
        lambda row: row.number,
        sort="number",
        link=lambda row: reverse("prepaid:case", args=[row.number]),
        heads_row=True,
    ),
    Column("operator", "经营者", lambda row: row.operator.name, sort="operator__name"),
    Column("summary", "案由", lambda row: row.summary[:60]),
    Column("state", "状态", lambda row: row.get_state_display(), status=lambda row: row.state),
    Column("officer", "经办人", lambda row: row.officer.display_name if row.officer else ""),
    Column("opened", "立案", lambda row: row.opened_on, sort="opened_on"),
    Column("due", "下一步期限", lambda row: row.act_by, sort="act_by"),
)


@entry(allow=VIEWERS, writes=False, records_files=True)
def board(request: HttpRequest) -> HttpResponseBase:
    """Show the cases of the person's agency and district by view, or give them as a file."""
    rows, views = queries.board(
        signed_in(request), view=request.GET.get("view", ""), today=timezone.localdate()
    )
    shape: dict[str, Any] = {"columns": COLUMNS, "filters": FILTERS, "search": SEARCH}
    if (file := table_download(request, rows, title="监管案件", **shape)) is not None:
        return file
    table = build_table(
        rows, key="cases", caption="监管案件", asked=request.GET, export=request.path, **shape
    )
    context = {"table": table, "views": views, "may_act": OFFICERS.admits(request.user)}
    return render(request, "prepaid/case/board.html", context)


@entry(allow=OFFICERS, writes=True)
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case: first the operator, then the anomalies or the reason."""
    today, operator = timezone.localdate(), choose_operator(request, "立案")
    if isinstance(operator, HttpResponse):
        return operator
    seen = operator.observations.filter(state=ObservationState.OPEN).order_by("-day", "pk")
    form = OpenCaseForm(
        request.POST or None,
        operator=operator,
        on=today,
        seen=seen,
        initial=_from(request, operator),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        said["observations"] = [one.pk for one in said["observations"]]
        found = acts.open_case(
            operator=operator.pk, **said, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, f"已立案，案件编号 {found.number}。")
        return redirect("prepaid:case", found.number)
    return render(request, "prepaid/case/new.html", {"form": form, "operator": operator})


@entry(allow=VIEWERS, writes=False)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case: what is known, what was done, what comes next."""
    found, today, person = _found(request, number), timezone.localdate(), signed_in(request)
    page = queries.case_page(found, today=today)
    draft = found.steps.filter(status=StepStatus.DRAFTED).select_related("drafted_by").first()
    seen = {"version": found.version}
    context = {
        "case": found,
        "page": page,
        "draft": draft,
        "evidence": queries.evidence_of(found),
        "letters": _letters(found, today),
        "penalties": found.penalties.order_by("decided_on"),
        "listings": found.listings.order_by("pk"),
        "inspections": found.inspections.order_by("pk"),
        "act_forms": [
            (
                one,
                None
                if one.why_not or one.act == CaseAct.PENALISE
                else _act_form(one.act, today, seen),
            )
            for one in page.acts
        ],
        "penalty_form": PenaltyForm(offers=[offer for offer, _ in page.offers], initial=seen),
        "version_form": VersionForm(initial=seen),
        "return_form": ReturnForm(initial=seen, prefix=""),
        "evidence_form": EvidenceForm(),
        "assign_form": AssignCaseForm(
            people=supervisors_of(found.operator, Role.PREPAID_OFFICER, on=today),
            initial=seen | {"officer": found.officer_id},
        ),
        # A receipt may come when the case is closed already.
        "may_record": OFFICERS.admits(request.user),
        "may_act": OFFICERS.admits(request.user) and found.state != CaseState.CLOSED,
        "may_sign": REVIEWERS.admits(request.user)
        and draft is not None
        and draft.drafted_by_id != person.pk,
    }
    return render(request, "prepaid/case/page.html", context)


@entry(allow=OFFICERS, writes=True)
@require_POST
def case_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Draft an act, or do it where one person may."""
    found = _found(request, number)
    form = ActForm(request.POST, act=CaseAct(act), on=timezone.localdate())

    def draft(**said: Any) -> None:
        acts.draft_step(case=found.pk, act=act, content=form.content(), **said)

    done = "文稿已送复核人员签发。" if act in TWO_PERSONS else f"已{CaseAct(act).label}。"
    return _acted(request, found, form, draft, done)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def case_sign(request: HttpRequest, number: str, step: int) -> HttpResponse:
    """Sign a draft."""
    found = _found(request, number)
    draft = get_object_or_404(CaseStep, pk=step, case=found)

    def sign(**said: Any) -> None:
        acts.sign_step(step=draft.pk, **said)

    return _acted(request, found, VersionForm(request.POST), sign, "已签发，文书已编号。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def case_return(request: HttpRequest, number: str, step: int) -> HttpResponse:
    """Send a draft back."""
    found = _found(request, number)
    draft = get_object_or_404(CaseStep, pk=step, case=found)
    form = ReturnForm(request.POST)

    def give_back(**said: Any) -> None:
        acts.return_step(step=draft.pk, reason=form.cleaned_data["reason"], **said)

    return _acted(request, found, form, give_back, "已退回拟稿人。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def case_assign(request: HttpRequest, number: str) -> HttpResponse:
    """Name who handles the case."""
    found = _found(request, number)
    people = supervisors_of(found.operator, Role.PREPAID_OFFICER, on=timezone.localdate())
    form = AssignCaseForm(request.POST, people=people)

    def assign(**said: Any) -> None:
        acts.assign_case(case=found.pk, officer=form.cleaned_data["officer"], **said)

    return _acted(request, found, form, assign, "已指定经办人。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def case_penalty(request: HttpRequest, number: str) -> HttpResponse:
    """Record the decision of the penalty body."""
    found = _found(request, number)
    form = PenaltyForm(request.POST, offers=offers(found, on=timezone.localdate()))

    def record(**said: Any) -> None:
        basis, gravity = form.basis_and_gravity()
        said_of = form.cleaned_data
        decision = Decision(
            said_of["decision_number"], said_of["decided_on"], basis, gravity, said_of["fine"]
        )
        record_penalty(case=found.pk, decision=decision, **said)

    return _acted(request, found, form, record, "处罚已登记。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def case_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze a statement or files as evidence."""
    found = _found(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    if is_filled_in(request, form):
        by, at = signed_in(request), timezone.localtime()
        with files.uploads_for_an_act(
            form.cleaned_data["evidence"],
            by=by,
            at=at,
            allow=EVIDENCE_KINDS,
            max_bytes=EVIDENCE_BYTES,
        ) as stored:
            add_evidence(
                case=found.pk, sentence=form.cleaned_data["sentence"], files=stored, by=by, at=at
            )
        messages.success(request, "证据已固定。")
    return redirect("prepaid:case", found.number)


def _letters(found: Case, today: date) -> list[tuple[CaseLetter, DeliveryForm, WrittenForm]]:
    """The papers of a case, each with the forms of what is recorded of it; controls of their own for each."""
    rows = found.letters.prefetch_related("replies__files__file", "replies__replied_by").order_by(
        "pk"
    )
    return [
        (
            row,
            DELIVERIES.get(row.kind, DeliveryForm)(
                initial={"on": today}, auto_id=f"delivery_{row.pk}_%s"
            ),
            WrittenForm(auto_id=f"written_{row.pk}_%s"),
        )
        for row in rows
    ]


def _act_form(act: str, today: Any, seen: dict[str, Any]) -> ActForm:
    return ActForm(act=act, on=today, initial=seen | {"met_on": today})


def _acted(
    request: HttpRequest,
    found: Case,
    form: VersionForm,
    act: Callable[..., None],
    done: str,
) -> HttpResponse:
    if is_filled_in(request, form):
        version = form.cleaned_data["version"]
        act(version=version, by=signed_in(request), at=timezone.localtime())
        messages.success(request, done)
    return redirect("prepaid:case", found.number)


def _found(request: HttpRequest, number: str) -> Case:
    seen = queries.cases_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(seen, number=number)


def _from(request: HttpRequest, operator: Operator) -> dict[str, Any]:
    """Return what the page that led here already knows: the check, the alert, the complaint."""
    asked = request.GET
    initial: dict[str, Any] = {
        "origin": asked.get("origin", CaseOrigin.OBSERVATION),
        "reference": asked.get("reference", "")[:40],
    }
    if initial["origin"] == CaseOrigin.ALERT:
        initial["summary"] = alert_reasons(operator, initial["reference"])
    if (chosen := asked.get("observation", "")).isdecimal():
        initial["observations"] = [int(chosen)]
    number = asked.get("inspection", "")
    checks = Inspection.objects.filter(operator=operator, number=number, case=None)
    done = checks.exclude(submitted_at=None).first()
    if done is not None:
        failed = [row for row in done.answers or () if row["answer"] == "FAILS"]
        initial |= {
            "inspection": done.pk,
            "origin": CaseOrigin.INSPECTION,
            "reference": done.number,
            "breach": next((row["breach"] for row in failed if row["breach"]), ""),
            "summary": "；".join(f"{row['text']}：不符合（{row['remark']}）" for row in failed)[
                :500
            ],
        }
    return initial


def operator_numbered(request: HttpRequest, number: str) -> Operator:
    """Return an operator that the person supervises, or 404."""
    seen = operators_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(seen, number=number)
