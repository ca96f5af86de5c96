"""The files that a watcher reads, as its contract names them, and how a table of text becomes columns.

An absent file is unknown, and so is an empty cell. In a file that is there, an operator without a row has
sent no batch, or has no complaint, no look-up, no arrears and no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shangwu.foundation.law import Refused

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]
Columns = Mapping[str, NDArray[Any]]
Feeds = Mapping[str, Columns]

OPERATORS = "operators"
NUMBER, WORD, DAY = "number", "word", "day"
CONTRACT: Mapping[str, Mapping[str, str]] = {
    OPERATORS: {
        "sector": WORD,
        "district": WORD,
        "opened_on": DAY,
        "prior_revenue_fen": NUMBER,
        "brand": WORD,
        "address_key": WORD,
    },
    "batches": {
        "issued_fen": NUMBER,
        "issued_cards": NUMBER,
        "redeemed_fen": NUMBER,
        "refunded_fen": NUMBER,
        "reported_balance_fen": NUMBER,
        "long_card_share": NUMBER,
        "discount_pct": NUMBER,
        "late_batches": NUMBER,
    },
    "custody": {"custody_fen": NUMBER},
    "bonds": {"bond_fen": NUMBER},
    "complaints": {"kind": WORD, "count": NUMBER},
    "lookups": {"lookups": NUMBER, "mismatches": NUMBER},
    "arrears": {"kind": WORD, "weeks": NUMBER},
    "changes": {"what": WORD},
}
FEEDS = tuple(feed for feed in CONTRACT if feed != OPERATORS)
ONE_ROW = frozenset({OPERATORS, "batches"})
FEED_NAMES = {
    OPERATORS: "经营者名单",
    "batches": "报送批次",
    "custody": "存管余额",
    "bonds": "履约保证",
    "complaints": "投诉",
    "lookups": "消费者查询",
    "arrears": "欠款",
    "changes": "登记变更",
}
SHOWN_COLUMNS = 5


@dataclass(frozen=True)
class Roster:
    """Who trades: one place in each array. `opened` counts days, NaN where the day is not known."""

    ids: Words
    sector: Words
    brand: Words
    address: Words
    opened: Floats
    revenue: Floats

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Table:
    """One file, read: its columns, the places of its operators (`who`), and what was passed over."""

    columns: dict[str, NDArray[Any]]
    notes: tuple[str, ...] = ()


def read_roster(content: bytes, *, file: str) -> tuple[Roster, tuple[str, ...]]:
    """Return the operators of a file, and what in it was passed over.

    Unit: fen; days since 1970-01-01.
    Raises: Refused with file, line and code for a file that cannot be read.
    """
    frame, notes = _frame(content, OPERATORS, file)
    columns = _columns(frame, OPERATORS, file)
    if not frame.height:
        raise Refused(f"{file} 没有任何经营者，无从预警。", code="WATCH-EMPTY")
    return Roster(
        ids=_words(frame["operator"]),
        sector=columns["sector"],
        brand=columns["brand"],
        address=columns["address_key"],
        opened=columns["opened_on"],
        revenue=columns["prior_revenue_fen"],
    ), notes


def read_feed(content: bytes, *, feed: str, file: str, places: pl.DataFrame) -> Table:
    """Return the columns of one week's file, with the place of each row's operator under `who`.

    `places` has `operator` and `place`. Rows of operators that are not on the roster are passed over and noted.

    Raises: Refused with file, line and code for a file that cannot be read.
    """
    frame, notes = _frame(content, feed, file)
    columns = _columns(frame, feed, file)
    found = frame.select("operator").join(places, on="operator", how="left", maintain_order="left")
    known = found["place"].is_not_null().to_numpy()
    if strangers := int((~known).sum()):
        notes = (*notes, f"{file} 有 {strangers} 行的经营者不在名单中，未计入")
    kept = {name: values[known] for name, values in columns.items()}
    kept["who"] = found["place"].drop_nulls().to_numpy().astype(np.int64)
    return Table(kept, notes)


def _frame(content: bytes, feed: str, file: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    try:
        frame = pl.read_csv(BytesIO(content), infer_schema=False)
    except pl.exceptions.NoDataError as error:
        raise Refused(f"{file} 是空文件，至少应有表头。", code="WATCH-HEADER") from error
    except pl.exceptions.PolarsError as error:
        raise Refused(
            f"{file} 不是合格的 CSV（UTF-8、逗号分隔、每行列数相同），请核对。", code="WATCH-CSV"
        ) from error
    frame = frame.rename({name: name.lstrip("\ufeff").strip() for name in frame.columns})
    wanted = ("operator", *CONTRACT[feed])
    if missing := [name for name in wanted if name not in frame.columns]:
        raise Refused(
            f"{file} 第 1 行缺少列 {'、'.join(missing)}；应有 {'、'.join(wanted)}。",
            code="WATCH-COLUMN",
        )
    extra = [name for name in frame.columns if name not in wanted]
    shown = "、".join(extra[:SHOWN_COLUMNS]) + ("等" if len(extra) > SHOWN_COLUMNS else "")
    frame = frame.select(pl.col(wanted).fill_null("").str.strip_chars())
    _require_operators(frame["operator"], feed, file)
    return frame, (f"{file} 多出的列未使用：{shown}",) if extra else ()


def _require_operators(operators: pl.Series, feed: str, file: str) -> None:
    if (blank := _first(operators == "")) is not None:
        raise Refused(f"{file} 第 {blank} 行没有写经营者编号。", code="WATCH-OPERATOR")
    if feed in ONE_ROW and (line := _first(~operators.is_first_distinct())) is not None:
        who = operators[line - 2]
        raise Refused(
            f"{file} 第 {line} 行的经营者“{who}”重复，每家只应有一行。", code="WATCH-DUPLICATE"
        )


def _columns(frame: pl.DataFrame, feed: str, file: str) -> dict[str, NDArray[Any]]:
    return {
        name: _numbers(frame[name], name, file)
        if kind == NUMBER
        else _days(frame[name], name, file)
        if kind == DAY
        else _words(frame[name])
        for name, kind in CONTRACT[feed].items()
    }


def _words(texts: pl.Series) -> Words:
    return np.asarray(texts.to_numpy(), dtype=object)


def _numbers(texts: pl.Series, name: str, file: str) -> Floats:
    values = texts.cast(pl.Float64, strict=False)
    wrong = (values.is_null() | ~values.is_finite().fill_null(False)) & (texts != "")
    if (line := _first(wrong)) is not None:
        text = texts[line - 2]
        raise Refused(f"{file} 第 {line} 行 {name} 写的是“{text}”，不是数字。", code="WATCH-NUMBER")
    return np.asarray(values.to_numpy(), dtype=np.float64)


def _days(texts: pl.Series, name: str, file: str) -> Floats:
    days = texts.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if (line := _first(days.is_null() & (texts != ""))) is not None:
        text = texts[line - 2]
        raise Refused(
            f"{file} 第 {line} 行 {name} 写的是“{text}”，应写成 2026-01-31 的样子。",
            code="WATCH-DATE",
        )
    return np.asarray(days.to_physical().cast(pl.Float64).to_numpy(), dtype=np.float64)


def _first(wrong: pl.Series) -> int | None:
    """Return the line of the first row that is wrong; the header is line 1."""
    place = wrong.arg_max() if wrong.any() else None
    return None if place is None else place + 2
