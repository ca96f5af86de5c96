"""Close days: prove the identity at every level, seal what holds, say what keeps the rest open.

An operator's days close in order, so that a closed balance never moves. A closing names what it sealed by its own
moment: a day that was held and is settled later goes into the closing of that night.

Source: law/prepaid.toml#setting.A11
Decision: docs/decisions/0019-ledger-of-card-days.md
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from shangwu.foundation import audit
from shangwu.foundation.audit import Actor
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar, local
from shangwu.prepaid.models import DayClosing, Operator, OperatorDay
from shangwu.prepaid.operations.batches.receiving import open_month
from shangwu.prepaid.operations.observations import observe
from shangwu.prepaid.queries.ledger import gaps_of, highest_sequence
from shangwu.prepaid.queries.proofs import Fault, faults_of, sealed_days
from shangwu.prepaid.rules.batch.columns import MICROSECOND
from shangwu.prepaid.rules.deadlines import row_due
from shangwu.prepaid.rules.ledger.days import GENESIS, closing_root, operator_root, over_days
from shangwu.prepaid.vocabulary import DayState, ObservationKind, OperatorStatus

LOCK = "SELECT pg_advisory_xact_lock(hashtext('prepaid.closing'))"
ONE_DAY = timedelta(days=1)
PLATFORM = Actor("system", "prepaid", "关账")
ACT = "prepaid.close_day"
REPORTING = (OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING)


def close_days(*, at: datetime) -> list[date]:
    """Close every day whose time for reporting is over, in order, and return those days."""
    today = local(at)[0]
    open_month(today)
    open_month(today.replace(day=28) + 4 * ONE_DAY)
    last = DayClosing.objects.order_by("-day").first()
    first = OperatorDay.objects.aggregate(first=Min("day"))["first"]
    day = last.day + ONE_DAY if last else first
    closed = []
    while day is not None and row_due(day, calendar=load_calendar()).due < today:
        close_day(day, at=at)
        closed.append(day)
        day += ONE_DAY
    return closed


def close_day(day: date, *, at: datetime) -> DayClosing:
    """Seal the operators' days up to `day` that hold, observe what does not, and chain the closing.

    Unit: fen.
    Raises: Refused LEDGER-DAY-OPEN before the time for reporting is over, LEDGER-DAY-CLOSED out of order.
    """
    if row_due(day, calendar=load_calendar()).due >= local(at)[0]:
        raise Refused(f"{day} 的报送期限未过，不能关账。", code="LEDGER-DAY-OPEN")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        last = DayClosing.objects.order_by("-day").first()
        if last is not None and last.day >= day:
            raise Refused(f"{day} 或其后的日期已经关账。", code="LEDGER-DAY-CLOSED")
        if last is not None:
            # The moment tells one closing from another, several in one night too.
            at = max(at, last.closed_at + MICROSECOND)
        rows = list(
            OperatorDay.objects.filter(day__lte=day)
            .exclude(state=DayState.CLOSED)
            .select_related("operator")
            .order_by("operator_id", "day")
            .select_for_update(of=("self",), no_key=True)
        )
        faults = faults_of(rows)
        sealed = list(_in_order(rows, {fault.place for fault in faults}))
        _seal(sealed, at)
        _observe_held(rows, at)
        missing = _observe_missing(day, at)
        return _chain(day, sealed, last, faults, len(rows) - len(sealed), missing, at)


def _in_order(rows: list[OperatorDay], faulty: set[tuple[int, date]]) -> Iterator[OperatorDay]:
    """The days that can be closed: complete, proved, and next after the operator's last closed one."""
    last = _last_closed({row.operator_id for row in rows})
    stopped: set[int] = set()
    for row in rows:
        before = last.get(row.operator_id)
        follows = before is None or row.day == before + ONE_DAY
        holds = row.state == DayState.OPEN and (row.operator_id, row.day) not in faulty
        if row.operator_id in stopped or not (follows and holds):
            stopped.add(row.operator_id)
            continue
        last[row.operator_id] = row.day
        yield row


def _last_closed(operators: set[int]) -> dict[int, date]:
    closed = OperatorDay.objects.filter(operator__in=operators, state=DayState.CLOSED)
    latest = closed.order_by("operator_id", "-day").distinct("operator_id")
    return dict(latest.values_list("operator_id", "day"))


def _seal(rows: list[OperatorDay], at: datetime) -> None:
    for row, sealed in zip(rows, sealed_days(rows), strict=True):
        row.root, row.state, row.closed_at = operator_root(sealed), DayState.CLOSED, at
    OperatorDay.objects.bulk_update(rows, ["root", "state", "closed_at"], batch_size=1000)


def _observe_held(rows: list[OperatorDay], at: datetime) -> None:
    for row in rows:
        if row.state != DayState.HELD:
            continue
        if gaps := gaps_of(row, highest=highest_sequence(row.operator_id, row.day)):
            observe(
                operator=row.operator,
                kind=ObservationKind.SEQUENCE_GAP,
                day=row.day,
                at_stake_fen=0,
                sentence=f"{row.day} 的记录序号不连续，未能关账：{gaps[0].detail.zh}。",
                facts={"gaps": [gap.detail.zh for gap in gaps]},
                at=at,
            )
            continue
        stated = int(row.stated["balance"]) if row.stated else row.balance_fen
        observe(
            operator=row.operator,
            kind=ObservationKind.SUM_MISMATCH,
            day=row.day,
            expected_fen=stated,
            found_fen=row.balance_fen,
            at_stake_fen=abs(stated - row.balance_fen),
            sentence=f"{row.day} 的逐卡合计与日汇总不符，未能关账。",
            at=at,
        )


def _observe_missing(day: date, at: datetime) -> int:
    """Observe who owed a report of the day and sent none: silence is not a report."""
    owing = Operator.objects.filter(status__in=REPORTING, connected_on__lte=day)
    silent = owing.exclude(days__day=day)
    count = 0
    for operator in silent.order_by("pk").iterator():
        observe(
            operator=operator,
            kind=ObservationKind.MISSING_DAY,
            day=day,
            at_stake_fen=0,
            sentence=f"{day} 的数据在报送期限内没有收到。当日没有变动的，也应报送零汇总。",
            at=at,
        )
        count += 1
    return count


def _chain(
    day: date,
    sealed: list[OperatorDay],
    last: DayClosing | None,
    faults: list[Fault],
    held: int,
    missing: int,
    at: datetime,
) -> DayClosing:
    previous = bytes(last.root) if last else None
    rows = sum(row.rows for row in sealed)
    movement = sum(row.issued_fen - row.redeemed_fen - row.refunded_fen for row in sealed)
    balance = (last.balance_fen if last else 0) + movement
    closing = DayClosing.objects.create(
        day=day,
        operators=len(sealed),
        rows=rows,
        balance_fen=balance,
        root=closing_root(
            day=day,
            previous=previous or GENESIS,
            over=over_days([bytes(row.root or b"") for row in sealed]),
            operators=len(sealed),
            rows=rows,
            balance=balance,
        ),
        previous=previous,
        proof={
            "held": held,
            "missing": missing,
            "faults": [fault.sentence for fault in faults],
        },
        closed_at=at,
    )
    by_state: dict[str, int] = defaultdict(int, sealed=len(sealed), held=held, missing=missing)
    audit.record(
        act=ACT,
        by=PLATFORM,
        at=at,
        subject=f"prepaid-closing:{day}",
        after={**by_state, "faults": len(faults), "root": bytes(closing.root).hex()},
    )
    return closing
