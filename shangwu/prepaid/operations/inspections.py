"""On-site checks: planned for two inspectors, sent in from a phone, the same result however often it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Case, Inspection, InspectionPhoto, Operator
from shangwu.prepaid.operations.numbers import next_serial
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.rules.supervision import digest, require_impersonal
from shangwu.prepaid.vocabulary import CheckAnswer

SAME = "PREPAID-INSPECTION-SAME"


@dataclass(frozen=True)
class Found:
    """What two inspectors found: answer and remark by item, the conclusion, where, and their names as signed."""

    checked_on: date
    answers: Mapping[str, tuple[str, str]]
    conclusion: str
    first_signature: str
    second_signature: str
    longitude: Decimal | None = None
    latitude: Decimal | None = None


def plan_inspection(
    *,
    operator: int,
    outlet: int | None,
    case: int | None,
    reason: str,
    planned_on: date,
    first: Account,
    second: Account,
    by: Account,
    at: datetime,
) -> Inspection:
    """Plan a check by two inspectors.

    Raises: Refused PREPAID-INSPECTION-TWO, -REASON, -OUTLET.
    """
    if first == second:
        raise Refused("现场检查不得少于二人，请选择两位检查人员。", code="PREPAID-INSPECTION-TWO")
    if not reason.strip():
        raise Refused("请写明检查事由。", code="PREPAID-INSPECTION-REASON")
    today = timezone.localtime(at).date()
    with transaction.atomic():
        business = Operator.objects.get(pk=operator)
        shop = business.outlets.filter(pk=outlet).first() if outlet else None
        if outlet and shop is None:
            raise Refused("所选门店不属于这个经营者。", code="PREPAID-INSPECTION-OUTLET")
        found = Inspection.objects.create(
            number=f"JC{today.year}{next_serial(f'inspection:{today.year}'):06d}",
            key=uuid4(),
            operator=business,
            outlet=shop,
            case=Case.objects.get(pk=case, operator=business) if case else None,
            reason=reason.strip(),
            planned_on=planned_on,
            planned_by=by,
            planned_at=at,
            first_inspector=first,
            second_inspector=second,
        )
        audit.record(
            act="prepaid.plan_inspection",
            by=by.actor,
            at=at,
            subject=f"inspection:{found.number}",
            after={"operator": business.number, "on": planned_on},
        )
    return found


def submit_inspection(
    *,
    key: UUID,
    found: Found,
    photos: Sequence[tuple[str, StoredFile]],
    by: Account,
    at: datetime,
) -> Inspection:
    """Store the result of a check, once; every item of the checklist of the day of the check must be answered.

    Raises: Refused PREPAID-INSPECTION-SAME for the same result again, -DONE for another result of a check that is
    in already, -ITEM, -REMARK for a failed item without a remark, -NAME, -DAY, -PERSON; PREPAID-PERSONAL.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        plan = (
            Inspection.objects.select_for_update(of=("self",))
            .select_related("first_inspector", "second_inspector")
            .get(key=key)
        )
        if by.pk not in {plan.first_inspector_id, plan.second_inspector_id}:
            raise Refused("检查记录由两位检查人员之一提交。", code="PREPAID-INSPECTION-PERSON")
        answers = _answers(found, today=today)
        require_impersonal(found.conclusion, *(row["remark"] for row in answers))
        _require_names(plan, found)
        content = _content(plan, found, answers, photos)
        fingerprint = digest(content)
        if plan.submitted_at is not None:
            _refuse_second(plan, fingerprint)
        plan.checked_on, plan.answers = found.checked_on, answers
        plan.conclusion = found.conclusion.strip()
        plan.longitude, plan.latitude = found.longitude, found.latitude
        plan.first_signature = found.first_signature.strip()
        plan.second_signature = found.second_signature.strip()
        plan.digest, plan.submitted_by, plan.submitted_at = fingerprint, by, at
        plan.save()
        InspectionPhoto.objects.bulk_create(
            InspectionPhoto(inspection=plan, item=item, file=file) for item, file in photos
        )
        failed = [row["key"] for row in answers if row["answer"] == CheckAnswer.FAILS]
        audit.record(
            act="prepaid.submit_inspection",
            by=by.actor,
            at=at,
            subject=f"inspection:{plan.number}",
            after={"digest": fingerprint, "failed": failed, "photos": len(photos)},
        )
    return plan


def _answers(found: Found, *, today: date) -> list[dict[str, str]]:
    """Return the answers with the words of the items, so that the record reads the same for ever."""
    if found.checked_on > today:
        raise Refused("检查日期不能在今天以后。", code="PREPAID-INSPECTION-DAY")
    rows = []
    for item in governance(found.checked_on).items.value:
        answer, remark = found.answers.get(item.key, ("", ""))
        if answer not in CheckAnswer.values:
            raise Refused(f"“{item.text}”还没有填写结果。", code="PREPAID-INSPECTION-ITEM")
        if answer == CheckAnswer.FAILS and not remark.strip():
            raise Refused(f"“{item.text}”不符合，请写明情况。", code="PREPAID-INSPECTION-REMARK")
        rows.append(
            {
                "key": item.key,
                "text": item.text,
                "article": item.article,
                "breach": item.breach,
                "answer": answer,
                "remark": remark.strip(),
            }
        )
    return rows


def _require_names(plan: Inspection, found: Found) -> None:
    signed = (found.first_signature.strip(), found.second_signature.strip())
    names = (plan.first_inspector.display_name, plan.second_inspector.display_name)
    if signed != names:
        raise Refused(
            f"签名应依次为两位检查人员的姓名：{names[0]}、{names[1]}。",
            code="PREPAID-INSPECTION-NAME",
        )


def _refuse_second(plan: Inspection, fingerprint: str) -> None:
    if plan.digest == fingerprint:
        raise Refused(f"{plan.number}的检查记录已经收到，没有重复登记。", code=SAME)
    raise Refused(
        f"{plan.number}已经提交过内容不同的检查记录，不能更改。需要更正的，请另作一次检查。",
        code="PREPAID-INSPECTION-DONE",
    )


def _content(
    plan: Inspection,
    found: Found,
    answers: list[dict[str, str]],
    photos: Sequence[tuple[str, StoredFile]],
) -> dict[str, Any]:
    return {
        "number": plan.number,
        "checked_on": found.checked_on.isoformat(),
        "answers": answers,
        "conclusion": found.conclusion.strip(),
        "place": [str(found.longitude or ""), str(found.latitude or "")],
        "signed": [found.first_signature.strip(), found.second_signature.strip()],
        "photos": sorted([item, file.sha256] for item, file in photos),
    }
