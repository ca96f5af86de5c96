"""What each witness tells of a week: operators, banks, insurers, customers, creditors and the registry."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import Floats, People
from city.worlds.third.shops import Habits, Plan
from city.worlds.third.style import (
    CLOSING,
    GRAVE,
    LEFT,
    ORDINARY,
    OWED,
    PERSON,
    PLACE,
    SHARE,
    TONGUES,
    TRIFLE,
    Style,
)
from city.worlds.third.till import Moved, Tills

BANKS = 9
Table = dict[str, NDArray[Any]]
AMOUNTS = ("issued_fen", "redeemed_fen", "refunded_fen")


class Witnesses:
    """Keeps what reports build on: what has been reported so far, and what each witness can see."""

    def __init__(
        self, rng: Generator, style: Style, of: People, habits: Habits, plan: Plan, owed: Floats
    ) -> None:
        self.rng, self.style, self.of, self.habits, self.plan = rng, style, of, habits, plan
        count = len(of)
        self.words = TONGUES[style.tongue]
        self.reported = owed.copy()
        self.pending = np.zeros((3, count))
        self.bank = rng.integers(0, BANKS, count)
        self.banked = (habits.kept > 0) & (rng.random(count) < style.custody_heard)
        self.dark = (int(rng.integers(BANKS)), int(rng.integers(10, 80)))
        self.bond = np.where(rng.random(count) < style.bonded, np.maximum(owed * 0.2, 5e6), 0)
        self.heard_of = rng.random((count, len(self.words[OWED]))) < style.arrears_heard
        self.forgets = np.zeros((count, len(self.words[OWED])))
        self.loud = rng.lognormal(-0.3, 0.8, count)
        self.asked = rng.lognormal(-0.3, 0.8, count)
        self.slips = style.own_error * rng.lognormal(-0.3, 0.8, count)
        self.shut = np.zeros(count)

    def tell(self, week: int, moved: Moved, tills: Tills) -> Mapping[str, Table]:
        """Return the files of a week; some come late in the world's life, some not this week."""
        told = {"batches": self._batches(moved)}
        others = {
            "custody": self._custody(week, tills),
            "bonds": self._bonds(moved),
            "complaints": self._complaints(moved, tills),
            "lookups": self._lookups(moved),
            "arrears": self._arrears(week, tills, moved),
            "changes": self._changes(week, moved),
        }
        rare = {"custody": self.style.custody_every, "arrears": self.style.arrears_every}
        for feed, table in others.items():
            due = week % rare.get(feed, 1) == 0 and week >= self.style.starts.get(feed, 0)
            if due and feed not in self.style.absent:
                told[feed] = table
        return {
            feed: table
            for feed, table in told.items()
            if self.rng.random() >= self.style.outage / (2 if feed == "batches" else 1)
        }

    def _batches(self, moved: Moved) -> Table:
        """Reports: who misses a week tells two the next time; some cells stay empty."""
        rng, style, count = self.rng, self.style, len(self.of)
        flows = np.array([moved.issued, moved.redeemed, moved.refunded]) + self.pending
        starts_rest = (self.shut <= 0) & (rng.random(count) < style.absences / 2)
        self.shut = np.where(starts_rest, rng.integers(1, 4, count), self.shut - 1)
        lazy = 0.02 * np.clip(moved.fear, 0, 1.5) + self.habits.late * 0.05
        sends = (moved.open > 0) & (self.shut <= 0) & (rng.random(count) >= lazy)
        self.pending = np.where(sends, 0, flows) * (moved.open > 0)
        slip = rng.random(count) < 0.003
        flows = np.rint(np.where(slip, flows * rng.uniform(0.5, 1.5, count), flows))
        self.reported = np.where(
            sends, np.maximum(self.reported + flows[0] - flows[1] - flows[2], 0), self.reported
        )
        who = np.flatnonzero(sends)
        late = rng.poisson(self.habits.late + 0.5 * np.maximum(moved.fear - 0.2, 0))
        discount = np.clip(np.rint(moved.discount), 0, 80)
        long = np.clip(moved.long, 0, 1)
        table: Table = {name: flows[row][who] for row, name in enumerate(AMOUNTS)}
        table |= {
            "issued_cards": np.ceil(flows[0] / self.habits.ticket)[who],
            "reported_balance_fen": np.rint(self.reported)[who],
            "long_card_share": np.round(long * (100 if style.long_in_hundreds else 1), 3)[who],
            "discount_pct": {SHARE: discount / 100, LEFT: 100 - discount}.get(
                style.discount_written, discount
            )[who],
            "late_batches": np.minimum(late, 7).astype(float)[who],
        }
        for name, values in table.items():
            table[name] = np.where(rng.random(len(who)) < style.blank_cells, np.nan, values)
        return table | {"who": who}

    def _custody(self, week: int, tills: Tills) -> Table:
        bank, since = self.dark
        seen = self.banked & ~tills.gone & (self.of.begins <= week) & (week < self.of.ends)
        if since <= week < since + 5:
            seen &= self.bank != bank
        who = np.flatnonzero(seen)
        return {"who": who, "custody_fen": np.rint(tills.custody[who])}

    def _bonds(self, moved: Moved) -> Table:
        quits = self.rng.random(len(self.of)) < 0.002 + 0.03 * np.maximum(moved.fear - 0.5, 0)
        self.bond = np.where(quits, 0, self.bond)
        who = np.flatnonzero((self.bond > 0) & (moved.open > 0))
        return {"who": who, "bond_fen": np.rint(self.bond[who])}

    def _complaints(self, moved: Moved, tills: Tills) -> Table:
        size = ((tills.owed + tills.shadow) / 3e7 + 0.2) ** 0.6
        rumour = 1 + 3 * (self.rng.random(len(self.of)) < 0.01)
        plain = self.style.complaints * size * self.loud * rumour * moved.open
        bad = np.maximum(moved.cut - 0.1, 0) + 0.4 * moved.hidden + np.maximum(moved.fear - 0.7, 0)
        grave = (0.15 * plain + self.style.grave * size * self.loud * bad * 0.5) * moved.open
        found = [
            (np.flatnonzero(counts), counts[counts > 0], self.rng.choice(np.array(words, object)))
            for counts, words in (
                (self.rng.poisson(plain), self.words[ORDINARY]),
                (self.rng.poisson(grave), self.words[GRAVE]),
            )
        ]
        return {
            "who": np.concatenate([who for who, _, _ in found]),
            "kind": np.concatenate([np.full(len(who), word, object) for who, _, word in found]),
            "count": np.concatenate([counts for _, counts, _ in found]).astype(float),
        }

    def _lookups(self, moved: Moved) -> Table:
        rng = self.rng
        size = (self.reported / 3e7 + 0.2) ** 0.6
        worry = 1 + moved.burst + 1.5 * np.maximum(moved.fear - 0.6, 0) + 0.5 * moved.hidden
        mean = self.style.lookups * size * self.asked * worry * moved.open
        counts = rng.poisson(mean)
        # Some hold the code to the phone again and again: what is wrong is then wrong each time.
        again = np.where(rng.random(len(counts)) < self.style.rescans * 0.1, 3, 1)
        wrong = rng.binomial(counts, np.clip(self.slips + 0.7 * moved.hidden, 0, 0.95))
        who = np.flatnonzero(counts)
        return {
            "who": who,
            "lookups": (counts * again)[who].astype(float),
            "mismatches": (wrong * again)[who].astype(float),
        }

    def _arrears(self, week: int, tills: Tills, moved: Moved) -> Table:
        """Creditors tell of part of the shops; honest ones forget a bill now and then."""
        begins = self.rng.random(self.forgets.shape) < self.style.arrears_innocent / 2
        ends = self.rng.random(self.forgets.shape) < 0.25
        self.forgets = np.where(ends, 0, np.where(begins | (self.forgets > 0), self.forgets + 1, 0))
        weeks = np.maximum(tills.unpaid, self.forgets)
        who, kind = np.nonzero((weeks >= 2) & self.heard_of & (moved.open > 0)[:, None])
        words = np.array(self.words[OWED], object)
        return {"who": who, "kind": words[kind], "weeks": weeks[who, kind]}

    def _changes(self, week: int, moved: Moved) -> Table:
        rng, plan = self.rng, self.plan
        announces = (plan.says == week) | ((plan.says < 1) & (week == 1))
        moves = rng.random(len(self.of)) < self.style.trifles * 0.4
        idle = rng.random(len(self.of)) < self.style.trifles
        found = []
        for flags, word in ((announces, CLOSING), (plan.person == week, PERSON), (moves, PLACE)):
            found.append((np.flatnonzero(flags & (moved.open > 0)), word))
        found.append((np.flatnonzero(idle & (moved.open > 0)), TRIFLE))
        return {
            "who": np.concatenate([who for who, _ in found]),
            "what": np.concatenate(
                [rng.choice(np.array(self.words[word], object), len(who)) for who, word in found]
            ),
        }
