"""The values that components show. Views and queries make them; templates only lay them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Chart:
    """An ECharts option with the table that says the same.

    In the option, `"colour": "success"` (or warning, danger, info, purple, muted, accent) on a datum
    names a colour of the palette, which each theme fills in.
    """

    key: str
    title: str
    option: Mapping[str, Any]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def draws_nothing(option: Mapping[str, Any]) -> bool:
    """Return whether bars and lines of a chart are all empty or zero, so that only axes would be seen."""
    series = option.get("series") or ()
    data = [
        value.get("value") if isinstance(value, Mapping) else value
        for one in series
        for value in one.get("data", ())
    ]
    return (
        bool(series)
        and all(one.get("type") in {"bar", "line"} and "markLine" not in one for one in series)
        and not any(isinstance(value, Sequence) for value in data)
        and not any(data)
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a timeline."""

    at: datetime | date | None
    title: str
    sentence: str = ""
    link: str = ""
    done: bool = True


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a due date's trace."""

    on: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date that can explain itself."""

    due: date
    today: date
    rule: str
    source: str = ""
    provisional: bool = False
    done_on: date | None = None
    trace: Sequence[CountedDay] = ()

    @property
    def tone(self) -> str:
        """The tone of the palette: late is danger, soon is warning."""
        if self.done_on is not None:
            return "success" if self.done_on <= self.due else "danger"
        left = (self.due - self.today).days
        return "danger" if left < 0 else "warning" if left <= 3 else "info"

    @property
    def sentence(self) -> str:
        """What stands on the chip."""
        if self.done_on is not None:
            late = (self.done_on - self.due).days
            return f"逾期 {late} 天办结" if late > 0 else "按期办结"
        left = (self.due - self.today).days
        if left < 0:
            return f"已逾期 {-left} 天"
        return "今天到期" if left == 0 else f"剩 {left} 天"


@dataclass(frozen=True, slots=True)
class Task:
    """A long task as far as it has come; `total` 0 means that nobody knows how much there is."""

    title: str
    state: Literal["WAITING", "RUNNING", "DONE", "FAILED"]
    done: int = 0
    total: int = 0
    sentence: str = ""
    poll: str = ""

    @property
    def label(self) -> str:
        """The state in words."""
        words = {"WAITING": "等待处理", "RUNNING": "正在处理", "DONE": "已完成", "FAILED": "未完成"}
        return words[self.state]


@dataclass(frozen=True, slots=True)
class Card:
    """One card of the workbench: something that waits, or a door to a place of work."""

    title: str
    sentence: str
    link: str
    icon: str
    figure: str = ""
    tone: str = field(default="")
