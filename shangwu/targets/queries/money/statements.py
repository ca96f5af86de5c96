"""A statement as it would be entered: each row with its project, sub-project and contract, and what is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from shangwu.targets.models import (
    Contract,
    Declaration,
    Payment,
    ProjectKey,
    Statement,
    StatementMapping,
    SubProject,
)
from shangwu.targets.rules.money.statement.columns import FIELDS, shape
from shangwu.targets.rules.money.statement.rows import (
    RowProblem,
    StatementReading,
    StatementRow,
    fingerprints,
    read_rows,
)
from shangwu.targets.vocabulary import DeclarationStatus, ImportStatus


@dataclass(frozen=True)
class PlacedRow:
    """A row with the declaration, sub-project and contract it goes to.

    `is_keyed` tells whether its key is a project's, `is_known` whether it is on record.
    """

    row: StatementRow
    fingerprint: str
    declaration: Declaration
    line: SubProject | None
    contract: Contract | None
    is_keyed: bool
    is_known: bool

    @property
    def doubts(self) -> list[str]:
        """What a person should look at before confirming; none of it stops the entry."""
        found = []
        if not self.is_keyed:
            key = self.row.project or "空"
            found.append(f"项目编码“{key}”没有登记，登记后列入负面清单 N-01。")
        if self.row.line and self.line is None:
            found.append(f"没有名为“{self.row.line}”的子项目，登记后须归集。")
        elif self.line is None:
            found.append("没有写明子项目，登记后须归集。")
        if self.row.contract and self.contract is None:
            found.append(f"没有编号为“{self.row.contract}”的合同，登记后须归集。")
        return found


@dataclass(frozen=True)
class StatementPage:
    """Everything that the check of a statement shows."""

    statement: Statement
    reading: StatementReading
    rows: tuple[PlacedRow, ...]
    late: tuple[RowProblem, ...]
    mapping: StatementMapping | None
    columns: tuple[tuple[str, str], ...]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has confirmed or discarded the statement."""
        return self.statement.status == ImportStatus.READ

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """The rows that stop the entry, each with its number and reason."""
        return tuple(sorted((*self.reading.problems, *self.late), key=lambda one: one.number))

    @cached_property
    def fresh(self) -> list[PlacedRow]:
        """The rows that would be entered."""
        return [row for row in self.rows if not row.is_known]

    @property
    def known(self) -> int:
        """How many rows are on record already."""
        return len(self.rows) - len(self.fresh)

    @property
    def fresh_fen(self) -> int:
        """What the rows that would be entered add up to. Unit: fen."""
        return sum(placed.row.amount_fen for placed in self.fresh)

    @property
    def may_confirm(self) -> bool:
        """Whether the whole statement can be entered as it stands."""
        return self.is_waiting and bool(self.rows) and not self.problems


def statement_page(statement: Statement, *, today: date) -> StatementPage:
    """Return the check of a statement: what each row says, where it goes, and who fixed the columns."""
    reading = read_statement(statement)
    head = statement.grid["rows"][0]
    mapping = (
        StatementMapping.objects.filter(
            organisation=statement.declaration.project.organisation, shape=shape(head)
        )
        .select_related("by")
        .first()
    )
    return StatementPage(
        statement=statement,
        reading=reading,
        rows=tuple(placed_rows(statement, reading.rows)),
        late=late_rows(reading, today=today),
        mapping=mapping if mapping and is_same(mapping, statement) else None,
        columns=tuple(
            (label, head[statement.columns[field]])
            for field, label in FIELDS.items()
            if field in statement.columns
        ),
    )


def is_same(mapping: StatementMapping, statement: Statement) -> bool:
    """Tell whether the statement's columns and unit are the remembered ones."""
    return (mapping.columns, mapping.unit) == (statement.columns, statement.unit)


def read_statement(statement: Statement) -> StatementReading:
    """Return what the rows say by the columns fixed so far; rows are numbered as in the file."""
    first: int = statement.grid["first_row"]
    padding: list[list[str]] = [[]] * (first - 1)
    return read_rows(
        padding + statement.grid["rows"],
        head=first - 1,
        columns=statement.columns,
        unit=statement.unit,
        account=statement.account,
    )


def late_rows(reading: StatementReading, *, today: date) -> tuple[RowProblem, ...]:
    """Return the rows whose day has not come yet."""
    return tuple(
        RowProblem(row.number, FIELDS["paid_on"], f"支付日期 {row.paid_on} 晚于今天。")
        for row in reading.rows
        if row.paid_on > today
    )


def placed_rows(statement: Statement, rows: Sequence[StatementRow]) -> list[PlacedRow]:
    """Return each row with what it would be entered under, in a number of queries that rows do not raise."""
    prints = fingerprints(rows)
    known = set(
        Payment.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True)
    )
    places = {key: _place(statement, key) for key in {row.project for row in rows}}
    return [
        PlacedRow(
            row=row,
            fingerprint=fingerprint,
            declaration=places[row.project].declaration,
            line=places[row.project].line(row.line),
            contract=places[row.project].contract(row.contract),
            is_keyed=places[row.project].is_keyed,
            is_known=fingerprint in known,
        )
        for row, fingerprint in zip(rows, prints, strict=True)
    ]


class _Place:
    """A declaration with its sub-projects and contracts by name."""

    def __init__(self, declaration: Declaration, *, is_keyed: bool) -> None:
        self.declaration, self.is_keyed = declaration, is_keyed
        self._lines = {line.name: line for line in declaration.subprojects.all()}
        self._contracts = {one.number: one for one in declaration.contracts.all()}

    def line(self, name: str) -> SubProject | None:
        """Return the sub-project of that name; where the declaration has a single one, that one."""
        if not name and len(self._lines) == 1:
            return next(iter(self._lines.values()))
        return self._lines.get(name)

    def contract(self, number: str) -> Contract | None:
        """Return the contract of that number."""
        return self._contracts.get(number)


def _place(statement: Statement, key: str) -> _Place:
    """Return the approved declaration of the key's project for the statement's year, else the statement's own."""
    own = statement.declaration
    if "project" not in statement.columns:
        return _Place(own, is_keyed=True)
    project = ProjectKey.objects.filter(key=key).values_list("project_id", flat=True).first()
    approved = Declaration.objects.filter(year=own.year, status=DeclarationStatus.APPROVED)
    named = approved.filter(project_id=project) if project else approved.filter(project__number=key)
    found = named.select_related("project").first()
    return _Place(found or own, is_keyed=found is not None)
