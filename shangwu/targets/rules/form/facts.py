"""What was read from one declaration form: every value with its print, its cell and its doubts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.content import (
    DeclarationContent,
    IndicatorRow,
    PreviousAmount,
    SubProjectLine,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Value(Generic[T]):
    """One value, the text it was read from and where that stands.

    `style` is how it was printed: DAY or MONTH for dates, "thousands" or "plain" for amounts.
    """

    value: T
    raw: str = ""
    cell: str = ""
    style: str = ""


@dataclass(frozen=True)
class Tick:
    """One option of a list of boxes. A label without any box is not ticked."""

    option: str
    ticked: bool
    boxed: bool = True
    known: bool = True


@dataclass(frozen=True)
class Doubt:
    """What a person should look at before confirming, beside the cell it is about."""

    cell: str
    code: str
    why: str


@dataclass(frozen=True)
class ReadCell:
    """One printed cell and what became of it; `role` is "value" or "label"."""

    cell: str
    field: str
    raw: str
    read: str
    role: str


@dataclass(frozen=True)
class Unread:
    """A printed text that belongs to no field of the form; kept so that nothing is lost."""

    cell: str
    raw: str


@dataclass(frozen=True)
class Check:
    """Two places of the form compared with each other."""

    code: str
    holds: bool
    sentence: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadSubProject:
    """One line of the year's money."""

    name: str
    amount: Value[int | None]


@dataclass(frozen=True)
class ReadIndicator:
    """One row of 分解目标; `level1` may be inferred, `level1_printed` is what the form shows."""

    row: int
    level1: str
    level1_printed: str
    level2: str
    name: str
    target_raw: str
    cell: str
    target_cell: str


@dataclass(frozen=True)
class ReadDeclaration:
    """One form. Values that could not be read are None and have a doubt."""

    title: Value[str]
    year: Value[int | None]
    organisation: Value[str]
    project: Value[str]
    layout: str
    framework: str
    types: tuple[Tick, ...]
    uses: tuple[Tick, ...]
    starts_on: Value[date | None]
    ends_on: Value[date | None]
    budget_total: Value[int | None]
    budget_year: Value[int | None]
    previous_budget: Value[PreviousAmount]
    previous_executed: Value[PreviousAmount]
    texts: Mapping[str, Value[str]]
    subprojects: tuple[ReadSubProject, ...]
    indicators: tuple[ReadIndicator, ...]
    series: tuple[tuple[int, ...], ...] = ()
    checks: tuple[Check, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    cells: tuple[ReadCell, ...] = ()
    unread: tuple[Unread, ...] = field(default_factory=tuple)

    def ticked(self, name: str) -> tuple[str, ...]:
        """Return the options that are ticked in `types` or `uses`."""
        options: tuple[Tick, ...] = getattr(self, name)
        return tuple(tick.option for tick in options if tick.ticked)

    def content(self) -> DeclarationContent:
        """Return the form as a declaration's content, ready to be confirmed.

        Raises: Refused FORM-UNREADABLE-VALUE when a value that every declaration needs is missing.
        """
        missing = [
            f"{name}{f'（{value.cell}，原文“{value.raw}”）' if value.cell else ''}"
            for name, value in (
                ("年度", self.year),
                ("开始时间", self.starts_on),
                ("结束时间", self.ends_on),
                ("项目总预算", self.budget_total),
                ("项目当年预算", self.budget_year),
            )
            if value.value is None
        ]
        missing += [
            f"子项目“{line.name}”的预算金额"
            for line in self.subprojects
            if line.amount.value is None
        ]
        if missing:
            raise Refused(
                f"申报表里有必填的内容读不出来：{'；'.join(missing)}。请在文件中改正后重新上传。",
                code="FORM-UNREADABLE-VALUE",
            )
        return DeclarationContent(
            title=self.title.value,
            year=_sure(self.year),
            organisation=self.organisation.value,
            project=self.project.value,
            layout=self.layout,
            framework=self.framework,
            types=self.ticked("types"),
            uses=self.ticked("uses"),
            starts_on=_sure(self.starts_on),
            starts_precision=self.starts_on.style,
            ends_on=_sure(self.ends_on),
            ends_precision=self.ends_on.style,
            budget_total_fen=_sure(self.budget_total),
            budget_year_fen=_sure(self.budget_year),
            previous_budget=self.previous_budget.value,
            previous_executed=self.previous_executed.value,
            **{name: value.value for name, value in self.texts.items()},
            subprojects=tuple(
                SubProjectLine(line.name, _sure(line.amount), line.amount.raw)
                for line in self.subprojects
            ),
            indicators=tuple(
                IndicatorRow(
                    row=row.row,
                    level1=row.level1,
                    level2=row.level2,
                    name=row.name,
                    target_raw=row.target_raw,
                    level1_printed=row.level1_printed,
                )
                for row in self.indicators
            ),
            printed=self.printed(),
        )

    def printed(self) -> dict[str, str]:
        """Return field -> text as printed, for the values that have more than one way of printing."""
        names = ("starts_on", "ends_on", "budget_total", "budget_year")
        found = {name: getattr(self, name).raw for name in (*names, "title", "year")}
        return {name: raw for name, raw in found.items() if raw}

    def to_json(self) -> dict[str, Any]:
        """Return all that a person needs to check and confirm the form, JSON-ready.

        Raises: Refused FORM-UNREADABLE-VALUE.
        """
        return {
            "content": self.content().to_json(),
            "cells": [asdict(cell) for cell in self.cells if cell.role == "value"],
            "doubts": [asdict(doubt) for doubt in self.doubts],
            "checks": [asdict(check) for check in self.checks],
            "unread": [asdict(text) for text in self.unread],
            "series": [list(rows) for rows in self.series],
        }


def _sure(value: Value[T | None]) -> T:
    assert value.value is not None
    return value.value
