"""Read the law files into entries, and find what is wrong with them."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import cast

from shangwu.foundation.law.dated import (
    JURISDICTIONS,
    SOURCE_STATUSES,
    STATUSES,
    UNITS,
    DatedValue,
    Entry,
    LawError,
    Problem,
)

LAW_FOLDER = Path(__file__).resolve().parents[3] / "law"
# Files in the folder that hold no dated values; each has its own reader and test.
NOT_DATED = frozenset({"glossary"})

ENTRY_KEYS = frozenset({"label", "unit", "checked_on", "values", "note"})
VALUE_KEYS = frozenset(
    {
        "from",
        "until",
        "value",
        "target",
        "source",
        "source_status",
        "checked_on",
        "jurisdiction",
        "note",
        "article",
        "status",
    }
)
# A declaring table: which further keys the entries of a group may carry, e.g. the row of a printed form.
EXTRA_KEYS = "extra_keys"

Table = dict[str, object]


@dataclass(frozen=True)
class LawFile:
    """One file: its entries by key, what is wrong with it, and the digest of its bytes."""

    name: str
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...]
    digest: str


@cache
def load_file(name: str, folder: Path = LAW_FOLDER) -> LawFile:
    """Return one law file, read once per process.

    Raises: LawError when the file does not exist.
    """
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise LawError([Problem(f"law/{name}.toml", "", "missing_file", "没有这个规定文件")])
    return read_file(path)


def load(folder: Path = LAW_FOLDER) -> dict[str, LawFile]:
    """Return every law file by name.

    Raises: LawError naming file and key of everything that is wrong.
    """
    files = {path.stem: load_file(path.stem, folder) for path in _paths(folder)}
    if problems := [problem for file in files.values() for problem in file.problems]:
        raise LawError(problems)
    return files


def check_files(folder: Path = LAW_FOLDER) -> list[Problem]:
    """Return everything that is wrong with the law files, by file and key."""
    return [problem for path in _paths(folder) for problem in read_file(path).problems]


def digests(folder: Path = LAW_FOLDER) -> dict[str, str]:
    """Return the SHA-256 of each law file: the version that a decision can name."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in _paths(folder)}


def version(folder: Path = LAW_FOLDER) -> str:
    """Return one short digest over all law files."""
    lines = (f"{name}={digest}" for name, digest in sorted(digests(folder).items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def read_file(path: Path) -> LawFile:
    """Return the file with its problems; a file that is no TOML has one problem and no entry."""
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    file = f"law/{path.name}"
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(file, "", "not_toml", f"不是合格的 TOML 文件：{error}")
        return LawFile(path.stem, MappingProxyType({}), (problem,), digest)
    reader = _Reader(path.stem, _extra_keys(content.pop(EXTRA_KEYS, {})))
    reader.walk(content, ())
    return LawFile(path.stem, MappingProxyType(reader.entries), tuple(reader.problems), digest)


def _paths(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.toml")) if path.stem not in NOT_DATED)


def _extra_keys(declared: object) -> dict[str, frozenset[str]]:
    table = declared if isinstance(declared, dict) else {}
    return {group: frozenset(keys) for group, keys in table.items() if isinstance(keys, list)}


def is_date(value: object) -> bool:
    """Return whether a TOML value is a plain date (an instant is a `date` too, and is not meant)."""
    return isinstance(value, date) and not isinstance(value, datetime)


def freeze(value: object) -> object:
    """Return the value with lists as tuples and tables read-only, so that nobody edits the law in memory."""
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    return value


class _Reader:
    """Walks one file and collects entries and problems."""

    def __init__(self, file: str, extra_keys: dict[str, frozenset[str]]) -> None:
        self.file = file
        self.extra_keys = extra_keys
        self.entries: dict[str, Entry] = {}
        self.problems: list[Problem] = []

    def report(self, key: str, code: str, message: str) -> None:
        self.problems.append(Problem(f"law/{self.file}.toml", key, code, message))

    def walk(self, table: Table, path: tuple[str, ...]) -> None:
        for name, item in table.items():
            key = ".".join((*path, name))
            if not isinstance(item, dict):
                self.report(key, "unknown_key", "不认识的键；规定须写成带 values 的表")
            elif "values" in item or not all(isinstance(child, dict) for child in item.values()):
                self.entry(key, path[0] if path else name, item)
            else:
                self.walk(item, (*path, name))

    def entry(self, key: str, group: str, table: Table) -> None:
        extra = self.extra_keys.get(group, frozenset())
        for name in table.keys() - ENTRY_KEYS - extra:
            self.report(f"{key}.{name}", "unknown_key", "不认识的键，请检查拼写")
        label, unit, checked_on = table.get("label"), table.get("unit"), table.get("checked_on")
        if not isinstance(label, str) or not label.strip():
            self.report(key, "missing_label", "缺少名称 label")
        if not isinstance(unit, str) or not unit:
            self.report(key, "missing_unit", "缺少单位 unit")
        elif unit not in UNITS:
            self.report(key, "unknown_unit", f"不认识的单位“{unit}”")
        if checked_on is None:
            self.report(key, "missing_checked_on", "缺少核对日期 checked_on")
        elif not is_date(checked_on):
            self.report(key, "wrong_type", "核对日期 checked_on 须为日期")
        rows = table.get("values")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            self.report(key, "missing_values", "缺少带日期的取值 [[…values]]")
            return
        found = [
            self.value(f"{key}.values[{n}]", str(unit), checked_on, row)
            for n, row in enumerate(rows)
        ]
        values = sorted(
            (value for value in found if value),
            key=lambda v: (v.jurisdiction, v.is_draft, v.starts_on),
        )
        self.sequence(key, values)
        if len(values) == len(rows) and is_date(checked_on):
            self.entries[key] = Entry(
                file=self.file,
                key=key,
                label=str(label),
                unit=str(unit),
                checked_on=cast(date, checked_on),
                values=tuple(values),
                facts=MappingProxyType({k: freeze(table[k]) for k in sorted(extra & table.keys())}),
                note=str(table.get("note", "")),
            )

    def value(self, key: str, unit: str, checked_on: object, row: Table) -> DatedValue | None:
        before = len(self.problems)
        for name in row.keys() - VALUE_KEYS:
            self.report(f"{key}.{name}", "unknown_key", "不认识的键，请检查拼写")
        self.dates(key, row)
        self.provenance(key, row)
        self.standing(key, row)
        given = [name for name in ("value", "target") if name in row]
        if len(given) != 1:
            self.report(key, "missing_value", "须恰有一个 value 或 target")
        elif problem := kind_problem(
            "target" if given == ["target"] else UNITS.get(unit, ("", ""))[0], row[given[0]]
        ):
            self.report(key, "wrong_type", problem)
        if len(self.problems) > before:
            return None
        return DatedValue(
            value=freeze(row[given[0]]),
            starts_on=cast(date, row["from"]),
            until=cast("date | None", row.get("until")),
            jurisdiction=str(row.get("jurisdiction", "national")),
            source=str(row["source"]),
            source_status=str(row["source_status"]),
            checked_on=cast(date, row.get("checked_on", checked_on)),
            note=str(row.get("note", "")),
            article=str(row.get("article", "")),
            status=str(row.get("status", "adopted")),
        )

    def dates(self, key: str, row: Table) -> None:
        starts_on, until = row.get("from"), row.get("until")
        if starts_on is None:
            self.report(key, "missing_from", "缺少生效日 from")
        for name in ("from", "until", "checked_on"):
            if name in row and not is_date(row[name]):
                self.report(key, "wrong_type", f"{name} 须为日期")
                return
        if (
            until is not None
            and starts_on is not None
            and cast(date, until) <= cast(date, starts_on)
        ):
            self.report(
                key, "empty_period", "失效日 until 须晚于生效日 from（until 当日已不再适用）"
            )

    def provenance(self, key: str, row: Table) -> None:
        source = row.get("source")
        if not isinstance(source, str) or not source.strip():
            self.report(key, "missing_source", "缺少依据 source")
        status = row.get("source_status")
        if status is None:
            self.report(key, "missing_source_status", "缺少核实状态 source_status")
        elif status not in SOURCE_STATUSES:
            self.report(
                key,
                "unknown_source_status",
                f"核实状态“{status}”须为 {'、'.join(SOURCE_STATUSES)} 之一",
            )
        if (place := row.get("jurisdiction", "national")) not in JURISDICTIONS:
            self.report(key, "unknown_jurisdiction", f"不认识的地区“{place}”")

    def standing(self, key: str, row: Table) -> None:
        status = row.get("status", "adopted")
        if status not in STATUSES:
            self.report(key, "unknown_status", f"效力“{status}”须为 {'、'.join(STATUSES)} 之一")
        elif status == "expired" and "until" not in row:
            self.report(key, "missing_until", "已失效的规定须写明失效日 until")

    def sequence(self, key: str, values: list[DatedValue]) -> None:
        for earlier, later in pairwise(values):
            # A draft stands beside the law in force, not before or after it.
            if (earlier.jurisdiction, earlier.is_draft) != (later.jurisdiction, later.is_draft):
                continue
            if earlier.until is None or earlier.until > later.starts_on:
                end = earlier.until or "无限期"
                self.report(
                    key,
                    "overlap",
                    f"自 {earlier.starts_on} 至 {end} 的取值与自 {later.starts_on} 起的取值重叠",
                )
            elif earlier.until < later.starts_on:
                self.report(key, "gap", f"{earlier.until} 至 {later.starts_on} 之间没有取值")


def kind_problem(kind: str, value: object) -> str:
    """Return why the TOML value does not suit the kind its unit demands, or nothing when it does."""
    suits = {
        "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
        "decimal": lambda v: isinstance(v, str) and re.fullmatch(r"-?\d+(\.\d+)?", v) is not None,
        "text": lambda v: isinstance(v, str) and bool(v),
        "flag": lambda v: isinstance(v, bool),
        "words": lambda v: isinstance(v, list) and bool(v) and all(isinstance(w, str) for w in v),
        "table": lambda v: isinstance(v, dict) and bool(v),
        "rows": lambda v: isinstance(v, list) and bool(v) and all(isinstance(r, dict) for r in v),
        "target": lambda v: (
            bool(v)
            and (
                isinstance(v, dict) or (isinstance(v, list) and all(isinstance(p, dict) for p in v))
            )
        ),
    }
    names = {
        "integer": "整数",
        "decimal": '十进制小数的字符串（如 "0.95"）',
        "text": "文字",
        "flag": "true 或 false",
        "words": "词语清单",
        "table": "表",
        "rows": "表的清单",
        "target": "目标表或目标表的清单",
    }
    if kind not in suits or suits[kind](value):
        return ""
    return f"取值类型与单位不符，须为{names[kind]}"
