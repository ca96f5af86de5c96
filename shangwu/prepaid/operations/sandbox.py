"""The sandbox: the same tables once more in a schema of its own, so that the same acts have no effect.

What a sandbox key sends goes through the very code of the real ledger. Only the search path differs: tables
that such a message could write, the record of acts and the queue of jobs among them, are found in
`prepaid_sandbox` first. Migration 0011 builds them, and so does each that changes one of them.

Decision: docs/decisions/0020-open-interface.md
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from shangwu.foundation import audit
from shangwu.foundation.workdays import local
from shangwu.prepaid.models import Batch, Operator, OperatorDay, SandboxRefusal
from shangwu.prepaid.vocabulary import DayState

SCHEMA = "prepaid_sandbox"
# A day that the reset closes, so that a programmer can see what a change of a closed day is answered.
CLOSED_DAYS_AGO = 40
KEPT_DAYS = 30
CLOCK = audit.Actor("system", "schedule", "定时任务")
TABLES = (
    "prepaid_cardday",
    "prepaid_cardbalance",
    "prepaid_operatorday",
    "prepaid_observation",
    "prepaid_quarterreport",
    "prepaid_holdernotice",
    "prepaid_contracttemplate",
    "prepaid_outlet",
    "prepaid_restaterequest",
    "prepaid_batcherror",
    "prepaid_batchleaves",
    "prepaid_batch",
)


@contextmanager
def space(*, is_sandbox: bool) -> Iterator[None]:
    """Let the block read and write the sandbox's tables, in one transaction, or the real ones."""
    if not is_sandbox:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path = {SCHEMA}, public")
        yield
        # An outer transaction, as of a test or a reading view, goes on with the real tables.
        cursor.execute("SET LOCAL search_path TO DEFAULT")


def sweep_sandbox(*, at: datetime) -> int:
    """Forget operators that sent nothing to the sandbox for KEPT_DAYS, and its acts and jobs of that age.

    Returns how many operators were forgotten.
    """
    before = at - timedelta(days=KEPT_DAYS)
    with space(is_sandbox=True):
        last = Batch.objects.values("operator").annotate(last=Max("received_at"))
        idle = list(last.filter(last__lt=before).values_list("operator", flat=True))
    with transaction.atomic():
        for operator in Operator.objects.filter(pk__in=idle):
            reset_sandbox(operator=operator, at=at)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM prepaid_sandbox.audit_act WHERE at < %s", [before])
            cursor.execute("DELETE FROM prepaid_sandbox.audit_unsealedact")
            cursor.execute("DELETE FROM prepaid_sandbox.procrastinate_jobs")
        audit.record(
            act="prepaid.sweep_sandbox",
            by=CLOCK,
            at=at,
            subject=SCHEMA,
            after={"operators": len(idle)},
        )
    return len(idle)


def reset_sandbox(*, operator: Operator, at: datetime) -> date:
    """Forget what an operator sent to the sandbox, close one day of it, and return that day."""
    closed = local(at)[0] - timedelta(days=CLOSED_DAYS_AGO)
    SandboxRefusal.objects.filter(operator=operator).delete()
    with space(is_sandbox=True), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"DELETE FROM {SCHEMA}.{table} WHERE operator_id = %s",  # noqa: S608 - our own list
                [operator.pk],
            )
        OperatorDay.objects.create(
            operator=operator,
            day=closed,
            state=DayState.CLOSED,
            balance_fen=0,
            root=bytes(32),
            closed_at=at,
        )
    return closed
