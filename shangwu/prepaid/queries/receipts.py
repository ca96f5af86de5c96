"""A sender's own batches, receipts and errors."""

from dataclasses import dataclass

from shangwu.prepaid.models import Batch, BatchError, InstitutionBatch
from shangwu.prepaid.queries.senders import Sender
from shangwu.prepaid.rules.batch.errors import RowError
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import moment

ERRORS_A_PAGE, BATCHES_A_PAGE = 1_000, 100


@dataclass(frozen=True)
class Page:
    """Some of many; `has_next` says that more follow."""

    items: list[dict[str, int | str | None]]
    has_next: bool


def own_batch(sender: Sender, key: str) -> Batch | InstitutionBatch:
    """Return the batch that the sender sent under a key.

    Raises: MessageRefused NOT-FOUND.
    """
    found: Batch | InstitutionBatch | None
    if sender.operator is not None:
        found = Batch.objects.filter(operator=sender.operator, key=key).first()
    else:
        found = InstitutionBatch.objects.filter(institution=sender.institution, key=key).first()
    if found is None:
        raise MessageRefused("NOT-FOUND")
    return found


def errors_of(batch: Batch | InstitutionBatch, *, page: int) -> Page:
    """Return a page (from 1) of a batch's errors, as the sender reads them."""
    start = (page - 1) * ERRORS_A_PAGE
    if isinstance(batch, InstitutionBatch):
        found = list(batch.errors[start : start + ERRORS_A_PAGE + 1])
    else:
        rows = BatchError.objects.filter(
            operator=batch.operator_id, batch=batch, position__gt=start
        ).order_by("position")
        found = [
            RowError(
                one.row, one.code, one.field, one.sequence, Bilingual(one.detail, one.detail_en)
            ).to_json()
            for one in rows[: ERRORS_A_PAGE + 1]
        ]
    return Page(found[:ERRORS_A_PAGE], len(found) > ERRORS_A_PAGE)


def own_batches(sender: Sender, *, page: int) -> Page:
    """Return a page (from 1) of the sender's batches, newest first."""
    start = (page - 1) * BATCHES_A_PAGE
    columns = ("key", "kind", "state", "rows", "accepted", "received_at")
    if sender.operator is not None:
        mine = Batch.objects.filter(operator=sender.operator).values(*columns, "day")
    else:
        mine = InstitutionBatch.objects.filter(institution=sender.institution).values(*columns)
    found = list(mine.order_by("-pk")[start : start + BATCHES_A_PAGE + 1])
    lines = [
        {
            **one,
            "day": day.isoformat() if (day := one.get("day")) else None,
            "received_at": moment(one["received_at"]),
        }
        for one in found[:BATCHES_A_PAGE]
    ]
    return Page(lines, len(found) > BATCHES_A_PAGE)
