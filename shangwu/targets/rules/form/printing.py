"""Printing a declaration in its official layout, so that importing the print reads the same content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from shangwu.foundation.documents import EMPTY_BOX, TICKED_BOX, Box, Grid, Official
from shangwu.foundation.documents.official import Rows, centred, label, runs, value
from shangwu.targets.rules.content import (
    TEXT_FIELDS,
    DeclarationContent,
    IndicatorRow,
    PreviousAmount,
)
from shangwu.targets.rules.form import values, words
from shangwu.targets.rules.form.lines import year_in
from shangwu.targets.vocabulary import FUND_USES, PROJECT_TYPES, FormLayout, PreviousBudget

SIGNATURE = ("填报人：", "审核人：", "单位（盖章）：", "日期：　　年　月　日")
WIDTHS = (19, 26, 29, 26)
YUAN = "（元）"


def print_form(content: DeclarationContent) -> Official:
    """Return the declaration as the official form of its own layout, two grids that print as one table.

    What a person may write in more than one way stands as it was printed, as long as it still says the
    same.
    """
    found = as_printed(content)
    title, year = found.printed["title"], found.printed["year"]
    return Official(
        title=title,
        under_title="" if year == title.strip() else year,
        before=(f"{words.TITLES['organisation']}：{found.organisation}",),
        parts=(_facts(found), _goals(found)),
        signature=SIGNATURE,
    )


def as_printed(content: DeclarationContent) -> DeclarationContent:
    """Return the content with every value as the form prints it: what importing the print reads.

    Blank lines and the white space around a line are no part of a text.
    """
    given, year = content.printed, content.year
    texts: dict[str, Any] = {name: _trimmed(getattr(content, name)) for name in TEXT_FIELDS}
    title = given.get("title", "")
    if words.titled(title) != content.title or year_in(title) not in (None, year):
        title = content.title
    printed_year = given.get("year", "")
    if year_in(printed_year) != year or (year_in(title) is None and words.titled(printed_year)):
        printed_year = f"（{year}年）"
    return replace(
        content,
        previous_budget=_previous(content.previous_budget),
        previous_executed=_previous(content.previous_executed),
        subprojects=tuple(
            replace(line, printed=_amount(line.printed, line.amount_fen))
            for line in content.subprojects
        ),
        indicators=tuple(
            replace(
                row,
                level1_printed=row.level1_printed or row.level1,
                target_raw=row.target_raw.strip(),
            )
            for row in content.indicators
        ),
        **texts,
        printed={
            "title": title,
            "year": printed_year,
            "starts_on": _day(given, "starts_on", content.starts_on, content.starts_precision),
            "ends_on": _day(given, "ends_on", content.ends_on, content.ends_precision),
            "budget_total": _amount(given.get("budget_total", ""), content.budget_total_fen),
            "budget_year": _amount(given.get("budget_year", ""), content.budget_year_fen),
        },
    )


def _trimmed(text: str) -> str:
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _day(given: Mapping[str, str], name: str, day: date | None, precision: str) -> str:
    assert day is not None, "a stored declaration has both days"
    text = given.get(name, "")
    found, _ = values.read_date(text, at_end=name == "ends_on")
    if (found.value, found.style) == (day, precision):
        return text
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if precision == "DAY" else "")


def _amount(text: str, fen: int | None) -> str:
    assert fen is not None, "a stored declaration has its amounts"
    if values.read_amount(text)[0].value == fen:
        return text
    yuan, cents = divmod(fen, 100)
    return f"{yuan}.{cents:02d}" if cents else str(yuan)


def _previous(amount: PreviousAmount) -> PreviousAmount:
    found = values.read_previous(amount.printed)[0].value
    if (found.kind, found.fen) == (amount.kind, amount.fen):
        return found
    text = "无" if amount.kind == PreviousBudget.NOT_APPLICABLE else ""
    if amount.fen is not None:
        text = _amount(amount.printed, amount.fen)
    return replace(amount, printed=text)


def _facts(found: DeclarationContent) -> Grid:
    two_column = found.layout == FormLayout.TWO_COLUMN
    printed = found.printed
    rows = Rows()
    rows.add(_label(0, "project"), value(1, found.project, columns=3))
    types = _options(PROJECT_TYPES, found.types)
    rows.add(_label(0, "types", rows=2), value(1, " ".join(types[:3]), columns=3))
    rows.add(value(1, " ".join(types[3:]), columns=3))
    uses = _options(FUND_USES, found.uses)
    if two_column:
        rows.add(
            _label(0, "uses", rows=2), value(1, " ".join(uses[:3])), value(2), value(3, uses[3])
        )
        rows.add(value(1, " ".join(uses[4:]), columns=3))
    else:
        rows.add(_label(0, "uses"), value(1, " ".join(uses), columns=3))
    rows.add(*_pair("starts_on", printed["starts_on"], "ends_on", printed["ends_on"]))
    _add_texts(rows, found, "overview", "basis", "necessity", "safeguards")
    rows.add(
        *_pair("budget_total", printed["budget_total"], "budget_year", printed["budget_year"], YUAN)
    )
    before, executed = found.previous_budget.printed, found.previous_executed.printed
    # On the official form this label reaches down beside the heads of the sub-projects.
    name, *others = _pair("previous_budget", before, "previous_executed", executed, YUAN)
    rows.add(replace(name, rows=2), *others)
    rows.add(
        label(1, words.SUBPROJECT_NAME[0]),
        *_amount_boxes(label, words.SUBPROJECT_AMOUNT[0] + YUAN, two_column=two_column),
    )
    lines = [(line.name, line.printed) for line in found.subprojects] or [("", "")]
    for position, (text, amount) in enumerate(lines):
        head = () if position else (_label(0, "subprojects", rows=len(lines)),)
        boxes = _amount_boxes(centred, amount, two_column=two_column)
        rows.add(*head, centred(1, text), *boxes)
    _add_texts(rows, found, "plan", "overall_goal", "annual_goal")
    return rows.grid(WIDTHS)


def _goals(found: DeclarationContent) -> Grid:
    rows = Rows()
    rows.add(label(0, words.ROWS_TITLE[0], columns=4))
    if found.layout == FormLayout.TWO_COLUMN:
        heads: tuple[str, ...] = (words.LEVEL1_HEADS[1], words.NAME_HEADS[1], words.TARGET_HEADS[0])
    else:
        levels = (words.LEVEL1_HEADS[0], words.LEVEL2_HEADS[0])
        heads = (*levels, words.NAME_HEADS[0], words.TARGET_HEADS[0])
    wide = len(WIDTHS) - len(heads) + 1
    last = len(heads) - 1
    rows.add(*(label(c, head, columns=wide if c == last else 1) for c, head in enumerate(heads)))
    groups = _groups(found.indicators)
    level2 = [(group, row.level2) for group, row in zip(groups, found.indicators, strict=True)]
    in_level1, in_level2 = runs(groups), runs(level2)
    for position, row in enumerate(found.indicators):
        boxes = []
        if count := in_level1.get(position):
            boxes.append(centred(0, row.level1_printed, rows=count))
        if last == 3 and (count := in_level2.get(position)):
            boxes.append(centred(1, row.level2, rows=count))
        target = centred(last, row.target_raw, columns=wide)
        rows.add(*boxes, centred(last - 1, row.name), target)
    remarks = words.TITLES["remarks"] + (f"：{found.remarks}" if found.remarks else "")
    rows.add(value(0, remarks, columns=4))
    return rows.grid(WIDTHS, heads=2)


def _groups(rows: Sequence[IndicatorRow]) -> list[int]:
    """Return for each row the number of the level-1 cell that it stands under.

    A blank level 2 below a printed one begins a new cell: inside a merged one it would read as the same.
    """
    found: list[int] = []
    for above, row in zip((None, *rows), rows, strict=False):
        same = above is not None and above.level1_printed == row.level1_printed
        slips = above is not None and above.level2 and not row.level2
        found.append(found[-1] if same and not slips else len(found))
    return found


def _options(options: Sequence[str], ticked: Sequence[str]) -> list[str]:
    named = [*options, *(option for option in ticked if option not in options)]
    return [f"{name} {TICKED_BOX if name in ticked else EMPTY_BOX}" for name in named]


def _add_texts(rows: Rows, found: DeclarationContent, *names: str) -> None:
    for name in names:
        rows.add(_label(0, name), value(1, getattr(found, name), columns=3))


def _pair(first: str, one: str, second: str, other: str, unit: str = "") -> tuple[Box, ...]:
    return (
        label(0, words.TITLES[first] + unit),
        centred(1, one),
        label(2, words.TITLES[second] + unit),
        centred(3, other),
    )


def _amount_boxes(make: Callable[..., Box], text: str, *, two_column: bool) -> tuple[Box, ...]:
    return (value(2), make(3, text)) if two_column else (make(2, text, columns=2),)


def _label(column: int, name: str, *, rows: int = 1) -> Box:
    return label(column, words.TITLES[name], rows=rows)
