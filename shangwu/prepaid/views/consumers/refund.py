"""The refund calculator: asked by address, so that a result can be shared, printed and kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.law import Refused
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.refunds import FORMS, kinds
from shangwu.prepaid.rules.refund.answers import answers
from shangwu.prepaid.views.consumers.shell import in_two_languages, refuse_in


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def refund(request: HttpRequest) -> HttpResponse:
    """Show what comes back, by which formula and article, for either cause."""
    what = request.GET.get("what", "")
    what = what if what in FORMS else "stored"
    asked = request.GET.get("count") == "1"
    form = FORMS[what][1](
        request.GET if asked else None, initial={"ended_on": timezone.localdate()}
    )
    context = {"form": form, "what": what, "kinds": kinds(), "answers": ()}
    if asked and form.is_valid():
        try:
            context["answers"] = answers(what, form.cleaned_data)
        except Refused as refused:
            refuse_in(form, refused)
    return render(request, "prepaid/consumer/refund.html", context)
