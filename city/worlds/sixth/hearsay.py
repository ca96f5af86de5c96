"""What others than the firm tell: customers, creditors, the register."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import NEVER
from city.worlds.sixth.books import Books
from city.worlds.sixth.choices import unpaid
from city.worlds.sixth.firms import Firms
from city.worlds.sixth.look import BILLS, LEVER, Look

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
COMPLAINTS = (
    ("服务质量", "退费难", "门店关闭", "虚假宣传", "其他"),
    ("poor service", "refund refused", "shop shut", "misleading offer", "other"),
    ("约不上课或排不上号", "不给退卡", "联系不上", "价格争议", "态度"),
)
ARREARS = (
    ("房租", "工资", "社保", "税款", "水电费"),
    ("rent", "wages", "social insurance", "tax", "utilities"),
    ("物业欠缴", "劳动报酬", "社会保险费", "欠税", "电费"),
)
CHANGES = {
    "outlet": ("门店减少", "outlet closed", "注销分支"),
    "person": ("法定代表人变更", "new legal representative", "变更负责人"),
    "notice": ("停业公告", "closing announced", "终止经营告示"),
    "address": ("住所变更", "address changed", "变更地址"),
    "shares": ("股东变更", "shareholders changed", "投资人变更"),
    "capital": ("注册资本变更", "capital changed", "变更资本"),
    "name": ("名称变更", "renamed", "变更字号"),
    "scope": ("经营范围变更", "scope of business changed", "变更范围"),
    "more": ("新设门店", "outlet opened", "新设分支"),
}
# How often a firm does so in a year for reasons that have nothing to do with its till.
IDLE = {"outlet": 0.03, "person": 0.05, "address": 0.04, "shares": 0.07, "capital": 0.04}
IDLE |= {"name": 0.02, "scope": 0.06, "more": 0.06}


class Hearsay:
    """What is heard about firms, of how many of them, and in which words."""

    def __init__(self, rng: Generator, look: Look, them: Firms) -> None:
        self.rng, self.look, self.them = rng, look, them
        count = len(them)
        self.size = np.clip((them.sales / look.size_fen) ** 0.6, 0.2, 6)
        self.covered = rng.random((BILLS, count)) < np.array(look.covered)[:, None]
        # Who always pays late, and who quarrels with a landlord or an office for a time.
        slow = rng.random((BILLS, count)) < 0.02 * look.noise
        self.slow = np.where(slow, rng.exponential(5, (BILLS, count)), 0)
        self.quarrel = np.zeros((BILLS, count))
        self.late_by = rng.integers(0, 4, BILLS)
        self.told_every = rng.choice([1, 1, 2, 4], BILLS)
        self.past: list[Floats] = []
        self.loud = 0.04 * look.noise * rng.lognormal(0, 0.7, count)
        self.after = np.zeros(count)

    def week(self, week: int, books: Books, late: Floats) -> dict[str, Columns]:
        """Return the four feeds of a week."""
        return {
            "complaints": self.complaints(week, books),
            "lookups": self.lookups(books, late),
            "arrears": self.arrears(week, books),
            "changes": self.changes(books),
        }

    def complaints(self, week: int, books: Books) -> Columns:
        """Return how many complained and about what; after a failure for some weeks more than ever."""
        rng, pulled, usual = self.rng, books.pulled, self.loud * self.size
        here = books.live | ((books.fails <= week) & (week < books.fails + 6))
        gone = here & ~books.live
        burst = (rng.random(len(usual)) < 0.0015 * self.look.noise) * rng.exponential(5, len(usual))
        service = usual * (1 + 2.5 * pulled[LEVER["quality"]] + 2 * pulled[LEVER["wages"]])
        refund = usual * 0.6 + 0.12 * books.flows["refused"] / 60_000 + 0.3 * usual * books.rumour
        closed = 0.02 * usual + 1.5 * self.size * self.shut(books) + 6 * self.size * gone
        offer = usual * (0.4 + 4 * np.maximum(books.discount - self.them.custom, 0))
        rates = np.array([service + burst, refund, closed, offer, usual * 0.5]) * here
        counts = rng.poisson(np.clip(rates, 0, 200))
        kind, who = np.nonzero(counts)
        words = np.array(COMPLAINTS[self.look.tongue], object)
        return {"who": who, "kind": words[kind], "count": counts[kind, who].astype(float)}

    def shut(self, books: Books) -> Floats:
        """Return where an outlet was closed of late."""
        self.after *= 0.5
        for what, who in books.events:
            if what == "outlet":
                self.after[who] += 1
        return self.after

    def lookups(self, books: Books, late: Floats) -> Columns:
        """Return how many looked up a card of theirs, and how many did not find it as it should be."""
        rng = self.rng
        unease = 1 + 5 * books.rumour + 0.7 * books.pulled[LEVER["quality"]]
        unease += 0.4 * books.pulled[LEVER["wages"]] + 0.8 * (books.closing != NEVER)
        full = books.owed / np.maximum(books.usual_owed(), 1)
        made = rng.poisson(
            np.clip(self.look.lookups * self.size * unease * full, 0, 500) * books.live
        )
        amiss = self.look.mistakes + 0.1 * self.them.sloppy + 0.01 * late
        amiss = amiss + 0.35 * books.unseen() / np.maximum(books.owed, 1)
        found = rng.binomial(made, np.clip(amiss, 0, 0.9))
        who = np.flatnonzero(made)
        return {
            "who": who,
            "lookups": made[who].astype(float),
            "mismatches": found[who].astype(float),
        }

    def arrears(self, week: int, books: Books) -> Columns:
        """Return who is behind with which bill by how many weeks, as far as somebody tells."""
        rng = self.rng
        starts = rng.random(self.quarrel.shape) < 0.0006 * self.look.noise
        lasts = (self.quarrel > 0) & (rng.random(self.quarrel.shape) > 0.1)
        self.quarrel = np.where(lasts, self.quarrel + 1, starts)
        self.past.append(np.maximum(unpaid(books), self.quarrel + self.slow) * books.live)
        self.past = self.past[-4:]
        shown = np.array(
            [
                self.past[-1 - min(by, len(self.past) - 1)][bill]
                for bill, by in enumerate(self.late_by)
            ]
        )
        due = (week + np.arange(BILLS)) % self.told_every == 0
        told = (np.floor(shown) >= self.look.arrears_after) & self.covered & due[:, None]
        kind, who = np.nonzero(told & books.live)
        words = np.array(ARREARS[self.look.tongue], object)
        return {"who": who, "kind": words[kind], "weeks": np.floor(shown[kind, who])}

    def changes(self, books: Books) -> Columns:
        """Return what was entered in the register or announced."""
        rng, tongue = self.rng, self.look.tongue
        who, what = [], []
        for name, often in IDLE.items():
            some = np.flatnonzero((rng.random(len(self.them)) < often / 52) & books.live)
            who.append(some)
            what += [CHANGES[name][tongue]] * len(some)
        for name, those in books.events:
            known = those[rng.random(len(those)) < 0.8]
            who.append(known)
            what += [CHANGES[name][tongue]] * len(known)
        return {"who": np.concatenate(who).astype(np.int64), "what": np.array(what, object)}
