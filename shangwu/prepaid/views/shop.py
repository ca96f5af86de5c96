"""An operator's own pages: where it stands, the application, keys, the test, the mark to print."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.onboarding import (
    BusinessForm,
    DocumentForm,
    KeyForm,
    RevenueForm,
    RevokeForm,
    SampleForm,
    YearForm,
)
from shangwu.prepaid.operations import applications, samples
from shangwu.prepaid.operations import keys as key_acts
from shangwu.prepaid.queries import onboarding as reading
from shangwu.prepaid.queries.plate import plate
from shangwu.prepaid.queries.quarters import till_owes
from shangwu.prepaid.queries.revenues import owed_year, revenues, years_to_state
from shangwu.prepaid.rules.keys import fingerprint
from shangwu.prepaid.rules.onboarding import charter_items
from shangwu.prepaid.views.shared import SHOPS, done, file_answer, own, stored
from shangwu.prepaid.vocabulary import ApplicationState, DocumentKind

MOST_SAMPLE_BYTES = 2 * 1024 * 1024


@entry(allow=SHOPS, writes=False)
def shop(request: HttpRequest) -> HttpResponse:
    """Show where the business stands and what to do next."""
    operator, on = own(request), timezone.localdate()
    context = {
        "page": reading.dossier(operator, on=on),
        "operator": operator,
        "stages": enumerate(reading.STAGES, start=1),
        "uses_till": reading.uses_till(operator),
        "owed_quarters": till_owes(operator, on=on),
        "owed_year": owed_year(operator, on=on),
    }
    return render(request, "prepaid/shop/home.html", context)


@entry(allow=SHOPS, writes=False)
def application(request: HttpRequest) -> HttpResponse:
    """Show the application with everything that is still missing."""
    operator, on = own(request), timezone.localdate()
    found = reading.dossier(operator, on=on)
    filed = found.application
    context = {
        "page": found,
        "operator": operator,
        "may_edit": filed is not None
        and filed.state in (ApplicationState.DRAFT, ApplicationState.RETURNED),
        "business_form": BusinessForm(
            on=on,
            initial={
                "system": filed.system if filed else "",
                "trade_name": operator.trade_name,
                "brand": operator.brand,
                "group_head": operator.group_head,
                "franchise_head": operator.franchise_head,
            },
        ),
        "document_form": DocumentForm(auto_id="document_%s"),
        "revenue_form": RevenueForm(auto_id="revenue_%s"),
        "documents": filed.documents.select_related("file") if filed else (),
        "charter_items": "、".join(charter_items(on)),
        "year": on.year - 1,
    }
    return render(request, "prepaid/shop/application.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def describe(request: HttpRequest) -> HttpResponse:
    """Keep what the applicant states of the business."""

    def do(**said: Any) -> None:
        applications.describe_business(operator=operator.pk, **said)

    operator = own(request)
    form = BusinessForm(request.POST, on=timezone.localdate())
    return done(request, form, do, "已保存。", "prepaid:shop-application")


@entry(allow=SHOPS, writes=True)
@require_POST
def attach(request: HttpRequest) -> HttpResponse:
    """Add a paper to the application."""

    def do(kind: str, file: Any, **who: Any) -> None:
        with stored(request, [file], at=who["at"]) as (kept,):
            applications.attach_document(operator=operator.pk, kind=kind, file=kept, **who)

    operator = own(request)
    form = DocumentForm(request.POST, request.FILES)
    return done(request, form, do, "材料已上传。", "prepaid:shop-application")


@entry(allow=SHOPS, writes=True)
@require_POST
def revenue(request: HttpRequest) -> HttpResponse:
    """Keep last year's revenue with its statement."""
    operator = own(request)
    year = timezone.localdate().year - 1

    def do(revenue_fen: int, statement: Any, **who: Any) -> None:
        with stored(request, [statement], at=who["at"]) as (kept,):
            applications.attach_document(
                operator=operator.pk, kind=DocumentKind.STATEMENT, file=kept, **who
            )
            applications.state_revenue(
                operator=operator.pk, year=year, revenue_fen=revenue_fen, statement=kept, **who
            )

    form = RevenueForm(request.POST, request.FILES)
    return done(request, form, do, "收入和报表已提供。", "prepaid:shop-application")


@entry(allow=SHOPS, writes=False)
def years(request: HttpRequest) -> HttpResponse:
    """Show what was earned year by year, what it does to the deposit, and the form for a year, at any status."""
    operator, on = own(request), timezone.localdate()
    context = {
        "operator": operator,
        "page": revenues(operator, on=on, known_at=timezone.now()),
        "form": YearForm(years=years_to_state(on)),
    }
    return render(request, "prepaid/shop/years.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def year_state(request: HttpRequest) -> HttpResponse:
    """Keep a year's revenue with its statement."""
    operator = own(request)

    def do(year: int, revenue_fen: int, statement: Any, **who: Any) -> None:
        with stored(request, [statement], at=who["at"]) as (kept,):
            applications.state_revenue(
                operator=operator.pk, year=year, revenue_fen=revenue_fen, statement=kept, **who
            )

    form = YearForm(request.POST, request.FILES, years=years_to_state(timezone.localdate()))
    told = "收入和报表已提供，存管标准按新的收入计算。"
    return done(request, form, do, told, "prepaid:shop-years")


@entry(allow=SHOPS, writes=True)
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Hand the application in."""
    applications.submit_application(
        operator=own(request).pk, by=signed_in(request), at=timezone.now()
    )
    messages.success(request, "申请已提交，有结果会通知您。")
    return redirect("prepaid:shop")


@entry(allow=SHOPS, writes=False)
def linkage(request: HttpRequest) -> HttpResponse:
    """Show keys, the test before connection, and its last answers."""
    operator = own(request)
    context = {
        "operator": operator,
        "keys": [
            (key, fingerprint(bytes(key.public_key)))
            for key in operator.keys.order_by("-made_at", "-pk")
        ],
        "sample": operator.sample_runs.order_by("-run_at", "-pk").first(),
        "conformance": operator.conformance_runs.order_by("-ran_at", "-pk").first(),
        "gaps": reading.connection_gaps(operator),
        "uses_till": reading.uses_till(operator),
        "may_send": operator.status in key_acts.MAY_SEND,
        "key_form": KeyForm(),
        "revoke_form": RevokeForm(),
        "sample_form": SampleForm(auto_id="sample_%s"),
    }
    return render(request, "prepaid/shop/linkage.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def key_add(request: HttpRequest) -> HttpResponse:
    """Register a public key."""

    def do(text: str, use: str, **who: Any) -> None:
        key_acts.register_key(operator=operator.pk, text=text, is_sandbox=use == "sandbox", **who)

    operator = own(request)
    return done(request, KeyForm(request.POST), do, "公钥已登记。", "prepaid:shop-linkage")


@entry(allow=SHOPS, writes=True)
@require_POST
def key_revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """Revoke a key for good."""

    def do(**said: Any) -> None:
        key_acts.revoke_key(operator=operator.pk, key_id=key_id, **said)

    operator = own(request)
    return done(request, RevokeForm(request.POST), do, "密钥已停用。", "prepaid:shop-linkage")


@entry(allow=SHOPS, writes=True)
@require_POST
def try_sample(request: HttpRequest) -> HttpResponse:
    """Check a signed sample day and show every answer."""
    operator = own(request)
    form = SampleForm(request.POST, request.FILES)
    if is_filled_in(request, form):
        file = form.cleaned_data["file"]
        if file.size > MOST_SAMPLE_BYTES:
            messages.error(request, "样例不超过 2 MB，一千行以内即可。")
            return redirect("prepaid:shop-linkage")
        run = samples.try_sample(
            operator=operator.pk,
            content=file.read(),
            signature=form.cleaned_data["signature"],
            by=signed_in(request),
            at=timezone.now(),
        )
        told = "全部通过。" if run.is_passed else "有未通过的项目，请看下面逐项结果。"
        messages.success(request, told) if run.is_passed else messages.error(request, told)
    return redirect("prepaid:shop-linkage")


@entry(allow=SHOPS, writes=False)
def plate_file(request: HttpRequest) -> HttpResponse:
    """Give the plate of the mark as a PDF to print."""
    operator = own(request)
    mark = operator.marks.filter(withdrawn_on=None).first()
    if mark is None:
        raise Http404
    link = request.build_absolute_uri(reverse("prepaid:mark", args=[mark.code]))
    body = plate(mark, operator, link=link, on=timezone.localdate())
    return file_answer(body, "application/pdf", f"信息对接标识-{operator.number}.pdf", shown=True)
