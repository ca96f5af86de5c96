"""What the rows of a statement say, row by row; a wrong row is named with its column and reason."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.foundation.law.refused import Refused
from shangwu.foundation.money import parse_yuan
from shangwu.targets.rules.money.statement.columns import FIELDS, UNITS, Grid

_DAY = re.compile(
    r"(?P<y>\d{4})[-/.年]?(?P<m>\d{1,2})[-/.月]?(?P<d>\d{1,2})日?(?:[ T]?\d{1,2}:\d{2}(?::\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CATEGORY = re.compile(r"\d{3}(?:\d{2})?")
# Days that a workbook keeps as numbers count from here.
_EPOCH, _SERIAL = date(1899, 12, 30), re.compile(r"[2-6]\d{4}(?:\.0+)?")
_TOTALS = ("合计", "总计", "小计", "本页合计", "累计", "期初余额", "期末余额")
LONGEST = {"voucher": 60, "payee": 200, "purpose": 300, "invoice": 60, "account": 60, "project": 60}


@dataclass(frozen=True)
class StatementRow:
    """One payment as a row states it. `number` counts the file's rows from 1. Unit: fen."""

    number: int
    paid_on: date
    amount_fen: int
    payee: str
    voucher: str = ""
    account: str = ""
    project: str = ""
    line: str = ""
    category: str = ""
    purpose: str = ""
    invoice: str = ""
    contract: str = ""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row: its number, the column's label, and the reason."""

    number: int
    column: str
    why: str

    @property
    def sentence(self) -> str:
        """Return the problem in words."""
        return f"第 {self.number} 行“{self.column}”：{self.why}"


@dataclass(frozen=True)
class StatementReading:
    """All rows of a statement: payments, rows left out with the reason, and rows that are wrong."""

    rows: tuple[StatementRow, ...]
    left_out: tuple[RowProblem, ...]
    problems: tuple[RowProblem, ...]


class _Wrong(Exception):
    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


class _LeftOut(_Wrong):
    pass


def read_rows(
    grid: Grid, *, head: int, columns: Mapping[str, int], unit: str, account: str
) -> StatementReading:
    """Return what every row below the head says; totals, blank rows and receipts are left out and told.

    `head` counts from 0; `account` serves the rows that print none.
    """
    rows, left, wrong = [], [], []
    for number, cells in enumerate(grid[head + 1 :], start=head + 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(number, cells, columns, unit, account))
        except _LeftOut as found:
            left.append(RowProblem(number, FIELDS[found.field], found.why))
        except _Wrong as found:
            wrong.append(RowProblem(number, FIELDS[found.field], found.why))
    return StatementReading(tuple(rows), tuple(left), tuple(wrong))


def fingerprints(rows: Sequence[StatementRow]) -> list[str]:
    """Return for each row the digest of account, voucher, day, amount, payee and its ordinal among equals.

    The same rows in another file, or beside new ones, give the same digests.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for row in rows:
        key = (row.account, row.voucher, row.paid_on.isoformat(), str(row.amount_fen), row.payee)
        seen[key] += 1
        found.append(hashlib.sha256("\x1f".join((*key, str(seen[key]))).encode()).hexdigest())
    return found


def read_day(text: str) -> date:
    """Return the day that a cell states: 2019-05-06, 2019/5/6, 20190506, 2019年5月6日 or a serial number.

    Raises: ValueError when it is no day.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        return _EPOCH + timedelta(days=int(plain.partition(".")[0]))
    found = _COMPACT.match(plain) or _DAY.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(part) for part in found.groups()[:3])
    return date(year, month, day)


def _row(
    number: int, cells: Sequence[str], columns: Mapping[str, int], unit: str, account: str
) -> StatementRow:
    texts = {
        field: _folded(cells[place]) if place < len(cells) else ""
        for field, place in columns.items()
    }
    if any(_folded(cell).rstrip(":：") in _TOTALS for cell in cells):
        raise _LeftOut("amount", "合计或余额行，不是支付，没有读入。")
    amount = _amount(texts, unit)
    for field, longest in LONGEST.items():
        if len(texts.get(field, "")) > longest:
            raise _Wrong(field, f"超过 {longest} 个字，请核对栏目对应。")
    if not texts.get("payee"):
        raise _Wrong("payee", "没有收款人。")
    category = texts.get("category", "")
    code = _CATEGORY.match(category)
    if category and code is None:
        raise _Wrong("category", f"“{category}”不是三位或五位的经济分类编码。")
    return StatementRow(
        number=number,
        paid_on=_paid_on(texts.get("paid_on", "")),
        amount_fen=amount,
        payee=texts["payee"],
        voucher=texts.get("voucher", ""),
        account=texts.get("account", "") or account,
        project=texts.get("project", ""),
        line=texts.get("line", ""),
        category=code[0] if code else "",
        purpose=texts.get("purpose", ""),
        invoice=texts.get("invoice", ""),
        contract=texts.get("contract", ""),
    )


def _amount(texts: Mapping[str, str], unit: str) -> int:
    field = "amount" if texts.get("amount") else "debit"
    text = texts.get(field, "")
    if not text and texts.get("credit"):
        raise _LeftOut("credit", "贷方收入或退回，不是支付；退回请在原支付上办理冲正。")
    if not text:
        raise _Wrong("amount" if "amount" in texts else "debit", "没有金额。")
    try:
        fen = parse_yuan(text if text[-1:] == "元" else text + UNITS[unit])
    except Refused as refused:
        raise _Wrong(field, refused.sentence) from None
    if fen == 0 and texts.get("credit"):
        raise _LeftOut("credit", "贷方收入或退回，不是支付；退回请在原支付上办理冲正。")
    if fen <= 0:
        raise _Wrong(field, f"金额“{text}”不大于零；退回请在原支付上办理冲正。")
    return fen


def _paid_on(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise _Wrong(
            "paid_on", f"“{text or '空'}”不是可以识别的日期，请写成 2019-05-06 的形式。"
        ) from None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
