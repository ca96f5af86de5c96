"""Declaration forms as a unit prints them: the official layout as docx, xlsx, html or pasted text."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from docx import Document as new_word_document
from openpyxl import Workbook
from openpyxl.styles import Alignment

TYPES = (
    ("市委市政府已确定的新增项目", "结转项目", "其他一次性项目"),
    ("经常性专项业务费", "其他经常性项目"),
)
USES = (
    ("基本建设工程类", "信息化建设类", "政策补贴类", "政府购买服务"),
    ("资产购置类", "其他事业专业类"),
)
EMPTY, TICKED = "☐", "☑"
COLUMNS = 4


@dataclass(frozen=True)
class Goal:
    """One row of 分解目标; `printed_under` names the group whose merged cell holds it, if another."""

    level1: str
    level2: str
    name: str
    target: str
    printed_under: str = ""


@dataclass(frozen=True)
class Form:
    """What a declaration form says, every value as it is printed."""

    project: str
    year: int
    organisation: str
    layout: str
    types: tuple[str, ...]
    uses: tuple[str, ...]
    starts_on: str
    ends_on: str
    budget_total: str
    budget_year: str
    previous_budget: str
    previous_executed: str
    subprojects: tuple[tuple[str, str], ...]
    goals: tuple[Goal, ...]
    texts: Mapping[str, str]
    title: str = "上海市财政支出项目绩效目标申报表"


@dataclass(frozen=True)
class Print:
    """How a form is printed: the habits of different units, each of them seen on real forms."""

    year: str = "（{}年）"
    uses_in_two_rows: bool = False
    amount_spans_two: bool = True
    without_box: frozenset[str] = frozenset()
    box_first: bool = False
    empty: str = EMPTY
    ticked: str = TICKED
    pages_end_after: tuple[int, ...] = ()
    repeat_header: bool = False
    title_in_table: bool = False


@dataclass
class Box:
    """One printed cell: its text, its width, and whether it continues the cell above."""

    text: str = ""
    width: int = 1
    continues: bool = False


@dataclass
class Sheet:
    """A printed form: what stands above the grid, and the grid page by page."""

    heading: tuple[str, ...]
    pages: list[list[list[Box]]] = field(default_factory=list)


TEXTS = (
    ("overview", "项目概况"),
    ("basis", "立项依据"),
    ("necessity", "项目设立的必要性"),
    ("safeguards", "保证项目实施的制度、措施"),
)
GOAL_TEXTS = (
    ("plan", "项目实施计划"),
    ("overall_goal", "项目总目标"),
    ("annual_goal", "年度绩效目标"),
)


def load_form(path: Path, *, year: int | None = None) -> Form:
    """Return the form written in a TOML file; with `year`, a form that leaves its year open."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    if year is not None:
        found = {**tomllib.loads(text.replace("{year}", str(year))), "year": year}
    names = [name for name, _ in (*TEXTS, *GOAL_TEXTS)]
    return Form(
        title=found["title"],
        project=found["project"],
        year=found["year"],
        organisation=found["organisation"],
        layout=found["layout"],
        types=tuple(found["types"]),
        uses=tuple(found["uses"]),
        starts_on=found["starts_on"],
        ends_on=found["ends_on"],
        budget_total=found["budget_total"],
        budget_year=found["budget_year"],
        previous_budget=found["previous_budget"],
        previous_executed=found["previous_executed"],
        subprojects=tuple((line["name"], line["amount"]) for line in found["subprojects"]),
        goals=tuple(
            Goal(
                row["level1"],
                row.get("level2", ""),
                row["name"],
                row["target"],
                row.get("printed_under", ""),
            )
            for row in found["indicators"]
        ),
        texts={name: found[name] for name in names} | {"remarks": found.get("remarks", "")},
    )


def usual_print(form: Form) -> Print:
    """Return how the unit prints this layout: two-column forms split 资金用途 and the amount line."""
    two_column = form.layout == "two-column"
    return Print(uses_in_two_rows=two_column, amount_spans_two=not two_column)


def lay_out(form: Form, how: Print | None = None) -> Sheet:
    """Return the printed form, cell by cell."""
    how = how or usual_print(form)
    rows = [
        [Box("项目名称"), Box(form.project, 3)],
        *_options("项目类型", TYPES, form.types, how, in_two_rows=True),
        *_options("资金用途", USES, form.uses, how, in_two_rows=how.uses_in_two_rows),
        [Box("开始时间"), Box(form.starts_on), Box("结束时间"), Box(form.ends_on)],
        *([Box(label), Box(form.texts[name], 3)] for name, label in TEXTS),
        [
            Box("项目总预算（元）"),
            Box(form.budget_total),
            Box("项目当年预算（元）"),
            Box(form.budget_year),
        ],
        [
            Box("同名项目上年预算额（元）"),
            Box(form.previous_budget),
            Box("同名项目上年预算执行数（元）"),
            Box(form.previous_executed),
        ],
        [Box(continues=True), Box("子项目名称"), *_amount("预算金额（元）", how)],
        *(
            [
                Box(continues=True) if position else Box("项目当年投入资金构成"),
                Box(name),
                *_amount(amount, how),
            ]
            for position, (name, amount) in enumerate(form.subprojects)
        ),
        *([Box(label), Box(form.texts[name], 3)] for name, label in GOAL_TEXTS),
        [Box("分解目标", COLUMNS)],
        _header(form),
        *_goals(form),
        [Box(f"备注：{form.texts['remarks']}" if form.texts["remarks"] else "备注", COLUMNS)],
    ]
    heading: tuple[str, ...] = (
        form.title,
        how.year.format(form.year),
        f"申报单位名称：{form.organisation}",
    )
    if how.title_in_table:
        rows = [*([Box(text, COLUMNS)] for text in heading), *rows]
        heading = ()
    return Sheet(heading, _pages(rows, form, how))


def _options(
    label: str,
    options: Sequence[Sequence[str]],
    ticked: Sequence[str],
    how: Print,
    *,
    in_two_rows: bool,
) -> list[list[Box]]:
    lines = [" ".join(_option(option, ticked, how) for option in line) for line in options]
    if not in_two_rows:
        return [[Box(label), Box(" ".join(lines), 3)]]
    first = [Box(label), Box(lines[0], 3)]
    if label == "资金用途":
        before, last = options[0][:-1], options[0][-1]
        text = " ".join(_option(option, ticked, how) for option in before)
        first = [Box(label), Box(text), Box(), Box(_option(last, ticked, how))]
    return [first, [Box(continues=True), Box(lines[1], 3)]]


def _option(option: str, ticked: Sequence[str], how: Print) -> str:
    if option in how.without_box:
        return option
    box = how.ticked if option in ticked else how.empty
    return f"{box} {option}" if how.box_first else f"{option} {box}"


def _amount(text: str, how: Print) -> list[Box]:
    return [Box(text, 2)] if how.amount_spans_two else [Box(), Box(text)]


def _header(form: Form) -> list[Box]:
    if form.layout == "two-column":
        return [Box("分解目标内容"), Box("绩效指标"), Box("指标目标值", 2)]
    return [Box("一级指标"), Box("二级指标"), Box("三级指标"), Box("指标目标值")]


def _goals(form: Form) -> list[list[Box]]:
    printed = [replace(goal, level1=goal.printed_under or goal.level1) for goal in form.goals]
    before = [None, *printed]
    rows: list[list[Box]] = []
    for above, goal in zip(before, printed, strict=False):
        same1 = above is not None and above.level1 == goal.level1
        row = [Box(continues=True) if same1 else Box(goal.level1)]
        if form.layout == "two-column":
            row += [Box(goal.name), Box(goal.target, 2)]
        else:
            same2 = same1 and above is not None and above.level2 == goal.level2
            row += [Box(continues=True) if same2 else Box(goal.level2)]
            row += [Box(goal.name), Box(goal.target)]
        rows.append(row)
    return rows


def _pages(rows: list[list[Box]], form: Form, how: Print) -> list[list[list[Box]]]:
    pages: list[list[list[Box]]] = []
    for start, end in pairwise((0, *how.pages_end_after, len(rows))):
        page = [list(row) for row in rows[start:end]]
        for column, box in enumerate(page[0]):
            # A merge ends with its page; what continues prints as an empty cell there.
            page[0][column] = replace(box, continues=False)
        texts = [row[0].text for row in page]
        if start and how.repeat_header and "分解目标" not in texts:
            page.insert(0, _header(form))
        pages.append(page)
    return pages


def as_docx(*sheets: Sheet) -> bytes:
    """Return the forms as one Word file, tables merged as the official form is."""
    word = new_word_document()
    for sheet in sheets:
        for text in sheet.heading:
            word.add_paragraph(text)
        for page in sheet.pages:
            table = word.add_table(rows=len(page), cols=COLUMNS, style="Table Grid")
            grid = [list(row.cells) for row in table.rows]
            for row, column, box, height in _placed(page):
                cell = grid[row][column]
                if height > 1 or box.width > 1:
                    cell = cell.merge(grid[row + height - 1][column + box.width - 1])
                cell.text = box.text
            word.add_paragraph("")
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def as_xlsx(*sheets: Sheet) -> bytes:
    """Return the forms as one workbook, a sheet per form, cells merged."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, start=1):
        page = book.create_sheet(f"申报表{number}")
        line = 1
        for text in sheet.heading:
            page.cell(line, 1, text)
            page.merge_cells(start_row=line, end_row=line, start_column=1, end_column=COLUMNS)
            line += 1
        for rows in sheet.pages:
            for row, column, box, height in _placed(rows):
                cell = page.cell(line + row, column + 1, box.text or None)
                if box.text.startswith("="):
                    cell.data_type = "s"  # =100.00% is a target, not a formula
                cell.alignment = Alignment(wrap_text=True, vertical="center")
                if height > 1 or box.width > 1:
                    page.merge_cells(
                        start_row=line + row,
                        end_row=line + row + height - 1,
                        start_column=column + 1,
                        end_column=column + box.width,
                    )
            line += len(rows)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_html(*sheets: Sheet) -> str:
    """Return the forms as one web page with real check boxes."""
    parts = ["<!DOCTYPE html><html><head><meta charset='utf-8'><title>申报表</title></head><body>"]
    for sheet in sheets:
        parts += [f"<p>{escape(text)}</p>" for text in sheet.heading]
        for page in sheet.pages:
            parts.append("<table>")
            by_row: dict[int, list[str]] = {row: [] for row in range(len(page))}
            for row, _, box, height in _placed(page):
                text = "".join(f"<p>{escape(line)}</p>" for line in box.text.split("\n"))
                by_row[row].append(
                    f"<td rowspan='{height}' colspan='{box.width}'>{_inputs(text)}</td>"
                )
            parts += [f"<tr>{''.join(cells)}</tr>" for cells in by_row.values()]
            parts.append("</table>")
    return "\n".join([*parts, "</body></html>"])


def as_text(*sheets: Sheet) -> str:
    """Return the forms as text pasted from a viewer: tabs, merged cells empty, boxes as mark-up."""
    parts: list[str] = []
    for sheet in sheets:
        parts += [f"{text}\n" for text in sheet.heading]
        for page in sheet.pages:
            for row in page:
                parts.append(_inputs("\t".join(_pasted(box.text) for box in row)))
            parts.append("")
    return "\n".join(parts)


def _pasted(text: str) -> str:
    lines = text.split("\n")
    return text if len(lines) == 1 else " ".join(f"<p>{line}</p>" for line in lines)


def _inputs(text: str) -> str:
    return text.replace(TICKED, '<input checked="" type="checkbox"/>').replace(
        EMPTY, '<input type="checkbox"/>'
    )


def _placed(page: Sequence[Sequence[Box]]) -> list[tuple[int, int, Box, int]]:
    """Return (row, column, box, height) of every cell that is not a continuation."""
    found: list[tuple[int, int, Box, int]] = []
    last: dict[int, int] = {}
    for row, boxes in enumerate(page):
        column = 0
        for box in boxes:
            if box.continues and column in last:
                top, left, above, height = found[last[column]]
                found[last[column]] = (top, left, above, height + 1)
            else:
                last[column] = len(found)
                found.append((row, column, box, 1))
            column += box.width
    return found
