"""Operators as consumers find them: few queries, however many operators there are."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shangwu.prepaid.models import LinkageMark, Operator
from shangwu.prepaid.queries import finding

PER_PAGE = 20
MOST_PAGES = 50


@dataclass(frozen=True)
class Search:
    """One page of operators that fit, and whether more follow."""

    query: str
    operators: tuple[Operator, ...]
    page: int
    has_more: bool


def search(*, query: str, district: str = "", sector: str = "", page: int = 1) -> Search:
    """Return operators by name, trade name, brand, social credit code, platform number or mark."""
    words = finding.typed(query)
    page = min(max(page, 1), MOST_PAGES)
    found = finding.matching(Operator.objects.all(), words, condition=finding.first_named)
    if district:
        found = found.filter(district=district)
    if sector:
        found = found.filter(sector=sector)
    start = (page - 1) * PER_PAGE
    rows = tuple(
        found.annotate(has_mark=Exists(_valid_marks())).order_by("name", "pk")[
            start : start + PER_PAGE + 1
        ]
    )
    return Search(words, rows[:PER_PAGE], page, len(rows) > PER_PAGE and page < MOST_PAGES)


def _valid_marks() -> QuerySet[LinkageMark]:
    return LinkageMark.objects.filter(operator=OuterRef("pk"), withdrawn_on__isnull=True)


def by_district() -> dict[str, tuple[int, int]]:
    """Return for each district how many operators are registered, and how many of them hold a valid mark."""
    rows = (
        Operator.objects.annotate(has_mark=Exists(_valid_marks()))
        .values("district")
        .annotate(all=Count("pk"), marked=Count("pk", filter=Q(has_mark=True)))
        .order_by()
    )
    return {row["district"]: (row["all"], row["marked"]) for row in rows}
