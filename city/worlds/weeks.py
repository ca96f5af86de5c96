"""What operators do week by week, and what of it reaches the platform."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import KIND, NEVER, Floats, People, Whole
from city.worlds.style import ARREARS_WORDS, CHANGE_WORDS, COMPLAINT_WORDS, FEEDS, Style

Columns = dict[str, NDArray[Any]]
Feeds = dict[str, Columns]
YEAR = 52
CARD_FEN = 60_000


@dataclass
class Habits:
    """What stays the same about each operator."""

    issue: Floats
    pace: Floats
    keep: Floats
    bond: Floats
    noise: Floats
    season: Floats
    phase: Floats
    discount: Floats
    long: Floats
    late: Floats
    touchy: Floats
    covered: NDArray[np.bool_]
    shown: Floats
    drain: Floats


def habits(rng: Generator, style: Style, everyone: People) -> Habits:
    """Return how each operator trades when nothing is wrong."""
    count = len(everyone)
    turnover = np.maximum(everyone.revenue, style.revenue_fen * 0.2)
    issue = turnover * rng.uniform(0.1, 0.7, count) / YEAR
    sectors, of = np.unique(everyone.sector.astype(str), return_inverse=True)
    seasonal = everyone.kind == KIND["seasonal"]
    phase = rng.uniform(0, 2 * np.pi, len(sectors))[of] + rng.normal(0, 0.4, count)
    phase[seasonal] = rng.uniform(0, 2 * np.pi, seasonal.sum())
    season = rng.uniform(0, style.season, len(sectors))[of]
    season[seasonal] += rng.uniform(0.4, 1.2, seasonal.sum())
    low = rng.random(count) < style.low_custody
    keep = np.where(low, rng.uniform(0, 0.35, count), rng.uniform(0.38, 1.0, count))
    bonded = rng.random(count) < style.bonded
    return Habits(
        issue=issue,
        pace=1 / rng.uniform(8, 45, count),
        keep=keep,
        bond=np.where(bonded, issue * rng.uniform(2, 15, count), 0),
        noise=style.noise * np.exp(rng.normal(0, 0.3, count)),
        season=season,
        phase=phase,
        discount=np.clip(rng.normal(style.discount, style.discount / 3, count), 0, 60),
        long=np.clip(rng.normal(style.long_share, style.long_share / 2, count), 0, 0.9),
        late=style.late * rng.exponential(1, count),
        touchy=style.complaints * (issue / np.median(issue)) ** 0.6 * rng.gamma(1.5, 0.67, count),
        covered=rng.random(count) < style.coverage,
        shown=rng.uniform(0.3, 1.0, count),
        drain=rng.uniform(0.2, 1.0, count),
    )


class World:
    """A world that is played week by week; what it tells of is in `feeds`, what is true in `truth`."""

    def __init__(self, rng: Generator, style: Style, everyone: People) -> None:
        self.rng, self.style, self.people = rng, style, everyone
        self.habits = habits(rng, style, everyone)
        count = len(everyone)
        old = np.where(everyone.begins > 1, 0.05, 1.0)
        self.balance = self.habits.issue / self.habits.pace * rng.uniform(0.7, 1.2, count) * old
        self.reported = self.balance.copy()
        self.mood = np.zeros(count)
        self.owed = np.zeros(count)
        self.lost = np.zeros(count)
        self.custody = self.habits.keep * self.balance

    def play(self, weeks: int) -> Iterator[tuple[int, Feeds]]:
        """Yield each week and the files that came in; absent feeds are not in it."""
        for week in range(1, weeks + 1):
            feeds = self._week(week)
            missing = self.rng.random(len(FEEDS)) < self.style.missing_weeks
            here = {f: c for (f, c), gone in zip(feeds.items(), missing, strict=True) if not gone}
            yield week, {f: c for f, c in here.items() if f not in self.style.absent}

    def _trouble(self, week: int) -> Floats:
        """How deep in trouble each is, from 0 to 1; those that recover come back as they went."""
        who = self.people
        length = np.maximum(who.fails - who.onset, 1)
        depth = np.clip((week - who.onset) / length, 0, 1) ** self.style.ramp
        better = np.clip(1 - (week - who.fails) / length, 0, 1) * self.habits.drain
        recovering = who.kind == KIND["recovering"]
        return np.asarray(
            np.where(recovering, np.minimum(depth * self.habits.drain, better), depth)
        )

    def _is(self, *kinds: str) -> NDArray[np.bool_]:
        return np.isin(self.people.kind, [KIND[kind] for kind in kinds])

    def _week(self, week: int) -> Feeds:
        here = (self.people.begins <= week) & (week < self.people.ends)
        trouble = self._trouble(week) * here
        style, rng = self.style, self.rng
        phoenix_grabs = self._is("phoenix") & (self.people.fails % 2 == 0)
        grab = np.where(self._is("cash_grab") | phoenix_grabs, trouble, 0)
        slow = self._is("slow_failure", "recovering") | (self._is("phoenix") & ~phoenix_grabs)
        slow = np.where(slow, trouble, 0)
        hidden = np.where(self._is("hidden_issuance"), trouble, 0)
        closing = np.where(self._is("orderly_closing"), trouble, 0)
        self._turn()
        promoted = self._is("promotion") & (trouble > 0) & (week < self.people.fails)
        self.mood = style.persistence * self.mood + rng.normal(0, self.habits.noise) * np.sqrt(
            1 - style.persistence**2
        )
        batch = self._money(week, (slow, grab, hidden, closing), promoted)
        ills = np.clip(slow + 0.6 * grab + 0.7 * hidden, 0, 1)
        self._loss(week)
        feeds = {
            "batches": self._batches(here, batch, ills),
            "custody": self._custody(here),
            "bonds": self._bonds(here, ills),
            "complaints": self._complaints(here, ills + 0.3 * closing + 0.15 * promoted),
            "lookups": self._lookups(here, ills, hidden),
            "arrears": self._arrears(here, np.clip(slow + 0.5 * grab + 0.5 * hidden, 0, 1)),
            "changes": self._changes(here, ills, closing, week),
        }
        return {feed: self._rows(columns) for feed, columns in feeds.items()}

    def _turn(self) -> None:
        """Let some change their habits for good, without any trouble behind it."""
        have, rng, count = self.habits, self.rng, len(self.people)
        for name, by in (("issue", 0.4), ("pace", 0.3), ("keep", 0.35), ("touchy", 0.5)):
            who = rng.random(count) < self.style.turns / YEAR
            getattr(have, name)[who] *= np.exp(rng.normal(0, by, who.sum()))
        for name, step in (("discount", 6.0), ("long", 0.12), ("late", 0.15)):
            who = rng.random(count) < self.style.turns / YEAR
            values = getattr(have, name)
            values[who] = np.maximum(values[who] + rng.normal(0, step, who.sum()), 0)
        have.keep.clip(0, 1.2, out=have.keep)

    def _money(
        self,
        week: int,
        troubles: tuple[Floats, Floats, Floats, Floats],
        promoted: NDArray[np.bool_],
    ) -> Columns:
        """Move true and reported balances on by a week and return what a batch would say."""
        slow, grab, hidden, closing = troubles
        have, style, rng = self.habits, self.style, self.rng
        wave = np.exp(have.season * np.sin(2 * np.pi * week / YEAR + have.phase))
        lift = 1 + style.strength["surge"] * (3.5 * grab + 0.3 * slow * have.drain)
        lift *= np.where(promoted, 1 + 2.5 * have.shown, 1) * np.clip(1 - 1.6 * closing, 0, 1)
        lift *= np.where(have.drain > 0.6, 1 - 0.5 * style.strength["fade"] * slow, 1).clip(0.1)
        issued = have.issue * wave * lift * np.exp(self.mood)
        unseen = issued * hidden * (0.4 + 1.4 * style.strength["unseen"]) * have.drain
        weaker = np.clip(style.strength["pace"] * (0.55 * slow + 0.3 * grab + 0.2 * hidden), 0, 0.9)
        pace = have.pace * np.sqrt(wave) * (1 - weaker)
        pace *= np.where(promoted, 1.4, 1) * np.exp(rng.normal(0, have.noise))
        redeemed = np.minimum(self.balance * pace, self.balance)
        back = (
            0.001
            + 0.01 * style.strength["refunds"] * (slow + hidden + grab) * have.shown
            + 0.14 * closing
        )
        refunded = self.balance * back * rng.gamma(1.0, 1.0, len(issued))
        refunded = np.minimum(refunded, self.balance - redeemed)
        self.balance = self.balance + issued + unseen - redeemed - refunded
        told = np.minimum(
            redeemed, self.reported * pace * (1 + 0.4 * style.strength["told"] * hidden)
        )
        refunds = np.minimum(refunded, self.reported - told)
        self.reported = np.maximum(self.reported + issued - told - refunds, 0)
        return {
            "issued_fen": issued,
            "issued_cards": issued / CARD_FEN / (1 + style.strength["ticket"] * grab),
            "redeemed_fen": told,
            "refunded_fen": np.maximum(refunds, 0),
            "reported_balance_fen": self.reported.copy(),
            "deeper": style.strength["discount"] * (22 * grab + 10 * slow * have.shown)
            + np.where(promoted, 16 * have.shown, 0),
            "longer": style.strength["long"] * (0.45 * grab + 0.12 * slow * have.shown),
            "troubled": np.clip(slow + 0.5 * grab + 0.3 * hidden, 0, 1),
            "hidden": hidden,
            "drained": np.clip(0.9 * slow + 0.8 * grab, 0, 1),
        } | {"closing": closing}

    def _batches(self, here: NDArray[np.bool_], batch: Columns, ills: Floats) -> Columns:
        rng, have = self.rng, self.habits
        who = np.flatnonzero(here)
        count = len(have.issue)
        late = have.late + 0.9 * self.style.strength["late"] * batch["troubled"] ** 1.5
        discount = have.discount + batch["deeper"] + rng.normal(0, 2, count)
        long = have.long + batch["longer"] + rng.normal(0, 0.03, count)
        hold = np.clip(self.style.strength["drain"] * batch["drained"] * have.drain, 0, 0.97)
        kept = have.keep * (1 - hold)
        share = (1 + self.style.hidden_custody) / 2 if self.style.hidden_custody > 0 else 0.0
        base = self.reported + share * (self.balance - self.reported)
        kept = kept * (1 - batch["hidden"] * np.clip(-self.style.hidden_custody, 0, 0.9))
        self.custody += 0.4 * (kept * base * np.exp(rng.normal(0, 0.05, count)) - self.custody)
        names = ("issued_fen", "issued_cards", "redeemed_fen", "refunded_fen")
        return {
            "who": who,
            **{name: np.rint(batch[name][who]) for name in (*names, "reported_balance_fen")},
            "long_card_share": np.round(np.clip(long, 0, 1)[who], 3),
            "discount_pct": np.round(np.clip(discount, 0, 90)[who], 1),
            "late_batches": rng.poisson(late)[who].clip(0, 7),
        }

    def _loss(self, week: int) -> None:
        """Remember what each still owed, above what lies in custody, while it was there."""
        now = np.maximum(self.balance - self.custody - self.habits.bond, 0)
        self.lost = np.where(week < self.people.ends, now, self.lost)

    def _custody(self, here: NDArray[np.bool_]) -> Columns:
        who = np.flatnonzero(here)
        return {"who": who, "custody_fen": np.rint(self.custody[who])}

    def _bonds(self, here: NDArray[np.bool_], ills: Floats) -> Columns:
        lapsed = ills * self.style.strength["bonds"] * self.habits.shown > 0.55
        who = np.flatnonzero(here & (self.habits.bond > 0) & ~lapsed)
        return {"who": who, "bond_fen": np.rint(self.habits.bond[who])}

    def _complaints(self, here: NDArray[np.bool_], ills: Floats) -> Columns:
        words = COMPLAINT_WORDS[self.style.complaint_words]
        more = 1 + 9 * self.style.strength["complaints"] * ills**1.3
        count = self.rng.poisson(self.habits.touchy * more) * here
        split = self.rng.binomial(count, 0.6)
        first = np.flatnonzero(split)
        other = np.flatnonzero(count - split)
        who = np.concatenate([first, other])
        kind = self.rng.choice(np.array(words[1:], object), len(who))
        kind[: len(first)] = words[0]
        return {
            "who": who,
            "kind": kind,
            "count": np.concatenate([split[first], (count - split)[other]]),
        }

    def _lookups(self, here: NDArray[np.bool_], ills: Floats, hidden: Floats) -> Columns:
        size = (self.balance / np.median(self.balance)) ** 0.7
        worried = 1 + 0.8 * self.style.strength["worry"] * ills
        looked = self.rng.poisson(self.style.lookups * size * worried) * here
        unseen = 1 - np.clip(self.reported / np.maximum(self.balance, 1), 0, 1)
        wrong = self.style.mismatch + self.style.strength["mismatch"] * 0.6 * unseen * (hidden > 0)
        who = np.flatnonzero(looked)
        found = self.rng.binomial(looked[who], np.clip(wrong[who], 0, 0.9))
        return {"who": who, "lookups": looked[who], "mismatches": found}

    def _arrears(self, here: NDArray[np.bool_], ills: Floats) -> Columns:
        words = ARREARS_WORDS[self.style.arrears_words]
        rate = self.style.chronic_arrears + 0.3 * self.style.strength["arrears"] * ills**1.5
        begins = (self.owed == 0) & (self.rng.random(len(rate)) < rate)
        clears = (self.rng.random(len(rate)) < 0.12) & (ills < 0.15)
        self.owed = np.where(clears, 0, np.where((self.owed > 0) | begins, self.owed + 1, 0))
        told = here & self.habits.covered & (self.owed > 0)
        if not self.style.arrears_kept:
            told &= self.owed % 4 == 1
        who = np.flatnonzero(told)
        kind = np.array(words, object)[(who + (self.owed[who] > 8)) % len(words)]
        return {"who": who, "kind": kind, "weeks": self.owed[who].astype(np.int64)}

    def _changes(
        self, here: NDArray[np.bool_], ills: Floats, closing: Floats, week: int
    ) -> Columns:
        words = CHANGE_WORDS[self.style.change_words]
        rng, count = self.rng, len(ills)
        usual = rng.random(count) < self.style.changes
        worse = rng.random(count) < 0.05 * self.style.strength["changes"] * ills
        begun = self._is("orderly_closing") & (week == np.maximum(self.people.onset, 1) + 1)
        notice = begun & (self.habits.shown > 0.37)
        new = self._is("phoenix") & (week == self.people.begins + 3) & (self.habits.shown > 0.6)
        who: list[Whole] = []
        what: list[str] = []
        ordinary = np.array([words["who"], words["name"], words["where"]], object)
        for told, choose in (
            (usual, lambda n: rng.choice(ordinary, n)),
            (worse | new, lambda n: rng.choice(ordinary, n, p=[0.7, 0.15, 0.15])),
            (notice, lambda n: np.full(n, words["closing"], object)),
        ):
            mine = np.flatnonzero(told & here)
            who.append(mine)
            what += list(choose(len(mine)))
        return {"who": np.concatenate(who), "what": np.array(what, object)}

    def _rows(self, columns: Columns) -> Columns:
        """Lose some rows on the way."""
        kept = self.rng.random(len(columns["who"])) >= self.style.missing_rows
        return {name: values[kept] for name, values in columns.items()}

    def truth(self, weeks: int) -> Columns:
        """Return what a scorer may know: kind, week of failure (NEVER if none) and fen lost by it."""
        who = self.people
        failed = who.failed & (who.fails <= weeks)
        return {
            "kind": who.kind,
            "failed_week": np.where(failed, who.fails, NEVER),
            "lost_fen": np.where(failed, np.rint(self.lost), 0),
        }
