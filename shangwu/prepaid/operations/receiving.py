"""What every delivery through the open interface has in common: once by its key, on the record, with a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection

from shangwu.foundation import audit
from shangwu.prepaid.models import Batch, BatchError, InstitutionBatch
from shangwu.prepaid.models.interface import LONGEST_DETAIL
from shangwu.prepaid.queries.senders import Sender, platform_key
from shangwu.prepaid.rules.batch.errors import INLINE, RowError
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import VERSION, moment, signed
from shangwu.prepaid.vocabulary import BatchState

# A receipt counts all errors; so many of a batch are kept to be fetched.
MOST_ERRORS = 100_000


class Content(Protocol):
    """The body of a delivery as it streams, already unpacked."""

    def read(self, size: int = -1) -> bytes:
        """Return up to so many unpacked bytes, empty at the end.

        Raises: MessageRefused TOO-LARGE, CONTENT.
        """

    def finish(self) -> bytes:
        """Read what is left, check the digest of what was sent, and return the SHA-256 of the unpacked bytes.

        Raises: MessageRefused DIGEST-WRONG and those of `read`.
        """


@dataclass(frozen=True)
class Delivery:
    """One signed message: who sent what, under which key, and when it arrived."""

    sender: Sender
    key: str
    at: datetime
    content: Content
    media_type: str = "application/json"


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery's rows; `totals` are in fen or counts, `root` that of the hash tree."""

    rows: int
    accepted: int
    errors: Sequence[RowError] = ()
    day: date | None = None
    is_late: bool = False
    totals: Mapping[str, int] = field(default_factory=dict)
    root: bytes | None = None

    @property
    def state(self) -> BatchState:
        """Whether all, some or none of the rows were taken."""
        if self.accepted == self.rows:
            return BatchState.STORED
        return BatchState.PARTIAL if self.accepted else BatchState.REFUSED


def lock(delivery: Delivery) -> None:
    """Let deliveries under one key of one sender wait for each other until the transaction ends."""
    party = delivery.sender.party
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"prepaid-delivery|{party.uscc}|{delivery.sender.is_sandbox}|{delivery.key}"],
        )


def standing(delivery: Delivery, digest: bytes) -> Batch | InstitutionBatch | None:
    """Return the batch of this key when the same content came before; call it under `lock`.

    Raises: MessageRefused E01 when other content came under the key.
    """
    sender = delivery.sender
    found: Batch | InstitutionBatch | None
    if sender.operator is not None:
        found = Batch.objects.filter(operator=sender.operator, key=delivery.key).first()
    else:
        found = InstitutionBatch.objects.filter(
            institution=sender.institution, key=delivery.key
        ).first()
    if found is not None and bytes(found.digest) != digest:
        raise MessageRefused("E01")
    return found


def store_batch(
    *,
    delivery: Delivery,
    kind: str,
    digest: bytes,
    outcome: Outcome,
    act: str,
    pk: int | None = None,
) -> Batch:
    """Store an operator's batch with its signed receipt and its errors, and record the act.

    Call it last in the transaction that stores the rows; `pk` is the number that rows stored before it name.
    """
    operator = delivery.sender.operator
    if operator is None:
        raise TypeError("an institution's delivery is a feed")
    batch = Batch.objects.create(
        pk=pk,
        operator=operator,
        key=delivery.key,
        kind=kind,
        day=outcome.day,
        state=outcome.state,
        digest=digest,
        rows=outcome.rows,
        accepted=outcome.accepted,
        is_late=outcome.is_late,
        received_at=delivery.at,
        root=outcome.root,
        receipt=receipt(delivery=delivery, kind=kind, digest=digest, outcome=outcome),
    )
    BatchError.objects.bulk_create(
        [
            BatchError(
                operator=operator,
                batch=batch,
                position=position,
                row=one.row,
                sequence=one.sequence,
                field=one.field,
                code=one.code,
                detail=one.detail.zh[:LONGEST_DETAIL],
                detail_en=one.detail.en[:LONGEST_DETAIL],
            )
            for position, one in enumerate(outcome.errors[:MOST_ERRORS], start=1)
        ],
        batch_size=2_000,
    )
    _record(delivery, act, outcome)
    return batch


def store_feed(
    *, delivery: Delivery, kind: str, digest: bytes, outcome: Outcome, act: str
) -> InstitutionBatch:
    """Store an institution's batch with its signed receipt and all its errors, and record the act."""
    institution = delivery.sender.institution
    if institution is None:
        raise TypeError("an operator's delivery is a batch")
    feed = InstitutionBatch.objects.create(
        institution=institution,
        key=delivery.key,
        kind=kind,
        state=outcome.state,
        digest=digest,
        rows=outcome.rows,
        accepted=outcome.accepted,
        received_at=delivery.at,
        receipt=receipt(delivery=delivery, kind=kind, digest=digest, outcome=outcome),
        errors=[one.to_json() for one in outcome.errors],
    )
    _record(delivery, act, outcome)
    return feed


def receipt(*, delivery: Delivery, kind: str, digest: bytes, outcome: Outcome) -> dict[str, Any]:
    """Return the signed receipt of a delivery; nothing of what was sent stands in it but the sums."""
    party = delivery.sender.party
    facts = {
        "version": VERSION,
        "sandbox": delivery.sender.is_sandbox,
        "sender": party.uscc,
        "key": delivery.key,
        "kind": str(kind),
        "day": outcome.day.isoformat() if outcome.day else None,
        "content_digest": digest.hex(),
        "state": str(outcome.state.value),
        "rows": outcome.rows,
        "accepted": outcome.accepted,
        "refused": outcome.rows - outcome.accepted,
        "is_late": outcome.is_late,
        "totals": dict(outcome.totals),
        "root": outcome.root.hex() if outcome.root else None,
        "received_at": moment(delivery.at),
        "errors_total": len(outcome.errors),
        "errors": [one.to_json() for one in outcome.errors[:INLINE]],
    }
    return signed(facts, key=platform_key())


def _record(delivery: Delivery, act: str, outcome: Outcome) -> None:
    audit.record(
        act=act,
        by=delivery.sender.actor,
        at=delivery.at,
        subject=f"prepaid_key:{delivery.sender.key_id}",
        after={
            "key": delivery.key,
            "state": str(outcome.state.value),
            "rows": outcome.rows,
            "accepted": outcome.accepted,
        },
    )
