"""The second witness: what banks and insurers say of an operator's secured money."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from shangwu.foundation.workdays import local
from shangwu.prepaid.models import (
    Batch,
    BondRecord,
    CustodyDay,
    Institution,
    InstitutionBatch,
    Operator,
)
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.operations.rows import Kind, Row, take
from shangwu.prepaid.operations.standings import ask_to_restate
from shangwu.prepaid.rules.batch.errors import FORM, OPERATOR, RowError
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.vocabulary import BatchCode, FeedKind, StandingCause

Answered = Batch | InstitutionBatch
_ENDS_EARLY = Bilingual("终止日不得早于起始日", "until must not lie before starts_on")


def receive_custody_days(delivery: Delivery) -> Answered:
    """Store what lay in operators' special accounts; a bank corrects itself by a further delivery.

    Raises: MessageRefused, as all of these.
    """
    today = local(delivery.at)[0]
    known = _Operators()
    kind = Kind(
        FeedKind.CUSTODY_DAY,
        "prepaid.receive_custody_days",
        "bank",
        ("operator", "day"),
        lambda number, row: _custody_errors(number, row, today, known),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        CustodyDay.objects.bulk_create(
            (
                CustodyDay(
                    operator_id=known.numbers[row["operator"]],
                    institution=_institution(delivery),
                    day=row["day"],
                    balance_fen=row["balance_fen"],
                    received_at=delivery.at,
                )
                for row in rows
            ),
            batch_size=2_000,
        )
        _restate(rows, known, "day", StandingCause.CUSTODY)

    return take(delivery, kind, store=store)[0]


def receive_bonds(delivery: Delivery) -> Answered:
    """Store insurance and guarantees; an earlier end comes as a further delivery with the same number."""
    known = _Operators()
    kind = Kind(
        FeedKind.BOND,
        "prepaid.receive_bonds",
        "insurer",
        ("operator", "number"),
        lambda number, row: _bond_errors(number, row, known),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        BondRecord.objects.bulk_create(
            (
                BondRecord(
                    operator_id=known.numbers[row["operator"]],
                    institution=_institution(delivery),
                    number=row["number"],
                    kind=row["kind"],
                    amount_fen=row["amount_fen"],
                    starts_on=row["starts_on"],
                    until=row["until"],
                    received_at=delivery.at,
                )
                for row in rows
            ),
            batch_size=2_000,
        )
        _restate(rows, known, "starts_on", StandingCause.BOND)

    return take(delivery, kind, store=store)[0]


class _Operators:
    """The registered operators by social credit code, looked up once for a delivery."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        return dict(Operator.objects.values_list("uscc", "pk"))


def _institution(delivery: Delivery) -> Institution:
    if delivery.sender.institution is None:
        raise TypeError("only banks and insurers are witnesses")
    return delivery.sender.institution


def _restate(rows: list[Row], known: _Operators, field: str, cause: StandingCause) -> None:
    """Ask for the standings of those concerned, each day's from that day on."""
    concerned: dict[date, set[int]] = {}
    for row in rows:
        concerned.setdefault(row[field], set()).add(known.numbers[row["operator"]])
    for day, numbers in sorted(concerned.items()):
        ask_to_restate(numbers, day=day, cause=cause)


def _custody_errors(number: int, row: Row, today: date, known: _Operators) -> Iterator[RowError]:
    if row["operator"] not in known.numbers:
        yield RowError(number, OPERATOR, "operator")
    if row["day"] > today:
        yield RowError(number, BatchCode.E05, "day")
    if row["balance_fen"] < 0:
        yield RowError(number, BatchCode.E11, "balance_fen")


def _bond_errors(number: int, row: Row, known: _Operators) -> Iterator[RowError]:
    if row["operator"] not in known.numbers:
        yield RowError(number, OPERATOR, "operator")
    if row["amount_fen"] <= 0:
        yield RowError(number, BatchCode.E11, "amount_fen")
    if row["until"] < row["starts_on"]:
        yield RowError(number, FORM, "until", detail=_ENDS_EARLY)
