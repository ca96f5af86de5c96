"""Entering money: adjustments, contracts, plans, arrivals, uses, keys, payments by hand, and their corrections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.money import entries as forms
from shangwu.targets.models import Contract, FundReceipt, Payment
from shangwu.targets.operations import measuring
from shangwu.targets.operations.money import budget, contracts, payments
from shangwu.targets.views.money import BINDERS, CLERKS, declaration_of, stored
from shangwu.targets.vocabulary import PlanKind


@dataclass(frozen=True)
class Kind:
    """One kind of entry: what the page says, its form, the act, and what is said when it is done."""

    title: str
    lead: str
    form: type[forms.EntryForm]
    act: Callable[..., object]
    done: str
    options: Mapping[str, str] = field(default_factory=dict)


ENTRIES = {
    "adjustment": Kind(
        "提出预算调整",
        "追加、核减、子项目间调剂和上年结转。由另一人审批同意后，从生效日期起计入调整后预算。",
        forms.AdjustmentForm,
        budget.propose_adjustment,
        "预算调整已提出，等待复核人员审批。",
    ),
    "contract": Kind(
        "登记合同",
        "合同的约定用于核对付款：预付款、验收、单价标准和采购程序。登记后不能修改，请核对后提交。",
        forms.ContractForm,
        contracts.record_contract,
        "合同已登记。",
    ),
    "payment-plan": Kind(
        "登记支出计划",
        "填写各笔计划支付的日期和金额。保存后替换原计划，原计划留存备查。",
        forms.PlanForm,
        budget.set_plan,
        "支出计划已登记，支出进度按计划比较。",
        {"kind": PlanKind.PAYMENT},
    ),
    "receipt-plan": Kind(
        "登记到位计划",
        "填写各笔资金计划到位的日期和金额。保存后替换原计划，原计划留存备查。",
        forms.PlanForm,
        budget.set_plan,
        "到位计划已登记。",
        {"kind": PlanKind.RECEIPT},
    ),
    "receipt": Kind(
        "登记资金到位",
        "登记实际到账的资金。同一凭证同一天只登记一次；登记有误的，在资金页面冲正。",
        forms.ReceiptForm,
        budget.record_receipt,
        "资金到位已登记。",
    ),
    "use": Kind(
        "提出批准的用途",
        "写明资金可以付给谁、用于哪个经济分类。由另一人审批同意后，用于核对专款专用。",
        forms.UseForm,
        budget.propose_use,
        "用途已提出，等待复核人员审批。",
    ),
    "key": Kind(
        "登记财政项目编码",
        "对账单按编码把支付归到项目。不在登记之列的编码会列入负面清单。",
        forms.KeyForm,
        budget.register_project_key,
        "财政项目编码已登记。",
    ),
    "payment": Kind(
        "人工登记支付",
        "有对账单的请导入对账单。没有的在这里登记，由另一人复核同意后才计入支出。",
        forms.PaymentForm,
        payments.propose_payment,
        "支付登记已提出，等待复核人员审批。",
    ),
}


@entry(allow=CLERKS, writes=True)
def money_enter(request: HttpRequest, number: str, year: int, kind: str) -> HttpResponse:
    """Show and take one kind of entry."""
    if kind not in ENTRIES:
        raise Http404
    declaration, found = declaration_of(number, year), ENTRIES[kind]
    sent = request.POST if request.method == "POST" else None
    form = found.form(sent, declaration=declaration, **found.options)
    if form.is_valid():
        found.act(
            declaration=declaration.pk,
            **form.arguments(),
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, found.done)
        return redirect("targets:money", number, year)
    context = {"declaration": declaration, "entry": found, "kind": kind, "form": form}
    return render(request, "targets/money/enter.html", context)


@entry(allow=CLERKS, writes=True)
@require_POST
def money_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an acceptance under a contract, with its evidence."""
    get_object_or_404(Contract, pk=pk)
    form = forms.AcceptanceForm(request.POST, request.FILES)
    if is_filled_in(request, form):
        given: dict[str, Any] = dict(form.cleaned_data)
        with stored(request, given.pop("file")) as files:
            contracts.record_acceptance(
                contract=pk,
                **given,
                file=files[0] if files else None,
                by=signed_in(request),
                at=timezone.localtime(),
            )
        messages.success(request, "验收已登记。")
    return redirect("targets:money-contract", pk)


@entry(allow=CLERKS, writes=True)
@require_POST
def money_allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a payment belongs."""
    payment = get_object_or_404(Payment.objects.select_related("declaration"), pk=pk)
    form = forms.AllocationForm(request.POST, declaration=payment.declaration)
    if is_filled_in(request, form):
        payments.allocate_payment(
            payment=pk, **form.arguments(), by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, "归集已登记，凭证上的内容保留不变。")
    return redirect("targets:money-payment", pk)


@entry(allow=CLERKS, writes=True)
@require_POST
def money_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to take a payment back."""
    get_object_or_404(Payment, pk=pk)
    form = forms.ReversalForm(request.POST)
    if is_filled_in(request, form):
        payments.propose_reversal(
            payment=pk, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, "冲正已提出，等待复核人员审批。")
    return redirect("targets:money-payment", pk)


@entry(allow=CLERKS, writes=True)
@require_POST
def money_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrongly recorded arrival back."""
    receipt = get_object_or_404(FundReceipt.objects.select_related("declaration__project"), pk=pk)
    budget.reverse_receipt(receipt=pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "到位记录已冲正，原记录保留。")
    return redirect("targets:money", receipt.declaration.project.number, receipt.declaration.year)


@entry(allow=BINDERS, writes=True)
@require_POST
def money_bind(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Bind the rows that payments can answer for, all at once."""
    bound = measuring.accept_bindings(
        declaration=declaration_of(number, year), by=signed_in(request), at=timezone.localtime()
    )
    messages.success(request, f"已绑定 {len(bound)} 项指标并读取，今后按支付记录计算。")
    return redirect("targets:money", number, year)
