"""Receive an operator's own sums of a day, against which its rows are held (E08)."""

from collections.abc import Iterator

from shangwu.foundation.workdays import load_calendar, local
from shangwu.prepaid.models import Batch, InstitutionBatch, Operator
from shangwu.prepaid.operations.batches.days import differences, lock_days, settle, state_day
from shangwu.prepaid.operations.batches.posting import lock_operator
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.operations.rows import Kind, Row, take
from shangwu.prepaid.operations.standings import ask_to_restate
from shangwu.prepaid.queries.ledger import highest_sequence
from shangwu.prepaid.rules.batch.day import lateness
from shangwu.prepaid.rules.batch.errors import RowError
from shangwu.prepaid.rules.batch.rows import Finding
from shangwu.prepaid.rules.batch.rows import OperatorDay as Sums
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.vocabulary import BatchCode, RecordKind, StandingCause

ACT = "prepaid.receive_operator_day"


def receive_operator_day(delivery: Delivery) -> Batch:
    """Keep what the operator says its days came to; a day without movements is said with zeros.

    Of an open day the last statement counts. Where it differs from rows that came before, the receipt says so
    (E08); where the rows come later, theirs does.

    Unit: fen.
    Source: law/prepaid.toml#setting.A11
    Raises: MessageRefused, as every delivery.
    """
    operator = delivery.sender.operator
    if operator is None:
        raise MessageRefused("SENDER-KIND")
    business = operator

    def check(number: int, row: Row) -> Iterator[RowError]:
        yield from _errors(number, row, business, delivery)

    kind = Kind(RecordKind.OPERATOR_DAY, ACT, "operator", ("day",), check)

    def store(rows: list[Row], _batch: Batch | InstitutionBatch) -> None:
        for row in rows:
            is_late = _lateness(row, delivery) is not None
            stated = state_day(business, row["day"], _sums(row), is_late=is_late, at=delivery.at)
            settle(stated, highest=highest_sequence(business.pk, row["day"]))
            ask_to_restate([business.pk], day=row["day"], cause=StandingCause.BALANCE)

    stored = take(delivery, kind, store=store)[0]
    if not isinstance(stored, Batch):
        raise TypeError("an operator's delivery is a batch")
    return stored


def _errors(number: int, row: Row, operator: Operator, delivery: Delivery) -> Iterator[RowError]:
    day = row["day"]
    if day > local(delivery.at)[0]:
        yield RowError(number, BatchCode.E05, "day")
        return
    lock_operator(operator.pk)
    if lock_days(operator, day).is_closed:
        yield RowError(number, BatchCode.E10, "day")
        return
    if row["balance_fen"] < 0:  # Movements may be below zero: reversals can outweigh them.
        yield RowError(number, BatchCode.E11, "balance_fen")
    for finding in differences(operator, day, _sums(row)):
        yield RowError(number, finding.code, "", None, finding.detail)
    if (late := _lateness(row, delivery)) is not None:
        yield RowError(number, late.code, "day", None, late.detail)


def _sums(row: Row) -> Sums:
    amounts = (row["issued_fen"], row["redeemed_fen"], row["refunded_fen"], row["balance_fen"])
    return Sums(row["cards"], *amounts)


def _lateness(row: Row, delivery: Delivery) -> Finding | None:
    return lateness(row["day"], received_at=delivery.at, calendar=load_calendar())
