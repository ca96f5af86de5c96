"""Statements of bank and treasury: received, mapped, confirmed row by row, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.documents import Table, read_document
from shangwu.foundation.documents.reading.sniffing import decode_text
from shangwu.foundation.files import queries as stored_files
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Payment, Statement, StatementMapping
from shangwu.targets.operations.money.acts import locked_declaration, record
from shangwu.targets.operations.periods import require_open_days
from shangwu.targets.queries.money.statements import (
    PlacedRow,
    is_same,
    late_rows,
    placed_rows,
    read_statement,
)
from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.money.statement.columns import (
    FIELDS,
    UNITS,
    head_row,
    is_enough,
    parse_text,
    propose_columns,
    shape,
    unit_of,
)
from shangwu.targets.rules.money.statement.rows import StatementReading
from shangwu.targets.vocabulary import ImportStatus, PaymentSource


def receive_statement(
    *, declaration: int, file: StoredFile, account: str, by: Account, at: datetime
) -> Statement:
    """Read a statement and keep its cells for confirmation; its columns as remembered, else proposed.

    The same file again gives the statement that stands: nothing is doubled.
    Raises: Refused MONEY-NOT-APPROVED, STATEMENT-HEAD, and the readers' DOC-… codes.
    """
    grid = _grid(file)
    with transaction.atomic():
        found = locked_declaration(declaration)
        earlier = (
            Statement.objects.filter(declaration=found, sha256=file.sha256)
            .exclude(status=ImportStatus.DISCARDED)
            .first()
        )
        if earlier is not None:
            return earlier
        law = money_law(found.ends_on)
        head = head_row(grid, law)
        if head is None:
            raise Refused(
                "没有找到对账单的表头：须有日期、金额和收款人三栏。请确认选对了文件；"
                "表头应在前 15 行之内。",
                code="STATEMENT-HEAD",
            )
        grid = grid[head:]
        known = StatementMapping.objects.filter(
            organisation=found.project.organisation, shape=shape(grid[0])
        ).first()
        statement = Statement.objects.create(
            declaration=found,
            file=file,
            sha256=file.sha256,
            account=account.strip(),
            grid={"first_row": head + 1, "rows": grid},
            columns=known.columns if known else propose_columns(grid[0], law),
            unit=known.unit if known else unit_of(grid[0]),
            status=ImportStatus.READ,
            received_by=by,
            received_at=at,
        )
        record(
            "targets.receive_statement",
            found,
            by,
            at,
            statement=statement.pk,
            sha256=file.sha256,
            rows=len(grid) - 1,
        )
    return statement


def map_statement(
    *,
    statement: int,
    columns: Mapping[str, int],
    unit: str,
    account: str,
    by: Account,
    at: datetime,
) -> Statement:
    """Fix which column holds what, and remember it for the organisation and this shape of head.

    Raises: Refused STATEMENT-COLUMNS, STATEMENT-DECIDED.
    """
    with transaction.atomic():
        found = _waiting(statement)
        width = max(len(row) for row in found.grid["rows"])
        fits = all(field in FIELDS and 0 <= place < width for field, place in columns.items())
        if not (fits and is_enough(columns) and unit in UNITS):
            raise Refused(
                "请至少指定日期、收款人，以及金额或借方（支出）所在的栏。", code="STATEMENT-COLUMNS"
            )
        found.columns, found.unit, found.account = dict(columns), unit, account.strip()
        found.save(update_fields=["columns", "unit", "account"])
        _remember(found, by=by, at=at)
        record(
            "targets.map_statement",
            found.declaration,
            by,
            at,
            statement=found.pk,
            columns=dict(columns),
            unit=unit,
        )
    return found


def confirm_statement(*, statement: int, by: Account, at: datetime) -> Statement:
    """Enter the statement's new rows as payments, all or none; rows that are on record are only counted.

    Its columns are remembered for the organisation and this shape of head.

    Raises: Refused STATEMENT-ROWS naming the wrong rows, STATEMENT-FUTURE, STATEMENT-DECIDED, STATEMENT-EMPTY,
    PERIOD-LOCKED.
    """
    with transaction.atomic():
        found = _waiting(statement)
        reading = read_statement(found)
        _require_readable(reading, at=at)
        _lock_declarations(found, placed_rows(found, reading.rows))
        placed = placed_rows(found, reading.rows)
        fresh = [one for one in placed if not one.is_known]
        _require_open(fresh)
        try:
            with transaction.atomic():
                Payment.objects.bulk_create(_payments(found, fresh, by=by, at=at))
        except IntegrityError:
            raise Refused(
                "另一份对账单刚刚登记了其中的支付，本次没有登记任何一行，请重新确认。",
                code="STATEMENT-RACE",
            ) from None
        _remember(found, by=by, at=at)
        found.status, found.decided_by, found.decided_at = ImportStatus.CONFIRMED, by, at
        found.known_rows = len(placed) - len(fresh)
        found.save(update_fields=["status", "decided_by", "decided_at", "known_rows"])
        record(
            "targets.confirm_statement",
            found.declaration,
            by,
            at,
            statement=found.pk,
            entered=len(fresh),
            known=found.known_rows,
            amount_fen=sum(one.row.amount_fen for one in fresh),
        )
    return found


def discard_statement(*, statement: int, by: Account, at: datetime) -> Statement:
    """Put a statement aside; the file and what was read stay on record.

    Raises: Refused STATEMENT-DECIDED.
    """
    with transaction.atomic():
        found = _waiting(statement)
        found.status, found.decided_by, found.decided_at = ImportStatus.DISCARDED, by, at
        found.save(update_fields=["status", "decided_by", "decided_at"])
        record("targets.discard_statement", found.declaration, by, at, statement=found.pk)
    return found


def _remember(statement: Statement, *, by: Account, at: datetime) -> None:
    """Keep which column holds what for the organisation and this shape of head, unless it is known so."""
    place: dict[str, Any] = {
        "organisation": statement.declaration.project.organisation,
        "shape": shape(statement.grid["rows"][0]),
    }
    known = StatementMapping.objects.filter(**place).first()
    if known is None or not is_same(known, statement):
        StatementMapping.objects.update_or_create(
            **place,
            defaults={
                "columns": statement.columns,
                "unit": statement.unit,
                "by": by,
                "at": at,
            },
        )


def _grid(file: StoredFile) -> list[list[str]]:
    with stored_files.open_clean(file) as stream:
        if file.kind == "text":
            return parse_text(decode_text(stream.read()))
        document = read_document(stream, name=file.name)
    table = next((block for block in document.blocks if isinstance(block, Table)), None)
    return [[cell.text if cell else "" for cell in row] for row in table.grid()] if table else []


def _require_readable(reading: StatementReading, *, at: datetime) -> None:
    if reading.problems:
        shown = "；".join(problem.sentence for problem in reading.problems[:5])
        more = f"等 {len(reading.problems)} 处" if len(reading.problems) > 5 else ""
        raise Refused(f"对账单有无法识别的行，整份没有登记。{shown}{more}", code="STATEMENT-ROWS")
    if not reading.rows:
        raise Refused("对账单中没有支付行，没有可以登记的内容。", code="STATEMENT-EMPTY")
    late = late_rows(reading, today=timezone.localtime(at).date())
    if late:
        raise Refused(f"{late[0].sentence}整份没有登记，请核对。", code="STATEMENT-FUTURE")


def _payments(
    statement: Statement, fresh: Sequence[PlacedRow], *, by: Account, at: datetime
) -> list[Payment]:
    keyed = "project" in statement.columns
    return [
        Payment(
            declaration=placed.declaration,
            project_key=placed.row.project if keyed else placed.declaration.project.number,
            line=placed.line,
            contract=placed.contract,
            account=placed.row.account,
            voucher=placed.row.voucher,
            paid_on=placed.row.paid_on,
            amount_fen=placed.row.amount_fen,
            payee=placed.row.payee,
            category=placed.row.category,
            purpose=placed.row.purpose,
            invoice=placed.row.invoice,
            fingerprint=placed.fingerprint,
            source=PaymentSource.STATEMENT,
            statement=statement,
            row=placed.row.number,
            by=by,
            at=at,
        )
        for placed in fresh
    ]


def _lock_declarations(statement: Statement, placed: Sequence[PlacedRow]) -> None:
    """Lock every declaration that the rows name, in one order: two statements never wait for each other."""
    keys = {statement.declaration_id, *(one.declaration.pk for one in placed)}
    for key in sorted(keys):
        locked_declaration(key)


def _require_open(fresh: Sequence[PlacedRow]) -> None:
    days: dict[int, list[date]] = {}
    for placed in fresh:
        days.setdefault(placed.declaration.pk, []).append(placed.row.paid_on)
    for declaration in sorted(days):
        require_open_days(declaration, days[declaration], what="支付日期")


def _waiting(statement: int) -> Statement:
    found = (
        Statement.objects.select_for_update(of=("self",))
        .select_related("declaration__project", "decided_by", "file")
        .get(pk=statement)
    )
    if found.status != ImportStatus.READ:
        who = found.decided_by.display_name if found.decided_by else "他人"
        raise Refused(
            f"这份对账单已由{who}处理（{found.get_status_display()}），您的操作没有重复执行。",
            code="STATEMENT-DECIDED",
        )
    return found
