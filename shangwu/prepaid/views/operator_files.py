"""The operators of an area: the list, the same as a file, and one operator's file."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.queries.desks import operators
from shangwu.prepaid.queries.desks.operator_file import operator_file as file_of
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.desks import OFFICERS, SUPERVISORS
from shangwu.prepaid.views.exports import table_download


@entry(allow=SUPERVISORS, writes=False)
def operator_list(request: HttpRequest) -> HttpResponse:
    """List the operators of the account's area."""
    table = operators.table(signed_in(request), asked=request.GET, on=timezone.localdate())
    return render(request, "prepaid/desks/operator_list.html", {"table": table})


@entry(allow=SUPERVISORS, writes=False, records_files=True)
def operator_list_export(request: HttpRequest) -> FileResponse:
    """Give the list as it is narrowed as a file."""
    account, today = signed_in(request), timezone.localdate()
    file = table_download(
        request,
        operators.rows(account, on=today),
        title=f"经营者档案-{today}",
        columns=operators.file_columns(today),
        filters=operators.filters(account, on=today),
        search=operators.searched,
    )
    if file is None:
        raise Http404
    return file


@entry(allow=SUPERVISORS, writes=False)
def operator_file(request: HttpRequest, number: str) -> HttpResponse:
    """Show one operator of the account's area; any other is absent."""
    today = timezone.localdate()
    operator = get_object_or_404(operators_of(signed_in(request), on=today), number=number)
    context = {"file": file_of(operator, on=today), "may_act": OFFICERS.admits(request.user)}
    return render(request, "prepaid/desks/operator_file.html", context)
