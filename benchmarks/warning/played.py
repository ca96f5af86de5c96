"""Worlds of `city.worlds` played in memory, as the watcher would read them from files."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from city.worlds.people import People
from city.worlds.writing import AUTHORS, AnyWorld, world
from shangwu.prepaid.rules.warning.feeds import Feeds, Roster

EPOCH = date(1970, 1, 1)


def roster_of(everyone: People) -> Roster:
    """Return the operators as the watcher knows them."""
    return Roster(
        ids=np.array(everyone.id_of(), object),
        sector=everyone.sector,
        brand=everyone.brand,
        address=everyone.address,
        opened=np.array([(day - EPOCH).days if day else np.nan for day in everyone.opened_on]),
        revenue=np.rint(everyone.revenue),
    )


def play(
    seed: int,
    *,
    operators: int,
    weeks: int,
    changes: Mapping[str, Any] | None = None,
    author: str = AUTHORS[0],
) -> tuple[AnyWorld, Roster, Iterator[tuple[int, Feeds]]]:
    """Return a world, its operators, and its weeks still to be played."""
    made = world(seed, operators, weeks, changes, author=author)
    return made, roster_of(made.people), made.play(weeks)
