"""The desk of consumers' requests: what waits, until when, and the acts on one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, Filter, build_table
from shangwu.prepaid.forms.consumer_desk import AnswerForm, CloseForm, ForwardForm
from shangwu.prepaid.models import ConsumerRequest
from shangwu.prepaid.operations import complaints as acts
from shangwu.prepaid.queries.consumers import desk as reading
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.vocabulary import RequestKind, RequestState

READERS = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)
OFFICERS = any_of(Role.PREPAID_OFFICER)
SEARCH = ("number", "operator__name", "named_operator")
FILTERS = (
    Filter("kind", "种类", "kind", RequestKind.choices),
    Filter("state", "状态", "state", RequestState.choices),
)


def _columns(today: Any) -> tuple[Column, ...]:
    return (
        Column(
            "number",
            "编号",
            lambda one: one.number,
            heads_row=True,
            link=lambda one: reverse("prepaid:request", args=[one.pk]),
        ),
        Column("kind", "种类", lambda one: one.get_kind_display()),
        Column(
            "about",
            "经营者",
            lambda one: one.operator.name if one.operator else one.named_operator or "—",
        ),
        Column("unit", "承办", lambda one: reading.unit_label(one.unit_agency, one.unit_district)),
        Column("received", "收到", lambda one: f"{timezone.localtime(one.received_at):%Y-%m-%d}"),
        Column(
            "due",
            "答复期限",
            lambda one: f"{one.due_on}（{reading.due_of(one, today=today).sentence}）",
            sort="due_on",
            status=lambda one: (
                "OVERDUE" if not one.answered_at and one.due_on < today else "NOT_DUE"
            ),
            value=lambda one: one.due_on,
        ),
        Column("state", "状态", lambda one: one.get_state_display(), status=lambda one: one.state),
    )


@entry(allow=READERS, writes=False, records_files=True)
def requests(request: HttpRequest) -> HttpResponseBase:
    """Show the requests of the person's units, the earliest due first."""
    today = timezone.localdate()
    mine = reading.requests_of(signed_in(request), on=today)
    rows = mine.select_related("operator").order_by(
        F("answered_at").asc(nulls_first=True), "due_on", "pk"
    )
    shape: dict[str, Any] = {"columns": _columns(today), "filters": FILTERS, "search": SEARCH}
    if (file := table_download(request, rows, title="消费者来件", **shape)) is not None:
        return file
    table = build_table(
        rows,
        key="requests",
        caption="消费者来件",
        asked=request.GET,
        export=request.path,
        **shape,
    )
    context = {
        "table": table,
        "served": reading.served(mine, on=today),
        "missing": reading.missing_operators(mine),
    }
    return render(request, "prepaid/consumer/desk/list.html", context)


@entry(allow=READERS, writes=False)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with all that was done about it."""
    today = timezone.localdate()
    found = _mine(request, pk)
    seen = {"seen": found.steps.count()}
    context = {
        "one": found,
        "due": reading.due_of(found, today=today),
        "unit": reading.unit_label(found.unit_agency, found.unit_district),
        "moments": reading.moments_of(found),
        "answer_form": AnswerForm(
            initial=seen, auto_id="answer_%s", may_publish=found.kind == RequestKind.QUESTION
        ),
        "forward_form": ForwardForm(initial=seen, auto_id="forward_%s"),
        "close_form": CloseForm(initial=seen, auto_id="close_%s"),
        "may_act": OFFICERS.admits(request.user),
        "is_ours": found.operator_id is not None
        and operators_of(signed_in(request), on=today).filter(pk=found.operator_id).exists(),
    }
    return render(request, "prepaid/consumer/desk/page.html", context)


@entry(allow=OFFICERS, writes=True)
@require_POST
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer."""
    return _acted(request, pk, AnswerForm(request.POST), acts.answer_request, "答复已保存。")


@entry(allow=OFFICERS, writes=True)
@require_POST
def request_forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over to another unit; the person may no longer see it afterwards."""
    form = ForwardForm(request.POST)
    found = _mine(request, pk)
    if not is_filled_in(request, form):
        return redirect("prepaid:request", found.pk)
    agency, district = form.cleaned_data.pop("unit").split("|")
    acts.forward_request(
        request=found.pk,
        agency=agency,
        district=district,
        **form.cleaned_data,
        by=signed_in(request),
        at=timezone.localtime(),
    )
    messages.success(request, f"{found.number} 已转交{reading.unit_label(agency, district)}。")
    return redirect("prepaid:requests")


@entry(allow=OFFICERS, writes=True)
@require_POST
def request_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close."""
    return _acted(request, pk, CloseForm(request.POST), acts.close_request, "已办结。")


def _acted(
    request: HttpRequest, pk: int, form: Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    found = _mine(request, pk)
    if is_filled_in(request, form):
        act(
            request=found.pk,
            **form.cleaned_data,
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, done)
    return redirect("prepaid:request", found.pk)


def _mine(request: HttpRequest, pk: int) -> ConsumerRequest:
    mine = reading.requests_of(signed_in(request), on=timezone.localdate())
    return get_object_or_404(mine.select_related("operator", "observation"), pk=pk)
