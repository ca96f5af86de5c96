"""Sending the days of tills: the same rows through the same door as everybody, every night, until they arrived."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Batch, Operator, TillDay
from shangwu.prepaid.operations.batches import (
    own_delivery,
    receive_card_days,
    receive_operator_day,
)
from shangwu.prepaid.operations.steps import PLATFORM
from shangwu.prepaid.operations.till.gates import SERVING
from shangwu.prepaid.operations.till.terms import accrue_terms
from shangwu.prepaid.queries.onboarding import uses_till
from shangwu.prepaid.queries.till import balance_at, card_days, days_to_send, operator_day
from shangwu.prepaid.rules.batch.rows import CardDay, OperatorDay
from shangwu.prepaid.vocabulary import BatchState

LONGEST_FINDING = 500


def send_till_days(*, at: datetime) -> int:
    """Send every day of every till that is over and was not sent; return how many arrived.

    A day that does not arrive stops the later ones of its till, not those of others. Safe to run twice.
    """
    today = timezone.localtime(at).date()
    sent = 0
    for operator in Operator.objects.filter(status__in=SERVING).order_by("pk"):
        if not uses_till(operator):
            continue
        for day in days_to_send(operator, until=today):
            if send_till_day(operator=operator, day=day, at=at).sent_at is None:
                break
            sent += 1
    return sent


def send_till_day(*, operator: Operator, day: date, at: datetime) -> TillDay:
    """Send one day of a till, its rows and its sums; a day without acts is stated with zeros.

    The content of a day that is over never changes, so that an attempt cut off half-way is simply made again.
    """
    accrue_terms(operator=operator, day=day, at=at)
    rows = card_days(operator, day)
    total = operator_day(rows, balance_at(operator, day))
    refused = Batch.objects.filter(
        operator=operator, key__startswith=_key(day), state=BatchState.REFUSED
    )
    key = f"{_key(day)}{refused.count() + 1}"
    batch, finding = None, ""
    try:
        if rows:
            batch = _deliver(operator, f"{key}-rows", map(_written, rows), at)
        sums = own_delivery(
            operator=operator, key=f"{key}-sums", rows=[_stated(operator, day, total)], at=at
        )
        stated = receive_operator_day(sums)
        finding = _finding([one for one in (batch, stated) if one is not None])
    except Refused as refusal:
        finding = f"{refusal.sentence}（{refusal.code}）"
    return _keep(operator, day, batch, finding, at=at)


def _deliver(
    operator: Operator, key: str, rows: Iterable[dict[str, object]], at: datetime
) -> Batch:
    return receive_card_days(own_delivery(operator=operator, key=key, rows=rows, at=at))


def _keep(
    operator: Operator, day: date, batch: Batch | None, finding: str, *, at: datetime
) -> TillDay:
    with transaction.atomic():
        kept, _ = TillDay.objects.select_for_update().get_or_create(operator=operator, day=day)
        kept.tried_at, kept.finding, kept.batch = at, finding[:LONGEST_FINDING], batch
        kept.sent_at = None if finding else at
        kept.save(update_fields=["tried_at", "finding", "batch", "sent_at"])
        audit.record(
            act="prepaid.send_till_day",
            by=PLATFORM,
            at=at,
            subject=f"operator:{operator.number}",
            after={"day": day, "arrived": not finding, "batch": batch.pk if batch else None},
        )
    return kept


def _finding(batches: Iterable[Batch]) -> str:
    """What kept a delivery from being stored whole, as its receipt says; nothing when all is well."""
    wrong = [
        f"{error['code']} {error.get('zh', '')}"
        for batch in batches
        if batch.state != BatchState.STORED
        for error in batch.receipt["errors"]
    ]
    return "；".join(wrong)


def _key(day: date) -> str:
    return f"till-{day}-"


def _written(row: CardDay) -> dict[str, object]:
    written: dict[str, object] = {
        "operator": row.operator,
        "outlet": row.outlet,
        "day": row.day.isoformat(),
        "sequence": row.sequence,
        "card": row.card,
        "kind": row.kind,
        "issued_fen": row.issued,
        "redeemed_fen": row.redeemed,
        "refunded_fen": row.refunded,
        "closing_fen": row.closing,
        "sent_at": row.sent_at.isoformat(),
    }
    if row.valid_to is not None:
        written["valid_to"] = row.valid_to.isoformat()
    return written


def _stated(operator: Operator, day: date, total: OperatorDay) -> dict[str, object]:
    return {
        "operator": operator.uscc,
        "day": day.isoformat(),
        "cards": total.cards,
        "issued_fen": total.issued,
        "redeemed_fen": total.redeemed,
        "refunded_fen": total.refunded,
        "balance_fen": total.balance,
    }
