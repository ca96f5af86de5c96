"""A world of firms with tills: what a city's platform would have been sent, and the truth beside it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import KIND, NEVER
from city.worlds.sixth.choices import FIRST
from city.worlds.sixth.firms import firms, register
from city.worlds.sixth.look import Look
from city.worlds.sixth.telling import Feeds, Teller
from city.worlds.sixth.town import PILOT, Town, settled
from city.worlds.sixth.weather import weather

SHORT, LONG = 52, 90  # weeks in which the pressure of a world is found


class World:
    """A world played to its end when it is made, since who opens when the others have failed is in the register."""

    def __init__(self, rng: Generator, look: Look, operators: int, weeks: int) -> None:
        self.style = look
        sky = weather(rng, look, FIRST, max(weeks, LONG))
        them, seed = firms(rng, look, operators, weeks), int(rng.integers(2**32))
        alike = PILOT <= operators <= 3 * PILOT and weeks >= SHORT
        length = weeks if alike else int(np.clip(weeks, SHORT, LONG))
        small = them if alike else firms(rng, look, min(max(operators, PILOT), 3 * PILOT), length)
        self.town = Town(look, them, sky, settled(look, small, sky, length, seed), seed)
        self.them = self.town.them
        teller = Teller(rng, look, self.them, weeks)
        self.told: list[tuple[int, Feeds]] = []
        self.town.run(weeks, lambda week, books: self.told.append((week, teller.tell(week, books))))
        books = self.town.books
        course = {"onset": books.onset, "fails": books.fails, "ends": books.ends}
        self.people = register(rng, look, self.them, {"kind": self._kinds(), **course})

    def play(self, weeks: int) -> Iterator[tuple[int, Feeds]]:
        """Yield week by week what each feed brings."""
        yield from self.told[:weeks]

    def truth(self, weeks: int) -> dict[str, NDArray[Any]]:
        """Return what became of everybody by the given week."""
        fails = self.town.books.fails
        seen = fails <= weeks
        return {
            "kind": self.people.kind,
            "failed_week": np.where(seen, fails, NEVER),
            "lost_fen": np.where(seen, self.town.books.lost, 0),
        }

    def _kinds(self) -> NDArray[np.int64]:
        """Say what each firm turned out to be; the later word is the stronger."""
        town, them, books = self.town, self.them, self.town.books
        kind = np.full(len(them), KIND["healthy"])
        failed = books.fails != NEVER
        kind[them.season > 0.25] = KIND["seasonal"]
        kind[town.campaigns > 6] = KIND["promotion"]
        kind[(town.worst > 0.5) & (books.strain < 0.3) & (town.pulls > 1)] = KIND["recovering"]
        kind[failed] = KIND["slow_failure"]
        # The till of one who means to run may be empty before the day he has in mind.
        kind[failed & (books.planned < books.fails)] = KIND["cash_grab"]
        kind[(them.hides > 0) & (them.hides_from < np.minimum(books.ends, 10**5))] = KIND[
            "hidden_issuance"
        ]
        kind[(books.closing <= books.ends) & (books.ends != NEVER) & ~failed] = KIND[
            "orderly_closing"
        ]
        kind[them.heir >= 0] = KIND["phoenix"]
        return kind
