"""A fourth world, played week by week."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.fourth.fates import FAILING, settle
from city.worlds.fourth.ledger import Ledger
from city.worlds.fourth.style import Style
from city.worlds.fourth.witnesses import Columns, Witnesses
from city.worlds.people import KIND, NEVER


class World:
    """Operators, their money, and those who speak of them."""

    def __init__(self, rng: Generator, style: Style, operators: int, weeks: int) -> None:
        self.style = style
        self.people, self.fates = settle(rng, style, operators=operators, weeks=weeks)
        self.ledger = Ledger(rng, style, self.people, self.fates)
        self.witnesses = Witnesses(rng, style, self.people, self.fates, self.ledger)
        self.lost = np.zeros(operators)

    def play(self, weeks: int) -> Iterator[tuple[int, Mapping[str, Columns]]]:
        """Yield the feeds of each week in order."""
        for week in range(1, weeks + 1):
            falls = (self.people.kind >= KIND[FAILING[0]]) & (self.people.fails == week)
            secured = self.witnesses.custody + np.where(
                self.witnesses.bonded & ~self.witnesses.lapsed, self.witnesses.bond, 0.0
            )
            owed = np.maximum(self.ledger.balance - secured, 0)
            self.lost = np.where(falls, owed, self.lost)
            distress = self.fates.distress(week, self.people)
            sold = self.ledger.step(week, distress)
            yield week, self.witnesses.week(week, distress, sold)

    def truth(self, weeks: int) -> Mapping[str, NDArray[Any]]:
        """Return what nobody on the platform knows: kind, week of failure, money lost in fen."""
        failed = (self.people.kind >= KIND[FAILING[0]]) & (self.people.fails <= weeks)
        return {
            "kind": self.people.kind,
            "failed_week": np.where(failed, self.people.fails, NEVER),
            "lost_fen": np.where(failed, np.rint(self.lost), 0),
        }
