"""How a table of text becomes columns: what can be made sense of is taken and noted, the rest refused by line.

A cell that says that nothing is known is unknown; so is an amount or count below nothing.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.warning.feeds import (
    CONTRACT,
    DAY,
    NUMBER,
    OPERATORS,
    Floats,
    Roster,
    Words,
)

# Feeds that tell one state of an operator and week: a repeated row is a correction, the last one holds.
ONE_ROW = "batches"
# Feeds that must name somebody: a file without rows tells nothing.
NEVER_EMPTY = frozenset({"batches", "custody"})
UNKNOWN = ("nan", "null", "none", "na", "n/a", "-", "--", "—", "未知", "无")
SHOWN_COLUMNS = 5
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Table:
    """One file, read: its columns, the places of its operators (`who`), and what was passed over.

    `told` is false where the file says nothing at all and counts as one that did not come.
    """

    columns: dict[str, NDArray[Any]]
    notes: tuple[str, ...] = ()
    told: bool = True


def read_roster(content: bytes, *, file: str) -> tuple[Roster, tuple[str, ...]]:
    """Return the operators of a file, and what in it was passed over: empty lines, and lines that say the same again.

    Unit: fen; days since 1970-01-01.
    Raises: Refused with file, line and code for a file that cannot be read.
    """
    frame, notes = _frame(content, OPERATORS, file)
    if frame is None or not frame.height:
        raise Refused(f"{file} 没有任何经营者，无从预警。", code="WATCH-EMPTY")
    operators = frame["operator"]
    empty = frame.select(pl.all_horizontal(pl.all() == "")).to_series()
    again = ~frame.select(pl.struct(pl.all()).is_first_distinct()).to_series() & ~empty
    if (blank := _first((operators == "") & ~empty)) is not None:
        raise Refused(f"{file} 第 {blank} 行没有写经营者编号。", code="WATCH-OPERATOR")
    if (line := _first(~operators.is_first_distinct() & ~again & ~empty)) is not None:
        raise Refused(
            f"{file} 第 {line} 行的经营者“{operators[line - 2]}”重复而内容不同，每家只应有一行。",
            code="WATCH-DUPLICATE",
        )
    columns, passed = _columns(frame, OPERATORS, file)
    for rows, what in ((again, "与前面完全相同"), (empty, "是空行")):
        passed += (f"{file} 有 {rows.sum()} 行{what}，未计入",) if rows.any() else ()
    kept = ~again & ~empty
    if not kept.any():
        raise Refused(f"{file} 没有任何经营者，无从预警。", code="WATCH-EMPTY")
    chosen = kept.to_numpy()
    return Roster(
        ids=_words(operators.filter(kept)),
        sector=columns["sector"][chosen],
        brand=columns["brand"][chosen],
        address=columns["address_key"][chosen],
        opened=columns["opened_on"][chosen],
        revenue=columns["prior_revenue_fen"][chosen],
    ), (*notes, *passed)


def read_feed(content: bytes, *, feed: str, file: str, places: pl.DataFrame) -> Table:
    """Return the columns of one week's file, with the place of each row's operator under `who`.

    `places` has `operator` and `place`. Rows of nobody on the roster are passed over and noted, and of several
    rows of one batch the last is taken.

    Raises: Refused with file, line and code for a file that cannot be read.
    """
    frame, notes = _frame(content, feed, file)
    if frame is None:
        return Table({}, (f"{file} 是空文件，按未到处理",), told=False)
    columns, passed = _columns(frame, feed, file)
    found = frame.select("operator").join(places, on="operator", how="left", maintain_order="left")
    known = found["place"].is_not_null()
    notes = (*notes, *passed)
    if strangers := int((~known).sum()):
        notes = (*notes, f"{file} 有 {strangers} 行的经营者不在名单中，未计入")
    kept = known
    if feed == ONE_ROW and (again := int((known & ~found["place"].is_last_distinct()).sum())):
        kept = known & found["place"].is_last_distinct()
        notes = (*notes, f"{file} 有 {again} 行的经营者重复，以最后一行为准")
    if feed in NEVER_EMPTY and not kept.any():
        return Table({}, (*notes, f"{file} 没有名单中任何经营者的数据，按未到处理"), told=False)
    chosen = kept.to_numpy()
    rows = {name: values[chosen] for name, values in columns.items()}
    rows["who"] = found["place"].filter(kept).to_numpy().astype(np.int64)
    return Table(rows, notes)


def _frame(content: bytes, feed: str, file: str) -> tuple[pl.DataFrame | None, tuple[str, ...]]:
    """Return the columns of the contract as text; nothing for a file without a header."""
    text, notes = _text(content, file)
    try:
        frame = pl.read_csv(BytesIO(text), infer_schema=False)
    except pl.exceptions.NoDataError:
        return None, ()
    except pl.exceptions.PolarsError as error:
        raise Refused(
            f"{file} 不是合格的 CSV（UTF-8、逗号分隔、每行列数相同），请核对。", code="WATCH-CSV"
        ) from error
    frame = frame.rename({name: name.strip().lower() for name in frame.columns})
    wanted = ("operator", *CONTRACT[feed])
    missing = [name for name in wanted if name not in frame.columns]
    if "operator" in missing or len(missing) == len(wanted) - 1:
        raise Refused(
            f"{file} 第 1 行缺少列 {'、'.join(missing)}；应有 {'、'.join(wanted)}。",
            code="WATCH-COLUMN",
        )
    if missing:
        notes = (*notes, f"{file} 缺少列 {'、'.join(missing)}，按未知处理")
    extra = [name for name in frame.columns if name not in wanted]
    if extra:
        shown = "、".join(extra[:SHOWN_COLUMNS]) + ("等" if len(extra) > SHOWN_COLUMNS else "")
        notes = (*notes, f"{file} 多出的列未使用：{shown}")
    frame = frame.with_columns(pl.lit("").alias(name) for name in missing)
    return frame.select(pl.col(wanted).fill_null("").str.strip_chars()), notes


def _text(content: bytes, file: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the file in UTF-8; a table saved by an office program may be in GB 18030."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        notes = (f"{file} 按 {encoding.upper()} 编码读取",) if encoding != ENCODINGS[0] else ()
        return text.encode() if notes else content, notes
    raise Refused(f"{file} 既不是 UTF-8，也不是 GB 18030 编码，请另存后重试。", code="WATCH-CSV")


def _columns(
    frame: pl.DataFrame, feed: str, file: str
) -> tuple[dict[str, NDArray[Any]], tuple[str, ...]]:
    columns: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    for name, kind in CONTRACT[feed].items():
        if kind == NUMBER:
            columns[name], below = _numbers(frame[name], name, file)
            notes += [f"{file} 的 {name} 有 {below} 个负数，按未知处理"] if below else []
        elif kind == DAY:
            columns[name], wrong = _days(frame[name])
            notes += [f"{file} 的 {name} 有 {wrong} 个不是日期，按未知处理"] if wrong else []
        else:
            columns[name] = _words(frame[name])
    return columns, tuple(notes)


def _words(texts: pl.Series) -> Words:
    return np.asarray(texts.to_numpy(), dtype=object)


def _numbers(texts: pl.Series, name: str, file: str) -> tuple[Floats, int]:
    values = texts.cast(pl.Float64, strict=False)
    if (values.is_null() & (texts != "")).any():
        # Thousands may be parted, shares be marked, and blanks be written in words.
        texts = texts.str.replace_all("[,，]", "").str.strip_suffix("%").str.to_lowercase()
        texts = pl.select(
            pl.when(texts.is_in(UNKNOWN)).then(pl.lit("")).otherwise(texts)
        ).to_series()
        values = texts.cast(pl.Float64, strict=False)
    values = values.fill_nan(None)
    wrong = (values.is_null() | ~values.is_finite().fill_null(False)) & (texts != "")
    wrong = wrong & (texts.str.to_lowercase() != "nan")
    if (line := _first(wrong)) is not None:
        text = texts[line - 2]
        raise Refused(f"{file} 第 {line} 行 {name} 写的是“{text}”，不是数字。", code="WATCH-NUMBER")
    found = np.array(values.to_numpy(), dtype=np.float64)
    below = found < 0
    found[below] = np.nan
    return found, int(below.sum())


def _days(texts: pl.Series) -> tuple[Floats, int]:
    """Return days, NaN where none is told, and how many were told in a way that nobody can read."""
    plain = texts.str.slice(0, 10).str.replace_all("[/.]", "-")
    days = plain.str.to_date("%Y-%m-%d", strict=False)
    wrong = int((days.is_null() & (texts != "")).sum())
    return np.array(days.to_physical().cast(pl.Float64).to_numpy(), dtype=np.float64), wrong


def _first(wrong: pl.Series) -> int | None:
    """Return the line of the first row that is wrong; the header is line 1."""
    place = wrong.arg_max() if wrong.any() else None
    return None if place is None else place + 2
