"""Changing a target during the year: proposed with a reason, decided by another person, both kept."""

from datetime import date, datetime

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import TargetVersion
from shangwu.targets.operations.notices import tell_of_change
from shangwu.targets.operations.rows import add_version, locked_indicator, require_other_person
from shangwu.targets.vocabulary import DeclarationStatus


def propose_target_change(
    *, indicator: int, raw: str, effective_on: date, reason: str, by: Account, at: datetime
) -> TargetVersion:
    """Propose a new target for a row of an approved declaration; the old one stays and is kept.

    Raises: Refused CHANGE-REASON, CHANGE-STATUS, CHANGE-SAME or CHANGE-PENDING.
    """
    if not reason.strip():
        raise Refused("调整指标目标值必须写明理由和依据。", code="CHANGE-REASON")
    with transaction.atomic():
        row = locked_indicator(indicator)
        if row.declaration.status != DeclarationStatus.APPROVED:
            raise Refused(
                "申报表尚未批复，请直接修订申报表；年中调整只用于已批复的申报表。",
                code="CHANGE-STATUS",
            )
        versions = list(row.versions.order_by("number"))
        if any(v.number > 1 and v.approved_at is None and v.refused_at is None for v in versions):
            raise Refused("该指标已有一项调整等待审批，请先办结。", code="CHANGE-PENDING")
        if versions[-1].raw == raw and versions[-1].refused_at is None:
            raise Refused("新目标值与现行目标值相同，没有需要调整的内容。", code="CHANGE-SAME")
        version = add_version(
            row,
            raw,
            number=versions[-1].number + 1,
            effective_on=effective_on,
            reason=reason,
            by=by,
            at=at,
        )
        audit.record(
            act="targets.propose_target_change",
            by=by.actor,
            at=at,
            subject=f"indicator:{row.pk}",
            before={"raw": versions[-1].raw},
            after={"raw": raw, "effective_on": effective_on.isoformat(), "reason": reason},
        )
        tell_of_change(version, by=by, at=at)
    return version


def decide_target_change(
    *, version: int, approve: bool, note: str, by: Account, at: datetime
) -> TargetVersion:
    """Approve or refuse a proposed change; only another person than the proposer may.

    Raises: Refused CHANGE-DECIDED or DECISION-OWN.
    """
    with transaction.atomic():
        found = TargetVersion.objects.select_for_update().get(pk=version)
        if found.number == 1 or found.approved_at is not None or found.refused_at is not None:
            raise Refused("该调整已经办结，请刷新页面查看结果。", code="CHANGE-DECIDED")
        require_other_person(found.by_id, by)
        if approve:
            found.approved_by, found.approved_at = by, at
        else:
            found.refused_at = at
        found.save()
        audit.record(
            act="targets.decide_target_change",
            by=by.actor,
            at=at,
            subject=f"indicator:{found.indicator_id}",
            after={"version": found.number, "approved": approve, "note": note},
        )
        tell_of_change(found, by=by, at=at)
    return found
