"""What banks, insurers, customers and other offices say of a fourth world, in the files of the contract."""

from typing import Any

import numpy as np
from numpy.random import Generator

from city.worlds.fourth.fates import FAILING, Fates, Flags
from city.worlds.fourth.ledger import BOUND_FEN, SIGN, Ledger, Sold
from city.worlds.fourth.style import FEEDS, Style
from city.worlds.fourth.words import ARREARS, COMPLAINTS, SPOKEN
from city.worlds.people import KIND, Floats, People

Columns = dict[str, Any]
# Complaints of a quiet operator and of one in trouble, by kind.
QUIET = np.array([0.22, 0.45, 0.06, 0.20, 0.07])
LOUD = np.array([0.42, 0.22, 0.18, 0.10, 0.08])


class Witnesses:
    """Every feed but the money itself."""

    def __init__(
        self, rng: Generator, style: Style, people: People, fates: Fates, ledger: Ledger
    ) -> None:
        self.rng, self.style, self.people, self.fates, self.ledger = (
            rng,
            style,
            people,
            fates,
            ledger,
        )
        count = len(people)
        words = SPOKEN[style.words]
        self.spoken = {name: np.array(words[name], object) for name in words}
        self.slow_sender = np.where(rng.random(count) < 0.06, 2.5, rng.gamma(0.5, 2.0, count))
        self.tells = rng.random(count) < style.till_tells
        self.cross = rng.lognormal(0, 0.7, count)
        self.curious = rng.lognormal(0, 0.6, count)
        self.deadbeat = np.where(rng.random(count) < 0.03, 12.0, 1.0)
        self._bank()
        self._insure()
        self._cover()
        self.owed = np.zeros((count, len(ARREARS)))
        self.waiting = {
            name: np.zeros(count) for name in ("issued", "cards", "redeemed", "refunded")
        }
        self.announced = np.zeros(count, bool)
        self.whispers = rng.uniform(0.15, 0.6, count)

    def _bank(self) -> None:
        rng, style, count = self.rng, self.style, len(self.people)
        self.ratio = np.where(
            rng.random(count) < style.keeps_law,
            0.4 * rng.lognormal(0.12, 0.12, count),
            rng.uniform(0.02, 0.4, count),
        )
        self.opened = rng.random(count) < np.where(self.ledger.balance > BOUND_FEN, 0.97, 0.3)
        self.pace = rng.uniform(0.1, 0.6, count)
        self.custody = self.ratio * self.ledger.balance * self.opened
        self.bank = rng.integers(0, style.banks, count)
        self.silent = np.zeros(style.banks)
        joins = rng.random(style.banks) < 0.1
        self.joins = np.where(joins, rng.integers(5, 50, style.banks), 0)

    def _insure(self) -> None:
        rng, count = self.rng, len(self.people)
        self.bonded = rng.random(count) < self.style.bonded
        self.bond = np.rint(self.ledger.balance * rng.uniform(0.1, 0.6, count) / 1e6) * 1e6
        self.renewal = rng.integers(1, 53, count)
        self.lapsed = np.zeros(count, bool)

    def _cover(self) -> None:
        """Which offices tell of whom: some districts tell of nobody, some kinds are told of few."""
        rng, count = self.rng, len(self.people)
        places = sorted(set(self.people.district))
        of_kind = np.clip(self.style.arrears_cover * rng.uniform(0.3, 1.3, len(ARREARS)), 0, 1)
        silent = {place: rng.random(len(ARREARS)) < 0.15 for place in places}
        dumb = np.array([silent[place] for place in self.people.district])
        self.covered = (rng.random((count, len(ARREARS))) < of_kind) & ~dumb

    def week(self, week: int, distress: Floats, sold: Sold) -> dict[str, Columns]:
        """Return the files of a week."""
        people = self.people
        trades = (people.begins <= week) & (week < people.ends)
        peak = self.ledger.peaks * distress[:, None]
        feeds = {
            "batches": self._batches(week, trades, peak, sold),
            "custody": self._custody(week, trades, peak),
            "bonds": self._bonds(week, trades, distress),
            "complaints": self._complaints(week, trades, peak, distress),
            "lookups": self._lookups(trades, peak, distress),
            "arrears": self._arrears(trades, peak),
            "changes": self._changes(week, trades, peak),
        }
        return {name: feed for name, feed in feeds.items() if self._arrives(name, week)}

    def _arrives(self, feed: str, week: int) -> bool:
        style = self.style
        lost = self.rng.random() < (style.feed_gap if feed in FEEDS else style.feed_gap / 6)
        name, since, lasts = style.outage
        out = feed == name and since <= week < since + lasts
        return feed not in style.absent and not lost and not out

    def _batches(self, week: int, trades: Flags, peak: Floats, sold: Sold) -> Columns:
        rng, style, count = self.rng, self.style, len(self.people)
        late = style.lateness * self.slow_sender + np.maximum(peak[:, SIGN["late"]], 0)
        late = np.minimum(rng.poisson(np.minimum(late, 7)), 7)
        gap = style.gap * self.slow_sender + np.maximum(peak[:, SIGN["gap"]], 0)
        gap = np.where(self.fates.spelled(2, week), 0.6, gap)
        seasonal = self.people.kind == KIND["seasonal"]
        gap = np.where(seasonal & (self.ledger.season(week) == 0), 0.7, gap)
        sends = trades & (rng.random(count) >= gap)
        told = {name: getattr(sold, name) + self.waiting[name] for name in self.waiting}
        for name, amounts in told.items():
            self.waiting[name] = np.where(trades & ~sends & style.backfill, amounts, 0.0)
        who = np.flatnonzero(sends)
        return {
            "who": who,
            "issued_fen": told["issued"][who],
            "issued_cards": told["cards"][who],
            "redeemed_fen": told["redeemed"][who],
            "refunded_fen": told["refunded"][who],
            "reported_balance_fen": sold.balance[who],
            "long_card_share": np.where(self.tells, np.round(sold.long, 3), np.nan)[who],
            "discount_pct": np.where(self.tells, np.round(sold.discount, 1), np.nan)[who],
            "late_batches": late[who],
        }

    def _custody(self, week: int, trades: Flags, peak: Floats) -> Columns:
        rng, ledger = self.rng, self.ledger
        needs = trades & ~self.opened & (ledger.told > BOUND_FEN)
        self.opened |= needs & (rng.random(len(trades)) < 0.15)
        wanted = self.ratio * ledger.told * np.exp(np.clip(peak[:, SIGN["custody"]], -4, 0.3))
        moved = self.pace * (wanted - self.custody)
        self.custody = np.maximum(self.custody + np.where(trades & self.opened, moved, 0.0), 0)
        starts = (self.silent <= 0) & (rng.random(len(self.silent)) < self.style.bank_silence)
        self.silent = np.where(starts, rng.integers(1, 7, len(self.silent)), self.silent - 1)
        speaks = (self.silent <= 0) & (self.joins <= week)
        who = np.flatnonzero(trades & self.opened & speaks[self.bank])
        return {"who": who, "custody_fen": np.rint(self.custody[who])}

    def _bonds(self, week: int, trades: Flags, distress: Floats) -> Columns:
        rng, count = self.rng, len(self.people)
        due = trades & self.bonded & (week % 52 == self.renewal % 52)
        self.lapsed |= due & (rng.random(count) < 0.04 + 0.35 * np.minimum(distress, 1))
        renewed = due & ~self.lapsed
        anew = np.rint(self.ledger.told * rng.uniform(0.1, 0.6, count) / 1e6) * 1e6
        self.bond = np.where(renewed, anew, self.bond)
        who = np.flatnonzero(trades & self.bonded & ~self.lapsed & (self.bond > 0))
        return {"who": who, "bond_fen": self.bond[who]}

    def _complaints(self, week: int, trades: Flags, peak: Floats, distress: Floats) -> Columns:
        rng, ledger, people = self.rng, self.ledger, self.people
        holders = ledger.balance / np.maximum(ledger.price, 1)
        rate = self.style.complaints * self.cross * (holders / 100) ** 0.7
        loud = np.exp(np.clip(peak[:, SIGN["complaints"]], -1, 4))
        loud = loud * np.where(self.fates.spelled(3, week), 6.0, 1.0)
        loud = loud * np.where(self.fates.spelled(2, week), 1.8, 1.0)
        gone = (people.kind >= KIND[FAILING[0]]) & (week >= people.fails)
        after = np.maximum(week - people.fails, 0)
        crowd = np.where(gone & self.style.afterwards, 8 * np.exp(-after / 3.0), 0.0)
        rate = np.minimum(rate * (trades * loud + crowd), 500)
        troubled = np.minimum(distress, 1)[:, None]
        mix = (1 - troubled) * QUIET + troubled * LOUD
        missing = np.minimum(ledger.unseen(), 1)
        mix[:, COMPLAINTS.index("balance")] += 0.25 * missing * self.whispers
        counts = rng.poisson(rate[:, None] * mix)
        who, kind = np.nonzero(counts)
        return {"who": who, "kind": self.spoken["complaints"][kind], "count": counts[who, kind]}

    def _lookups(self, trades: Flags, peak: Floats, distress: Floats) -> Columns:
        rng, ledger, style = self.rng, self.ledger, self.style
        holders = ledger.balance / np.maximum(ledger.price, 1)
        rate = style.lookups * self.curious * holders
        rate = rate * np.exp(np.clip(peak[:, SIGN["lookups"]], -1, 3)) * trades
        looked = rng.poisson(np.minimum(rate, 1e5))
        wrong = style.misread + np.maximum(peak[:, SIGN["mismatch"]], 0)
        wrong = np.clip(wrong + ledger.unseen() * self.whispers, 0, 0.95)
        mismatches = rng.binomial(looked, wrong)
        who = np.flatnonzero(looked)
        return {"who": who, "lookups": looked[who], "mismatches": mismatches[who]}

    def _arrears(self, trades: Flags, peak: Floats) -> Columns:
        rng, count = self.rng, len(self.people)
        calm = self.style.arrears_a_year / 52 / len(ARREARS) * self.deadbeat
        starts = calm + np.maximum(peak[:, SIGN["arrears"]], 0) / 2
        new = rng.random((count, len(ARREARS))) < starts[:, None]
        pays = np.where(peak[:, SIGN["arrears"]] > 0.01, 0.05, 0.22)
        paid = rng.random((count, len(ARREARS))) < pays[:, None]
        running = (self.owed > 0) & ~paid | (self.owed == 0) & new
        self.owed = np.where(running & trades[:, None], self.owed + 1, 0)
        who, kind = np.nonzero(self.covered & (self.owed > 1))
        return {
            "who": who,
            "kind": self.spoken["arrears"][kind],
            "weeks": self.owed[who, kind] - 1,
        }

    def _changes(self, week: int, trades: Flags, peak: Floats) -> Columns:
        rng, people, count = self.rng, self.people, len(self.people)
        share = np.array([0.28, 0.2, 0.2, 0.07, 0.25])
        calm = self.style.changes_a_year / 52
        extra = np.maximum(peak[:, SIGN["changes"]], 0)
        odds = calm * share + extra[:, None] * np.array([0.5, 0.15, 0.2, 0.1, 0.05])
        happens = rng.random((count, len(share))) < odds
        happens &= trades[:, None]
        says = (people.kind == KIND["orderly_closing"]) & (week == people.onset)
        says &= rng.random(count) < self.style.notices
        told = np.column_stack([happens, says])
        who, what = np.nonzero(told)
        return {"who": who, "what": self.spoken["changes"][what]}
