"""Small deliveries as rows: one JSON object, a list of them, or one on each line (NDJSON)."""

import json
from typing import Any, NoReturn

from shangwu.prepaid.rules.interface.answers import MessageRefused

MOST_ROWS = 10_000


def parse_rows(content: bytes, *, by_line: bool) -> list[dict[str, object]]:
    """Return the objects of a delivery in the order of sending.

    Raises: MessageRefused CONTENT for what is no such thing, nothing at all, or a name given twice;
    TOO-LARGE for more rows than MOST_ROWS.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable("编码须为 UTF-8。", "The encoding must be UTF-8.") from None
    if by_line:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        found = [_read(line, f"第 {n} 行", f"line {n}") for n, line in lines]
    else:
        whole = _read(text, "全文", "the body")
        found = whole if isinstance(whole, list) else [whole]
    if not found:
        raise _unreadable("没有记录。", "There are no rows.")
    if len(found) > MOST_ROWS:
        raise MessageRefused(
            "TOO-LARGE", f"每次最多 {MOST_ROWS} 行。", f"{MOST_ROWS} rows at most.", limit=MOST_ROWS
        )
    for n, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise _unreadable(f"第 {n} 条不是 JSON 对象。", f"Row {n} is no JSON object.")
    return found


def _read(text: str, where: str, where_en: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _unreadable(
            f"{where}不是合乎规定的 JSON。", f"JSON is malformed in {where_en}."
        ) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object in which a name stands twice could show one value and hide another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _unreadable(zh: str, en: str) -> MessageRefused:
    return MessageRefused("CONTENT", zh, en)
