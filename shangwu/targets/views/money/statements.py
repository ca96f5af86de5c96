"""Statements of bank and treasury: receive, fix the columns, look at every row, confirm or put aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.money.statements import ColumnsForm, StatementForm
from shangwu.targets.models import Statement
from shangwu.targets.operations.money import statements
from shangwu.targets.queries.money.statements import statement_page
from shangwu.targets.views.money import CLERKS, declaration_of, stored

STATEMENT_KINDS = frozenset({"xlsx", "text"})


@entry(allow=CLERKS, writes=True)
def statement_new(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Receive a statement and go to its check."""
    declaration = declaration_of(number, year)
    sent = request.method == "POST"
    form = StatementForm(request.POST, request.FILES) if sent else StatementForm()
    if not (sent and form.is_valid()):
        context = {"declaration": declaration, "form": form}
        return render(request, "targets/money/statement_new.html", context)
    with stored(request, form.cleaned_data["file"], STATEMENT_KINDS) as files:
        found = statements.receive_statement(
            declaration=declaration.pk,
            file=files[0],
            account=form.cleaned_data["account"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
    if found.file_id != files[0].pk:
        messages.info(request, _already(found))
    return redirect("targets:money-statement", found.pk)


@entry(allow=CLERKS, writes=True)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each row would be entered as; a POST fixes the columns or enters everything."""
    found = _found(pk)
    form = ColumnsForm(request.POST if "map" in request.POST else None, statement=found)
    if "map" in request.POST:
        if is_filled_in(request, form):
            statements.map_statement(
                statement=pk,
                columns=form.columns(),
                unit=form.cleaned_data["unit"],
                account=form.cleaned_data["account_number"],
                by=signed_in(request),
                at=timezone.localtime(),
            )
            messages.success(request, "栏目对应已确认并记住，下次同样的表头自动套用。")
        return redirect("targets:money-statement", pk)
    if "confirm" in request.POST:
        done = statements.confirm_statement(
            statement=pk, by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, _entered(done))
        return redirect("targets:money", found.declaration.project.number, found.declaration.year)
    page = statement_page(found, today=timezone.localdate())
    context = {"page": page, "declaration": found.declaration, "form": form}
    return render(request, "targets/money/statement.html", context)


@entry(allow=CLERKS, writes=True)
@require_POST
def statement_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a statement aside."""
    found = _found(pk)
    statements.discard_statement(statement=pk, by=signed_in(request), at=timezone.localtime())
    messages.info(request, "已放弃这份对账单，没有登记任何支付；原文件留存备查。")
    return redirect("targets:money", found.declaration.project.number, found.declaration.year)


def _found(pk: int) -> Statement:
    return get_object_or_404(
        Statement.objects.select_related(
            "declaration__project", "file", "received_by", "decided_by"
        ),
        pk=pk,
    )


def _entered(done: Statement) -> str:
    """Say how many rows were entered, and how many were on record before."""
    known = f"；另有 {done.known_rows} 行此前已登记，没有重复登记" if done.known_rows else ""
    return f"已登记 {done.payments.count()} 笔支付{known}。"


def _already(found: Statement) -> str:
    """Say that a file was imported before, when and by whom."""
    at = timezone.localtime(found.received_at)
    return (
        f"这份对账单已由{found.received_by.display_name}于{at:%Y年%m月%d日 %H:%M}导入"
        f"（{found.get_status_display()}），没有重复保存，下面是当时读取的内容。"
    )
