"""The money of a declaration: who may do what, and what every view of it needs."""

from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models import Declaration
from shangwu.targets.vocabulary import DeclarationStatus

CLERKS = any_of(Role.FINANCE_CLERK)
REVIEWERS = any_of(Role.FINANCE_REVIEWER)
BINDERS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
EVIDENCE_KINDS = frozenset({"pdf", "docx", "xlsx", "png", "jpeg", "text"})
LARGEST_BYTES = 20 * 1024 * 1024


def declaration_of(number: str, year: int) -> Declaration:
    """Return the declaration that the address names."""
    return get_object_or_404(
        Declaration.objects.select_related("project"), project__number=number, year=year
    )


def duties(request: HttpRequest, declaration: Declaration) -> dict[str, bool]:
    """Return what the person may do here, so that a page offers no button that would be refused."""
    approved = declaration.status == DeclarationStatus.APPROVED
    return {
        "is_approved": approved,
        "may_enter": approved and CLERKS.admits(request.user),
        "may_decide": approved and REVIEWERS.admits(request.user),
        "may_bind": approved and BINDERS.admits(request.user),
    }


def stored(
    request: HttpRequest, upload: Any, kinds: frozenset[str] = EVIDENCE_KINDS
) -> AbstractContextManager[list[StoredFile]]:
    """Return the context in which the upload, if there is one, is stored for an act."""
    return files.uploads_for_an_act(
        [upload] if upload else [],
        by=signed_in(request),
        at=timezone.localtime(),
        allow=kinds,
        max_bytes=LARGEST_BYTES,
    )
