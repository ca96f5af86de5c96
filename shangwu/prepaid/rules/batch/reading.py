"""From what was sent as text to a row with the types of its fields; nothing is put right on the way."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from shangwu.prepaid.rules.batch.records import RECORDS

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)


def typed(record: str, sent: Mapping[str, object]) -> dict[str, object]:
    """Return the row with days and times as such; what is not well written stays text, for `defects` to name."""
    kinds = _kinds(record)
    return {name: _value(kinds.get(name, ""), value) for name, value in sent.items()}


@cache
def _kinds(record: str) -> dict[str, str]:
    return {field.name: field.kind for field in RECORDS[record] if field.kind in ("date", "moment")}


def _value(kind: str, value: object) -> object:
    if not kind or not isinstance(value, str):
        return value
    pattern, read = (
        (_DAY, date.fromisoformat) if kind == "date" else (_MOMENT, datetime.fromisoformat)
    )
    if not pattern.fullmatch(value):
        return value
    try:
        return read(value)
    except ValueError:
        return value
