"""What happened with one operator, from its registration to the last letter, each with the door to where it is kept.

One statement gathers when what happened, over every table; the rows of a page follow by their keys, table by table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateTimeField, F, Model, QuerySet, Value
from django.db.models.functions import Cast

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.web.components import Moment
from shangwu.prepaid.models import Case, ConsumerRequest, Operator
from shangwu.prepaid.queries.consumers.desk import requests_of
from shangwu.prepaid.queries.desks.event_kinds import KINDS, STANDINGS, Kind
from shangwu.prepaid.vocabulary import CaseState

SHOWN, A_PAGE, MOST_PAGES = 20, 50, 200


@dataclass(frozen=True)
class EventPage:
    """A page of events, the newest first; `older` says whether more follow."""

    moments: Sequence[Moment]
    number: int
    older: bool


def open_cases(operator: Operator) -> list[Case]:
    """Return the cases that are not closed, the most urgent first."""
    rows = Case.objects.filter(operator=operator).exclude(state=CaseState.CLOSED)
    return list(rows.select_related("officer").order_by(F("act_by").asc(nulls_last=True), "pk"))


def newest_events(operator: Operator, account: Account, *, on: date) -> EventPage:
    """Return the last things that happened, but for the sums worked out, which have a list of their own."""
    kinds = [kind for kind in KINDS if kind.group != STANDINGS]
    return _page(operator, account, kinds, on=on, number=1, size=SHOWN)


def event_page(
    operator: Operator, account: Account, *, on: date, group: str = "", number: int = 1
) -> EventPage:
    """Return a page of everything that happened, or of one group."""
    kinds = [kind for kind in KINDS if group in {"", kind.group}]
    return _page(operator, account, kinds, on=on, number=min(number, MOST_PAGES), size=A_PAGE)


def _page(
    operator: Operator,
    account: Account,
    kinds: Sequence[Kind],
    *,
    on: date,
    number: int,
    size: int,
) -> EventPage:
    first, *others = [_keys(kind, operator, account, on) for kind in kinds]
    begins = (number - 1) * size
    rows = first.union(*others, all=True).order_by("-when", "kind_", "-pk")
    found = list(rows[begins : begins + size + 1])
    shown = found[:size]
    by_key = {kind.key: kind for kind in kinds}
    kept = _rows(by_key, shown)
    return EventPage(
        [_moment(by_key[key], kept[by_key[key].model][pk]) for key, pk, _ in shown],
        number,
        len(found) > size,
    )


def _keys(kind: Kind, operator: Operator, account: Account, on: date) -> QuerySet[Any, Any]:
    """Return kind, key and time of each event; of consumers' letters those alone that the reader handles."""
    rows: QuerySet[Any] = kind.model._default_manager.all()
    if kind.model is ConsumerRequest:
        rows = requests_of(account, on=on)
    chosen = {kind.operator: operator.pk, f"{kind.at}__isnull": False, **dict(kind.only)}
    found: QuerySet[Any, Any] = (
        rows.filter(**chosen)
        .order_by()
        .annotate(
            kind_=Value(kind.key, output_field=CharField()),
            when=Cast(F(kind.at), DateTimeField()),
        )
        .values_list("kind_", "pk", "when")
    )
    return found


def _rows(
    kinds: dict[str, Kind], shown: Sequence[tuple[str, int, Any]]
) -> dict[type[Model], dict[int, Any]]:
    wanted: dict[type[Model], set[int]] = {}
    related: dict[type[Model], set[str]] = {}
    for key, pk, _ in shown:
        kind = kinds[key]
        wanted.setdefault(kind.model, set()).add(pk)
        related.setdefault(kind.model, set()).update(kind.related)
    found = {}
    for model, pks in wanted.items():
        rows: QuerySet[Any] = model._default_manager.all()
        if related[model]:
            rows = rows.select_related(*sorted(related[model]))
        found[model] = rows.in_bulk(pks)
    return found


def _moment(kind: Kind, row: Any) -> Moment:
    title, sentence, link = kind.tell(row)
    at = row
    for step in kind.at.split("__"):
        at = getattr(at, step)
    return Moment(at, title, sentence, link)
