"""Importing a form: received and read, then confirmed or discarded by a person, exactly once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.documents import read_document
from shangwu.foundation.files import operations as files
from shangwu.foundation.files import queries as stored_files
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Declaration, DeclarationImport
from shangwu.targets.operations.declarations import draft_declaration
from shangwu.targets.rules.content import DeclarationContent, differences
from shangwu.targets.rules.form import read_form
from shangwu.targets.vocabulary import ImportStatus


def receive_import(*, file: StoredFile, by: Account, at: datetime) -> Sequence[DeclarationImport]:
    """Read every form in a clean stored file and keep what was read, cell by cell, for confirmation.

    A file that was received before gives the imports of that time back, and the new copy is deleted:
    nothing is doubled. A form of it that somebody put aside is received anew.
    Raises: Refused with the reader's code when the file is no declaration form.
    """
    with stored_files.open_clean(file) as stream:
        forms = read_form(read_document(stream, name=file.name))
    with transaction.atomic():
        standing = {found.position for found in _standing_imports(file.sha256)}
        missing = [pair for pair in enumerate(forms, start=1) if pair[0] not in standing]
        if not missing:
            files.discard_upload(file=file, reason="IMPORT-STANDING", by=by, at=at)
            return _standing_imports(file.sha256)
        try:
            with transaction.atomic():
                received = [
                    DeclarationImport.objects.create(
                        file=file,
                        position=position,
                        sha256=file.sha256,
                        content=form.to_json(),
                        status=ImportStatus.READ,
                        received_by=by,
                        received_at=at,
                    )
                    for position, form in missing
                ]
        except IntegrityError:
            # Another person sent the same file at the same moment; theirs stands for both.
            files.discard_upload(file=file, reason="IMPORT-STANDING", by=by, at=at)
            return _standing_imports(file.sha256)
        audit.record(
            act="targets.receive_import",
            by=by.actor,
            at=at,
            subject=f"file:{file.pk}",
            after={"sha256": file.sha256, "forms": len(received)},
        )
    return _standing_imports(file.sha256)


def confirm_import(
    *, declaration_import: int, content: DeclarationContent, by: Account, at: datetime
) -> Declaration:
    """Make a declaration of what was read, as the person corrected and confirmed it.

    Raises: Refused IMPORT-DECIDED when somebody was faster; the refusals of draft_declaration.
    """
    with transaction.atomic():
        found = _waiting_import(declaration_import)
        declaration = draft_declaration(content=content, by=by, at=at)
        found.corrections = differences(
            DeclarationContent.from_json(found.content["content"]), content
        )
        found.status, found.decided_by, found.decided_at = ImportStatus.CONFIRMED, by, at
        found.declaration = declaration
        found.save()
        audit.record(
            act="targets.confirm_import",
            by=by.actor,
            at=at,
            subject=f"import:{found.pk}",
            after={"declaration": declaration.pk, "corrections": found.corrections},
        )
    return declaration


def discard_import(*, declaration_import: int, by: Account, at: datetime) -> DeclarationImport:
    """Put an import aside; the file and what was read stay on record.

    Raises: Refused IMPORT-DECIDED.
    """
    with transaction.atomic():
        found = _waiting_import(declaration_import)
        found.status, found.decided_by, found.decided_at = ImportStatus.DISCARDED, by, at
        found.save()
        audit.record(act="targets.discard_import", by=by.actor, at=at, subject=f"import:{found.pk}")
    return found


def _standing_imports(sha256: str) -> list[DeclarationImport]:
    return list(
        DeclarationImport.objects.filter(sha256=sha256)
        .exclude(status=ImportStatus.DISCARDED)
        .order_by("position")
    )


def _waiting_import(declaration_import: int) -> DeclarationImport:
    found = (
        DeclarationImport.objects.select_for_update(of=("self",))
        .select_related("decided_by")
        .get(pk=declaration_import)
    )
    if found.status != ImportStatus.READ:
        who = found.decided_by.display_name if found.decided_by else "他人"
        raise Refused(
            f"这份导入已由{who}处理（{found.get_status_display()}），您的操作没有重复执行。",
            code="IMPORT-DECIDED",
        )
    return found
