"""Receive a day's rows of one operator: once by key, atomic or in part, with a signed receipt.

Decision: docs/decisions/0019-ledger-of-card-days.md
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from functools import partial
from typing import BinaryIO

from django.db import connection, transaction

from shangwu.foundation.money import Fen
from shangwu.foundation.workdays import load_calendar, local
from shangwu.prepaid.gateways.wire import Piece, read_card_days
from shangwu.prepaid.gateways.wire.spool import spooled
from shangwu.prepaid.models import Batch, Operator
from shangwu.prepaid.operations.batches.days import (
    Addition,
    LockedDays,
    add_to_day,
    lock_days,
    settle,
)
from shangwu.prepaid.operations.batches.posting import (
    Part,
    Posting,
    Unordered,
    lock_operator,
    prepare,
)
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
from shangwu.prepaid.queries.cases import stopped_on
from shangwu.prepaid.queries.ledger import known_before
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.batch.codes import ANSWERS, Effect
from shangwu.prepaid.rules.batch.columns import Columns, join
from shangwu.prepaid.rules.batch.day import lateness
from shangwu.prepaid.rules.batch.errors import RowError, of_finding
from shangwu.prepaid.rules.batch.sieve import Circumstances
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import GREATEST
from shangwu.prepaid.rules.ledger.tree import PART
from shangwu.prepaid.vocabulary import (
    BatchCode,
    BatchState,
    ObservationKind,
    OperatorStatus,
    RecordKind,
    StandingCause,
)

# The published limits of one batch, and of one whose rows come in any order: those are posted together.
MOST_ROWS, MOST_UNORDERED = 1_000_000, 65_536
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
            pieces = _Pieces(file, delivery, operator)
            day = pieces.day()
            if day is not None and day <= local(delivery.at)[0]:
                lateness(day, received_at=delivery.at, calendar=load_calendar())
                open_month(day)
            with transaction.atomic():
                lock(delivery)
                if (before := _standing(delivery, digest)) is not None:
                    return before
                stored = _receive(delivery, operator, digest, day, pieces, is_partial)
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


class _Pieces:
    """The pieces of what was sent, which can be read from the start again."""

    def __init__(self, file: BinaryIO, delivery: Delivery, operator: Operator) -> None:
        self._file, self._delivery, self._operator = file, delivery, operator
        self._begun: list[Piece] = []
        self._following: Iterator[Piece] | None = self._open()

    def day(self) -> date | None:
        """Read until the first well-formed row, which says the day; None where no row is."""
        for piece in self._following or ():
            self._begun.append(piece)
            if piece.columns is not None:
                return piece.columns.day
        return None

    def __iter__(self) -> Iterator[Piece]:
        following, begun = self._following or self._open(), self._begun
        self._following, self._begun = None, []
        while begun:
            yield begun.pop(0)
        yield from following

    def _open(self) -> Iterator[Piece]:
        self._file.seek(0)
        return read_card_days(
            self._file,
            self._delivery.media_type,
            operator=self._operator.uscc,
            on=local(self._delivery.at)[0],
        )


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
    if day is None:
        rows = Rows(pieces, PART)
        for _ in rows:
            pass
        outcome = Outcome(rows=rows.count, accepted=0, errors=rows.errors)
    else:
        outcome = _post(delivery, operator, number, day, pieces, is_partial)
    if not outcome.rows:
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
    """The well-formed rows of a batch in parts of one size, the last of what is left; counts rows, keeps errors."""

    def __init__(self, pieces: Iterable[Piece], size: int) -> None:
        self._pieces, self._size = pieces, size
        self.count = 0
        self.errors: list[RowError] = []

    def __iter__(self) -> Iterator[Columns]:
        held: list[Columns] = []
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
            while sum(map(len, held)) >= self._size:
                whole = join(held)
                yield whole.take(slice(self._size))
                held = [whole.take(slice(self._size, None))]
        if sum(map(len, held)):
            yield join(held)


def ahead(rows: Iterable[Columns], size: int) -> Generator[Part]:
    """Read and hash the next part while the database works on this one: neither waits for the other.

    A part that is not full is the last.
    """
    source = map(prepare, rows)
    part = next(source, None)
    if part is not None and len(part.columns) < size:
        yield part
        return
    with ThreadPoolExecutor(1) as reader:
        while part is not None:
            following = reader.submit(next, source, None)
            yield part
            part = following.result()


def require_few(errors: list[RowError]) -> None:
    """Refuse a batch that has more errors than are kept for it: it was not meant so."""
    if len(errors) > MOST_ERRORS:
        raise MessageRefused(
            "CONTENT", f"错误超过 {MOST_ERRORS} 处。", f"More than {MOST_ERRORS} errors."
        )


def _post(
    delivery: Delivery,
    operator: Operator,
    number: int,
    day: date,
    pieces: Iterable[Piece],
    is_partial: bool,
) -> Outcome:
    late = None
    if day <= local(delivery.at)[0]:  # of a day to come every row is refused
        late = lateness(day, received_at=delivery.at, calendar=load_calendar())
    days = lock_days(operator, day)
    known = known_before(operator, day)
    given = Circumstances(
        received_at=delivery.at,
        sector=operator.sector,
        outlets=known.outlets,
        is_closed=days.is_closed,
        last_stored=known.highest,
    )

    def book(posting: Posting) -> tuple[list[RowError], dict[str, int]]:
        return _book(delivery, days, known.balance_fen, posting, late is not None)

    rows, posting, notes, totals = _in_order(
        pieces, partial(Posting, operator, number, given), book, is_partial
    )
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
    )


def _in_order(
    pieces: Iterable[Piece],
    begin: Callable[..., Posting],
    book: Callable[[Posting], tuple[list[RowError], dict[str, int]]],
    is_partial: bool,
) -> tuple[Rows, Posting, list[RowError], dict[str, int]]:
    """Post the rows by small parts; where they turn out not to come in order, take them back and post by large ones."""
    for size in (PART, MOST_UNORDERED):
        rows, posting = Rows(pieces, size), begin()
        try:
            with transaction.atomic(), closing(ahead(rows, size)) as parts:
                for part in parts:
                    posting.post(part)
                    require_few(posting.errors)
                if not is_partial and _rejects([*rows.errors, *posting.errors]):
                    raise _Unwanted
                booked = book(posting) if posting.posted else ([], {})
            return rows, posting, *booked
        except _Unwanted:
            return rows, begin(errors=posting.errors), [], {}
        except Unordered:
            continue
    raise MessageRefused(
        "CONTENT",
        f"超过 {MOST_UNORDERED:,} 行的批次须按序号从小到大排列。",
        f"A batch of more than {MOST_UNORDERED:,} rows comes in the order of its sequence numbers.",
    )


def _rejects(errors: Iterable[RowError]) -> bool:
    return any(one.effect == Effect.REJECT for one in errors)


def _book(
    delivery: Delivery, days: LockedDays, before: Fen, posting: Posting, is_late: bool
) -> tuple[list[RowError], dict[str, int]]:
    """Carry the batch into the day; return what holds the day open, and the sums of the receipt."""
    operator, day = days.operator, days.day
    added = Addition(
        posting.posted, posting.cards, posting.issued, posting.redeemed, posting.refunded
    )
    _require_writable(posting.issued, posting.redeemed, posting.refunded)
    row = add_to_day(days, added, before=before, is_late=is_late, at=delivery.at)
    _require_writable(row.issued_fen, row.redeemed_fen, row.refunded_fen, row.balance_fen)
    if breaches := [one for one in posting.errors if one.code == BatchCode.E03]:
        observe(
            operator=operator,
            kind=ObservationKind.OVER_LIMIT,
            day=day,
            subject=delivery.key,
            at_stake_fen=posting.over_limit,
            sentence=f"{day} 有 {len(breaches)} 条记录的余额超过一张卡的限额（{BatchCode.E03}）。",
            facts={"sequences": [one.sequence for one in breaches[:100]]},
            at=delivery.at,
        )
    if posting.issued and operator.status == OperatorStatus.STOPPED:
        _notice_sales(delivery, day, posting)
    held = settle(row, highest=posting.highest)
    notes = [of_finding(one, row=0, field=ANSWERS[one.code].field) for one in held]
    totals = {
        "issued_fen": posting.issued,
        "redeemed_fen": posting.redeemed,
        "refunded_fen": posting.refunded,
        "balance_fen": row.balance_fen,
        "cards": posting.cards,
    }
    return notes, totals


def _require_writable(*sums: Fen) -> None:
    """Refuse sums that no receipt can hold, before the database has to."""
    if max(map(abs, sums)) > GREATEST:
        raise MessageRefused("CONTENT", "合计金额过大。", "The sums are too large.")


def _notice_sales(delivery: Delivery, day: date, posting: Posting) -> None:
    """Write down that an operator sold after the day on which it was told to stop."""
    since = stopped_on(posting.operator)
    if since is not None and since < day:
        observe(
            operator=posting.operator,
            kind=ObservationKind.SOLD_WHILE_STOPPED,
            day=day,
            subject=delivery.key,
            at_stake_fen=posting.issued,
            sentence=f"{since} 起应当停止收取预付款，{day} 仍售卡、充值 {yuan(posting.issued)}。",
            at=delivery.at,
        )


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('prepaid_batch', 'id'))")
        [number] = cursor.fetchone()
    return int(number)
