"""Which column of a statement holds what: proposed from its head, confirmed by a person."""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Mapping, Sequence

from shangwu.targets.rules.money.law import MoneyLaw

# Field -> label; the order is that of the form on the page.
FIELDS: dict[str, str] = {
    "paid_on": "支付日期",
    "voucher": "凭证号",
    "amount": "支付金额",
    "debit": "借方（支出）",
    "credit": "贷方（收入、退回）",
    "payee": "收款人",
    "account": "付款账号",
    "project": "项目编码",
    "line": "子项目",
    "category": "经济分类",
    "purpose": "用途或摘要",
    "invoice": "发票号",
    "contract": "合同编号",
}
UNITS = {"元": "", "万元": "万元"}
DELIMITERS = ",\t;"
# A statement begins with titles and account lines; its head stands within the first so many rows.
HEAD_WITHIN = 15

Grid = Sequence[Sequence[str]]


def parse_text(text: str) -> list[list[str]]:
    """Return the cells of a text table; the separator is the one that gives the widest rows.

    Comma, tab and semicolon are tried.
    """
    tables = [
        [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)]
        for mark in DELIMITERS
    ]
    return max(tables, key=lambda rows: sum(len(row) - 1 for row in rows))


def plain(text: str) -> str:
    """Return the head's word without spaces, brackets' content or full-width forms."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.partition("(")[0].split())


def head_row(grid: Grid, law: MoneyLaw) -> int | None:
    """Return the row, from 0, that names most columns; None when none names a day and an amount."""
    best, most = None, 0
    for number, row in enumerate(grid[:HEAD_WITHIN]):
        found = propose_columns(row, law)
        if is_enough(found) and len(found) > most:
            best, most = number, len(found)
    return best


def propose_columns(head: Sequence[str], law: MoneyLaw) -> dict[str, int]:
    """Return field -> column, from 0, as the words of the head suggest; each column serves once."""
    words = [plain(cell) for cell in head]
    found: dict[str, int] = {}
    for row in law.statement_words.value:
        for name in row.names:
            place = next(
                (n for n, word in enumerate(words) if word == name and n not in found.values()),
                None,
            )
            if place is not None:
                found[row.field] = place
                break
    return found


def is_enough(columns: Mapping[str, int]) -> bool:
    """Tell whether a row can be read by these columns: a day, an amount and a payee."""
    return {"paid_on", "payee"} <= columns.keys() and bool({"amount", "debit"} & columns.keys())


def unit_of(head: Sequence[str]) -> str:
    """Return the unit that the head states: 万元 where it says so, else 元."""
    return "万元" if any("万元" in cell for cell in head) else "元"


def shape(head: Sequence[str]) -> str:
    """Return a digest of the head's words, the same for every statement of this shape."""
    return hashlib.sha256("\n".join(plain(cell) for cell in head).encode()).hexdigest()
