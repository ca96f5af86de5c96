"""A world of the third author: lived through first, then told week by week."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import NEVER
from city.worlds.third.shops import shops
from city.worlds.third.style import Style
from city.worlds.third.till import Tills
from city.worlds.third.told import Table, Witnesses


class World:
    """Shops, and what is told of them. Who fails is known once the world has been lived through, in the making."""

    def __init__(self, rng: Generator, style: Style, operators: int, weeks: int) -> None:
        self.style = style
        self.people, habits, plan = shops(rng, style, operators, weeks)
        tills = Tills(rng, style, self.people, habits, plan)
        witnesses = Witnesses(rng, style, self.people, habits, plan, tills.owed)
        self._told = [
            (week, witnesses.tell(week, tills.step(week), tills)) for week in range(1, weeks + 1)
        ]
        self.fails = tills.fails
        self.lost = np.maximum(tills.lost - witnesses.bond, 0)

    def play(self, weeks: int) -> Iterator[tuple[int, Mapping[str, Table]]]:
        """Tell the first so many weeks."""
        yield from self._told[:weeks]

    def truth(self, weeks: int) -> Mapping[str, NDArray[Any]]:
        """Return what nobody on the platform knows: kind, week of failure, money lost in fen."""
        failed = self.fails <= weeks
        return {
            "kind": self.people.kind,
            "failed_week": np.where(failed, self.fails, NEVER),
            "lost_fen": np.where(failed, np.rint(self.lost), 0),
        }
