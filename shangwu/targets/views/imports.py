"""Importing a form: upload, check cell by cell, confirm or put aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.web.entry import entry
from shangwu.targets.forms.acts import UploadForm
from shangwu.targets.forms.declaration import DeclarationSheet
from shangwu.targets.models import DeclarationImport
from shangwu.targets.operations import imports
from shangwu.targets.queries.imports import check_page
from shangwu.targets.rules.content import DeclarationContent

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
FORM_KINDS = frozenset({"docx", "xlsx", "html", "text"})
FORM_BYTES = 20 * 1024 * 1024


@entry(allow=STAFF, writes=False)
def import_list(request: HttpRequest) -> HttpResponse:
    """Show the imports, newest first, with the upload form for those who may use it."""
    received = DeclarationImport.objects.select_related(
        "received_by", "decided_by", "declaration__project", "file"
    ).order_by("-received_at", "position")
    return render(
        request, "targets/import_list.html", {"imports": received[:200], "form": UploadForm()}
    )


@entry(allow=EDITORS, writes=True)
def upload(request: HttpRequest) -> HttpResponse:
    """Receive a form file, read it and go to the check of its first form."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if not (sent and form.is_valid()):
        return render(request, "targets/import_upload.html", {"form": form})
    by, at = signed_in(request), timezone.localtime()
    file = form.cleaned_data["file"]
    with files.uploads_for_an_act(
        [file], by=by, at=at, allow=FORM_KINDS, max_bytes=FORM_BYTES
    ) as stored:
        received = imports.receive_import(file=stored[0], by=by, at=at)
    if stored[0].pk not in {found.file_id for found in received}:
        messages.info(request, _already(received[0]))
    if len(received) == 1:
        return redirect("targets:import-check", received[0].pk)
    messages.info(request, f"文件中有 {len(received)} 张申报表，请逐张核对确认。")
    return redirect("targets:imports")


@entry(allow=EDITORS, writes=True)
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show cell by cell what was read and doubted; a confirmed POST makes the declaration."""
    found = get_object_or_404(
        DeclarationImport.objects.select_related(
            "file", "received_by", "decided_by", "declaration"
        ),
        pk=pk,
    )
    read = DeclarationContent.from_json(found.content["content"])
    sheet = DeclarationSheet(request.POST or None, content=read)
    if "confirm" in request.POST and sheet.is_valid():
        declaration = imports.confirm_import(
            declaration_import=pk,
            content=sheet.content(),
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "已确认，项目页面已经生成。")
        return redirect("targets:project", declaration.project.number, declaration.year)
    return render(request, "targets/import_check.html", {"page": check_page(found), "sheet": sheet})


@entry(allow=EDITORS, writes=True)
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an import aside."""
    imports.discard_import(declaration_import=pk, by=signed_in(request), at=timezone.localtime())
    messages.info(request, "已放弃这份导入；原文件和读取结果仍然留存备查。")
    return redirect("targets:imports")


def _already(found: DeclarationImport) -> str:
    """Say that a file was imported before, when and by whom."""
    at = timezone.localtime(found.received_at)
    return (
        f"这份文件已由{found.received_by.display_name}于{at:%Y年%m月%d日 %H:%M}导入"
        f"（{found.get_status_display()}），没有重复保存，下面是当时读取的内容。"
    )
