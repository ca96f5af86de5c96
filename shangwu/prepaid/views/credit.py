"""An operator's credit, pre-checks, and the exchange with the public-credit platform."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, Filter, build_table
from shangwu.prepaid.forms.credit import ProposeForm
from shangwu.prepaid.gateways import credit as platform
from shangwu.prepaid.models import CreditMessage, CreditReconciliation
from shangwu.prepaid.operations import exchange
from shangwu.prepaid.operations.credit import precheck
from shangwu.prepaid.operations.listings import propose_listing
from shangwu.prepaid.queries.credit import subject_of
from shangwu.prepaid.queries.listings import credit_page
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.cases import OFFICERS, REVIEWERS, VIEWERS, operator_numbered
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.vocabulary import CreditMessageKind, MessageState

CREDIT_VIEWERS = any_of(
    Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER
)
SHOWN_DAYS = 14
FILTERS = (
    Filter("state", "送达状态", "state", MessageState.choices),
    Filter("kind", "种类", "kind", CreditMessageKind.choices),
)
COLUMNS = (
    Column("number", "消息", lambda row: str(row.number)[:8], heads_row=True),
    Column("operator", "经营者", lambda row: row.operator.name, sort="operator__name"),
    Column("kind", "种类", lambda row: row.get_kind_display()),
    Column(
        "state",
        "送达状态",
        lambda row: row.get_state_display(),
        status=lambda row: {"SENT": "DONE", "DEAD": "FAILED"}.get(row.state, row.state),
    ),
    Column("attempts", "次数", lambda row: row.attempts, number=True),
    Column("written", "写入", lambda row: f"{timezone.localtime(row.written_at):%Y-%m-%d %H:%M}"),
    Column("problem", "最近的问题", lambda row: row.problem),
)


@entry(allow=VIEWERS, writes=False)
def operator_credit(request: HttpRequest, number: str) -> HttpResponse:
    """Show an operator's grade with every reason, the measures that follow, its history and pre-checks."""
    operator, today = operator_numbered(request, number), timezone.localdate()
    context = {
        "operator": operator,
        "page": credit_page(operator, today=today),
        "propose_form": ProposeForm(on=today),
        "may_act": OFFICERS.admits(request.user),
        "today": today,
    }
    return render(request, "prepaid/credit/operator.html", context)


@entry(allow=CREDIT_VIEWERS, writes=True)
@require_POST
def operator_precheck(request: HttpRequest, number: str) -> HttpResponse:
    """Look the operator up now."""
    operator = operator_numbered(request, number)
    found = precheck(
        subject=subject_of(operator),
        occasion="人工核查",
        by=signed_in(request),
        at=timezone.localtime(),
    )
    messages.success(request, f"已核查。{found.sentence}")
    return redirect("prepaid:operator-credit", number)


@entry(allow=OFFICERS, writes=True)
@require_POST
def operator_propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose the operator for the list on a ground that the person established."""
    operator = operator_numbered(request, number)
    form = ProposeForm(request.POST, on=timezone.localdate())
    if not is_filled_in(request, form):
        return redirect("prepaid:operator-credit", number)
    found = propose_listing(
        operator=operator.pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
    )
    messages.success(request, f"已提出建议 {found.number}，下一步告知当事人。")
    return redirect("prepaid:listing", found.number)


@entry(allow=VIEWERS, writes=False, records_files=True)
def credit_exchange(request: HttpRequest) -> HttpResponseBase:
    """Show what the public-credit platform was told, what failed, and the daily comparisons."""
    seen = operators_of(signed_in(request), on=timezone.localdate())
    rows = CreditMessage.objects.filter(operator__in=seen).select_related("operator")
    rows = rows.order_by("-pk")
    shape: dict[str, Any] = {"columns": COLUMNS, "filters": FILTERS, "search": ("operator__name",)}
    if (file := table_download(request, rows, title="信用信息消息", **shape)) is not None:
        return file
    table = build_table(
        rows,
        key="messages",
        caption="信用信息消息",
        asked=request.GET,
        export=request.path,
        **shape,
    )
    context = {
        "table": table,
        "dead": rows.filter(state=MessageState.DEAD),
        "waiting": rows.filter(state=MessageState.WAITING).count(),
        "days": CreditReconciliation.objects.order_by("-day", "-compared_at")[:SHOWN_DAYS],
        "is_wired": platform.is_wired(),
        "public_key": platform.public_key(),
        "may_act": REVIEWERS.admits(request.user),
    }
    return render(request, "prepaid/credit/exchange.html", context)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def message_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message that was given up once more."""
    seen = operators_of(signed_in(request), on=timezone.localdate())
    found = get_object_or_404(CreditMessage, pk=pk, operator__in=seen)
    exchange.replay_message(message=found.pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "已重新排队送达。")
    return redirect("prepaid:credit-exchange")
