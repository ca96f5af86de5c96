"""Data tables: sorting, filtering, paging and export happen on the server, over a queryset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from shangwu.foundation.web.statuses import Look, look_of

PER_PAGE = 50
SHOWN_EXPORTS = (("csv", "CSV"), ("xlsx", "Excel"))
# A longer list is given as CSV alone: no office program handles such a workbook well, and it must be built in memory.
SHEET_ROWS = 20_000
# Names of texts that may contain what is searched for, or what makes a condition of it.
Search = Sequence[str] | Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` is an ORM lookup; `status` gives the code whose badge the cell shows.

    `value` is what a file holds where the page shows it written out: a number that can be added up.
    `is_chinese` marks names and texts that stay Chinese on a page in another language.
    """

    key: str
    label: str
    show: Callable[[Any], object]
    sort: str = ""
    link: Callable[[Any], str] | None = None
    status: Callable[[Any], str] | None = None
    number: bool = False
    heads_row: bool = False
    value: Callable[[Any], object] | None = None
    is_chinese: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the table; `lookup` is compared with the chosen value."""

    key: str
    label: str
    lookup: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as shown."""

    text: str
    link: str
    look: Look | None
    number: bool
    heads_row: bool
    label: str
    keeps_line: bool
    is_chinese: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `href` sorts by it, `order` says how it is sorted now."""

    label: str
    href: str
    order: str
    number: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as shown, with what is chosen."""

    filter: Filter
    chosen: str


@dataclass(frozen=True)
class Table:
    """A table that is ready to be shown or exported."""

    key: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    page: Page[Any]
    choices: Sequence[Choice]
    query: str
    searches: bool
    previous: str
    following: str
    exports: Sequence[tuple[str, str]] = field(default_factory=tuple)
    # What else stands in the address: the form of the filters sends it along.
    kept: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or filter hides rows."""
        return bool(self.query) or any(choice.chosen for choice in self.choices)

    @property
    def export_note(self) -> str:
        """What of the files is not to be had, said before somebody asks for it."""
        if not self.exports or self.page.paginator.count <= SHEET_ROWS:
            return ""
        return f"Excel 最多 {SHEET_ROWS:,} 条，请用 CSV 或者先筛选"

    @property
    def cleared(self) -> str:
        """The address without search and filters."""
        return f"?{urlencode(self.kept)}"


def narrowed(
    rows: QuerySet[Any],
    *,
    asked: QueryDict,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    search: Search = (),
) -> QuerySet[Any]:
    """Return the rows that the address asks for, in its order; what it may not ask is ignored."""
    for one in filters:
        value = asked.get(one.key, "")
        if value in {code for code, _ in one.choices}:
            rows = rows.filter(**{one.lookup: value})
    words = asked.get("q", "").strip()
    if words and search:
        rows = rows.filter(search(words) if callable(search) else _containing(search, words))
    wanted = asked.get("sort", "")
    for column in columns:
        if column.sort and wanted.lstrip("-") == column.key:
            sign = "-" if wanted.startswith("-") else ""
            # The key breaks ties, so that paging never repeats or drops a row.
            rows = rows.order_by(sign + column.sort, "pk")
    return rows


def build_table(
    rows: QuerySet[Any],
    *,
    key: str,
    caption: str,
    asked: QueryDict,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    search: Search = (),
    export: str = "",
    per_page: int = PER_PAGE,
) -> Table:
    """Return the page of the table that the address asks for.

    `rows` must be ordered. `export` is the address that answers with a file; it gets the same query
    and `format=csv` or `format=xlsx`; its view gives `table_files.written(narrowed(…), columns)`.
    """
    found = narrowed(rows, asked=asked, columns=columns, filters=filters, search=search)
    # Rows are numbered off by their keys alone: what is joined for showing is joined for one page of them.
    page = Paginator(found.values_list("pk", flat=True), per_page).get_page(asked.get("page"))
    # A row that left the filter, or went away, since its key was read is no longer shown.
    read = found.in_bulk(list(page.object_list))
    shown = [read[pk] for pk in page.object_list if pk in read]
    ours = {one.key for one in filters}
    return Table(
        key=key,
        caption=caption,
        heads=[_head(column, asked) for column in columns],
        rows=[[_cell(column, row) for column in columns] for row in shown],
        page=page,
        choices=[Choice(one, asked.get(one.key, "")) for one in filters],
        query=asked.get("q", "").strip() if search else "",
        searches=bool(search),
        previous=_address(asked, page=page.previous_page_number()) if page.has_previous() else "",
        following=_address(asked, page=page.next_page_number()) if page.has_next() else "",
        exports=[
            (export + _address(asked, format=kind, page=None), label)
            for kind, label in SHOWN_EXPORTS
            if export and (kind == "csv" or page.paginator.count <= SHEET_ROWS)
        ],
        # The page's own choice, and the order, outlast another filter.
        kept=[
            (name, str(value))
            for name, value in asked.items()
            if name not in {"q", "page", "format", *ours}
        ],
    )


def _containing(names: Sequence[str], words: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": words})
    return found


def _head(column: Column, asked: QueryDict) -> Head:
    wanted = asked.get("sort", "")
    order = "ascending" if wanted == column.key else ""
    order = "descending" if wanted == f"-{column.key}" else order
    following = f"-{column.key}" if order == "ascending" else column.key
    href = _address(asked, sort=following, page=None) if column.sort else ""
    return Head(column.label, href, order, column.number)


def _cell(column: Column, row: Any) -> Cell:
    shown = column.show(row)
    return Cell(
        text="—" if shown is None or shown == "" else str(shown),
        link=column.link(row) if column.link else "",
        look=look_of(column.status(row)) if column.status else None,
        number=column.number,
        heads_row=column.heads_row,
        label=column.label,
        # A day broken in the middle is no longer read as one.
        keeps_line=isinstance(shown, date),
        is_chinese=column.is_chinese,
    )


def _address(asked: QueryDict, **changed: object) -> str:
    """Return the present query with some of its parts changed or, when None, left out."""
    query = asked.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
