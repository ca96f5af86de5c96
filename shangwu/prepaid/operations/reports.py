"""What operators report beside card-days: spending of a quarter, outlets, notices to holders, contract texts."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import WorkdayCalendar, load_calendar, local
from shangwu.prepaid.models import (
    Batch,
    ContractTemplate,
    HolderNotice,
    InstitutionBatch,
    Operator,
    Outlet,
    QuarterReport,
)
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.operations.rows import Kind, Row, take
from shangwu.prepaid.rules.amounts import add_months
from shangwu.prepaid.rules.batch.errors import FORM, RowError
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.deadlines import notice_by, quarter_report_due
from shangwu.prepaid.rules.places import BOUNDS, DEGREE_PLACES
from shangwu.prepaid.vocabulary import BatchCode, RecordKind

Answered = Batch | InstitutionBatch
MONTHS_A_QUARTER = 3
_FIRST_DAY = Bilingual(
    "季度首日须为1月、4月、7月或者10月的1日",
    "it must be the first of January, April, July or October",
)
_NOT_OVER = Bilingual("该季度尚未结束", "the quarter is not over")
_HALF_A_PLACE = Bilingual(
    "经度和纬度须一起报送，或者都不报", "longitude and latitude come together, or neither does"
)
_CLOSED_EARLY = Bilingual("停业日期不得早于开业日期", "closed_on must not lie before opened_on")


def receive_quarter_report(delivery: Delivery) -> Answered:
    """Store how an operator spent prepaid money in a quarter; a late report is stored and noted (E09).

    Source: law/prepaid.toml#pack.SH-REG18-12-2
    Raises: MessageRefused, as all of these.
    """
    calendar = load_calendar()
    kind = Kind(
        RecordKind.QUARTER_REPORT,
        "prepaid.receive_quarter_report",
        "operator",
        ("quarter_start",),
        lambda number, row: _quarter_errors(number, row, delivery.at, calendar),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        QuarterReport.objects.bulk_create(
            QuarterReport(
                batch_id=batch.pk,
                operator=_operator(delivery),
                quarter_start=row["quarter_start"],
                revenue_fen=row["revenue_fen"],
                profit_fen=row["profit_fen"],
                spent_fen=row["spent_fen"],
                main_uses=row["main_uses"],
                due_on=_due(row["quarter_start"], calendar),
                received_at=delivery.at,
            )
            for row in rows
        )

    return take(delivery, kind, store=store)[0]


def receive_outlets(delivery: Delivery) -> Answered:
    """Register the operator's outlets, or bring up to date what it says of those it has."""
    kind = Kind(
        RecordKind.OUTLET,
        "prepaid.receive_outlets",
        "operator",
        ("outlet",),
        lambda number, row: _outlet_errors(number, row),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        operator, today = _operator(delivery), local(delivery.at)[0]
        for row in rows:
            told = {
                name: row[name]
                for name in ("place", "opened_on", "closed_on", "lease_until")
                if row.get(name) is not None
            }
            told |= {
                name: round(Decimal(str(row[name])), DEGREE_PLACES)
                for name in BOUNDS
                if row.get(name) is not None
            }
            facts = {"name": row["trade_name"][:100], "district": row["district"], **told}
            Outlet.objects.update_or_create(
                operator=operator,
                number=row["outlet"],
                defaults=facts,
                create_defaults={"place": "", "opened_on": today, **facts},
            )

    return take(delivery, kind, store=store)[0]


def receive_notice(delivery: Delivery) -> Answered:
    """Store what holders were told before a closing or a move; told too late is stored and noted (E09).

    Source: law/prepaid.toml#pack.SH-REG18-17
    """
    operator = _operator(delivery)
    today = local(delivery.at)[0]

    def last_day(row: Row) -> date:
        return notice_by(row["takes_effect_on"], on=today, sector=operator.sector).due

    kind = Kind(
        RecordKind.NOTICE,
        "prepaid.receive_notice",
        "operator",
        ("event", "takes_effect_on"),
        lambda number, row: _notice_errors(number, row, today, last_day(row)),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        HolderNotice.objects.bulk_create(
            HolderNotice(
                operator=operator,
                batch_id=batch.pk,
                event=row["event"],
                takes_effect_on=row["takes_effect_on"],
                notice_by=last_day(row),
                told=row["told"],
                proof=row["proof"],
                text=row["text"],
                received_at=delivery.at,
            )
            for row in rows
        )

    return take(delivery, kind, store=store)[0]


def receive_contract_template(delivery: Delivery) -> Answered:
    """Store a charter and contract text that the operator uses from a day on."""
    kind = Kind(
        RecordKind.CONTRACT_TEMPLATE,
        "prepaid.receive_contract_template",
        "operator",
        ("starts_on", "text"),
        lambda number, row: (),
    )

    def store(rows: list[Row], batch: Answered) -> None:
        ContractTemplate.objects.bulk_create(
            ContractTemplate(
                operator=_operator(delivery),
                batch_id=batch.pk,
                starts_on=row["starts_on"],
                text=row["text"],
                received_at=delivery.at,
            )
            for row in rows
        )

    return take(delivery, kind, store=store)[0]


def _operator(delivery: Delivery) -> Operator:
    if delivery.sender.operator is None:
        raise TypeError("only operators report")
    return delivery.sender.operator


def _due(start: date, calendar: WorkdayCalendar) -> date:
    quarter = (start.month - 1) // MONTHS_A_QUARTER + 1
    return quarter_report_due(start.year, quarter, calendar=calendar).due


def _quarter_errors(
    number: int, row: Row, at: datetime, calendar: WorkdayCalendar
) -> Iterator[RowError]:
    start, today = row["quarter_start"], local(at)[0]
    if start.day != 1 or start.month % MONTHS_A_QUARTER != 1:
        yield RowError(number, FORM, "quarter_start", detail=_FIRST_DAY)
        return
    if start > today or add_months(start, MONTHS_A_QUARTER) > today:
        yield RowError(number, BatchCode.E05, "quarter_start", detail=_NOT_OVER)
        return
    for name in ("revenue_fen", "spent_fen"):
        if row[name] < 0:
            yield RowError(number, BatchCode.E11, name)
    try:
        due = _due(start, calendar)
    except Refused as refused:
        yield RowError(
            number,
            FORM,
            "quarter_start",
            detail=Bilingual(refused.sentence, "no rule on quarterly reports is in force"),
        )
        return
    if today > due:
        told = Bilingual(f"截止 {due} 24:00", f"due by 24:00 on {due}")
        yield RowError(number, BatchCode.E09, "quarter_start", detail=told)


def _outlet_errors(number: int, row: Row) -> Iterator[RowError]:
    for name, most in (("trade_name", 100), ("place", 200)):
        if len(row.get(name) or "") > most:
            yield RowError(
                number,
                FORM,
                name,
                detail=Bilingual(f"最多 {most} 字", f"{most} characters at most"),
            )
    absent = [name for name in BOUNDS if row.get(name) is None]
    if len(absent) == 1:
        yield RowError(number, FORM, absent[0], detail=_HALF_A_PLACE)
    opened, closed = row.get("opened_on"), row.get("closed_on")
    if opened and closed and closed < opened:
        yield RowError(number, FORM, "closed_on", detail=_CLOSED_EARLY)


def _notice_errors(number: int, row: Row, today: date, last: date) -> Iterator[RowError]:
    if today > last:
        told = Bilingual(f"最迟告知日 {last}", f"holders had to be told by {last}")
        yield RowError(number, BatchCode.E09, "takes_effect_on", detail=told)
