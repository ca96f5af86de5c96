"""What-if: try another ratio on all operators before it is enacted; nothing of it binds anybody."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.entry import entry, read_only
from shangwu.foundation.web.table_files import csv_file, file_response
from shangwu.prepaid.forms.standings import TrialForm
from shangwu.prepaid.models import RatioTrial
from shangwu.prepaid.operations.trials import ask_trial
from shangwu.prepaid.queries import trials
from shangwu.prepaid.views.exports import note_export
from shangwu.prepaid.vocabulary import TrialState

TRIERS = any_of(Role.PREPAID_REVIEWER, Role.LEADER)
HEADER = [
    *("平台编号", "名称", "所在区", "行业", "预收资金余额（元）"),
    *("现行应存管（元）", "试算应存管（元）", "变化（元）"),
]


@entry(allow=TRIERS, writes=True)
def trial_list(request: HttpRequest) -> HttpResponse:
    """Show the packs in force with the drafts, a form to try another ratio, and earlier trials."""
    now = timezone.localtime()
    lines = trials.pack_lines(now.date())
    tiers = [(one.pack.id, one.pack.label, ratio) for one in lines for ratio in one.ratios]
    form = TrialForm(request.POST or None, tiers=tiers)
    if request.method == "POST" and form.is_valid():
        found = ask_trial(on=now.date(), **form.asked(), by=signed_in(request), at=now)
        messages.success(request, "已开始试算。页面会显示进度，您可以先做别的事。")
        return redirect("prepaid:trial", found.pk)
    earlier = trials.trials_of(signed_in(request))[:10]
    context = {
        "lines": lines,
        "form": form,
        "trials": [(one, trials.pack_of(one).label) for one in earlier],
    }
    return render(request, "prepaid/desks/trial_list.html", context)


@entry(allow=TRIERS, writes=False)
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a trial came to: who would change, and by how much."""
    found = _trial(request, pk)
    groups = trials.groups(found)
    context = {
        "trial": found,
        "pack": trials.pack_of(found),
        "task": trials.progress(found, poll=reverse("prepaid:trial-progress", args=[pk])),
        "done": found.state == TrialState.DONE,
        "sentence": trials.sentence(found),
        "groups": groups,
        "chart": trials.district_chart(groups[0][1]),
        "most": trials.most_changed(found),
    }
    return render(request, "prepaid/desks/trial.html", context)


@entry(allow=TRIERS, writes=False, counts_as_activity=False)
def trial_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how far a trial has come; once it is done the page shows itself anew."""
    found = _trial(request, pk)
    if found.state == TrialState.DONE:
        return HttpResponse(headers={"HX-Refresh": "true"})
    task = trials.progress(found, poll=reverse("prepaid:trial-progress", args=[pk]))
    return render(request, "prepaid/desks/trial_progress.html", {"task": task})


@entry(allow=TRIERS, writes=True, records_reading=True)
@require_safe
def trial_export(request: HttpRequest, pk: int) -> FileResponse:
    """Give every operator that would change as a file. Taking it is an act on record."""
    found = _trial(request, pk)
    title = f"比例试算-{found.on}"
    with read_only():
        file, count = csv_file(HEADER, trials.file_rows(found))
    note_export(request, title=f"{title}-{pk}", rows=count)
    return file_response(file, "csv", title)


def _trial(request: HttpRequest, pk: int) -> RatioTrial:
    return get_object_or_404(trials.trials_of(signed_in(request)), pk=pk)
