"""Taking over: lists of connected operators, banks and insurers, and which unit supervises what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.prepaid.forms.intake import (
    EndSupervisionForm,
    InstitutionForm,
    IntakeForm,
    RefuseIntakeForm,
    SupervisionForm,
)
from shangwu.prepaid.models import Institution, IntakeList, SupervisingUnit
from shangwu.prepaid.operations import intake as acts
from shangwu.prepaid.operations import units as unit_acts
from shangwu.prepaid.queries.scope import units_seen
from shangwu.prepaid.rules.intake import COLUMNS, LONGEST_LIST
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.vocabulary import Sector

KEEPERS = any_of(Role.PREPAID_LINKAGE, Role.PREPAID_REVIEWER)
REVIEWERS = any_of(Role.PREPAID_REVIEWER)
SECURITY = any_of(Role.SECURITY_ADMIN)
SHOWN_ROWS = 20
MOST_BYTES = 20 * 1024 * 1024


@entry(allow=KEEPERS, writes=True)
def intake(request: HttpRequest) -> HttpResponse:
    """Show the lists, and take a further one."""
    form = IntakeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        found = acts.propose_intake(
            text=upload.read(MOST_BYTES).decode("utf-8", errors="replace"),
            file_name=upload.name or "",
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, f"名单已提交，共 {len(found.rows)} 家，等待复核。")
        return redirect("prepaid:intake-list", found.number)
    lists = IntakeList.objects.select_related("made_by", "decided_by").order_by("-made_at")
    context = {"lists": lists[:50], "form": form, "columns": COLUMNS, "longest": LONGEST_LIST}
    return render(request, "prepaid/intake/intake.html", context)


@entry(allow=KEEPERS, writes=False)
def intake_list(request: HttpRequest, number: str) -> HttpResponse:
    """Show one list with its first rows."""
    found = get_object_or_404(IntakeList, number=number)
    places, lines = districts(timezone.localdate(found.made_at)), dict(Sector.choices)
    context = {
        "intake": found,
        "rows": [
            {**row, "place": places[row["district"]], "line": lines[row["sector"]]}
            for row in found.rows[:SHOWN_ROWS]
        ],
        "count": len(found.rows),
        "form": RefuseIntakeForm(),
        "may_decide": REVIEWERS.admits(request.user),
    }
    return render(request, "prepaid/intake/list.html", context)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def intake_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Accept a list, or send it back."""
    found = get_object_or_404(IntakeList, number=number)
    now, by = timezone.localtime(), signed_in(request)
    if "accept" in request.POST:
        count = acts.accept_intake(intake=found.pk, by=by, at=now)
        messages.success(request, f"已迁入 {count} 家，并换发对接标识。")
    elif is_filled_in(request, form := RefuseIntakeForm(request.POST)):
        acts.refuse_intake(intake=found.pk, **form.cleaned_data, by=by, at=now)
        messages.success(request, "名单已退回。")
    return redirect("prepaid:intake-list", number)


@entry(allow=KEEPERS, writes=False)
def institutions(request: HttpRequest) -> HttpResponse:
    """Show banks and insurers."""
    context = {
        "institutions": Institution.objects.order_by("kind", "name"),
        "form": InstitutionForm(),
        "may_admit": REVIEWERS.admits(request.user),
    }
    return render(request, "prepaid/intake/institutions.html", context)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def institution_admit(request: HttpRequest) -> HttpResponse:
    """Admit a bank or an insurer."""
    form = InstitutionForm(request.POST)
    if is_filled_in(request, form, about="接入机构"):
        found = acts.admit_institution(
            by=signed_in(request), at=timezone.localtime(), **form.cleaned_data
        )
        messages.success(request, f"{found.name} 已接入，密钥编号 {found.key_id}。")
    return redirect("prepaid:institutions")


@entry(allow=SECURITY, writes=True)
def units(request: HttpRequest) -> HttpResponse:
    """Show which organisation supervises what, and set it."""
    now, seen = timezone.localtime(), {"seen": units_seen()}
    form = SupervisionForm(request.POST or None, on=now.date(), initial=seen)
    if request.method == "POST" and form.is_valid():
        unit_acts.set_supervision(by=signed_in(request), at=now, **form.cleaned_data)
        messages.success(request, "监管范围已设定。")
        return redirect("prepaid:units")
    names = districts(now.date())
    found = SupervisingUnit.objects.select_related("organisation").order_by("district", "agency")
    context = {
        "units": [(unit, names.get(unit.district, "全市")) for unit in found],
        "form": form,
        "end_form": EndSupervisionForm(initial=seen),
    }
    return render(request, "prepaid/intake/units.html", context)


@entry(allow=SECURITY, writes=True)
@require_POST
def unit_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a unit supervises."""
    form = EndSupervisionForm(request.POST)
    if is_filled_in(request, form):
        name = unit_acts.end_supervision(
            unit=pk, by=signed_in(request), at=timezone.localtime(), **form.cleaned_data
        )
        messages.success(request, f"{name}的监管范围已撤销。")
    return redirect("prepaid:units")
