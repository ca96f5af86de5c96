"""The till of every shop, week by week: money comes in and goes out, and who has none left behaves like it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from city.worlds.people import KIND, NEVER, Floats, People
from city.worlds.third.shops import CUTTER, PUSHER, Flags, Habits, Plan
from city.worlds.third.style import OWED, TONGUES, Style

FIRST_BILLS = np.array([0.15, 0.35, 0.4, 0.1])
# Bills are left lying in this order, each when the till holds fewer weeks of costs than this.
UNPAID_BELOW = np.array([2.5, 1.2, 0.6, 0.2])
BILLS = len(TONGUES[0][OWED])


@dataclass(frozen=True)
class Moved:
    """What truly happened in one week; `fear` is how near to the end a shop is, from 0 to 1.5."""

    open: Floats
    issued: Floats
    redeemed: Floats
    refunded: Floats
    hidden: Floats
    fear: Floats
    cut: Floats
    discount: Floats
    long: Floats
    burst: Floats


class Tills:
    """The state of all tills."""

    def __init__(
        self, rng: Generator, style: Style, of: People, habits: Habits, plan: Plan
    ) -> None:
        self.rng, self.style, self.of, self.habits, self.plan = rng, style, of, habits, plan
        count = len(of)
        lines = np.unique(of.sector, return_inverse=True)[1]
        self._line, self._lines = lines, int(lines.max(initial=0)) + 1
        self._place = np.unique(of.district, return_inverse=True)[1]
        self._crest = rng.uniform(0, 52, self._lines)
        self.demand = rng.normal(0, 0.1, count)
        self._mood = np.zeros(self._lines)
        self._works = np.zeros(self._place.max(initial=0) + 1)
        part = habits.card_part * habits.turnover
        self.owed = np.where(of.begins > 1, 0.0, part * habits.life)
        self.shadow = np.zeros(count)
        self.custody = habits.kept * self.owed
        self.till = habits.fixed * rng.uniform(6, 16, count)
        self.unpaid = np.zeros((count, BILLS))
        self.debts = np.zeros(count)
        self.rent = np.ones(count)
        self._slope = rng.uniform(0.01, 0.05, count)
        self._dearer = 1 + rng.choice([0.1, 0.25, 0.4, 0.7], count)
        self.saved = np.zeros(count, bool)
        self.gone = np.zeros(count, bool)
        self.lost = np.zeros(count)
        self.fails = np.full(count, NEVER)

    def step(self, week: int) -> Moved:
        """Live through one week."""
        here = (self.of.begins <= week) & ~self.gone & (week < self.of.ends)
        fear = np.clip(1 - self.till / (5 * self.habits.fixed), 0, 1.5)
        burst = ((week >= self.plan.burst_from) & (week < self.plan.burst_to)).astype(float)
        moved = self._trade(week, here, fear, burst)
        self._pay(week, here, moved)
        ended = self._end(week, here)
        self.lost[ended] = np.maximum(self.owed + self.shadow - self.custody, 0)[ended]
        self.fails[ended] = week
        self.gone |= ended
        return moved

    def _demand(self, week: int) -> Floats:
        rng, habits = self.rng, self.habits
        self.demand = 0.97 * self.demand + self.style.swing * rng.normal(size=len(self.of))
        self._mood = 0.95 * self._mood + 0.02 * rng.normal(size=self._lines)
        hit = rng.random(len(self._works)) < 0.004
        self._works = np.where(hit, 0.35, self._works * 0.92)
        sinks = np.isin(self.of.kind, [KIND["slow_failure"], KIND["recovering"]])
        sinks &= (week >= self.plan.starts) & ~self.saved & (week < self.plan.starts + 30)
        self.demand = self.demand - np.where(sinks, self._slope, 0)
        strong = np.where(self.of.kind == KIND["seasonal"], 2.5, 1.0)
        turn = 2 * np.pi * (week + habits.phase - self._crest[self._line]) / 52
        season = np.minimum(habits.season * strong, 0.9) * np.sin(turn)
        wants = np.exp(self.demand + self._mood[self._line]) * (1 + season)
        return np.asarray(wants * (1 - self._works[self._place]))

    def _trade(self, week: int, here: Flags, fear: Floats, burst: Floats) -> Moved:
        rng, habits, plan, of = self.rng, self.habits, self.plan, self.of
        count, wants = len(of), self._demand(week)
        rogue = (week >= plan.starts) & np.isin(of.kind, [KIND["cash_grab"], KIND["phoenix"]])
        greed = np.where(rogue, plan.force * np.clip((week - plan.starts + 1) / 4, 0, 1), 0)
        pushes = np.where(habits.temper == PUSHER, np.minimum(fear, 1.2), 0)
        cut = np.where(habits.temper == CUTTER, 0.65, 0.15) * np.minimum(fear, 1.2) + 0.2 * greed
        stops = (week >= plan.starts) & (of.ends < NEVER)
        hot = np.clip(1 - (week - of.begins) / 12, 0, 1) * (of.begins > 1)
        wish = wants * (1 + (plan.burst - 1) * burst + 2.5 * greed + 1.1 * pushes + 1.5 * hot)
        buys = habits.card_part * habits.turnover * wish * rng.lognormal(0, habits.noise, count)
        lumpy = rng.random(count) < habits.lumpy
        buys = np.where(lumpy, 0, buys / (1 - habits.lumpy)) * here * ~stops
        hides = np.where(week >= plan.starts, plan.hides, 0) * buys
        comes = (
            wants**0.7 * rng.lognormal(0, habits.noise * 0.7, count) * (1 - np.clip(cut, 0, 0.9))
        )
        # Who hears of a closing comes to use the card up.
        comes = comes * np.where(stops, 1.6, 1.0)
        redeemed = np.minimum(self.owed, self.owed / habits.life * comes) * here
        ghost = np.minimum(self.shadow, self.shadow / habits.life * comes) * here
        asks = 0.002 * rng.gamma(0.4, 2.5, count) + 0.01 * np.maximum(fear - 0.3, 0) + 0.004 * greed
        closing = stops & (of.kind == KIND["orderly_closing"])
        asks = np.where(closing, rng.uniform(0.12, 0.35, count), asks * (rng.random(count) < 0.4))
        refunded = np.minimum(self.owed - redeemed, self.owed * asks) * here
        refunded = np.where((self.till > 0) | closing, refunded, 0)
        self.owed = self.owed + buys - hides - redeemed - refunded
        self.shadow = self.shadow + hides - ghost
        spot = (1 - habits.card_part) * habits.turnover * wants * (1 - np.clip(cut, 0, 0.9)) * here
        served = redeemed + ghost + spot
        self.till = self.till + buys + spot - refunded - habits.cost_part * served
        own = rng.normal(0, 1.0, count)
        return Moved(
            open=here.astype(float),
            issued=buys - hides,
            redeemed=redeemed,
            refunded=refunded,
            hidden=self.shadow / np.maximum(self.owed + self.shadow, 1),
            fear=np.where(here, fear, 0),
            cut=np.where(here, cut, 0),
            discount=habits.discount + own + 18 * burst + 22 * greed + 20 * pushes + 15 * hot,
            long=habits.long + 0.04 * own + 0.15 * burst + 0.45 * greed + 0.4 * pushes,
            burst=burst,
        )

    def _pay(self, week: int, here: Flags, moved: Moved) -> None:
        """Pay bills, or leave them lying; draw on the bank; take out what is more than enough."""
        habits, plan, of = self.habits, self.plan, self.of
        troubled = np.isin(of.kind, [KIND["slow_failure"], KIND["recovering"]])
        self.rent = np.where(
            troubled & (week >= plan.starts) & ~self.saved, self._dearer, self.rent
        )
        weeks_left = self.till / habits.fixed
        leaves = (weeks_left[:, None] < UNPAID_BELOW) & here[:, None]
        bills = habits.fixed[:, None] * FIRST_BILLS * self.rent[:, None] * here[:, None]
        self.till -= np.where(leaves, 0, bills).sum(axis=1)
        self.debts += np.where(leaves, bills, 0).sum(axis=1)
        self.unpaid = np.where(leaves, self.unpaid + 1, 0)
        rogue = (week >= plan.starts) & np.isin(
            of.kind, [KIND["cash_grab"], KIND["phoenix"], KIND["hidden_issuance"]]
        )
        plenty = np.where(rogue, 3.0, 14.0) * habits.fixed
        self.till = np.minimum(self.till, np.maximum(plenty, 0.7 * self.till))
        wanted = habits.kept * self.owed
        flees = rogue & (of.fails - week < 4 + 6 * plan.force) & (habits.strict == 0)
        draws = (weeks_left < 1) & (habits.strict == 0) | flees
        taken = np.where(draws, np.where(flees, 0.35, 0.2) * self.custody, 0)
        self.till += np.where(flees, 0, taken)
        self.custody = np.where(draws, self.custody - taken, 0.7 * self.custody + 0.3 * wanted)

    def _end(self, week: int, here: Flags) -> Flags:
        """Close who has nothing left or leaves as planned; help who is to be helped."""
        habits, of = self.habits, self.of
        broke = (self.debts > habits.patience * habits.fixed * 0.6) | (
            self.till < -habits.patience * habits.fixed * 0.4
        )
        slow = of.kind == KIND["slow_failure"]
        helped = here & ~slow & (self.till < (0.05 * habits.patience - 0.2) * habits.fixed)
        self.till = np.where(helped, 12 * habits.fixed, self.till)
        self.debts = np.where(helped, 0, self.debts)
        self.saved |= helped & (of.kind == KIND["recovering"])
        self.rent = np.where(self.saved, 1.0, self.rent)
        self.demand = np.where(helped, np.maximum(self.demand, -0.1), self.demand)
        gives_up = slow & broke & (self.rng.random(len(of)) < 0.35)
        return np.asarray(here & (gives_up | (week >= of.fails)))
