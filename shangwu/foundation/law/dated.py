"""What one official value is: its dates, where it comes from, and how far it has been confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# How far a value has been confirmed, and what people read beside it.
SOURCE_STATUSES = {
    "confirmed": "已核对原文",
    "secondary": "据转载或摘录",
    "unconfirmed": "未核实",
    "form": "据申报表",
    "proposal": "本平台建议值",
}

# Whether a text binds. A draft is kept beside the law, and never in its place.
STATUSES = {"adopted": "已通过", "draft": "草案", "expired": "已失效"}

# Where a value holds. A place falls back to the nation where it has no value of its own.
JURISDICTIONS = {
    "national": "全国",
    "shanghai": "上海市",
    "hubei": "湖北省",
    "beijing": "北京市",
    "jiangsu": "江苏省",
    "nantong": "南通市",
    "suzhou": "苏州市",
    "shenzhen": "深圳市",
    "ningbo": "宁波市",
    "siping": "四平市",
    "japan": "日本",
    "taiwan": "台湾地区",
    "us": "美国",
    "uk": "英国",
}
# Cities whose province has rules of its own: those hold there too.
WITHIN = {"nantong": "jiangsu", "suzhou": "jiangsu"}
# Places to which the nation's values do not extend; their values are kept for comparison.
APART = frozenset({"japan", "taiwan", "us", "uk"})

# The units a value may have: the kind of TOML value that each demands, and what people read.
UNITS = {
    "workday": ("integer", "个工作日"),
    "calendar_day": ("integer", "日"),
    "month": ("integer", "个月"),
    "year": ("integer", "年"),
    "count": ("integer", "个"),
    "fen": ("integer", "分"),
    "second": ("integer", "秒"),
    "point": ("decimal", "分值"),
    "ratio": ("decimal", "比率"),
    "percentage_point": ("decimal", "个百分点"),
    "probability": ("decimal", "概率"),
    "clock_time": ("text", "时刻"),
    "choice": ("text", "选项"),
    "text": ("text", "文字"),
    "flag": ("flag", "是否"),
    "words": ("words", "词语"),
    "month_day": ("words", "月-日"),
    "table": ("table", "表"),
    "rows": ("rows", "表"),
    "level": ("target", "等级"),
    "finding": ("target", "判定"),
    "trend": ("target", "趋势"),
    "deadline": ("target", "完成期限"),
    "series": ("target", "里程碑"),
}


def places(jurisdiction: str) -> tuple[str, ...]:
    """Return the places whose values hold there, its own first."""
    if jurisdiction in APART:
        return (jurisdiction,)
    province = WITHIN.get(jurisdiction)
    return (jurisdiction, province, "national") if province else (jurisdiction, "national")


@dataclass(frozen=True, order=True)
class Problem:
    """One defect of the law files: which file, which key, what is wrong (Chinese, for whoever edits it)."""

    file: str
    key: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}#{self.key}：{self.message}（{self.code}）"


class LawError(Exception):
    """The law files are unusable as they stand; the message names file and key."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class DatedValue:
    """A value and the days on which it holds: from `starts_on` up to but not including `until`."""

    value: Any
    starts_on: date
    until: date | None
    jurisdiction: str
    source: str
    source_status: str
    checked_on: date
    note: str = ""
    article: str = ""
    status: str = "adopted"

    @property
    def is_draft(self) -> bool:
        """Whether the text has not been adopted."""
        return self.status == "draft"

    def holds_on(self, day: date) -> bool:
        """Return whether the value is in force on the day."""
        return self.starts_on <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Entry:
    """One key of a law file with all its dated values, oldest first within a jurisdiction."""

    file: str
    key: str
    label: str
    unit: str
    checked_on: date
    values: tuple[DatedValue, ...]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""

    @property
    def reference(self) -> str:
        """The name by which code, screens and papers cite the entry."""
        return f"law/{self.file}.toml#{self.key}"

    def in_force(self, *, on: date, jurisdiction: str) -> DatedValue | None:
        """Return the place's own value on that day, else the nation's, else None; never a draft."""
        for place in places(jurisdiction):
            for value in self.values:
                if value.jurisdiction == place and value.holds_on(on) and not value.is_draft:
                    return value
        return None

    def next_change(self, *, after: date, jurisdiction: str) -> date | None:
        """Return the first later day on which what is in force becomes something else."""
        now = self.in_force(on=after, jurisdiction=jurisdiction)
        edges = {day for v in self.values for day in (v.starts_on, v.until) if day and day > after}
        for day in sorted(edges):
            if self.in_force(on=day, jurisdiction=jurisdiction) != now:
                return day
        return None


@dataclass(frozen=True)
class Value(Generic[T]):
    """A value in force, typed by the shape that asked for it, with everything needed to cite it."""

    value: T
    unit: str
    label: str
    reference: str
    source: str
    source_status: str
    checked_on: date
    starts_on: date
    until: date | None
    jurisdiction: str
    article: str = ""

    @property
    def status_label(self) -> str:
        """What people read about how far the value has been confirmed."""
        return SOURCE_STATUSES[self.source_status]


@dataclass(frozen=True)
class At:
    """Where a field of a shape stands in its file: the key, and the unit that the reader relies on."""

    key: str
    unit: str
