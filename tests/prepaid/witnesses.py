"""What operators, banks and insurers say in the tests of standings: one short call for each message."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from shangwu.prepaid.models import (
    BondRecord,
    CustodyDay,
    Institution,
    OperatorDay,
    OperatorYear,
    QuarterReport,
)
from shangwu.prepaid.models.ledger import Batch
from shangwu.prepaid.vocabulary import DayState, InstitutionKind

_keys = count(1)


def moment(day: date, hour: int = 10) -> datetime:
    """Return an hour of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def institution(kind: str = InstitutionKind.BANK, name: str = "虚构银行") -> Institution:
    """Return the institution of that name."""
    made, _ = Institution.objects.get_or_create(
        name=name,
        defaults={
            "uscc": f"9131000000000{next(_keys):05d}",
            "kind": kind,
            "key_id": f"key-{next(_keys)}",
            "public_key": b"\0" * 32,
            "admitted_at": moment(date(2019, 1, 2)),
        },
    )
    return made


def reports(operator, day: date, balance_fen: int, **facts: object) -> OperatorDay:
    """Let the operator report a day; by default it comes on the next morning."""
    given = {
        "state": DayState.OPEN,
        "balance_fen": balance_fen,
        "first_received_at": moment(day + timedelta(days=1), 6),
    }
    return OperatorDay.objects.create(operator=operator, day=day, **(given | facts))


def bank_tells(operator, day: date, balance_fen: int, *, name: str = "虚构银行", at=None):
    """Let a bank tell what lay in the account that day; by default it does so that evening."""
    return CustodyDay.objects.create(
        operator=operator,
        institution=institution(name=name),
        day=day,
        balance_fen=balance_fen,
        received_at=at or moment(day, 20),
    )


def insured(operator, amount_fen: int, starts_on: date, until: date, *, number="B1", at=None):
    """Let an insurer stand surety for [starts_on, until)."""
    return BondRecord.objects.create(
        operator=operator,
        institution=institution(InstitutionKind.INSURER, "虚构保险"),
        number=number,
        kind="performance_insurance",
        amount_fen=amount_fen,
        starts_on=starts_on,
        until=until,
        received_at=at or moment(starts_on, 7),
    )


def earned(operator, year: int, revenue_fen: int, *, at=None) -> OperatorYear:
    """Let the operator hand in the statement of a year."""
    return OperatorYear.objects.create(
        operator=operator,
        year=year,
        revenue_fen=revenue_fen,
        provided_at=at or moment(date(year + 1, 3, 1)),
    )


def quarter_report(operator, quarter_start: date, at: datetime) -> QuarterReport:
    """Let the operator report how it spent prepaid money in a quarter."""
    batch = Batch.objects.create(
        operator=operator,
        key=f"q{next(_keys)}",
        kind="quarter_report",
        state="STORED",
        digest=b"\0" * 32,
        rows=1,
        accepted=1,
        received_at=at,
        receipt={},
    )
    return QuarterReport.objects.create(
        batch=batch,
        operator=operator,
        quarter_start=quarter_start,
        revenue_fen=1,
        profit_fen=1,
        spent_fen=1,
        main_uses="房租",
        due_on=quarter_start,
        received_at=at,
    )
