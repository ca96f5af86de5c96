"""The sample day that a programmer has checked in the browser before running the conformance kit."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import OperatorKey, SampleRun
from shangwu.prepaid.operations.steps import locked_operator, take_step
from shangwu.prepaid.rules.samples import Checked, Sample, check_sample
from shangwu.prepaid.vocabulary import LinkageStepKind

ONE_DAY = timedelta(days=1)


def try_sample(
    *, operator: int, content: bytes, signature: str, by: Account, at: datetime
) -> SampleRun:
    """Check a sample day signed with the operator's sandbox key, keep the answers, and return them.

    Nothing of the sample itself is kept but its digest.
    Raises: Refused SAMPLE-KEY without a sandbox key.
    """
    today = timezone.localtime(at).date()
    key = OperatorKey.objects.filter(operator=operator, is_sandbox=True, revoked_at=None)
    newest = key.select_related("operator").order_by("-pk").first()
    if newest is None:
        raise Refused("请先登记测试公钥，再检查样例。", code="SAMPLE-KEY")
    business = newest.operator
    checks = check_sample(
        Sample(
            content=content,
            signature=signature,
            public_key=bytes(newest.public_key),
            operator=business.uscc,
            outlets=frozenset(business.outlets.values_list("number", flat=True)),
            sector=business.sector,
            day=today - ONE_DAY,
        ),
        received_at=at,
        calendar=load_calendar(),
    )
    return record_run(
        operator=operator,
        checks=checks,
        key=newest,
        digest=hashlib.sha256(content).digest(),
        by=by,
        at=at,
    )


def record_run(
    *,
    operator: int,
    checks: Sequence[Checked],
    key: OperatorKey | None,
    digest: bytes | None = None,
    by: Account | None,
    at: datetime,
) -> SampleRun:
    """Keep the answers of one test, whoever ran it, and return the record."""
    passed = bool(checks) and all(one.is_passed for one in checks)
    with transaction.atomic():
        found = locked_operator(operator)
        made = SampleRun.objects.create(
            operator=found,
            key=key,
            checks=[vars(one) for one in checks],
            is_passed=passed,
            digest=digest,
            run_at=at,
        )
        failed = "、".join(one.label for one in checks if not one.is_passed)
        take_step(
            "prepaid.check_sample",
            found,
            LinkageStepKind.TESTED,
            f"{len(checks)} 项全部通过。" if passed else f"未通过：{failed}。",
            by=by,
            at=at,
            passed=passed,
            failed=[one.name for one in checks if not one.is_passed],
        )
    return made
