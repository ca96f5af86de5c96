"""Taking the rows of a small delivery: all of them, or none and the reasons."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from shangwu.foundation.workdays import local
from shangwu.prepaid.models import Batch, InstitutionBatch
from shangwu.prepaid.operations.receiving import (
    Delivery,
    Outcome,
    lock,
    standing,
    store_batch,
    store_feed,
)
from shangwu.prepaid.operations.sandbox import space
from shangwu.prepaid.rules.batch.checking import common_errors
from shangwu.prepaid.rules.batch.codes import Effect
from shangwu.prepaid.rules.batch.errors import RowError
from shangwu.prepaid.rules.batch.parsing import parse_rows
from shangwu.prepaid.rules.batch.reading import typed
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.vocabulary import BatchCode

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its fields, the act, which field names the sender, by what a row is one.

    `check` says what is wrong with a well-formed row, given its number and itself.
    """

    record: str
    act: str
    own_field: str
    identity: tuple[str, ...]
    check: Callable[[int, Row], Iterable[RowError]]


def take(
    delivery: Delivery, kind: Kind, *, store: Callable[[list[Row], Batch | InstitutionBatch], None]
) -> tuple[Batch | InstitutionBatch, bool]:
    """Store a delivery's rows through `store`, or refuse all; return its batch, and whether it is new.

    A resend gets the batch of the first time. Raises: MessageRefused, E01 among others.
    """
    content = delivery.content.read()
    digest = delivery.content.finish()
    rows = parse_rows(content, by_line=delivery.media_type == "application/x-ndjson")
    with space(is_sandbox=delivery.sender.is_sandbox), transaction.atomic():
        lock(delivery)
        if (before := standing(delivery, digest)) is not None:
            return before, False
        written = [typed(kind.record, row) for row in rows]
        errors = _errors(delivery, kind, written)
        refused = any(one.effect == Effect.REJECT for one in errors)
        outcome = Outcome(
            rows=len(rows),
            accepted=0 if refused else len(rows),
            errors=errors,
            is_late=any(one.code == BatchCode.E09 for one in errors),
        )
        keep = store_batch if delivery.sender.operator is not None else store_feed
        batch = keep(
            delivery=delivery, kind=kind.record, digest=digest, outcome=outcome, act=kind.act
        )
        if not refused:
            store(list(written), batch)
    return batch, True


def _errors(delivery: Delivery, kind: Kind, rows: list[dict[str, object]]) -> list[RowError]:
    found: list[RowError] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows, start=1):
        common = common_errors(
            kind.record,
            row,
            number=number,
            owner=delivery.sender.party.uscc,
            own_field=kind.own_field,
            on=local(delivery.at)[0],
        )
        found += common
        if common:
            continue
        identity = tuple(row.get(name) for name in kind.identity)
        if (first := seen.setdefault(identity, number)) != number:
            told = Bilingual(f"与第 {first} 行重复", f"the same as row {first}")
            found.append(RowError(number, BatchCode.E01, detail=told))
            continue
        found += kind.check(number, row)
    return found
