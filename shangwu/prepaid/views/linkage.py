"""The office's pages of linkage: the list, registration, one operator's dossier, and the acts on it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import Account, signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.foundation.web.tables import Column, Filter, build_table
from shangwu.prepaid.forms.onboarding import (
    AccountForm,
    CodeForm,
    CorrectionForm,
    OpinionForm,
    RegistrationForm,
)
from shangwu.prepaid.gateways.registry import SOURCE, RegistryUnavailable, configured_registry
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations import applications, marks, onboarding
from shangwu.prepaid.queries import onboarding as reading
from shangwu.prepaid.queries.desks.operators import area_filters
from shangwu.prepaid.queries.finding import named
from shangwu.prepaid.queries.register import outlet_chart
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules.onboarding import scope
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.registry import RegisteredFacts
from shangwu.prepaid.views.exports import table_download
from shangwu.prepaid.views.shared import (
    CLERKS,
    REVIEWERS,
    SUPERVISING,
    done,
    supervised,
)
from shangwu.prepaid.vocabulary import ApplicationState, OperatorStatus

PREFILLED = ("name", "representative", "place", "district", "established_on")
WAITING: dict[str, tuple[str, Callable[[QuerySet[Operator]], QuerySet[Operator]]]] = {
    "submitted": ("待经办审核", partial(reading.in_state, state=ApplicationState.SUBMITTED)),
    "recommended": ("待复核", partial(reading.in_state, state=ApplicationState.RECOMMENDED)),
    "mark": ("待核发标识", reading.awaiting_mark),
    "withdraw": ("应收回标识", reading.marks_to_withdraw),
}


@entry(allow=SUPERVISING, writes=False, records_files=True)
def linkage_list(request: HttpRequest) -> HttpResponseBase:
    """Show the operators in the person's own field, what waits first, or give them as a file."""
    on = timezone.localdate()
    mine = operators_of(signed_in(request), on=on).order_by("-registered_at", "-pk")
    waiting = [(key, label, keep(mine).count()) for key, (label, keep) in WAITING.items()]
    rows = _waiting(request, mine)
    columns, filters = _columns(on), _filters(signed_in(request), on)
    shape: dict[str, Any] = {"columns": columns, "filters": filters, "search": named}
    if (file := table_download(request, rows, title="对接名单", **shape)) is not None:
        return file
    table = build_table(
        rows, key="operators", caption="对接名单", asked=request.GET, export=request.path, **shape
    )
    context = {
        "table": table,
        "waiting": waiting,
        "chosen": request.GET.get("waiting", ""),
        "may_register": CLERKS.admits(request.user),
    }
    return render(request, "prepaid/linkage/list.html", context)


@entry(allow=CLERKS, writes=True)
def linkage_new(request: HttpRequest) -> HttpResponse:
    """Take a code, show what the legal-entity database knows, and register the operator."""
    on = timezone.localdate()
    code_form = CodeForm(request.GET if "uscc" in request.GET else None, on=on)
    context: dict[str, Any] = {"code_form": code_form, "source": SOURCE, "scope": scope(on)}
    if request.method == "POST":
        form = RegistrationForm(request.POST, on=on)
        if form.is_valid():
            return _register(request, form)
        context["form"] = form
    elif code_form.is_valid():
        uscc = code_form.cleaned_data["uscc"]
        extract, context["registry"] = _ask(uscc)
        context["extract"], context["asked_at"] = extract, timezone.localtime()
        context["form"] = RegistrationForm(initial=_initial(uscc, extract), on=on)
    return render(request, "prepaid/linkage/new.html", context)


@entry(allow=SUPERVISING, writes=False)
def linkage(request: HttpRequest, number: str) -> HttpResponse:
    """Show one operator's way to linkage, and what can be done next."""
    operator, on = supervised(request, number), timezone.localdate()
    found = reading.dossier(operator, on=on)
    documents = found.application.documents.select_related("file") if found.application else ()
    context = {
        "page": found,
        "operator": operator,
        "stages": enumerate(reading.STAGES, start=1),
        "district": districts(on).get(operator.district, operator.district),
        "documents": documents,
        "outlets": operator.outlets.order_by("number"),
        "chart": outlet_chart(Operator.objects.filter(pk=operator.pk), on=on),
        "people": reading.shop_people(operator, on=on),
        "keys": operator.keys.order_by("-made_at", "-pk"),
        "may_handle": CLERKS.admits(request.user),
        "may_review": REVIEWERS.admits(request.user),
        "account_form": AccountForm(),
        "opinion_form": OpinionForm(),
        "reason_form": OpinionForm(label="理由", auto_id="reason_%s"),
        "withdraw_form": OpinionForm(label="收回理由", auto_id="withdraw_%s"),
    }
    return render(request, "prepaid/linkage/page.html", context)


@entry(allow=CLERKS, writes=True)
def linkage_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what is registered of an operator, for a reason."""
    operator, on = supervised(request, number), timezone.localdate()
    names = tuple(CorrectionForm(on=on).fields)
    initial = {name: getattr(operator, name) for name in names if name != "reason"}
    if operator.capital_fen is not None:
        initial["capital_fen"] = f"{operator.capital_fen // 100}.{operator.capital_fen % 100:02d}"
    form = CorrectionForm(request.POST or None, on=on, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        reason = changes.pop("reason")
        onboarding.correct_operator(
            operator=operator.pk,
            changes=changes,
            reason=reason,
            by=signed_in(request),
            at=timezone.now(),
        )
        messages.success(request, "已更正。")
        return redirect("prepaid:linkage-page", number)
    return render(request, "prepaid/linkage/edit.html", {"form": form, "operator": operator})


@entry(allow=CLERKS, writes=True)
@require_POST
def linkage_compare(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the legal-entity database again and keep its answer."""
    operator = supervised(request, number)
    extract, told = _ask(operator.uscc)
    if told == "away":
        messages.error(request, f"{SOURCE}暂时没有应答，请稍后再试。已有的资料不受影响。")
    else:
        onboarding.compare_operator(
            operator=operator.pk,
            extract=extract,
            source=SOURCE,
            by=signed_in(request),
            at=timezone.now(),
        )
        messages.success(request, "已与登记信息比对。")
    return redirect("prepaid:linkage-page", number)


@entry(allow=CLERKS, writes=True)
@require_POST
def linkage_account(request: HttpRequest, number: str) -> HttpResponse:
    """Open an account for a person of the operator and show its one-time password once."""
    operator = supervised(request, number)
    form = AccountForm(request.POST)
    if not is_filled_in(request, form):
        return redirect("prepaid:linkage-page", number)
    account, password = onboarding.open_shop_account(
        operator=operator.pk, **form.cleaned_data, by=signed_in(request), at=timezone.now()
    )
    context = {"operator": operator, "account": account, "password": password}
    return render(request, "prepaid/linkage/password.html", context)


@entry(allow=CLERKS, writes=True)
@require_POST
def linkage_recommend(request: HttpRequest, number: str) -> HttpResponse:
    """Recommend the application, or send it back."""
    back = "return" in request.POST
    act = applications.return_application if back else applications.recommend_application
    told = "已退回补正，已通知申请人。" if back else "已提出经办意见，等待另一位复核。"

    def do(text: str, **who: Any) -> None:
        act(operator=operator.pk, opinion=text, **who)

    operator = supervised(request, number)
    return done(request, OpinionForm(request.POST), do, told, "prepaid:linkage-page", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def linkage_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve or refuse the recommended application."""
    approve = "approve" in request.POST

    def do(text: str, **who: Any) -> None:
        applications.decide_application(operator=operator.pk, approve=approve, reason=text, **who)

    operator = supervised(request, number)
    told = "已同意，进入技术对接。" if approve else "已作出不予对接的决定。"
    return done(request, OpinionForm(request.POST), do, told, "prepaid:linkage-page", number)


@entry(allow=CLERKS, writes=True)
@require_POST
def linkage_connect(request: HttpRequest, number: str) -> HttpResponse:
    """Declare the technical onboarding done."""
    operator = supervised(request, number)
    applications.connect_operator(operator=operator.pk, by=signed_in(request), at=timezone.now())
    messages.success(request, "已确认完成对接，请复核人员按期核发标识。")
    return redirect("prepaid:linkage-page", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def linkage_mark(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the linkage mark."""
    operator = supervised(request, number)
    marks.issue_mark(operator=operator.pk, by=signed_in(request), at=timezone.now())
    messages.success(request, "标识已核发。")
    return redirect("prepaid:linkage-page", number)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def linkage_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw the linkage mark with a reason."""

    def do(text: str, **who: Any) -> None:
        marks.withdraw_mark(operator=operator.pk, reason=text, **who)

    operator = supervised(request, number)
    form = OpinionForm(request.POST)
    return done(
        request, form, do, "标识已收回，公众核验时会看到理由。", "prepaid:linkage-page", number
    )


def _register(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    given = form.registration()
    extract, _ = _ask(given.uscc)
    made = onboarding.register_operator(
        given=given, extract=extract, source=SOURCE, by=signed_in(request), at=timezone.now()
    )
    messages.success(request, "经营者已登记。请为经办人开立账号，由其填写申请。")
    return redirect("prepaid:linkage-page", made.number)


def _ask(uscc: str) -> tuple[RegisteredFacts | None, str]:
    """Ask the legal-entity database: its answer, and whether it "knows", does "not" know, or is "away"."""
    registry = configured_registry()
    if registry is None:
        return None, "away"
    try:
        found = registry.find(uscc)
    except RegistryUnavailable:
        return None, "away"
    return found, "knows" if found else "not"


def _initial(uscc: str, extract: RegisteredFacts | None) -> dict[str, object]:
    initial: dict[str, object] = {"uscc": uscc}
    if extract is not None:
        initial |= {name: getattr(extract, name) for name in PREFILLED}
        if extract.capital_fen is not None:
            initial["capital_fen"] = f"{extract.capital_fen // 100}.{extract.capital_fen % 100:02d}"
    return initial


def _waiting(request: HttpRequest, rows: QuerySet[Operator]) -> QuerySet[Operator]:
    chosen = WAITING.get(request.GET.get("waiting", ""))
    return chosen[1](rows) if chosen else rows


def _columns(on: date) -> list[Column]:
    names = districts(on)
    return [
        Column(
            "name",
            "名称",
            lambda one: one.name,
            sort="name",
            heads_row=True,
            link=lambda one: reverse("prepaid:linkage-page", args=[one.number]),
        ),
        Column("number", "平台编号", lambda one: one.number, sort="number"),
        Column("sector", "行业", lambda one: one.get_sector_display(), sort="sector"),
        Column(
            "district",
            "所在区",
            lambda one: names.get(one.district, one.district),
            sort="district",
        ),
        Column(
            "status",
            "对接状态",
            lambda one: one.get_status_display(),
            sort="status",
            status=lambda one: one.status,
        ),
        Column("connected", "完成对接日", lambda one: one.connected_on or "", sort="connected_on"),
    ]


def _filters(account: Account, on: date) -> list[Filter]:
    return [
        Filter("status", "对接状态", "status", OperatorStatus.choices),
        *area_filters(account, on=on),
    ]
