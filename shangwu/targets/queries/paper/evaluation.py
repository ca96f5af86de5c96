"""Evaluations as papers: what was signed, or the draft as it is computed now."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from shangwu.targets.models import Evaluation, EvaluationSignature
from shangwu.targets.queries.evaluation import content_of, desk_of
from shangwu.targets.rules.paper.evaluation import Signed


def evaluation_source(evaluation: Evaluation) -> tuple[Mapping[str, Any], Signed | None]:
    """Return the signed content with its signature, or the content of a draft without one."""
    if evaluation.is_open:
        return content_of(desk_of(evaluation)), None
    signature = evaluation.signatures.select_related("by").get(revision=evaluation.revision)
    return signature.content, signed_by(signature)


def signed_by(signature: EvaluationSignature) -> Signed:
    """Return who signed and what binds the paper to the record."""
    return Signed(
        by=signature.by.display_name,
        at=f"{timezone.localtime(signature.at):%Y-%m-%d %H:%M}",
        content_sha256=signature.content_sha256,
        evidence_sha256=signature.evidence_sha256,
        audit_head=signature.audit_head,
    )
