"""Evaluations: drafted from stored readings, weighed, explained, signed, published, opened again with a reason."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Declaration,
    Evaluation,
    EvaluationLine,
    EvaluationPublication,
    EvaluationReopening,
    EvaluationSignature,
    ImportedEvaluation,
)
from shangwu.targets.operations.issues import open_gate_issues
from shangwu.targets.queries import evaluation as reading
from shangwu.targets.rules.evaluation.evaluate import evaluate
from shangwu.targets.rules.evaluation.facts import Role as RowRole
from shangwu.targets.rules.evaluation.framework import EXECUTION, points_of
from shangwu.targets.rules.evaluation.law import evaluation_law
from shangwu.targets.rules.evaluation.report import as_json
from shangwu.targets.rules.evaluation.table import read_table
from shangwu.targets.vocabulary import DeclarationStatus, EvaluationKind, EvaluationStatus

# Who may sign which kind; the same person never signs two kinds of one declaration.
SIGNERS: dict[str, Role] = {
    EvaluationKind.SELF: Role.TARGETS_EDITOR,
    EvaluationKind.DEPARTMENT: Role.TARGETS_REVIEWER,
    EvaluationKind.FINANCE: Role.FINANCE_EVALUATOR,
}
# Who weighs, deducts and opens again: the unit's own reviewer, or the finance bureau for its own evaluation.
JUDGES: dict[str, Role] = {
    EvaluationKind.SELF: Role.TARGETS_REVIEWER,
    EvaluationKind.DEPARTMENT: Role.TARGETS_REVIEWER,
    EvaluationKind.FINANCE: Role.FINANCE_EVALUATOR,
}


def draft_evaluation(
    *, declaration: Declaration, kind: str, as_of: date, by: Account, at: datetime
) -> Evaluation:
    """Write the draft of one kind from the readings as of a day; it exists once for each kind.

    Raises: Refused EVALUATION-APPROVED, EVALUATION-FUTURE or EVALUATION-EXISTS.
    """
    if declaration.status != DeclarationStatus.APPROVED:
        raise Refused("申报表批复以后才能评价。", code="EVALUATION-APPROVED")
    _require_past(as_of, at)
    try:
        with transaction.atomic():
            found = Evaluation.objects.create(
                declaration=declaration,
                kind=kind,
                status=EvaluationStatus.DRAFT,
                as_of=as_of,
                known_at=at,
                drafted_by=by,
                drafted_at=at,
            )
            readings = reading.readings_as_of(declaration, as_of=as_of, known_at=at)
            EvaluationLine.objects.bulk_create(
                EvaluationLine(
                    evaluation=found, indicator=indicator, reading=readings.get(indicator.pk)
                )
                for indicator in declaration.indicators.filter(withdrawn_at=None)
            )
            _record("targets.draft_evaluation", found, by, at, as_of=as_of.isoformat())
    except IntegrityError:
        label = EvaluationKind(kind).label
        raise Refused(
            f"这张申报表已有{label}，请打开它继续办理。", code="EVALUATION-EXISTS"
        ) from None
    return found


def refresh_evaluation(*, evaluation: int, as_of: date, by: Account, at: datetime) -> Evaluation:
    """Put a draft on the readings as of another day; what people stated stays.

    Raises: Refused EVALUATION-LOCKED or EVALUATION-FUTURE.
    """
    _require_past(as_of, at)
    with transaction.atomic():
        found = _open(evaluation)
        readings = reading.readings_as_of(found.declaration, as_of=as_of, known_at=at)
        for line in found.lines.all():
            line.reading = readings.get(line.indicator_id)
            line.save(update_fields=["reading"])
        found.as_of, found.known_at = as_of, at
        found.save(update_fields=["as_of", "known_at"])
        _record("targets.refresh_evaluation", found, by, at, as_of=as_of.isoformat())
    return found


def sign_weights(
    *, evaluation: int, weights: Mapping[int, Decimal], by: Account, at: datetime
) -> Evaluation:
    """Sign for the weights, by indicator; with the execution row they add up to 100 exactly.

    Unit: points of 100.
    Raises: Refused EVALUATION-LOCKED, EVALUATION-ROLE, EVALUATION-OWN-WEIGHTS or EVALUATION-WEIGHTS.
    """
    with transaction.atomic():
        found = _open(evaluation)
        _require_judge(found, by, at, act="签认权重")
        if by == found.drafted_by:
            raise Refused("权重须由起草人以外的人签认。", code="EVALUATION-OWN-WEIGHTS")
        desk = reading.desk_of(found)
        counted = {
            item.line.indicator_id: item.line
            for item in desk.lines
            if item.scored.role != RowRole.EXECUTION and item.line.indicator_id in weights
        }
        total = sum(weights.values(), Decimal(0)) + points_of(EXECUTION)
        if set(weights) - set(counted) or any(not 0 <= w <= 100 for w in weights.values()):
            raise Refused("权重须逐项填写 0 至 100 的分值。", code="EVALUATION-WEIGHTS")
        if total != 100:
            raise Refused(
                f"各项权重与预算执行率 {points_of(EXECUTION)} 分合计 {total} 分，应为 100 分。",
                code="EVALUATION-WEIGHTS",
            )
        for pk, line in counted.items():
            line.weight = weights[pk]
            line.save(update_fields=["weight"])
        found.weights_by, found.weights_at = by, at
        found.save(update_fields=["weights_by", "weights_at"])
        told = {str(pk): str(weight) for pk, weight in sorted(weights.items())}
        _record("targets.sign_weights", found, by, at, weights=told)
    return found


def state_cause(
    *, line: int, cause: str, detail: str, remedy: str, by: Account, at: datetime
) -> EvaluationLine:
    """State why a target was missed or far exceeded, in the official classes, and what is done about it.

    Raises: Refused EVALUATION-LOCKED or EVALUATION-CAUSE.
    """
    with transaction.atomic():
        found = _open_line(line)
        known = evaluation_law(found.evaluation.as_of).deviation_causes.value
        if cause not in known or not detail.strip() or not remedy.strip():
            raise Refused("请选择偏差原因，并写明原因分析和改进措施。", code="EVALUATION-CAUSE")
        found.cause, found.cause_detail, found.remedy = cause, detail.strip(), remedy.strip()
        found.save(update_fields=["cause", "cause_detail", "remedy"])
        _record("targets.state_cause", found.evaluation, by, at, line=found.pk, cause=cause)
    return found


def rate_line(
    *, line: int, band: str, share: Decimal, reason: str, by: Account, at: datetime
) -> EvaluationLine:
    """Rate what cannot be counted: a band, the share of the points inside it, and why (D8).

    Raises: Refused EVALUATION-LOCKED, EVALUATION-ROLE, EVALUATION-BAND, EVALUATION-REASON or
    EVALUATION-EVIDENCE.
    """
    with transaction.atomic():
        found = _open_line(line)
        if found.evaluation.kind == EvaluationKind.FINANCE:
            _require_judge(found.evaluation, by, at, act="评定")
        rows = evaluation_law(found.evaluation.as_of).bands.value
        row = next((row for row in rows if row["band"] == band), None)
        if row is None or not Decimal(row["from"]) <= share <= Decimal(row["until"]):
            raise Refused("百分比须在所选档次的区间之内，请核对。", code="EVALUATION-BAND")
        if share == Decimal(row["until"]) != 1:
            raise Refused("区间上限属于高一档，请核对档次。", code="EVALUATION-BAND")
        if not reason.strip():
            raise Refused("评定必须写明理由。", code="EVALUATION-REASON")
        if found.reading is None or found.reading.evidence_count == 0:
            raise Refused(
                "没有佐证不能评定。请先在指标页登记评定或完成情况并附材料，再更新读数。",
                code="EVALUATION-EVIDENCE",
            )
        found.band, found.share, found.band_reason = band, share, reason.strip()
        found.save(update_fields=["band", "share", "band_reason"])
        told = {"line": found.pk, "band": band, "share": str(share), "reason": reason.strip()}
        _record("targets.rate_evaluation_line", found.evaluation, by, at, **told)
    return found


def deduct_points(
    *, line: int, points: Decimal, reason: str, by: Account, at: datetime
) -> EvaluationLine:
    """Take points off one line with a reason; zero takes the deduction back (D3).

    Raises: Refused EVALUATION-LOCKED, EVALUATION-ROLE, EVALUATION-OWN-DEDUCTION or EVALUATION-DEDUCTION.
    """
    with transaction.atomic():
        found = _open_line(line)
        _require_judge(found.evaluation, by, at, act="扣分")
        if by == found.evaluation.drafted_by:
            raise Refused("扣分须由起草人以外的评审人作出。", code="EVALUATION-OWN-DEDUCTION")
        if points < 0 or points > (found.weight or 0) or not reason.strip():
            raise Refused("扣分须在 0 至该项权重之间，并写明理由。", code="EVALUATION-DEDUCTION")
        found.deduction = points if points else None
        found.deduction_reason = reason.strip() if points else ""
        found.save(update_fields=["deduction", "deduction_reason"])
        told = {"line": found.pk, "points": str(points), "reason": reason.strip()}
        _record("targets.deduct_points", found.evaluation, by, at, **told)
    return found


def sign_evaluation(*, evaluation: int, by: Account, at: datetime) -> EvaluationSignature:
    """Sign and lock: the document, the digest of all evidence and the head of the record of acts.

    A failed gate opens an issue.

    Raises: Refused EVALUATION-LOCKED, EVALUATION-ROLE, EVALUATION-SEPARATE, EVALUATION-WEIGHTS or
    EVALUATION-CAUSE.
    """
    with transaction.atomic():
        # Evaluations of one declaration take turns: the same person must not sign two at once.
        Declaration.objects.select_for_update().get(evaluations=evaluation)
        found = _open(evaluation)
        _require_signer(found, by, at)
        if found.weights_by_id is None:
            raise Refused("权重尚未签认，签认前不计分，不能签署。", code="EVALUATION-WEIGHTS")
        desk = reading.desk_of(found)
        if missing := desk.missing_reasons:
            names = "、".join(f"“{item.line.indicator.name}”" for item in missing)
            raise Refused(f"请先填写偏差原因和改进措施：{names}。", code="EVALUATION-CAUSE")
        content = reading.content_of(desk)
        signature = EvaluationSignature.objects.create(
            evaluation=found,
            revision=found.revision,
            content=content,
            content_sha256=reading.content_sha256(content),
            evidence_sha256=reading.evidence_sha256(desk),
            audit_head=reading.audit_head(),
            by=by,
            at=at,
        )
        found.status = EvaluationStatus.SIGNED
        found.save(update_fields=["status"])
        _record(
            "targets.sign_evaluation",
            found,
            by,
            at,
            total=content["total"],
            content=signature.content_sha256,
            evidence=signature.evidence_sha256,
        )
        open_gate_issues(
            declaration=found.declaration,
            failed={item.line.indicator_id: item.gate_failure for item in desk.failed_gates},
            on=found.as_of,
            by=by,
            at=at,
        )
    return signature


def publish_evaluation(*, evaluation: int, by: Account, at: datetime) -> EvaluationPublication:
    """Show the signed evaluation to the public.

    Raises: Refused EVALUATION-UNSIGNED.
    """
    with transaction.atomic():
        found = _locked(evaluation)
        if found.status != EvaluationStatus.SIGNED:
            raise Refused("只有已签署、尚未公开的评价可以公开。", code="EVALUATION-UNSIGNED")
        signature = found.signatures.get(revision=found.revision)
        publication = EvaluationPublication.objects.create(signature=signature, by=by, at=at)
        found.status = EvaluationStatus.PUBLISHED
        found.save(update_fields=["status"])
        _record("targets.publish_evaluation", found, by, at, content=signature.content_sha256)
    return publication


def reopen_evaluation(
    *, evaluation: int, reason: str, by: Account, at: datetime
) -> EvaluationReopening:
    """Open a signed evaluation for its next revision; what was signed and published stays as it was.

    Raises: Refused EVALUATION-ROLE, EVALUATION-UNSIGNED or EVALUATION-REASON.
    """
    if not reason.strip():
        raise Refused("重开评价必须写明理由。", code="EVALUATION-REASON")
    with transaction.atomic():
        found = _locked(evaluation)
        _require_judge(found, by, at, act="重开")
        if found.is_open:
            raise Refused("评价还在起草，不需要重开。", code="EVALUATION-UNSIGNED")
        row = EvaluationReopening.objects.create(
            evaluation=found, revision=found.revision, reason=reason.strip(), by=by, at=at
        )
        found.status, found.revision = EvaluationStatus.DRAFT, found.revision + 1
        found.save(update_fields=["status", "revision"])
        _record("targets.reopen_evaluation", found, by, at, reason=reason.strip())
    return row


def import_evaluation(
    *, title: str, content: object, by: Account, at: datetime
) -> ImportedEvaluation:
    """Keep somebody else's table as printed, with what the rules make of it beside.

    Raises: Refused EVALUATE-… where the table is wrong, EVALUATION-EXISTS when it was imported before.
    """
    today = timezone.localtime(at).date()
    computed = as_json(evaluate(read_table(content, today=today)))
    plain = json.loads(json.dumps(content, ensure_ascii=False, default=str))
    digest = hashlib.sha256(
        json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()
    with transaction.atomic():
        if standing := ImportedEvaluation.objects.filter(sha256=digest).first():
            raise Refused(f"同样的表已导入过：“{standing.title}”。", code="EVALUATION-EXISTS")
        found = ImportedEvaluation.objects.create(
            title=title.strip(), table=plain, computed=computed, sha256=digest, by=by, at=at
        )
        audit.record(
            act="targets.import_evaluation",
            by=by.actor,
            at=at,
            subject=f"imported_evaluation:{found.pk}",
            after={"title": found.title, "sha256": digest, "total": computed["total"]},
        )
    return found


def _require_signer(found: Evaluation, by: Account, at: datetime) -> None:
    role, kind = SIGNERS[found.kind], found.get_kind_display()
    if not by.has_role(role, on=timezone.localtime(at).date()):
        raise Refused(f"{kind}由{role.label}签署，您没有担任。", code="EVALUATION-ROLE")
    others = EvaluationSignature.objects.filter(
        evaluation__declaration=found.declaration, by=by
    ).exclude(evaluation__kind=found.kind)
    if other := others.select_related("evaluation").first():
        signed = other.evaluation.get_kind_display()
        raise Refused(
            f"您签署过这张申报表的{signed}，{kind}须由另一人签署。", code="EVALUATION-SEPARATE"
        )


def _require_judge(found: Evaluation, by: Account, at: datetime, *, act: str) -> None:
    role, kind = JUDGES[found.kind], found.get_kind_display()
    if not by.has_role(role, on=timezone.localtime(at).date()):
        raise Refused(f"{kind}的{act}由{role.label}办理，您没有担任。", code="EVALUATION-ROLE")


def _require_past(as_of: date, at: datetime) -> None:
    if as_of > timezone.localtime(at).date():
        raise Refused("截至日期不能晚于今天，请核对。", code="EVALUATION-FUTURE")


def _locked(evaluation: int) -> Evaluation:
    return (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("declaration__project", "drafted_by")
        .get(pk=evaluation)
    )


def _open(evaluation: int) -> Evaluation:
    found = _locked(evaluation)
    if not found.is_open:
        raise Refused(
            f"评价{found.get_status_display()}，内容已锁定；确需更改请先重开并写明理由。",
            code="EVALUATION-LOCKED",
        )
    return found


def _open_line(line: int) -> EvaluationLine:
    found = EvaluationLine.objects.select_related("reading").get(pk=line)
    found.evaluation = _open(found.evaluation_id)
    return found


def _record(act: str, found: Evaluation, by: Account, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by.actor, at=at, subject=f"evaluation:{found.pk}", after=after)
