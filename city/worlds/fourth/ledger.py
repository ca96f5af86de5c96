"""What is sold, used and paid back in a fourth world, what is owed, and what of it is told."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from city.worlds.fourth.fates import Fates, Flags
from city.worlds.fourth.style import SIGNS, Style
from city.worlds.fourth.words import LINES
from city.worlds.people import KIND, KINDS, Floats, People

SIGN = {name: place for place, name in enumerate(SIGNS)}
BOUND_FEN = 2e7
# How far each sign goes at full distress: logarithms for issue, redeem, refund, complaints, custody and lookups,
# points for discount, a share for long and mismatch, so many a week for late, chances a week for the others.
PEAKS: dict[str, dict[str, float]] = {
    "slow_failure": {
        "issue": -0.30,
        "discount": 11,
        "long": 0.14,
        "redeem": -0.20,
        "refund": 0.5,
        "late": 1.5,
        "gap": 0.06,
        "complaints": 1.6,
        "mismatch": 0.01,
        "arrears": 0.06,
        "changes": 0.015,
        "custody": -0.9,
        "lookups": 0.5,
    },
    "cash_grab": {
        "issue": 1.1,
        "discount": 20,
        "long": 0.32,
        "redeem": -0.10,
        "refund": -0.3,
        "late": 0.5,
        "gap": 0.02,
        "complaints": 0.8,
        "mismatch": 0.01,
        "arrears": 0.015,
        "changes": 0.05,
        "custody": -0.8,
        "lookups": 0.3,
    },
    "hidden_issuance": {
        "issue": 0.3,
        "discount": 6,
        "long": 0.10,
        "redeem": 0.0,
        "refund": 0.2,
        "late": 0.8,
        "gap": 0.02,
        "complaints": 1.1,
        "mismatch": 0.01,
        "arrears": 0.02,
        "changes": 0.01,
        "custody": -0.3,
        "lookups": 0.5,
    },
    "phoenix": {
        "issue": 0.6,
        "discount": 14,
        "long": 0.22,
        "redeem": -0.15,
        "refund": 0.2,
        "late": 1.0,
        "gap": 0.05,
        "complaints": 1.3,
        "mismatch": 0.015,
        "arrears": 0.04,
        "changes": 0.02,
        "custody": -0.6,
        "lookups": 0.4,
    },
}
# Where an operator's own course differs from its kind's, in logarithms.
OWN = {"issue": 0.45, "redeem": 0.3, "refund": 0.5}
FESTIVALS = {4: 0.5, 5: 0.3, 24: 0.15, 39: 0.15, 45: 0.3}


@dataclass
class Sold:
    """A week at the tills as reported, amounts in fen, one place for each operator."""

    issued: Floats
    cards: Floats
    redeemed: Floats
    refunded: Floats
    balance: Floats
    long: Floats
    discount: Floats


class Ledger:
    """The money of every operator, week by week."""

    def __init__(self, rng: Generator, style: Style, people: People, fates: Fates) -> None:
        self.rng, self.style, self.people, self.fates = rng, style, people, fates
        count = len(people)
        table = np.array([one[1:] for one in LINES], float)
        table[:, :4] *= rng.lognormal(0, 0.15, (len(LINES), 4))
        of = table[fates.line]
        hidden_revenue = np.where(np.isnan(people.revenue), style.revenue_fen, people.revenue)
        prepaid = rng.beta(2.5, 3.5, count)
        self.base = hidden_revenue * prepaid / 52
        self.price = of[:, 0] * 100 * rng.lognormal(0, 0.4, count)
        self.use = np.clip(of[:, 1] * rng.lognormal(0, 0.3, count), 0.005, 0.4)
        self.discount = of[:, 2] * rng.lognormal(0, 0.35, count)
        self.long = np.clip(of[:, 3] * rng.lognormal(0, 0.5, count), 0, 0.9)
        self.height, self.crest = of[:, 4], of[:, 5] + rng.normal(0, 2, count)
        seasonal = people.kind == KIND["seasonal"]
        self.height = np.where(seasonal, rng.uniform(0.8, 1.6, count), self.height)
        self.crest = np.where(seasonal, rng.uniform(0, 52, count), self.crest)
        self.growth = rng.normal(0.0, 0.0015, count) + (rng.random(count) < 0.03) * 0.01
        self.peaks = self._peaks()
        self.city, self.of_line = 0.0, np.zeros(len(LINES))
        self.own = rng.normal(0, style.noise, count)
        runs = people.begins == 1
        self.balance = np.where(runs, self.base / self.use * rng.lognormal(0, 0.3, count), 0.0)
        self.hidden = np.zeros(count)
        self.told = self.balance.copy()
        self._conceal()
        self._promote()

    def _peaks(self) -> Floats:
        """How far each operator's signs go at full distress."""
        rng, people, fates = self.rng, self.people, self.fates
        like = np.array([name if name in PEAKS else "slow_failure" for name in KINDS], object)
        rows = np.array([[PEAKS[name][sign] for sign in SIGNS] for name in like])[people.kind]
        for sign, spread in OWN.items():
            rows[:, SIGN[sign]] += rng.normal(0, spread, len(people))
        signs = fates.signs.copy()
        grabs = people.kind == KIND["cash_grab"]
        signs[grabs, SIGN["issue"]] = np.maximum(signs[grabs, SIGN["issue"]], 0.6)
        return rows * signs

    def _conceal(self) -> None:
        """Choose how those who hide do it: part of what they sell, part of what they owe, or what passes a bound.

        A few honest operators stop selling at a bound; they hide nothing.
        """
        rng, people = self.rng, self.people
        count = len(people)
        hides = people.kind == KIND["hidden_issuance"]
        way = rng.choice(3, count, p=(0.45, 0.27, 0.28))
        revenue = np.nan_to_num(people.revenue)
        close = np.where((self.balance > 1e7) & (self.balance < 6e7), BOUND_FEN, np.inf)
        near = (self.balance > 0.08 * revenue) & (self.balance < 0.5 * revenue) & (revenue > 1e8)
        close = np.where(np.isinf(close) & near, 0.2 * revenue, close)
        self.bound = np.where((way == 2) & hides, close, np.inf) * rng.uniform(0.93, 1.0, count)
        self.part = np.where(hides, rng.uniform(0.3, 0.8, count), 0.0)
        self.part[np.isfinite(self.bound)] = 0.0
        self.understates = hides & (way == 1)
        self.now = np.zeros(count)
        self.shows_use = rng.beta(1.5, 1.5, count)
        careful = (people.kind == KIND["healthy"]) & (rng.random(count) < 0.02)
        self.stops_at = np.where(careful & np.isfinite(close), close * 0.99, np.inf)

    def _promote(self) -> None:
        """Choose when promotions run: once, or every year."""
        rng, count = self.rng, len(self.people)
        self.campaign_from = rng.integers(1, 130, count)
        self.campaign_for = rng.integers(3, 11, count)
        self.yearly = rng.random(count) < 0.5
        self.campaign = rng.uniform(0.3, 1.3, count)
        self.campaign_off = rng.uniform(4, 26, count)
        self.campaign_long = rng.uniform(0, 0.2, count) * (rng.random(count) < 0.5)

    def campaigning(self, week: int) -> Floats:
        """Return who promotes now."""
        since = week - self.campaign_from
        since = np.where(self.yearly & (since >= 0), since % 52, since)
        now = (since >= 0) & (since < self.campaign_for)
        return np.asarray(now * (self.people.kind == KIND["promotion"]))

    def season(self, week: int) -> Floats:
        """Return how much more or less than usual each sells."""
        wave = 1 + self.height * np.cos(2 * np.pi * (week - self.crest) / 52)
        return np.asarray(np.maximum(wave, 0.0) * (1 + FESTIVALS.get(week % 52, 0.0)))

    def step(self, week: int, distress: Floats) -> Sold:
        """Play one week for all; who does not trade now has zeros."""
        rng, people, style = self.rng, self.people, self.style
        count = len(people)
        keep = style.sluggish
        self.own = keep * self.own + rng.normal(0, style.noise * np.sqrt(1 - keep**2), count)
        self.city = 0.9 * self.city + rng.normal(0, 0.03)
        self.of_line = 0.9 * self.of_line + rng.normal(0, 0.04, len(LINES))
        trades = (people.begins <= week) & (week < people.ends)
        open_now = trades & ~self.fates.spelled(2, week)
        closing = (people.kind == KIND["orderly_closing"]) & (week >= people.onset)
        campaign = self.campaigning(week)
        peak = self.peaks * distress[:, None]
        age = week - people.begins + 1
        opening = np.where((people.begins > 1) & (age < 10), 1.8 - 0.08 * age, 1.0)
        pace = np.exp(
            self.own
            + self.city
            + self.of_line[self.fates.line]
            + self.growth * week
            + np.clip(peak[:, SIGN["issue"]], -2, 2)
            + campaign * self.campaign
        )
        wanted = self.base * self.season(week) * opening * pace * open_now
        wanted *= np.where(closing, 0.0, 1.0)
        cards = rng.poisson(np.minimum(wanted / self.price, 1e7)).astype(float)
        issued = np.rint(cards * self.price * rng.lognormal(0, 0.08, count))
        discount = self.discount + peak[:, SIGN["discount"]] + campaign * self.campaign_off
        discount += 6 * (FESTIVALS.get(week % 52, 0) > 0.25) + rng.normal(0, 1.5, count)
        long = self.long + peak[:, SIGN["long"]] + campaign * self.campaign_long
        long = np.clip(long + rng.normal(0, 0.03, count), 0, 1)
        sold = self._settle(week, (issued, cards), peak, open_now, closing, distress)
        sold.long = np.where(issued > 0, long, np.nan)
        sold.discount = np.where(issued > 0, np.clip(discount, 0, 75), np.nan)
        return sold

    def _settle(
        self,
        week: int,
        made: tuple[Floats, Floats],
        peak: Floats,
        open_now: Flags,
        closing: Flags,
        distress: Floats,
    ) -> Sold:
        """Use and pay back, and part what is told from what is not."""
        rng, count = self.rng, len(self.people)
        issued, cards = made
        use = self.use * np.sqrt(self.season(week)) * rng.lognormal(0, 0.15, count)
        use = np.clip(use * np.exp(np.clip(peak[:, SIGN["redeem"]], -2, 1)), 0, 0.6) * open_now
        back = 0.0008 * rng.gamma(0.5, 2.0, count) * np.exp(np.clip(peak[:, SIGN["refund"]], -3, 3))
        back = np.where(rng.random(count) < 0.6, back, 0.0)
        left = np.maximum(self.people.ends - week, 1)
        back = np.where(closing, np.maximum(back, rng.uniform(0.3, 1.2, count) / left), back)
        back = np.clip(back * open_now, 0, 0.9)
        issued = np.where(self.balance > self.stops_at, 0.0, issued)
        hides = np.clip(self.part * np.minimum(distress * 1.3, 1), 0, 0.95)
        over = np.maximum(self.told + issued - self.bound, 0) / np.maximum(issued, 1)
        hides = np.where(np.isfinite(self.bound) & (distress > 0), np.clip(over, 0, 1), hides)
        kept = np.where(self.understates, 0.0, hides)
        unsaid = np.rint(issued * kept)
        # Cards that were never reported are used too, and some of that use is reported.
        of_hidden = np.rint(self.hidden * use)
        redeemed = np.rint((self.balance - self.hidden) * use)
        refunded = np.rint(self.balance * back)
        refunded = np.minimum(refunded, self.balance - redeemed - of_hidden)
        shown = np.minimum(np.rint(of_hidden * self.shows_use), np.maximum(self.told - redeemed, 0))
        self.balance = self.balance + issued - redeemed - of_hidden - refunded
        self.hidden = np.clip(self.hidden + unsaid - of_hidden, 0, self.balance)
        self.told = np.maximum(self.told + issued - unsaid - redeemed - shown - refunded, 0)
        self.now = np.where(self.understates, hides, 0.0)
        said = self.told * (1 - self.now)
        slips = rng.random(count) < 0.01
        said = np.where(slips, said * rng.lognormal(0, 0.08, count), said)
        none = np.full(count, np.nan)
        said_cards = np.where(unsaid > 0, rng.binomial(cards.astype(np.int64), 1 - kept), cards)
        return Sold(
            issued=issued - unsaid,
            cards=said_cards.astype(float),
            redeemed=redeemed + shown,
            refunded=refunded,
            balance=np.rint(said),
            long=none,
            discount=none,
        )

    def unseen(self) -> Floats:
        """Return what share of what is owed customers cannot find on the platform."""
        gone = np.maximum(self.balance - self.told * (1 - self.now), 0)
        gone = np.clip(gone / np.maximum(self.balance, 1), 0, 1)
        return np.where((self.hidden > 0) | (self.now > 0), gone, 0.0)
