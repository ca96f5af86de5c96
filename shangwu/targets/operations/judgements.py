"""What a named person finds and proves: ratings, and completions of promised work."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Completion, CompletionEvidence, Indicator, Rating, RatingEvidence
from shangwu.targets.operations.periods import lock_declaration_of, require_open_days
from shangwu.targets.operations.rows import locked_indicator
from shangwu.targets.queries.findings import version_in_force
from shangwu.targets.rules.status import rating_levels
from shangwu.targets.vocabulary import CompletionKind


def rate_indicator(
    *,
    indicator: int,
    level: str,
    reason: str,
    rated_on: date,
    valid_until: date | None,
    files: Sequence[StoredFile],
    by: Account,
    at: datetime,
) -> Rating:
    """Record a person's judgement with its reason and at least one file as evidence.

    Raises: Refused RATING-REASON, RATING-EVIDENCE, RATING-FUTURE, RATING-VALIDITY, RATING-LEVEL or PERIOD-LOCKED.
    """
    _require_grounds(reason, files, kind="评定", code="RATING")
    if rated_on > timezone.localtime(at).date():
        raise Refused("评定日期不能晚于今天，请核对。", code="RATING-FUTURE")
    if valid_until is not None and valid_until <= rated_on:
        raise Refused(
            "有效期止应当晚于评定日期，请核对证书或文件上的日期。", code="RATING-VALIDITY"
        )
    with transaction.atomic():
        require_open_days(lock_declaration_of(indicator), [rated_on], what="评定日期")
        row = locked_indicator(indicator)
        allowed = possible_levels(row, on=rated_on, at=at)
        if level not in allowed:
            raise Refused(
                f"“{level}”不是这项指标可用的等次，请在{'、'.join(allowed)}中选择。",
                code="RATING-LEVEL",
            )
        rating = Rating.objects.create(
            indicator=row,
            level=level,
            reason=reason.strip(),
            rated_on=rated_on,
            valid_until=valid_until,
            by=by,
            at=at,
        )
        RatingEvidence.objects.bulk_create(
            RatingEvidence(rating=rating, file=file) for file in files
        )
        audit.record(
            act="targets.rate_indicator",
            by=by.actor,
            at=at,
            subject=f"indicator:{row.pk}",
            after={
                "level": level,
                "rated_on": rated_on.isoformat(),
                "valid_until": valid_until.isoformat() if valid_until else None,
                "reason": reason.strip(),
                "files": [file.sha256 for file in files],
            },
        )
    return rating


def record_completion(
    *,
    indicator: int,
    done_on: date,
    description: str,
    files: Sequence[StoredFile],
    by: Account,
    at: datetime,
) -> Completion:
    """Record that the promised work was finished on a day, with at least one file as proof.

    Raises: Refused COMPLETION-REASON, COMPLETION-EVIDENCE, COMPLETION-FUTURE or PERIOD-LOCKED.
    """
    _require_grounds(description, files, kind="完成情况", code="COMPLETION")
    if done_on > timezone.localtime(at).date():
        raise Refused("完成日期不能晚于今天，请核对。", code="COMPLETION-FUTURE")
    return _complete(indicator, CompletionKind.DONE, done_on, description, files, by=by, at=at)


def withdraw_completion(*, indicator: int, reason: str, by: Account, at: datetime) -> Completion:
    """Take the standing completion record back by a new row; the old one stays visible.

    Raises: Refused COMPLETION-REASON without a reason, COMPLETION-NONE when there is none,
    PERIOD-LOCKED when its day is locked.
    """
    if not reason.strip():
        raise Refused("撤销完成记录必须写明理由。", code="COMPLETION-REASON")
    with transaction.atomic():
        lock_declaration_of(indicator)
        row = locked_indicator(indicator)
        latest = row.completions.order_by("-at", "-pk").first()
        if latest is None or latest.kind != CompletionKind.DONE:
            raise Refused("该指标没有可以撤销的完成记录。", code="COMPLETION-NONE")
        return _complete(
            indicator, CompletionKind.WITHDRAWN, latest.done_on, reason, (), by=by, at=at
        )


def possible_levels(indicator: Indicator, *, on: date, at: datetime) -> tuple[str, ...]:
    """Return the levels a person may choose for the target in force, best first."""
    return rating_levels(version_in_force(indicator, on=on, known_at=at).target)


def _complete(
    indicator: int,
    kind: CompletionKind,
    done_on: date,
    description: str,
    files: Sequence[StoredFile],
    *,
    by: Account,
    at: datetime,
) -> Completion:
    with transaction.atomic():
        require_open_days(lock_declaration_of(indicator), [done_on], what="完成日期")
        row = locked_indicator(indicator)
        completion = Completion.objects.create(
            indicator=row, kind=kind, done_on=done_on, description=description.strip(), by=by, at=at
        )
        CompletionEvidence.objects.bulk_create(
            CompletionEvidence(completion=completion, file=file) for file in files
        )
        audit.record(
            act="targets.record_completion",
            by=by.actor,
            at=at,
            subject=f"indicator:{row.pk}",
            after={
                "kind": kind,
                "done_on": done_on.isoformat(),
                "description": description.strip(),
                "files": [file.sha256 for file in files],
            },
        )
    return completion


def _require_grounds(text: str, files: Sequence[StoredFile], *, kind: str, code: str) -> None:
    if not text.strip():
        raise Refused(f"请写明{kind}的理由或说明，供复核和公众查阅。", code=f"{code}-REASON")
    if not files:
        raise Refused(
            f"{kind}必须附上至少一份佐证材料（制度文本、证书、验收单等）。", code=f"{code}-EVIDENCE"
        )
    if not all(is_open(file) for file in files):
        raise Refused("佐证材料尚未通过安全检查，请稍后再提交。", code=f"{code}-EVIDENCE")
