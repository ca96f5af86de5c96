"""Declarations: written from scratch, revised, submitted, returned, approved."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.acts import DecisionForm
from shangwu.targets.forms.declaration import DeclarationSheet
from shangwu.targets.models import Declaration
from shangwu.targets.operations import declarations, measuring
from shangwu.targets.queries.history import current_content, revision_history
from shangwu.targets.rules.content import money_doubts

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)


@entry(allow=EDITORS, writes=True)
def declaration_new(request: HttpRequest) -> HttpResponse:
    """Write a declaration from scratch."""
    sheet = DeclarationSheet(request.POST or None)
    if "save" in request.POST and sheet.is_valid():
        content = sheet.content()
        found = declarations.draft_declaration(
            content=content, by=signed_in(request), at=timezone.localtime()
        )
        for doubt in money_doubts(content):
            messages.warning(request, doubt)
        messages.success(request, "草稿已保存，可以继续修订或提交审核。")
        return redirect("targets:project", found.project.number, found.year)
    return render(request, "targets/declaration_edit.html", {"sheet": sheet})


@entry(allow=EDITORS, writes=True)
def declaration_edit(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Revise an open declaration; a page opened before somebody else's change is refused."""
    found = _declaration(number, year)
    sheet = DeclarationSheet(request.POST or None, content=current_content(found))
    if "save" in request.POST and sheet.is_valid():
        content = sheet.content()
        declarations.revise_declaration(
            declaration=found.pk,
            content=content,
            seen=sheet.revision,
            reason=sheet.why.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        for doubt in money_doubts(content):
            messages.warning(request, doubt)
        messages.success(request, "修订已保存，修订前的内容留存可查。")
        return redirect("targets:project", number, year)
    context = {
        "sheet": sheet,
        "declaration": found,
        "seen": request.POST.get("seen") or found.revision,
        # Asked for only where somebody typed into an older state.
        "history": partial(revision_history, found),
    }
    return render(request, "targets/declaration_edit.html", context)


@entry(allow=EDITORS, writes=True)
@require_POST
def declaration_submit(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Hand the declaration to the reviewer."""
    found = _declaration(number, year)
    declarations.submit_declaration(
        declaration=found.pk, by=signed_in(request), at=timezone.localtime()
    )
    messages.success(request, "已提交，等待审核人员批复。")
    return redirect("targets:project", number, year)


@entry(allow=REVIEWERS, writes=True)
@require_POST
def declaration_decide(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Approve or return a submitted declaration."""
    found = _declaration(number, year)
    form = DecisionForm(request.POST)
    if not is_filled_in(request, form):
        return redirect("targets:project", number, year)
    decide = (
        declarations.approve_declaration
        if "approve" in request.POST
        else declarations.return_declaration
    )
    decide(
        declaration=found.pk,
        note=form.cleaned_data["note"],
        by=signed_in(request),
        at=timezone.localtime(),
    )
    messages.success(request, "审核意见已记录。")
    return redirect("targets:project", number, year)


@entry(allow=STAFF, writes=False)
def declaration_history(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show every revision with what it changed."""
    found = _declaration(number, year)
    return render(
        request,
        "targets/declaration_history.html",
        {"declaration": found, "history": revision_history(found)},
    )


@entry(allow=EDITORS, writes=True)
@require_POST
def declaration_read(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Take a reading of every row now."""
    found = _declaration(number, year)
    at = timezone.localtime()
    taken = measuring.take_declaration_readings(
        declaration=found.pk,
        on=measuring.usual_day(found, at=at),
        by=signed_in(request),
        at=at,
    )
    messages.success(request, f"已读取 {len(taken)} 项指标。")
    return redirect("targets:project", number, year)


def _declaration(number: str, year: int) -> Declaration:
    return get_object_or_404(
        Declaration.objects.select_related("project", "created_by", "submitted_by", "decided_by"),
        project__number=number,
        year=year,
    )
