"""Reading the fields one after the other, each with its cell and its doubts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from shangwu.targets.rules.content import PreviousAmount
from shangwu.targets.rules.form import values, words
from shangwu.targets.rules.form.facts import Doubt, ReadSubProject, Tick, Value
from shangwu.targets.rules.form.lines import Spot, year_in
from shangwu.targets.rules.form.walker import Walker

T = TypeVar("T")


@dataclass
class FieldReader:
    """Reads one field after the other; `shown` says per cell how its value was understood."""

    walker: Walker
    doubts: list[Doubt] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)

    def doubt(self, cell: str, code: str, why: str) -> None:
        """Keep a doubt about a cell."""
        self.doubts.append(Doubt(cell, code, why))

    def _spots(self, name: str) -> list[Spot]:
        return self.walker.values.get(name, [])

    def _raw(self, spot: Spot) -> str:
        return self.walker.inline.get(spot.key, spot.text)

    def _cell(self, name: str) -> str:
        spots = self._spots(name)
        label = self.walker.labels.get(name)
        return spots[0].address if spots else label.address if label else ""

    def read(self, name: str, reader: Callable[..., tuple[Value[T], values.Remarks]]) -> Value[T]:
        """Read one value with the unit that its label names."""
        label = self.walker.labels.get(name)
        unit = words.yuan_per_unit(label.text) if label else 1
        return self._one(name, lambda raw: reader(raw, yuan_per_unit=unit))

    def _one(self, name: str, reader: Callable[[str], tuple[Value[T], values.Remarks]]) -> Value[T]:
        spots = self._spots(name)
        value, remarks = reader(self._raw(spots[0]) if spots else "")
        cell = self._cell(name)
        if name not in self.walker.labels:
            remarks = [("FIELD-MISSING", "表上没有找到这一栏。")]
        for code, why in remarks:
            self.doubt(cell, code, f"{words.TITLES[name]}：{why}")
        found = replace(value, cell=cell)
        if spots:
            self.shown[spots[0].key] = _shown(found.value)
        return found

    def day(self, name: str, *, at_end: bool) -> Value[date | None]:
        """Return a date; `at_end` says which day a month alone stands for."""
        found = self._one(name, lambda raw: values.read_date(raw, at_end=at_end))
        if found.value is not None and found.style == "MONTH":
            for spot in self._spots(name)[:1]:
                self.shown[spot.key] = f"{found.value:%Y-%m}（精确到月）"
        return found

    def amount(self, name: str) -> Value[int | None]:
        """Return an amount. Unit: fen."""
        return self.read(name, values.read_amount)

    def previous(self, name: str) -> Value[PreviousAmount]:
        """Return a previous-year figure, 无 and blank kept apart from 0."""
        return self.read(name, values.read_previous)

    def text(self, name: str) -> Value[str]:
        """Return a text, its lines trimmed and empty ones dropped; `raw` keeps the print."""
        spots = self._spots(name)
        raw = "\n".join(self._raw(spot) for spot in spots)
        lines = [line.strip() for line in raw.split("\n")]
        if len(spots) > 1:
            self.doubt(
                spots[1].address, "TEXT-CONTINUED", f"{words.TITLES[name]}分在几格里，已连起来读。"
            )
        return Value("\n".join(line for line in lines if line), raw, self._cell(name))

    def required(self, name: str) -> Value[str]:
        """Return a one-line text that every form has; a missing one is a doubt."""
        value = self.text(name)
        if not value.value:
            self.doubt(value.cell, "FIELD-MISSING", f"没有读到{words.TITLES[name]}。")
        found = replace(value, value=value.value.replace("\n", ""))
        for spot in self._spots(name)[:1]:
            self.shown[spot.key] = found.value
        return found

    def title(self) -> Value[str]:
        """Return the printed name of the form without its year."""
        spots = self._spots("title")
        if not spots:
            self.doubt("", "TITLE-MISSING", "没有读到表名。")
            return Value("")
        return Value(words.titled(spots[0].text), spots[0].text, spots[0].address)

    def year(self, starts_on: Value[date | None]) -> Value[int | None]:
        """Return the year printed at the head, else the year of the start, with a doubt."""
        spots = [*self._spots("year"), *self._spots("title")]
        years = [(year_in(spot.text), spot) for spot in spots]
        found = [(year, spot) for year, spot in years if year is not None]
        if found:
            if len({year for year, _ in found}) > 1:
                self.doubt(found[1][1].address, "YEAR-DIFFERS", "表头印的年度前后不一，请核对。")
            year, spot = found[0]
            if spot in self._spots("year"):
                self.shown[spot.key] = f"{year} 年度"
            return Value(year, spot.text.strip(), spot.address)
        if starts_on.value is None:
            self.doubt("", "YEAR-MISSING", "没有读到年度。")
            return Value(None)
        self.doubt(
            starts_on.cell,
            "YEAR-INFERRED",
            f"表头没有年度，按开始时间读作 {starts_on.value.year} 年。",
        )
        return Value(starts_on.value.year, cell=starts_on.cell)

    def ticks(self, name: str, options: Sequence[str]) -> tuple[Tick, ...]:
        """Return the options of a list of boxes over all the cells that belong to it."""
        spots = self._spots(name)
        if not spots:
            self.doubt(self._cell(name), "FIELD-MISSING", f"没有读到{words.TITLES[name]}。")
            return ()
        found, remarks = values.read_ticks(
            " ".join(self._raw(spot) for spot in spots), options=options
        )
        for code, why in remarks:
            self.doubt(spots[0].address, code, f"{words.TITLES[name]}：{why}")
        for spot in spots:
            here = [tick.option for tick in found if tick.ticked and tick.option in spot.text]
            self.shown[spot.key] = "、".join(here) or "（未勾选）"
        return found

    def subprojects(self) -> tuple[ReadSubProject, ...]:
        """Return the lines of the year's money."""
        unit = words.yuan_per_unit(self.walker.amount_label)
        found: list[ReadSubProject] = []
        for name, spot in self.walker.subprojects:
            amount, remarks = values.read_amount(spot.text if spot else "", yuan_per_unit=unit)
            cell = spot.address if spot else name.address if name else ""
            title = name.text.strip().replace("\n", "") if name else ""
            if not title:
                remarks.append(("SUBPROJECT-NO-NAME", "子项目没有名称。"))
            for code, why in remarks:
                self.doubt(cell, code, f"子项目“{title}”：{why}")
            if spot:
                self.shown[spot.key] = _shown(amount.value)
            found.append(ReadSubProject(title, replace(amount, cell=cell)))
        if not found:
            self.doubt("", "SUBPROJECTS-NONE", "没有读到项目当年投入资金构成。")
        return tuple(found)


def _shown(value: object) -> str:
    kind, fen = getattr(value, "kind", ""), getattr(value, "fen", None)
    if kind in ("NOT_APPLICABLE", "BLANK"):
        return "不适用" if kind == "NOT_APPLICABLE" else "未填写"
    fen = value if isinstance(value, int) else fen
    if isinstance(fen, int):
        return f"{fen // 100:,}.{fen % 100:02d} 元"
    return "（读不出）" if value is None else str(value)
