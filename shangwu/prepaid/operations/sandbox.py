"""The sandbox: the same tables once more in a schema of its own, so that the same acts have no effect.

What a sandbox key sends goes through the very code of the real ledger. Only the search path differs: tables
that such a message could write, the record of acts and the queue of jobs among them, are found in
`prepaid_sandbox` first. Migration 0011 lists and builds them.

Decision: docs/decisions/0020-open-interface.md
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from shangwu.foundation.workdays import local
from shangwu.prepaid.models import Operator, OperatorDay
from shangwu.prepaid.vocabulary import DayState

SCHEMA = "prepaid_sandbox"
# A day that the reset closes, so that a programmer can see what a change of a closed day is answered.
CLOSED_DAYS_AGO = 40
TABLES = (
    "prepaid_cardday",
    "prepaid_cardbalance",
    "prepaid_operatorday",
    "prepaid_observation",
    "prepaid_quarterreport",
    "prepaid_holdernotice",
    "prepaid_contracttemplate",
    "prepaid_outlet",
    "prepaid_batcherror",
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


def reset_sandbox(*, operator: Operator, at: datetime) -> None:
    """Forget what an operator sent to the sandbox, and close one day of it (today less CLOSED_DAYS_AGO)."""
    with space(is_sandbox=True), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"DELETE FROM {SCHEMA}.{table} WHERE operator_id = %s",  # noqa: S608 - our own list
                [operator.pk],
            )
        OperatorDay.objects.create(
            operator=operator,
            day=local(at)[0] - timedelta(days=CLOSED_DAYS_AGO),
            state=DayState.CLOSED,
            balance_fen=0,
            root=bytes(32),
            closed_at=at,
        )
