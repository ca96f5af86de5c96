"""A world of the fifth author, played week by week."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from city.worlds.fifth.fates import fates
from city.worlds.fifth.firms import Firms, firms, sector_words
from city.worlds.fifth.ledger import books, losses, manners
from city.worlds.fifth.style import Style
from city.worlds.fifth.told import City, batches, bonds, custody, desk
from city.worlds.fifth.witnesses import arrears, changes, complaints, ears, lookups
from city.worlds.people import NEVER, People

Feeds = dict[str, dict[str, Any]]


class World:
    """A city: what is true in it is settled when it is made, what is told of it when it is played."""

    def __init__(self, rng: Generator, style: Style, operators: int, weeks: int) -> None:
        self.style = style
        them = firms(rng, style, operators, weeks)
        fate, them = fates(rng, style, them, weeks)
        manner = manners(rng, style, operators)
        self.weeks = weeks
        self.city = City(style, them, fate, books(rng, style, them, fate, manner), manner)
        self.people = _people(self.city)
        self._telling = int(rng.integers(2**62))

    def play(self, weeks: int) -> Iterator[tuple[int, Feeds]]:
        """Yield each week's number and feeds, at most the weeks for which the world was made; the same each time."""
        rng = np.random.default_rng(self._telling)
        style, senders, heard = self.city.style, desk(rng, self.city), ears(rng, self.city)
        dark, first, lasting = style.blackout
        for at in range(min(weeks, self.weeks)):
            told: Feeds = {
                "batches": batches(rng, self.city, senders, at),
                "custody": custody(self.city, at),
                "bonds": bonds(self.city, at),
                "complaints": complaints(rng, self.city, heard, at),
                "lookups": lookups(rng, self.city, heard, at),
                "arrears": arrears(rng, self.city, heard, at),
                "changes": changes(rng, self.city, heard, at),
            }
            lost = {feed for feed in told if rng.random() < style.missing_weeks}
            if first <= at + 1 < first + lasting:
                lost.add(dark)
            lost |= set(style.absent)
            yield at + 1, {feed: rows for feed, rows in told.items() if feed not in lost}

    def truth(self, weeks: int) -> dict[str, Any]:
        """Return kinds, weeks of failure within those weeks and what customers lose."""
        fails = self.people.fails
        happened = self.people.failed & (fails <= weeks)
        return {
            "kind": self.people.kind,
            "failed_week": np.where(happened, fails, NEVER),
            "lost_fen": np.where(happened, losses(self.city.books, self.city.fate), 0.0),
        }


def _people(city: City) -> People:
    them: Firms = city.them
    fate = city.fate
    return People(
        kind=fate.kinds(),
        sector=sector_words(city.style, them.sector),
        district=np.array([f"D{one + 1:02d}" for one in them.district], object),
        brand=them.brand,
        address=them.address,
        opened_on=them.opened,
        revenue=them.revenue,
        begins=fate.begins,
        onset=fate.onset,
        fails=fate.fails,
        ends=fate.ends,
    )
