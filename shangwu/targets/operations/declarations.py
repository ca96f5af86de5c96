"""Declarations: drafted, revised, submitted, returned, approved."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Declaration,
    DeclarationRevision,
    Project,
    SubProject,
)
from shangwu.targets.operations.notices import tell_of_declaration
from shangwu.targets.operations.rows import (
    add_indicator,
    reconcile_indicators,
    require_other_person,
)
from shangwu.targets.queries.history import current_content
from shangwu.targets.rules.content import (
    TEXT_FIELDS,
    DeclarationContent,
    differences,
    require_complete,
)
from shangwu.targets.rules.progress import next_status
from shangwu.targets.vocabulary import DeclarationStatus

PLAIN_FIELDS = (
    "title",
    "layout",
    "framework",
    "starts_on",
    "starts_precision",
    "ends_on",
    "ends_precision",
    "budget_total_fen",
    "budget_year_fen",
    *TEXT_FIELDS,
)


def draft_declaration(*, content: DeclarationContent, by: Account, at: datetime) -> Declaration:
    """Store a declaration as a draft, with its rows typed and bound where a measure of ours can answer.

    Raises: Refused FORM-INCOMPLETE; Refused DECLARATION-EXISTS when the project has one for the year.
    """
    year = require_complete(content).year
    assert year is not None, "a complete declaration names its year"
    with transaction.atomic():
        project = _project_named(content, at=at)
        existing = Declaration.objects.filter(project=project, year=year).first()
        if existing is not None:
            raise Refused(
                f"“{content.project}”{content.year} 年度的申报表已经存在（{project.number}，"
                f"{existing.get_status_display()}），没有重复保存。如需修改，请打开该申报表修订。",
                code="DECLARATION-EXISTS",
            )
        declaration = Declaration(
            project=project,
            year=year,
            status=DeclarationStatus.DRAFT,
            created_by=by,
            created_at=at,
        )
        _fill(declaration, content)
        declaration.save()
        _replace_subprojects(declaration, content)
        for row in content.indicators:
            add_indicator(declaration, row, by=by, at=at)
        _keep_revision(declaration, content, reason="首次保存", by=by, at=at)
        audit.record(
            act="targets.draft_declaration",
            by=by.actor,
            at=at,
            subject=f"declaration:{declaration.pk}",
            after={
                "project": project.number,
                "year": content.year,
                "indicators": len(content.indicators),
            },
        )
    return declaration


def revise_declaration(
    *,
    declaration: int,
    content: DeclarationContent,
    seen: int,
    reason: str,
    by: Account,
    at: datetime,
) -> Declaration:
    """Change an open declaration; `seen` is the revision the editor looked at.

    Rows keep their identity by row number: a changed target adds a version, a removed row is withdrawn.
    Raises: Refused DECLARATION-STATUS, DECLARATION-CHANGED, DECLARATION-MOVED or FORM-INCOMPLETE.
    """
    require_complete(content)
    with transaction.atomic():
        found = (
            Declaration.objects.select_for_update().select_related("project").get(pk=declaration)
        )
        found.status = next_status(status=found.status, action="revise")
        if found.revision != seen:
            raise Refused(
                "您打开页面之后，这份申报表已被他人修改。您的修改没有保存。返回后先看看改了什么，核对后再保存。",
                code="DECLARATION-CHANGED",
            )
        if (content.project, content.organisation, content.year) != (
            found.project.name,
            found.project.organisation,
            found.year,
        ):
            raise Refused(
                "修订不能改变项目名称、申报单位和年度；这三项不同就是另一份申报表，请新建。",
                code="DECLARATION-MOVED",
            )
        before = current_content(found)
        _fill(found, content)
        found.revision += 1
        found.save()
        _replace_subprojects(found, content)
        reconcile_indicators(found, content, by=by, at=at)
        _keep_revision(found, content, reason=reason, by=by, at=at)
        changed = differences(before, content)
        audit.record(
            act="targets.revise_declaration",
            by=by.actor,
            at=at,
            subject=f"declaration:{found.pk}",
            before={name: pair["before"] for name, pair in changed.items()},
            after={name: pair["after"] for name, pair in changed.items()} | {"reason": reason},
        )
    return found


def submit_declaration(*, declaration: int, by: Account, at: datetime) -> Declaration:
    """Hand an open declaration to the reviewer."""
    return _decide(declaration, "submit", by=by, at=at, submitted_by=by, submitted_at=at)


def return_declaration(*, declaration: int, note: str, by: Account, at: datetime) -> Declaration:
    """Give a submitted declaration back with the reason.

    Raises: Refused DECISION-NOTE without a reason, DECLARATION-STATUS, DECISION-OWN.
    """
    if not note.strip():
        raise Refused("退回申报表必须写明理由，以便填报人修改。", code="DECISION-NOTE")
    return _decide(
        declaration,
        "return",
        by=by,
        at=at,
        decided_by=by,
        decided_at=at,
        decision_note=note.strip(),
    )


def approve_declaration(*, declaration: int, note: str, by: Account, at: datetime) -> Declaration:
    """Approve a submitted declaration; the approver is another person than the submitter.

    Raises: Refused DECLARATION-STATUS, DECISION-OWN.
    """
    return _decide(
        declaration,
        "approve",
        by=by,
        at=at,
        decided_by=by,
        decided_at=at,
        decision_note=note.strip(),
    )


def _project_named(content: DeclarationContent, *, at: datetime) -> Project:
    # Two people confirming forms of one new project at once must meet in one row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('targets.project'))")
    found = Project.objects.filter(organisation=content.organisation, name=content.project).first()
    if found is not None:
        return found
    number = f"XM{Project.objects.count() + 1:05d}"
    return Project.objects.create(
        number=number, name=content.project, organisation=content.organisation, created_at=at
    )


def _fill(declaration: Declaration, content: DeclarationContent) -> None:
    for name in PLAIN_FIELDS:
        setattr(declaration, name, getattr(content, name))
    declaration.types, declaration.uses = list(content.types), list(content.uses)
    declaration.printed = dict(content.printed)
    declaration.previous_budget_kind = content.previous_budget.kind
    declaration.previous_budget_fen = content.previous_budget.fen
    declaration.previous_executed_kind = content.previous_executed.kind
    declaration.previous_executed_fen = content.previous_executed.fen


def _replace_subprojects(declaration: Declaration, content: DeclarationContent) -> None:
    # The lines are a projection of the revision, which keeps every earlier state.
    declaration.subprojects.all().delete()
    SubProject.objects.bulk_create(
        SubProject(
            declaration=declaration,
            position=position,
            name=line.name,
            amount_fen=line.amount_fen,
            printed=line.printed,
        )
        for position, line in enumerate(content.subprojects, start=1)
    )


def _keep_revision(
    declaration: Declaration, content: DeclarationContent, *, reason: str, by: Account, at: datetime
) -> None:
    DeclarationRevision.objects.create(
        declaration=declaration,
        number=declaration.revision,
        content=content.to_json(),
        reason=reason,
        by=by,
        at=at,
    )


def _decide(
    declaration: int, action: str, *, by: Account, at: datetime, **changes: Any
) -> Declaration:
    with transaction.atomic():
        found = Declaration.objects.select_for_update().get(pk=declaration)
        before = found.status
        found.status = next_status(status=before, action=action)
        if action in {"approve", "return"}:
            require_other_person(found.submitted_by_id, by)
        for name, value in changes.items():
            setattr(found, name, value)
        found.save()
        audit.record(
            act=f"targets.{action}_declaration",
            by=by.actor,
            at=at,
            subject=f"declaration:{found.pk}",
            before={"status": before},
            after={"status": found.status, "note": changes.get("decision_note", "")},
        )
        tell_of_declaration(found, action, by=by, at=at)
    return found
