"""Judging a run of the conformance kit by what the platform itself keeps of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shangwu.foundation import audit
from shangwu.prepaid.conformance.cases import STEPS, Step
from shangwu.prepaid.models import Batch, BatchError, ConformanceRun, Operator, SandboxRefusal
from shangwu.prepaid.operations.receiving import Delivery, lock
from shangwu.prepaid.operations.sandbox import space
from shangwu.prepaid.rules.batch.bounds import lowest_limits
from shangwu.prepaid.rules.interface.answers import MessageRefused

NOTHING = "没有记录"


def judge_conformance(delivery: Delivery, *, kit: str, keys: Mapping[str, str]) -> ConformanceRun:
    """Judge a run: every case that is not optional must stand in the sandbox as the case says.

    `keys` names the idempotency key under which each case was played; what the program claims of the answers is
    not asked. A resend gets the judgement of the first time.
    Raises: MessageRefused E01 when other content came under the key.
    """
    operator = delivery.sender.operator
    if operator is None:
        raise TypeError("only operators are onboarded")
    digest = delivery.content.finish()
    with transaction.atomic():
        lock(delivery)
        before = ConformanceRun.objects.filter(operator=operator, key=delivery.key).first()
        if before is not None:
            if bytes(before.digest) != digest:
                raise MessageRefused("E01")
            return before
        with space(is_sandbox=True):
            cases = [_case(step, operator, keys.get(step.name, "")) for step in STEPS]
        passed = all(one["ok"] or (one["ok"] is None and one["optional"]) for one in cases)
        run = ConformanceRun.objects.create(
            operator=operator,
            key=delivery.key,
            digest=digest,
            key_id=delivery.sender.key_id,
            kit=kit,
            passed=passed,
            cases=cases,
            ran_at=delivery.at,
        )
        _record(delivery, run, at=delivery.at)
    return run


def _case(step: Step, operator: Operator, key: str) -> dict[str, Any]:
    """What a case must show and what is found; `ok` is nothing where an optional case was not played."""
    case = {
        "case": step.name,
        "zh": step.zh,
        "expected": step.expected,
        "optional": step.is_optional,
    }
    if not key:
        return case | {"ok": None if step.is_optional else False, "found": NOTHING}
    if step.refusal:
        notes = SandboxRefusal.objects.filter(operator=operator, key=key, code=step.refusal)
        found = step.refusal if notes.exists() else NOTHING
        return case | {"ok": found == step.refusal, "found": found}
    batch = Batch.objects.filter(operator=operator, key=key).first()
    if batch is None:
        return case | {"ok": False, "found": NOTHING}
    codes = set(
        BatchError.objects.filter(operator=operator, batch=batch).values_list("code", flat=True)
    )
    wanted = step.codes if _holds(step, operator, batch) else frozenset()
    is_good = batch.state == step.state and wanted <= codes
    return case | {"ok": is_good, "found": " ".join([batch.state, *sorted(codes)])}


def _holds(step: Step, operator: Operator, batch: Batch) -> bool:
    """Whether the codes of a step are to be expected of this operator on the batch's day."""
    if not step.only_limited or batch.day is None:
        return True
    limits = lowest_limits(batch.day, operator.sector)
    return all(limits[row["kind"]] < row["closing_fen"] for row in step.rows)


def _record(delivery: Delivery, run: ConformanceRun, *, at: datetime) -> None:
    audit.record(
        act="prepaid.judge_conformance",
        by=delivery.sender.actor,
        at=at,
        subject=f"conformance_run:{run.pk}",
        after={"kit": run.kit, "passed": run.passed},
    )
