"""The rows of 分解目标: levels carried down, the group inferred where the print slipped, series."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shangwu.targets.rules.form import words
from shangwu.targets.rules.form.facts import Doubt, ReadIndicator
from shangwu.targets.rules.form.lines import Spot
from shangwu.targets.rules.form.walker import RawRow

DATE_IN_NAME = re.compile(
    r"20\d{2}年(?:\d{1,2}月(?:\d{1,2}[日号]|底|末|初|份)?|年?[底末])前?"
    r"|(?<!\d)\d{1,2}月(?:底|末|\d{1,2}[日号])前?"
)


@dataclass
class _Carry:
    level1: str = ""
    level2: str = ""


def read_rows(raw: Sequence[RawRow]) -> tuple[tuple[ReadIndicator, ...], list[Doubt]]:
    """Return the indicators with printed and inferred levels, and every doubt about them."""
    doubts: list[Doubt] = []
    carry = _Carry()
    printed = [_printed(row, number, carry, doubts) for number, row in enumerate(raw, start=1)]
    inferred = [_inferred(row, printed, doubts) for row in printed]
    for row in inferred:
        _doubt_row(row, doubts)
    return tuple(inferred), doubts


def _printed(row: RawRow, number: int, carry: _Carry, doubts: list[Doubt]) -> ReadIndicator:
    cell = _address(row.name) or _address(row.targets[0] if row.targets else None)
    if row.level1 is not None:
        if row.level1.starts:
            carry.level2 = ""
        carry.level1 = _one_line(row.level1.text)
    elif row.knows_merges and carry.level1:
        doubts.append(
            Doubt(
                cell, "LEVEL-BLANK", f"第{number}行一级指标是空白，按上一行“{carry.level1}”读入。"
            )
        )
    if row.level2 is not None:
        carry.level2 = _one_line(row.level2.text)
    return ReadIndicator(
        row=number,
        level1=carry.level1,
        level1_printed=carry.level1,
        level2=carry.level2,
        name=_one_line(row.name.text) if row.name else "",
        target_raw=" ".join(dict.fromkeys(spot.text.strip() for spot in row.targets)),
        cell=cell,
        target_cell=_address(row.targets[0] if row.targets else None) or cell,
    )


def _inferred(
    row: ReadIndicator, rows: Sequence[ReadIndicator], doubts: list[Doubt]
) -> ReadIndicator:
    """Move a row over the border of its group when its level 2 belongs to the group next door."""
    home, group = words.home_of(row.level2), words.stem(row.level1)
    if not home or group not in words.GROUPS or home == group:
        return row
    neighbour = _group_next_door(row, rows, home)
    if neighbour:
        doubts.append(
            Doubt(
                row.cell,
                "LEVEL1-AMBIGUOUS",
                f"第{row.row}行“{row.name}”印在“{row.level1}”之下，但二级指标“{row.level2}”属于相邻的"
                f"“{neighbour}”，按“{neighbour}”读入，原样保留，请确认。",
            )
        )
        return replace(row, level1=neighbour)
    doubts.append(
        Doubt(
            row.cell,
            "LEVEL2-CLASH",
            f"第{row.row}行的二级指标“{row.level2}”通常不属于“{row.level1}”，按表上所印读入，请核对。",
        )
    )
    return row


def _group_next_door(row: ReadIndicator, rows: Sequence[ReadIndicator], home: str) -> str:
    for step in (1, -1):
        position = row.row - 1 + step
        while 0 <= position < len(rows) and _same_slip(rows[position], row):
            position += step
        if 0 <= position < len(rows) and words.stem(rows[position].level1_printed) == home:
            return rows[position].level1_printed
    return ""


def _same_slip(other: ReadIndicator, row: ReadIndicator) -> bool:
    return (other.level1_printed, other.level2) == (row.level1_printed, row.level2)


def _doubt_row(row: ReadIndicator, doubts: list[Doubt]) -> None:
    if not row.name:
        doubts.append(Doubt(row.cell, "ROW-NO-NAME", f"第{row.row}行有目标值，没有指标名称。"))
    if not row.target_raw:
        doubts.append(
            Doubt(row.cell, "ROW-NO-TARGET", f"第{row.row}行“{row.name}”没有填写目标值。")
        )
    if not row.level1:
        doubts.append(Doubt(row.cell, "LEVEL1-MISSING", f"第{row.row}行没有一级指标。"))
    if date := DATE_IN_NAME.search(words.squeezed(row.name)):
        doubts.append(
            Doubt(
                row.cell,
                "DATE-IN-NAME",
                f"第{row.row}行的期限“{date[0]}”写在指标名称里，作为完成期限读入，请确认。",
            )
        )


def milestone_series(rows: Sequence[ReadIndicator]) -> tuple[tuple[int, ...], ...]:
    """Return row numbers of indicators whose names differ only by their date."""
    groups: dict[str, list[int]] = {}
    for row in rows:
        name, dates = DATE_IN_NAME.subn("", words.squeezed(row.name))
        if dates and re.match(r"^[≥≤]?\d", words.squeezed(row.target_raw)):
            groups.setdefault(name, []).append(row.row)
    return tuple(tuple(numbers) for numbers in groups.values() if len(numbers) > 1)


def framework_of(rows: Sequence[ReadIndicator]) -> str:
    """Return the indicator framework that the printed groups belong to."""
    groups = {words.stem(row.level1_printed) for row in rows} - {""}
    return "national-2020" if groups and groups <= words.NATIONAL_GROUPS else "sh-2019"


def _one_line(text: str) -> str:
    """Return the text with line breaks inside a cell taken out; Chinese needs no space there."""
    return re.sub(r"\s*\n\s*", "", text.strip())


def _address(spot: Spot | None) -> str:
    return spot.address if spot is not None else ""
