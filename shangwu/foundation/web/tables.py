"""Data tables: sorting, filtering, paging and export happen on the server, over a queryset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from shangwu.foundation.web.statuses import Look, look_of

PER_PAGE = 50
SHOWN_EXPORTS = (("csv", "CSV"), ("xlsx", "Excel"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` is an ORM lookup; `status` gives the code whose badge the cell shows."""

    key: str
    label: str
    show: Callable[[Any], object]
    sort: str = ""
    link: Callable[[Any], str] | None = None
    status: Callable[[Any], str] | None = None
    number: bool = False
    heads_row: bool = False


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

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or filter hides rows."""
        return bool(self.query) or any(choice.chosen for choice in self.choices)


def narrowed(
    rows: QuerySet[Any],
    *,
    asked: QueryDict,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    search: Sequence[str] = (),
) -> QuerySet[Any]:
    """Return the rows that the address asks for, in its order; what it may not ask is ignored."""
    for one in filters:
        value = asked.get(one.key, "")
        if value in {code for code, _ in one.choices}:
            rows = rows.filter(**{one.lookup: value})
    words = asked.get("q", "").strip()
    if words and search:
        found = Q()
        for lookup in search:
            found |= Q(**{f"{lookup}__icontains": words})
        rows = rows.filter(found)
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
    search: Sequence[str] = (),
    export: str = "",
    per_page: int = PER_PAGE,
) -> Table:
    """Return the page of the table that the address asks for.

    `rows` must be ordered. `export` is the address that answers with a file; it gets the same query
    and `format=csv` or `format=xlsx`; its view writes `exported(narrowed(…), columns)`.
    """
    found = narrowed(rows, asked=asked, columns=columns, filters=filters, search=search)
    page = Paginator(found, per_page).get_page(asked.get("page"))
    return Table(
        key=key,
        caption=caption,
        heads=[_head(column, asked) for column in columns],
        rows=[[_cell(column, row) for column in columns] for row in page.object_list],
        page=page,
        choices=[Choice(one, asked.get(one.key, "")) for one in filters],
        query=asked.get("q", "").strip() if search else "",
        searches=bool(search),
        previous=_address(asked, page=page.previous_page_number()) if page.has_previous() else "",
        following=_address(asked, page=page.next_page_number()) if page.has_next() else "",
        exports=[
            (export + _address(asked, format=kind, page=None), label)
            for kind, label in SHOWN_EXPORTS
            if export
        ],
    )


def exported(
    rows: QuerySet[Any], columns: Sequence[Column]
) -> tuple[list[str], list[list[object]]]:
    """Return the head and all rows for a file."""
    return [c.label for c in columns], [[c.show(row) for c in columns] for row in rows]


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
    )


def _address(asked: QueryDict, **changed: object) -> str:
    """Return the present query with some of its parts changed or, when None, left out."""
    query = asked.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
