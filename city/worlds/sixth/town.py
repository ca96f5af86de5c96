"""The town's weeks one after the other: firms decide, fail, are talked about, and some owners come back."""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
from numpy.typing import NDArray

from city.worlds.people import NEVER
from city.worlds.sixth.books import Books, opened, pay, stock, trade
from city.worlds.sixth.choices import FIRST, adapt, end, insure, intend, mark, pull, take
from city.worlds.sixth.firms import Firms, returns
from city.worlds.sixth.look import DISTRICTS, LEVERS, Look
from city.worlds.sixth.weather import Weather

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
GRADE = 0.06  # how far margins of the skilled and the unskilled lie apart
PILOT = 1500  # firms of the town in which the pressure of a small or a large world is found
TRIES, NEAR = 6, 0.12


class Town:
    """A town and its weeks; `tight` is what pressure takes from every margin."""

    def __init__(self, look: Look, them: Firms, weather: Weather, tight: float, seed: int) -> None:
        self.look, self.weather, self.tight = look, weather, tight
        self.them = deepcopy(them)
        self.rng = np.random.default_rng(seed)
        count = len(them)
        margin = np.clip(0.1 - tight + GRADE * them.skill, -0.3, 0.35)
        self.books = opened(self.them, look, margin, self.rng.normal(size=(2, count)))
        self.sure = self.books.live.copy()
        self.waiting: list[
            tuple[int, int, bool]
        ] = []  # ready in week, failed firm, the owner or a stranger
        self.worst = np.zeros(count)
        self.pulls = np.zeros(count)
        self.campaigns = np.zeros(count)
        joined = np.bincount(self.them.brand)[self.them.brand] > 1
        friendly = self.rng.random(int(self.them.brand.max()) + 1)[self.them.brand] < 0.6
        self.pooled = joined & friendly

    def run(self, weeks: int, tell: Callable[[int, Books], None] | None = None) -> None:
        """Play to the given week and let `tell` see each week that is told."""
        for week in range(FIRST, weeks + 1):
            failed = self.week(week)
            if week < 1:
                self.replace()
                continue
            if tell:
                tell(week, self.books)
            self.remember(failed, week)

    def week(self, week: int) -> Whole:
        """Play one week and return who failed in it: those are not seen any more."""
        books, count = self.books, len(self.them)
        # As much chance every week, whatever happens: a little more pressure is then a little more failure.
        z = self.rng.normal(size=(5, count))
        u = self.rng.random((len(LEVERS) + 10, count))
        self.gossip(self.rng.random(3), u[-1])
        self.open(week, self.rng.random((20, 4)))
        failed = end(books, week, u[-3:-1])
        insure(books, self.look, week)
        adapt(books, self.look, z[4], u[-6:-3])
        pull(books, self.look, week, u[: len(LEVERS)])
        intend(books, self.look, week, u[-10:-6])
        trade(books, self.look, self.weather, week, z[:4])
        pay(books, self.look, week)
        take(books, week, self.pooled)
        mark(books, week)
        self.worst = np.maximum(self.worst, books.strain) if week > 0 else self.worst
        self.pulls = np.maximum(self.pulls, books.pulled.sum(axis=0)) if week > 0 else self.pulls
        self.campaigns += (books.discount > self.them.custom + 0.12) & books.live & (week > 0)
        return failed

    def replace(self) -> None:
        """Before the records begin, others take the place of those who end."""
        books = self.books
        gone = np.flatnonzero(self.sure & ~books.live)
        for name in ("plan", "planned", "closing", "fails", "ends", "onset"):
            getattr(books, name)[gone] = NEVER
        for name in ("loan", "strain", "custody", "lost"):
            getattr(books, name)[gone] = 0
        books.debts[:, gone], books.pulled[:, gone] = 0, False
        books.base[gone], books.scale[gone], books.live[gone] = 0, 1, True
        books.wealth[gone] = self.them.wealth[gone]
        stock(books, self.look, gone, np.full(len(gone), 0.6))

    def open(self, week: int, u: Floats) -> None:
        """Open the firms of the week; behind some stands the owner of one that failed."""
        if week < 2:
            return
        slots = np.flatnonzero(self.them.begins == week)
        for place, slot in enumerate(slots):
            chance = u[place % len(u)]
            ready = [one for one in self.waiting if one[0] <= week]
            if ready and chance[3] < 0.85:
                self.waiting.remove(ready[0])
                if ready[0][2]:
                    returns(self.them, int(slot), ready[0][1], chance)
                else:
                    self.them.site[slot] = self.them.site[ready[0][1]]
        self.books.live[slots] = True
        self.books.base[slots] = -0.25
        self.books.scale[slots] = 0.8
        self.books.wealth[slots] = self.them.wealth[slots]
        stock(self.books, self.look, slots, np.full(len(slots), 0.05))

    def gossip(self, u: Floats, own: Floats) -> None:
        """Let a rumour without ground go round in a district."""
        if u[0] < self.look.rumours * DISTRICTS / 4:
            hit = (self.them.district == int(u[1] * DISTRICTS)) & (own < 0.3)
            self.books.rumour[hit] += 0.5 * self.look.panic * u[2]

    def remember(self, failed: Whole, week: int) -> None:
        """Let brand and neighbours feel a failure, and see whether the owner comes back."""
        books, them = self.books, self.them
        draws = self.rng.random((len(them), 2)) if len(failed) else np.zeros((0, 2))
        for one in failed:
            size = min(2.0, float(them.sales[one] / self.look.size_fen) ** 0.5)
            near = (them.district == them.district[one]) & (them.sector == them.sector[one])
            books.rumour += 0.25 * self.look.panic * size * near
            books.rumour += (0.4 + self.look.panic) * (them.brand == them.brand[one])
            chance, soon = draws[one]
            inclined = self.look.returning * (1.6 - them.honest[one])
            if chance < inclined + 0.25:
                self.waiting.append((week + 2 + int(10 * soon), int(one), bool(chance < inclined)))


def settled(look: Look, them: Firms, weather: Weather, weeks: int, seed: int) -> float:
    """Return how tight times must be for about as many failures as the world is said to have."""
    low, high = -0.3, 0.04 + 1.5 * look.failures_a_year
    best = (np.inf, 0.0)
    for _ in range(TRIES):
        tight = (low + high) / 2
        town = Town(look, them, weather, tight, seed)
        town.run(weeks)
        years = np.clip(np.minimum(town.books.ends, weeks) - them.begins, 0, None).sum() / 52
        found = float((town.books.fails <= weeks).sum() / (look.failures_a_year * years))
        best = min(best, (abs(found - 1), tight))
        if best[0] < NEAR:
            break
        low, high = (low, tight) if found > 1 else (tight, high)
    return best[1]
