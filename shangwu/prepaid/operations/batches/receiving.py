"""Receive a day's rows of one operator: once by key, atomic or in part, with a signed receipt.

Decision: docs/decisions/0019-ledger-of-card-days.md
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain

from django.db import connection, transaction

from shangwu.foundation.workdays import load_calendar, local
from shangwu.prepaid.gateways.wire import Piece, read_card_days
from shangwu.prepaid.gateways.wire.spool import spooled
from shangwu.prepaid.models import Batch, Operator
from shangwu.prepaid.operations.batches.days import Addition, add_to_day, lock_days, settle
from shangwu.prepaid.operations.batches.posting import Posting, lock_operator
from shangwu.prepaid.operations.observations import observe
from shangwu.prepaid.operations.receiving import (
    MOST_ERRORS,
    Delivery,
    Outcome,
    lock,
    standing,
    store_batch,
)
from shangwu.prepaid.operations.sandbox import space
from shangwu.prepaid.operations.standings import ask_to_restate
from shangwu.prepaid.queries.ledger import highest_sequence, outlet_numbers
from shangwu.prepaid.rules.batch.codes import ANSWERS, Effect
from shangwu.prepaid.rules.batch.columns import Columns, join
from shangwu.prepaid.rules.batch.errors import RowError, of_finding
from shangwu.prepaid.rules.batch.sieve import Circumstances
from shangwu.prepaid.rules.batch.validation import lateness
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import GREATEST
from shangwu.prepaid.rules.ledger.tree import PART
from shangwu.prepaid.vocabulary import (
    BatchCode,
    BatchState,
    ObservationKind,
    RecordKind,
    StandingCause,
)

# The published limit of one batch. Beyond one part of the tree rows must come in order: they are posted by parts.
MOST_ROWS = 1_000_000
ACT = "prepaid.receive_card_days"


class _Unwanted(Exception):
    """Rows were rejected and the sender wants all or nothing: what was posted is taken back."""


def receive_card_days(delivery: Delivery, *, is_partial: bool = False) -> Batch:
    """Post the rows of one day and return the batch with its receipt; a resend returns that of the first time.

    Without `is_partial` one rejected row refuses all. The rows stand in the ledger, the balances carry them and
    the receipt is stored when this returns, or nothing is.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-REG18-10
    Raises: MessageRefused for a message that is no batch; Refused for a day before the law.
    """
    operator = delivery.sender.operator
    if operator is None:
        raise MessageRefused("SENDER-KIND")
    with spooled(delivery.content) as (file, digest):
        with space(is_sandbox=delivery.sender.is_sandbox):
            if (before := _standing(delivery, digest)) is not None:
                return before
            pieces = read_card_days(
                file, delivery.media_type, operator=operator.uscc, on=local(delivery.at)[0]
            )
            read, day = _until_day(pieces)
            if day is not None and day <= local(delivery.at)[0]:
                lateness(day, received_at=delivery.at, calendar=load_calendar())
                open_month(day)
            with transaction.atomic():
                lock(delivery)
                if (before := _standing(delivery, digest)) is not None:
                    return before
                stored = _receive(delivery, operator, digest, day, chain(read, pieces), is_partial)
                if day is not None and stored.state != BatchState.REFUSED:
                    ask_to_restate([operator.pk], day=day, cause=StandingCause.BALANCE)
                return stored


def open_month(day: date) -> None:
    """Make room for a month's rows, in a transaction of its own: making it waits for all who use the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prepaid_open_month(%s)", [day])


def _standing(delivery: Delivery, digest: bytes) -> Batch | None:
    found = standing(delivery, digest)
    return found if isinstance(found, Batch) else None


def _until_day(pieces: Iterator[Piece]) -> tuple[list[Piece], date | None]:
    """Read until the first well-formed row, which says the day."""
    read = []
    for piece in pieces:
        read.append(piece)
        if piece.columns is not None:
            return read, piece.columns.day
    return read, None


def _receive(
    delivery: Delivery,
    operator: Operator,
    digest: bytes,
    day: date | None,
    pieces: Iterable[Piece],
    is_partial: bool,
) -> Batch:
    lock_operator(operator.pk)
    number = _next_number()
    rows = Rows(pieces)
    if day is None:
        for _ in rows:
            pass
        outcome = Outcome(rows=rows.count, accepted=0, errors=rows.errors)
    else:
        outcome = _post(delivery, operator, number, day, rows, is_partial)
    if not rows.count:
        raise MessageRefused("CONTENT", "没有记录。", "There are no rows.")
    return store_batch(
        delivery=delivery,
        kind=RecordKind.CARD_DAY,
        digest=digest,
        outcome=outcome,
        act=ACT,
        pk=number,
    )


class Rows:
    """The well-formed rows of a batch in parts as large as one part of the tree; counts rows, keeps errors."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = pieces
        self.count = 0
        self.errors: list[RowError] = []

    def __iter__(self) -> Iterator[Columns]:
        held: list[Columns] = []
        size = 0
        for piece in self._pieces:
            self.count += piece.rows
            self.errors += piece.errors
            if self.count > MOST_ROWS:
                raise MessageRefused(
                    "TOO-LARGE",
                    f"每批最多 {MOST_ROWS} 行。",
                    f"{MOST_ROWS} rows at most in one batch.",
                    limit=MOST_ROWS,
                )
            require_few(self.errors)
            if piece.columns is None or not len(piece.columns):
                continue
            held.append(piece.columns)
            size += len(piece.columns)
            if size >= PART:
                yield join(held)
                held, size = [], 0
        if held:
            yield join(held)


def ahead(rows: Iterable[Columns]) -> Iterator[Columns]:
    """Read the next part while this one is being posted: the reader waits for no database."""
    source = iter(rows)
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, source, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, source, None)
            yield part


def require_few(errors: list[RowError]) -> None:
    """Refuse a batch that has more errors than are kept for it: it was not meant so."""
    if len(errors) > MOST_ERRORS:
        raise MessageRefused(
            "CONTENT", f"错误超过 {MOST_ERRORS} 处。", f"More than {MOST_ERRORS} errors."
        )


def _post(
    delivery: Delivery, operator: Operator, number: int, day: date, rows: Rows, is_partial: bool
) -> Outcome:
    late = None
    if day <= local(delivery.at)[0]:  # of a day to come every row is refused
        late = lateness(day, received_at=delivery.at, calendar=load_calendar())
    given = Circumstances(
        received_at=delivery.at,
        sector=operator.sector,
        outlets=outlet_numbers(operator),
        is_closed=lock_days(operator, day),
        last_stored=highest_sequence(operator, day),
    )
    posting = Posting(operator, number, given)
    totals: dict[str, int] = {}
    notes: list[RowError] = []
    try:
        with transaction.atomic():
            for columns in ahead(rows):
                posting.post(columns)
                require_few(posting.errors)
            if not is_partial and _rejects([*rows.errors, *posting.errors]):
                raise _Unwanted
            if posting.posted:
                notes, totals = _book(delivery, day, posting, late is not None)
    except _Unwanted:
        posting = Posting(operator, number, given, errors=posting.errors)
    if late is not None:
        notes.append(of_finding(late, row=0, field=ANSWERS[late.code].field))
    errors = sorted([*rows.errors, *posting.errors], key=lambda one: (one.row, one.code))
    return Outcome(
        rows=rows.count,
        accepted=posting.posted + posting.repeated,
        errors=[*notes, *errors],
        day=day,
        is_late=late is not None,
        totals=totals | {"repeated": posting.repeated},
        root=posting.tree.root,
        leaves=bytes(posting.tree.leaves) if posting.posted else None,
    )


def _rejects(errors: Iterable[RowError]) -> bool:
    return any(one.effect == Effect.REJECT for one in errors)


def _book(
    delivery: Delivery, day: date, posting: Posting, is_late: bool
) -> tuple[list[RowError], dict[str, int]]:
    """Carry the batch into the day; return what holds the day open, and the sums of the receipt."""
    operator = posting.operator
    added = Addition(
        posting.posted, posting.cards, posting.issued, posting.redeemed, posting.refunded
    )
    if max(posting.issued, posting.redeemed, posting.refunded) > GREATEST:
        raise MessageRefused("CONTENT", "合计金额过大。", "The sums are too large.")
    row = add_to_day(operator, day, added, is_late=is_late, at=delivery.at)
    if breaches := [one for one in posting.errors if one.code == BatchCode.E03]:
        observe(
            operator=operator,
            kind=ObservationKind.OVER_LIMIT,
            day=day,
            subject=delivery.key,
            at_stake_fen=posting.over_limit,
            sentence=f"{day} 有 {len(breaches)} 条记录的余额超过该类卡的限额（{BatchCode.E03}）。",
            facts={"sequences": [one.sequence for one in breaches[:100]]},
            at=delivery.at,
        )
    notes = [of_finding(one, row=0, field=ANSWERS[one.code].field) for one in settle(row)]
    totals = {
        "issued_fen": posting.issued,
        "redeemed_fen": posting.redeemed,
        "refunded_fen": posting.refunded,
        "balance_fen": row.balance_fen,
        "cards": posting.cards,
    }
    return notes, totals


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('prepaid_batch', 'id'))")
        [number] = cursor.fetchone()
    return int(number)
