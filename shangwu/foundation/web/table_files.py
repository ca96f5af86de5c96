"""Tables as files: rows flow from one statement into a file of the disk, so their number costs no memory.

The file is whole before its first byte leaves: what breaks off becomes a page that says so, never half a list that
looks like all of it. One statement has one snapshot, so no row is missing or told twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse

from shangwu.foundation.documents import Column as SheetColumn
from shangwu.foundation.documents import Sheet, Value, shown, write_csv_rows, write_xlsx
from shangwu.foundation.law import Refused
from shangwu.foundation.web.tables import SHEET_ROWS, Column

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY_BYTES, FETCHED_ROWS = 1024 * 1024, 2000
NARROWEST, WIDEST, MEASURED_ROWS = 8, 60, 200


@contextmanager
def writing() -> Iterator[IO[bytes]]:
    """Give a file without a name, on the disk once it is large: at its start after the block, closed when that fails."""
    with ExitStack() as kept:
        file = kept.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        yield file
        file.seek(0)
        kept.pop_all()


def written(
    rows: QuerySet[Any], columns: Sequence[Column], *, kind: str, title: str
) -> tuple[IO[bytes], int]:
    """Return the rows as a file of the kind, at its start, and how many they are. Inside a transaction.

    Raises: Refused EXPORT-LONG for a workbook of more than SHEET_ROWS; CSV has no limit.
    """
    cells = [column.value or column.show for column in columns]
    header = [column.label for column in columns]
    if kind == "csv":
        found = rows.iterator(chunk_size=FETCHED_ROWS)
        return csv_file(header, ([cell(row) for cell in cells] for row in found))
    listed = [[cell(row) for cell in cells] for row in rows[: SHEET_ROWS + 1]]
    if len(listed) > SHEET_ROWS:
        raise Refused(
            f"Excel 文件最多 {SHEET_ROWS:,} 条，符合条件的更多。请导出 CSV（不限条数），或者先筛选。",
            code="EXPORT-LONG",
        )
    with writing() as file:
        file.write(write_xlsx(sheet_of(title, header, listed)))
    return file, len(listed)


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[IO[bytes], int]:
    """Return the table as a CSV file at its start, and how many rows it has."""
    with writing() as file:
        count = write_csv_rows(file, header, ([value_of(cell) for cell in row] for row in rows))
    return file, count


def file_response(file: IO[bytes], kind: str, title: str) -> FileResponse:
    """Return a written file as a download."""
    return FileResponse(
        file, as_attachment=True, filename=f"{title}.{kind}", content_type=TYPES[kind]
    )


def sheet_of(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Sheet:
    """Return a table in which numbers and days stay numbers and days, each column as wide as it needs."""
    body = [tuple(value_of(cell) for cell in row) for row in rows]
    columns = tuple(
        SheetColumn(label, width=_width([label, *(row[at] for row in body[:MEASURED_ROWS])]))
        for at, label in enumerate(header)
    )
    return Sheet(title=title, columns=columns, rows=body)


def value_of(cell: object) -> Value:
    """Return a cell as a file holds it."""
    if cell is None or isinstance(cell, int | Decimal | date | datetime):
        return cell
    return str(cell)


def _width(cells: Sequence[Value]) -> int:
    """Return how wide a column must be for what stands in it; a Chinese character takes two places."""
    longest = max(len(text) + sum(not one.isascii() for one in text) for text in map(shown, cells))
    return min(max(longest + 2, NARROWEST), WIDEST)
