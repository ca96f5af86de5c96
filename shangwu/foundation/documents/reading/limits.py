"""How much of a file will be read. A declaration form needs a hundredth of each."""

from shangwu.foundation.law.refused import Refused

MEGABYTE = 1024 * 1024
FILE_BYTES = 20 * MEGABYTE
INFLATED_BYTES = 100 * MEGABYTE
PART_BYTES = 20 * MEGABYTE
# Deflate cannot exceed 1032:1; honest office files stay under 100:1.
INFLATION_RATIO = 200
# Below this size no ratio is suspicious: an empty style sheet deflates extremely well.
RATIO_MATTERS_ABOVE = 8 * MEGABYTE
ENTRIES = 2000
ROWS = 5000
COLUMNS = 256
NESTED_TABLES = 8
SLOTS = 250_000


def require_modest_table(rows: int, columns: int) -> None:
    """Refuse a table too large to be a form.

    Raises: Refused DOC-TABLE-TOO-LARGE.
    """
    if rows > ROWS or columns > COLUMNS or rows * columns > SLOTS:
        raise Refused(
            f"文件里有一张 {rows} 行 {columns} 列的表格，超过了可以读取的大小"
            f"（{ROWS} 行、{COLUMNS} 列）。请删去多余的行列后重试。",
            code="DOC-TABLE-TOO-LARGE",
        )


def require_shallow(depth: int) -> None:
    """Refuse tables nested deeper than anyone writes by hand.

    Raises: Refused DOC-TOO-DEEP.
    """
    if depth > NESTED_TABLES:
        raise Refused(
            f"文件里的表格一层套一层超过 {NESTED_TABLES} 层，没有读取。请把内层表格移到外面后重试。",
            code="DOC-TOO-DEEP",
        )
