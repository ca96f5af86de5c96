"""How a holder's proof is checked without the platform: the steps, the program, and the closings to which proofs lead."""

import re
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.keeping import kept
from shangwu.prepaid.queries.consumers.closings import ClosedMonth, closed_month
from shangwu.prepaid.views.consumers.pages import KEPT_SECONDS
from shangwu.prepaid.views.consumers.shell import in_two_languages
from shangwu.prepaid.views.interface.sandbox import GUIDE

MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
# The guide holds the program; here it is given as the file that it is.
PROGRAM = re.compile(r"^```check_proof\.py\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LONGEST_MONTH = timedelta(days=31)


@kept(seconds=KEPT_SECONDS, by=("lang", "month"))
@entry(allow=PUBLIC, writes=False)
@in_two_languages
def proofs(request: HttpRequest) -> HttpResponse:
    """Show how a proof is checked, and the closings of a month."""
    asked = request.GET.get("month", "")
    found = closed_month(date.fromisoformat(f"{asked}-01") if MONTH.fullmatch(asked) else None)
    context = {"found": found, **_beside(found)}
    return render(request, "prepaid/consumer/proofs.html", context)


@kept(seconds=KEPT_SECONDS, by=())
@entry(allow=PUBLIC, writes=False)
def program(request: HttpRequest) -> HttpResponse:
    """Give the program that checks a proof, as the guide has it."""
    found = PROGRAM.search(GUIDE.read_text("utf-8"))
    if found is None:
        raise LookupError("the guide has lost its program")
    return HttpResponse(found.group(1), content_type="text/x-python; charset=utf-8")


def _beside(found: ClosedMonth) -> dict[str, date]:
    """The months before and after it that may have closings."""
    beside = {}
    if found.month and found.first and found.last:
        before = (found.month - timedelta(days=1)).replace(day=1)
        after = (found.month + LONGEST_MONTH).replace(day=1)
        if before >= found.first:
            beside["before"] = min(before, found.last)
        if after <= found.last:
            beside["after"] = max(after, found.first)
    return beside
