"""The rows of a declaration: added, changed, withdrawn; each target typed as it is stored."""

from datetime import date, datetime

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Binding, Declaration, Indicator, TargetVersion
from shangwu.targets.queries.bindings import propose_system_binding
from shangwu.targets.rules.binding import propose_binding
from shangwu.targets.rules.content import DeclarationContent, IndicatorRow
from shangwu.targets.rules.grammar import parse


def add_indicator(
    declaration: Declaration, row: IndicatorRow, *, by: Account, at: datetime
) -> None:
    """Store one row with the first version of its target, bound where a measure of ours can answer."""
    indicator = Indicator.objects.create(
        declaration=declaration,
        row=row.row,
        level1=row.level1,
        level1_printed=row.level1_printed,
        level2=row.level2,
        name=row.name,
    )
    version = add_version(
        indicator,
        row.target_raw,
        number=1,
        effective_on=declaration.starts_on,
        reason="",
        by=by,
        at=at,
    )
    _bind_automatically(indicator, version, by=by, at=at)


def add_version(
    indicator: Indicator,
    raw: str,
    *,
    number: int,
    effective_on: date,
    reason: str,
    by: Account,
    at: datetime,
    approved: bool = False,
) -> TargetVersion:
    """Type the text and store it as the row's version `number`; nothing is repaired silently."""
    parsed = parse(
        raw,
        name=indicator.name,
        year=indicator.declaration.year,
        budget_fen=indicator.declaration.budget_year_fen,
    )
    return TargetVersion.objects.create(
        indicator=indicator,
        number=number,
        raw=raw,
        parsed=parsed.to_json(),
        effective_on=effective_on,
        reason=reason,
        by=by,
        at=at,
        approved_by=by if approved else None,
        approved_at=at if approved else None,
    )


def _bind_automatically(
    indicator: Indicator, version: TargetVersion, *, by: Account, at: datetime
) -> None:
    proposal = propose_system_binding(indicator.name) or propose_binding(
        version.target, name=indicator.name, year=indicator.declaration.year
    )
    if proposal is not None:
        Binding.objects.create(
            indicator=indicator, measure=proposal.measure, reason=proposal.reason, by=by, at=at
        )


def reconcile_indicators(
    declaration: Declaration, content: DeclarationContent, *, by: Account, at: datetime
) -> None:
    """Bring the stored rows in line with the content: by row number, adding versions, withdrawing rows."""
    current = {row.row: row for row in declaration.indicators.filter(withdrawn_at__isnull=True)}
    for row in content.indicators:
        indicator = current.pop(row.row, None)
        if indicator is None:
            add_indicator(declaration, row, by=by, at=at)
            continue
        _update_row(indicator, row, by=by, at=at)
    for gone in current.values():
        gone.withdrawn_at = at
        gone.save(update_fields=["withdrawn_at"])


def _update_row(indicator: Indicator, row: IndicatorRow, *, by: Account, at: datetime) -> None:
    renamed = indicator.name != row.name
    for name in ("level1", "level1_printed", "level2", "name"):
        setattr(indicator, name, getattr(row, name))
    indicator.save()
    latest = indicator.versions.order_by("-number").first()
    assert latest is not None, "an indicator is stored together with its first version"
    if latest.raw == row.target_raw and not renamed:
        return
    # Before approval nobody is bound by the target yet, so the editor's word is enough.
    version = add_version(
        indicator,
        row.target_raw,
        number=latest.number + 1,
        effective_on=indicator.declaration.starts_on,
        reason="批复前修订",
        by=by,
        at=at,
        approved=True,
    )
    if not indicator.bindings.filter(ended_at__isnull=True).exists():
        _bind_automatically(indicator, version, by=by, at=at)


def locked_indicator(indicator: int) -> Indicator:
    """Return the row with its declaration, locked for this transaction."""
    return (
        Indicator.objects.select_for_update(of=("self",))
        .select_related("declaration")
        .get(pk=indicator)
    )


def require_other_person(proposer: int | None, by: Account) -> None:
    """Refuse with DECISION-OWN when the person who decides is the one who proposed."""
    if proposer == by.pk:
        raise Refused("填报与审核不能是同一人，请由另一位审核人员办理。", code="DECISION-OWN")
