"""The money of a declaration to look at: the page, the rows behind a figure, payments, contracts, the paper."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.roles import STAFF
from shangwu.foundation.documents import write_report
from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.tables import Column, Filter, build_table, narrowed
from shangwu.targets.forms.money.decisions import AsOfForm
from shangwu.targets.forms.money.entries import AcceptanceForm, AllocationForm, ReversalForm
from shangwu.targets.models import Contract, Payment
from shangwu.targets.queries.bindings import binding_offers
from shangwu.targets.queries.money.charts import spending_chart
from shangwu.targets.queries.money.figures import ROWS
from shangwu.targets.queries.money.known import money_facts
from shangwu.targets.queries.money.ledger import LEDGER_HEADER, ledger_row, standing_line
from shangwu.targets.queries.money.page import contract_uses, money_page, newest_payments
from shangwu.targets.queries.money.paper import paper_of
from shangwu.targets.views.money import declaration_of, duties
from shangwu.targets.views.pages import FILE_TYPES, table_file
from shangwu.targets.vocabulary import PaymentSource

COLUMNS = (
    Column("paid_on", "支付日期", lambda p: p.paid_on, "paid_on"),
    Column(
        "voucher",
        "凭证号",
        lambda p: p.voucher,
        "voucher",
        link=lambda p: reverse("targets:money-payment", args=[p.pk]),
        heads_row=True,
    ),
    Column("payee", "收款人", lambda p: p.payee, "payee"),
    Column("line", "子项目", standing_line),
    Column("amount", "金额（元）", lambda p: format_yuan(p.amount_fen), "amount_fen", number=True),
    Column("source", "来源", lambda p: p.get_source_display()),
)
FILTERS = (Filter("source", "来源", "source", tuple(PaymentSource.choices)),)
SEARCH = ("voucher", "payee", "purpose", "invoice")


@entry(allow=STAFF, writes=False)
def money(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show the money of a declaration: figures with their sentences, and every record behind them."""
    declaration = declaration_of(number, year)
    on, now = _day(request), timezone.localtime()
    page = money_page(declaration, on=on, known_at=now)
    context = {
        "declaration": declaration,
        "page": page,
        "on": on,
        "day_form": AsOfForm(initial={"on": on}),
        "chart": spending_chart(declaration, facts=page.facts, known_at=now),
        "offers": binding_offers(declaration),
        **duties(request, declaration),
    }
    return render(request, "targets/money/page.html", context)


@entry(allow=STAFF, writes=False)
def money_rows(request: HttpRequest, number: str, year: int, figure: str) -> HttpResponse:
    """Show the records behind one figure."""
    if figure not in ROWS:
        raise Http404
    declaration = declaration_of(number, year)
    on, now = _day(request), timezone.localtime()
    page = money_page(declaration, on=on, known_at=now)
    context = {
        "declaration": declaration,
        "on": on,
        "figure": next(one for one in page.figures if one.key == figure),
        "rows": ROWS[figure](declaration, on=on, known_at=now),
        "drawer": bool(request.headers.get("HX-Request")),
    }
    return render(request, "targets/money/rows.html", context)


@entry(allow=STAFF, writes=False)
def money_payments(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show every payment, or give what was asked for as a file."""
    declaration = declaration_of(number, year)
    found = newest_payments(declaration, on=_day(request), known_at=timezone.localtime())
    if (kind := request.GET.get("format", "")) in FILE_TYPES:
        asked = narrowed(found, asked=request.GET, columns=COLUMNS, filters=FILTERS, search=SEARCH)
        rows = [ledger_row(payment) for payment in asked]
        return table_file(f"payments-{number}-{year}", kind, LEDGER_HEADER, rows)
    table = build_table(
        found,
        key="payments",
        caption="支付",
        asked=request.GET,
        columns=COLUMNS,
        filters=FILTERS,
        search=SEARCH,
        export=request.path,
    )
    context = {"declaration": declaration, "table": table, **duties(request, declaration)}
    return render(request, "targets/money/payments.html", context)


@entry(allow=STAFF, writes=False)
def money_paper(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Give the money page as a paper to print and file."""
    declaration, now = declaration_of(number, year), timezone.localtime()
    page = money_page(declaration, on=_day(request), known_at=now)
    return HttpResponse(
        write_report(paper_of(page, at=now), at=now),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="money-{number}-{year}.pdf"'},
    )


@entry(allow=STAFF, writes=False)
def money_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one payment: voucher, source, allocations, reversal."""
    payment = get_object_or_404(
        Payment.objects.select_related(
            "declaration__project",
            "line",
            "contract",
            "statement__file",
            "proposal__by",
            "by",
            "reversal",
            "reverses",
        ),
        pk=pk,
    )
    context: dict[str, Any] = {
        "payment": payment,
        "declaration": payment.declaration,
        "allocations": payment.allocations.select_related("line", "contract", "by").order_by(
            "-at", "-pk"
        ),
        "pending_reversal": payment.reversal_proposals.filter(decision="PENDING").first(),
        "allocation_form": AllocationForm(declaration=payment.declaration),
        "reversal_form": ReversalForm(auto_id="reversal-%s"),
        **duties(request, payment.declaration),
    }
    return render(request, "targets/money/payment.html", context)


@entry(allow=STAFF, writes=False)
def money_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one contract: unit prices, acceptances with their evidence, payments."""
    contract = get_object_or_404(
        Contract.objects.select_related("declaration__project", "line", "by"), pk=pk
    )
    declaration = contract.declaration
    on, now = timezone.localdate(), timezone.localtime()
    facts = money_facts(declaration, on=on, known_at=now)
    context = {
        "contract": contract,
        "declaration": declaration,
        "use": next(one for one in contract_uses(facts) if one.contract.key == pk),
        "acceptances": contract.acceptances.select_related("file", "by").order_by("accepted_on"),
        "payments": newest_payments(declaration, on=on, known_at=now).filter(
            pk__in=[payment.key for payment in facts.payments if payment.contract == pk]
        ),
        "form": AcceptanceForm(),
        **duties(request, declaration),
    }
    return render(request, "targets/money/contract.html", context)


def _day(request: HttpRequest) -> date:
    """Return the day that the address asks for, never one that has not come; today where it asks for none."""
    form, today = AsOfForm(request.GET), timezone.localdate()
    asked = form.cleaned_data["on"] if form.is_valid() else None
    return min(asked or today, today)
