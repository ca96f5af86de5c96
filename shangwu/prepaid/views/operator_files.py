"""The operators of an area: the list, the same as a file, and one operator's file."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.queries.desks import operators
from shangwu.prepaid.queries.desks.event_kinds import GROUPS
from shangwu.prepaid.queries.desks.events import event_page
from shangwu.prepaid.queries.desks.operator_file import operator_file as file_of
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.views.desks import OFFICERS, SUPERVISORS
from shangwu.prepaid.views.exports import table_download

LONGEST_PAGE = 6


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
    account = signed_in(request)
    operator = get_object_or_404(operators_of(account, on=today), number=number)
    file = file_of(operator, account, on=today)
    context = {"file": file, "may_act": OFFICERS.admits(request.user), "today": today}
    return render(request, "prepaid/desks/operator_file.html", context)


@entry(allow=SUPERVISORS, writes=False)
def operator_events(request: HttpRequest, number: str) -> HttpResponse:
    """Show all that happened with one operator of the account's area, page by page, or one group of it."""
    today, account = timezone.localdate(), signed_in(request)
    operator = get_object_or_404(operators_of(account, on=today), number=number)
    group, page = request.GET.get("group", ""), request.GET.get("page", "")
    if group not in GROUPS:
        group = ""
    asked = max(int(page), 1) if page.isdecimal() and len(page) <= LONGEST_PAGE else 1
    found = event_page(operator, account, on=today, group=group, number=asked)
    context = {"operator": operator, "groups": GROUPS.items(), "group": group, "found": found}
    return render(request, "prepaid/desks/operator_events.html", context)
