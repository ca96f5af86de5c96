"""On-site checks: the list, a plan, the checklist on a phone, the record."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.files import operations as files
from shangwu.foundation.law import Refused
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.tables import Column, build_table
from shangwu.prepaid.forms.cases import CheckForm, OperatorForm, PlanForm
from shangwu.prepaid.models import Inspection
from shangwu.prepaid.operations import inspections as acts
from shangwu.prepaid.queries.cases import inspections_of
from shangwu.prepaid.queries.governance import supervisors_of
from shangwu.prepaid.queries.inspections import inspection_record, photos_of, printed_record
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.views.cases import OFFICERS, VIEWERS
from shangwu.prepaid.views.choosing import choose_operator
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.views.governance_files import paper_file

PHOTO_KINDS = frozenset({"png", "jpeg"})
PHOTO_BYTES = 12 * 1024 * 1024
SEARCH = ("number", "operator__name", "operator__number", "reason")
COLUMNS = (
    Column(
        "number",
        "检查",
        lambda row: row.number,
        sort="number",
        link=lambda row: reverse("prepaid:inspection", args=[row.number]),
        heads_row=True,
    ),
    Column("operator", "经营者", lambda row: row.operator.name, sort="operator__name"),
    Column("outlet", "门店", lambda row: row.outlet.name if row.outlet else "住所"),
    Column("planned", "计划日期", lambda row: row.planned_on, sort="planned_on"),
    Column(
        "people",
        "检查人员",
        lambda row: f"{row.first_inspector.display_name}、{row.second_inspector.display_name}",
    ),
    Column(
        "state",
        "状态",
        lambda row: "已提交" if row.submitted_at else "待检查",
        status=lambda row: "DONE" if row.submitted_at else "WAITING",
    ),
    Column("case", "案件", lambda row: row.case.number if row.case else ""),
)


@entry(allow=VIEWERS, writes=False, records_files=True)
def inspections(request: HttpRequest) -> HttpResponseBase:
    """Show the on-site checks, those still to be made first."""
    rows = inspections_of(signed_in(request), on=timezone.localdate())
    rows = rows.order_by("submitted_at", "-planned_on", "pk")
    shape: dict[str, Any] = {"columns": COLUMNS, "search": SEARCH}
    if (file := table_download(request, rows, title="现场检查", **shape)) is not None:
        return file
    table = build_table(
        rows, key="checks", caption="现场检查", asked=request.GET, export=request.path, **shape
    )
    context = {
        "table": table,
        "may_act": OFFICERS.admits(request.user),
        "operator_form": OperatorForm(),
    }
    return render(request, "prepaid/inspection/list.html", context)


@entry(allow=OFFICERS, writes=True)
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Plan a check of an operator."""
    today, operator = timezone.localdate(), choose_operator(request, "制定检查计划")
    if isinstance(operator, HttpResponse):
        return operator
    people = [
        *supervisors_of(operator, Role.PREPAID_OFFICER, on=today),
        *supervisors_of(operator, Role.PREPAID_REVIEWER, on=today),
    ]
    asked = {"planned_on": today, "first": signed_in(request).pk}
    if number := request.GET.get("case"):
        asked["case"] = operator.cases.filter(number=number).values_list("pk", flat=True).first()
    form = PlanForm(request.POST or None, operator=operator, people=people, initial=asked)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        for name in ("outlet", "case"):
            said[name] = said[name].pk if said[name] else None
        found = acts.plan_inspection(
            operator=operator.pk, **said, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, f"检查计划已制定：{found.number}。")
        return redirect("prepaid:inspection", found.number)
    return render(request, "prepaid/inspection/new.html", {"form": form, "operator": operator})


@entry(allow=VIEWERS, writes=True)
def inspection(request: HttpRequest, number: str) -> HttpResponse:
    """Show the checklist to be filled in, or the record; a POST sends the result, once."""
    found = _found(request, number)
    person = signed_in(request)
    is_inspector = person.pk in {found.first_inspector_id, found.second_inspector_id}
    today = timezone.localdate()
    form = CheckForm(
        request.POST or None,
        request.FILES or None,
        items=governance(today).items.value,
        initial={"checked_on": today},
    )
    if request.method == "POST" and form.is_valid() and _received(request, found, form):
        return redirect("prepaid:inspection", number)
    context = {
        "inspection": found,
        "record": inspection_record(found),
        "photos": photos_of(found),
        "form": form,
        "may_submit": is_inspector and found.submitted_at is None,
        "failed": [row for row in found.answers or () if row["answer"] == "FAILS"],
        "may_act": OFFICERS.admits(request.user),
    }
    return render(request, "prepaid/inspection/page.html", context)


@entry(allow=VIEWERS, writes=False)
def inspection_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give the record, or the empty form to take along."""
    found = _found(request, number)
    return paper_file(printed_record(found), f"现场检查记录-{found.number}", kind)


def _received(request: HttpRequest, plan: Inspection, form: CheckForm) -> bool:
    """Store the result; the same result again is told to be in, and nothing is stored twice."""
    by, at, said = signed_in(request), timezone.localtime(), form.cleaned_data
    photos = form.photos()
    result = acts.Found(
        checked_on=said["checked_on"],
        answers=form.answers(),
        conclusion=said["conclusion"],
        first_signature=said["first_signature"],
        second_signature=said["second_signature"],
        longitude=said["longitude"],
        latitude=said["latitude"],
    )
    try:
        with files.uploads_for_an_act(
            [file for _, file in photos],
            by=by,
            at=at,
            allow=PHOTO_KINDS,
            max_bytes=PHOTO_BYTES,
        ) as stored:
            pairs = [(item, file) for (item, _), file in zip(photos, stored, strict=True)]
            acts.submit_inspection(key=plan.key, found=result, photos=pairs, by=by, at=at)
    except Refused as refused:
        # The phone sent the same result again after a time-out: it is in, and its copies are discarded.
        if refused.code != acts.SAME:
            form.add_error(None, refused.sentence)
            return False
    messages.success(request, f"{plan.number}的检查记录已收到。")
    return True


def _found(request: HttpRequest, number: str) -> Inspection:
    seen = inspections_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(seen, number=number)
