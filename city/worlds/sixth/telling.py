"""What the platform is sent of a week: the firms' own batches, the banks' and the insurers' balances."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.sixth.books import Books
from city.worlds.sixth.firms import Firms
from city.worlds.sixth.hearsay import Hearsay
from city.worlds.sixth.look import FEEDS, LEVER, Look

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
Feeds = dict[str, Columns]
BANKS = 9
FLOWS = ("issued", "redeemed", "refunded")


class Teller:
    """The habits of those who report, and what they have still to report."""

    def __init__(self, rng: Generator, look: Look, them: Firms, weeks: int) -> None:
        self.rng, self.look, self.them = rng, look, them
        count = len(them)
        self.hearsay = Hearsay(rng, look, them)
        self.every = np.where(rng.random(count) < look.lumps, rng.choice([2, 2, 4], count), 1)
        self.silent = rng.random(count) < 0.4  # sends nothing, not zeros, between two sums
        self.rounds = np.where(
            rng.random(count) < look.rounding, rng.choice([1e4, 1e5, 1e6], count), 1
        )
        self.corrects = rng.random(count) < look.correcting
        self.price = np.exp(rng.normal(np.log(60_000), 0.6, count))
        self.steps = np.where(rng.random(count) < 0.5, 5, 1)  # discounts come in round numbers
        self.bank = rng.integers(0, BANKS, count)
        self.pending = np.zeros((3, count))
        self.wrong = np.zeros(count)
        self.shown = np.zeros(count)
        self.known = np.zeros(count, bool)
        self.silence = np.zeros(BANKS, np.int64)
        self.kept: list[Floats] = []
        self.insured = np.full(count, -100)
        self.late = np.zeros(count)
        self.gaps = rng.random((weeks + 1, len(FEEDS))) < look.missing_weeks

    def tell(self, week: int, books: Books) -> Feeds:
        """Return what arrives in a week."""
        feeds = {"batches": self.batches(week, books), "custody": self.custody(books)}
        feeds |= {"bonds": self.bonds(week, books)} | self.hearsay.week(week, books, self.late)
        if (week + 1) % self.look.insurers_every:
            del feeds["bonds"]
        gone = {feed for place, feed in enumerate(FEEDS) if self.gaps[week, place]}
        return {
            feed: told
            for feed, told in feeds.items()
            if feed not in gone and feed not in self.look.absent
        }

    def batches(self, week: int, books: Books) -> Columns:
        """Return the rows sent by the firms: what has gathered since they last sent any."""
        rng, live, count = self.rng, books.live, len(self.them)
        new = live & ~self.known
        self.known |= live
        flows = np.array([books.flows[f"told_{name}"] for name in FLOWS]) * live
        self.shown[new] = (books.told - flows[0] + flows[1] + flows[2])[new]
        self.pending += flows
        careless = self.them.sloppy + 0.3 * books.pulled[LEVER["bookkeeper"]]
        days = np.where(self.every > 1, 1, 7)
        self.late = rng.binomial(days, np.clip(careless, 0, 0.9)).astype(float)
        turn = (week + np.floor(self.them.rank * 4).astype(int)) % self.every == 0
        lost = rng.random(count) < self.look.missing_rows + 0.15 * (careless > 0.25)
        sends = live & turn & ~lost & ~self.gaps[week, 0]
        sums = self.pending * sends
        self.pending -= sums
        over = self.corrects & sends & (rng.random(count) < 0.06)
        slip = np.rint(sums[0] * rng.uniform(0.2, 2, count)) * over
        sums[0] += slip - self.wrong * sends
        self.wrong = np.where(sends, slip, self.wrong)
        self.shown += sums[0] - sums[1] - sums[2]
        idle = live & ~turn & ~self.silent & ~lost
        echo = (books.ends <= week) & (week < books.ends + self.look.echo)
        who = np.flatnonzero(sends | ((idle | echo) & self.known))
        step = self.steps
        off = np.round((books.discount * 100 + rng.normal(0, 0.7, count)) / step) * step
        off = np.clip(off, 0, 90)
        sold = sums[0] > 0
        told = {
            "issued_fen": sums[0],
            "issued_cards": np.where(sold, 1 + rng.poisson(np.maximum(sums[0], 0) / self.price), 0),
            "redeemed_fen": sums[1],
            "refunded_fen": sums[2],
            "reported_balance_fen": np.rint(self.shown / self.rounds) * self.rounds,
            "long_card_share": np.where(sold, self.share_of_long(books), np.nan),
            "discount_pct": np.where(
                sold, 100 - off if self.look.discount_as == "left" else off, np.nan
            ),
            "late_batches": self.late,
        }
        return {"who": who} | {name: values[who].astype(float) for name, values in told.items()}

    def share_of_long(self, books: Books) -> Floats:
        """Return the part of long cards among those sold, uneven where few are."""
        cards = np.maximum(books.flows["told_issued"] / self.price, 1)
        noise = self.rng.normal(size=len(cards)) * np.sqrt(books.long * (1 - books.long) / cards)
        return np.asarray(np.round(np.clip(books.long + noise, 0, 1), 3))

    def custody(self, books: Books) -> Columns:
        """Return the balances banks tell, late and with whole banks missing."""
        self.kept.append(np.where(books.live, books.custody, -1))
        self.kept = self.kept[-1 - self.look.bank_lag :]
        told = np.where(self.kept[0] < 0, -1, np.rint(self.kept[0]))
        starts = self.rng.random(BANKS) < self.look.bank_gaps
        self.silence = np.where(starts, self.rng.integers(1, 7, BANKS), self.silence - 1)
        open_account = (told > 0) | ((told == 0) & (self.them.rank < 0.25))
        who = np.flatnonzero(open_account & (self.silence[self.bank] <= 0))
        return {"who": who, "custody_fen": told[who]}

    def bonds(self, week: int, books: Books) -> Columns:
        """Return the bonds in force, and for some weeks those that have lapsed."""
        self.insured = np.where(books.bond > 0, week, self.insured)
        who = np.flatnonzero(books.live & (week - self.insured < 9))
        return {"who": who, "bond_fen": books.bond[who]}
