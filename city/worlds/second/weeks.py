"""A world of the second author, week by week: what operators do, and what reaches the platform of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import KIND, NEVER, Floats, People
from city.worlds.second.habits import Habits, habits
from city.worlds.second.style import SYMPTOMS, Style
from city.worlds.second.told import told

Columns = dict[str, NDArray[Any]]
Feeds = Mapping[str, Columns]
YEAR = 52.0
MOST_TROUBLE = 3.0


class World:
    """Plays one world. `truth` is known once it has been played to its end."""

    def __init__(self, rng: Generator, style: Style, everyone: People) -> None:
        self.style, self.people = style, everyone
        self.habits: Habits = habits(rng, style, everyone)
        self.rng = rng
        count = len(everyone)
        self.balance = self.habits.issue / self.habits.visit * rng.uniform(0.5, 1.3, count)
        self.custody = self.balance * self.habits.deposit
        self.mood = np.zeros(count)
        self.unpaid = np.zeros(count)
        self.reported = self.balance.copy()
        self.lost = np.zeros(count)
        self.shock = 1.0
        self._epidemic = (0, 0)
        if style.epidemic:
            start = int(rng.integers(10, 80))
            self._epidemic = (start, start + int(rng.integers(4, 11)))

    def play(self, weeks: int) -> Iterator[tuple[int, Feeds]]:
        """Return week after week what reaches the platform, by name of file."""
        for week in range(1, weeks + 1):
            yield week, self._week(week)

    def truth(self, weeks: int) -> Columns:
        """Return what nobody on the platform knows: kind, week of failure, money lost in fen."""
        failing = self.people.failed & (self.people.fails <= weeks)
        return {
            "kind": self.people.kind,
            "failed_week": np.where(failing, self.people.fails, NEVER),
            "lost_fen": np.where(failing, np.rint(self.lost), 0),
        }

    def _week(self, week: int) -> Feeds:
        trouble, show = self._trouble(week)
        moved = self._money(week, trouble, show)
        failing_now = self.people.failed & (self.people.fails == week)
        cover = self.custody + np.where(self._bond_holds(show), self.habits.bond, 0)
        self.lost = np.where(failing_now, np.maximum(self.balance - cover, 0), self.lost)
        self._unpaid(show)
        return told(self, week, moved, trouble, show)

    def _trouble(self, week: int) -> tuple[Floats, dict[str, Floats]]:
        """Return how far along its course each is, and how strongly each symptom shows."""
        who, habits_ = self.people, self.habits
        span = np.maximum(who.fails - who.onset, 1)
        passed = np.clip((week - who.onset) / span, 0, 1) ** habits_.shape
        passed = np.where(week < who.onset, 0.0, passed)
        recovers = who.kind == KIND["recovering"]
        after = np.clip((week - who.fails) / span, 0, 1)
        passed = np.where(recovers, 0.75 * (passed - (week > who.fails) * after), passed)
        suffers = who.failed | recovers
        passed = np.where(suffers, np.clip(passed, 0, 1), 0.0)
        show = {}
        for place, name in enumerate(SYMPTOMS):
            start = habits_.starts[:, place]
            high = np.clip((passed - start) / (1 - start), 0, 1) * habits_.strength[:, place]
            show[name] = np.clip(high, 0, MOST_TROUBLE)
        return passed, show

    def _city(self, week: int) -> Floats:
        """What hits all: the season of each, festivals, an epidemic."""
        habit = self.habits
        season = np.exp(habit.season * np.sin(2 * np.pi * (week / YEAR + habit.phase)))
        festival = 1.6 if self.style.festivals and week % 52 in {4, 5, 39} else 1.0
        start, end = self._epidemic
        self.shock = 0.35 if start <= week < end else 1.0
        return season * festival * self.shock

    def _money(self, week: int, trouble: Floats, show: Mapping[str, Floats]) -> Columns:
        rng, who, habit = self.rng, self.people, self.habits
        count = len(who)
        self.mood = 0.8 * self.mood + rng.normal(0, self.style.noise, count) * 0.6
        city = self._city(week)
        trading = (week >= who.begins) & (week < who.ends)
        is_ = {name: who.kind == number for name, number in KIND.items()}
        promotes = is_["promotion"] & (who.onset <= week) & (week < who.fails)
        closing = is_["orderly_closing"] & (week >= who.onset)
        grabs = trouble * (is_["cash_grab"] | (is_["phoenix"] & habit.greedy))
        push = show["push"] * (0.4 + 0.6 * (habit.pushes > 0)) * ~is_["recovering"]
        wanted = habit.issue * city * np.exp(self.mood)
        wanted = wanted * np.where(promotes, habit.campaign, 1.0)
        wanted = wanted * (1 + grabs * habit.grab) * np.exp(-0.6 * show["demand"])
        wanted = wanted * np.exp(0.5 * push)
        wanted = np.where(closing | ~trading, 0.0, wanted)
        discount = habit.discount + promotes * habit.campaign_off + 12 * push
        discount = np.clip(discount + 25 * grabs * habit.bold + rng.normal(0, 1, count), 0, 85)
        long = habit.long + 0.15 * promotes * habit.bold + 0.45 * grabs * habit.bold + 0.15 * push
        long = np.clip(long + rng.normal(0, 0.03, count), 0, 1)
        price = habit.ticket * (1 - discount / 100) * np.exp(0.4 * grabs * habit.bold)
        cards = rng.poisson(np.minimum(wanted / price, 1e7)).astype(float)
        issued = cards * price * np.exp(rng.normal(0, 0.1, count))
        flow = habit.visit * city * np.exp(-0.5 * self.mood + rng.normal(0, 0.15, count))
        redeemed = self.balance * np.clip(flow * np.exp(-0.8 * show["service"]), 0, 0.5)
        back = 0.0008 * habit.refunds * np.exp(rng.normal(0, 0.4, count))
        back = back + 0.004 * show["refund"] * habit.refunds
        back = np.where(closing, habit.pays_back, back)
        refunded = self.balance * back * (rng.random(count) < 0.6)
        redeemed, refunded = (np.where(trading, one, 0.0) for one in (redeemed, refunded))
        self.balance = np.maximum(self.balance + issued - redeemed - refunded, 0)
        self._bank(show, trading)
        return {
            "issued": issued,
            "cards": cards,
            "redeemed": redeemed,
            "refunded": refunded,
            "discount": discount,
            "long": long,
            "trading": trading,
            "closing": closing,
        }

    def _bank(self, show: Mapping[str, Floats], trading: NDArray[np.bool_]) -> None:
        """Move money at the bank: towards what is due, now and then; out, when in trouble."""
        habit = self.habits
        due = habit.deposit * np.where(habit.bank_sees_all, self.balance, self.reported)
        pays = self.rng.random(len(due)) < habit.pays_in
        fills = np.exp(-3 * show["custody"])
        towards = self.custody + (due - self.custody) * np.where(due > self.custody, fills, 0.8)
        taken = self.custody * 0.06 * show["custody"] * habit.takes
        self.custody = np.where(pays & trading, towards, self.custody) - np.where(trading, taken, 0)
        self.custody = np.maximum(self.custody, 0)

    def hidden(self, trouble: Floats) -> Floats:
        """Return the share of its balance that each tells."""
        hides = self.people.kind == KIND["hidden_issuance"]
        grown = np.minimum(1.0, trouble * 1.6)
        return np.where(hides, 1 - (1 - self.habits.tells) * grown, 1.0)

    def _bond_holds(self, show: Mapping[str, Floats]) -> NDArray[np.bool_]:
        return np.asarray(show["bond"] < 0.5)

    def _unpaid(self, show: Mapping[str, Floats]) -> None:
        """Count the weeks for which wages, rent or tax stand open."""
        habit = self.habits
        starts = self.rng.random(len(self.unpaid)) < habit.careless + 0.25 * show["arrears"]
        ends = self.rng.random(len(self.unpaid)) < np.where(show["arrears"] > 0.2, 0.03, 0.5)
        self.unpaid = np.where(
            self.unpaid > 0, np.where(ends, 0.0, self.unpaid + 1), starts.astype(float)
        )
