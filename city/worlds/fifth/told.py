"""What operators, banks and insurers send in a week: never the books themselves, only what their habits let through."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from city.worlds.fifth.distance import spells
from city.worlds.fifth.fates import SLOW, Fates
from city.worlds.fifth.firms import Firms, Flags, Floats
from city.worlds.fifth.ledger import Ledger
from city.worlds.fifth.style import Style

Columns = dict[str, Any]
FLOWS = ("issued", "cards", "redeemed", "refunded")


@dataclass(frozen=True)
class City:
    """All that is true in a world, and how each operator lets it be seen."""

    style: Style
    them: Firms
    fate: Fates
    books: Ledger
    manner: dict[str, Floats]


@dataclass
class Desk:
    """How an operator's system sends: when it does, what it leaves blank, and what waits to be sent."""

    sends: Flags
    blank: dict[str, Flags]
    deeper: Floats
    longer: Floats
    waiting: dict[str, Floats]


def desk(rng: Generator, city: City) -> Desk:
    """Return the habits of sending of a world."""
    style, fate = city.style, city.fate
    weeks, count = len(fate.strain), len(city.them)
    week = np.arange(1, weeks + 1)[:, None]
    quiet = np.where(rng.random(count) < style.quiet_before, rng.integers(1, 8, count), 0)
    stops = fate.ends - quiet * (fate.kind >= SLOW)
    failing = fate.kind >= SLOW
    if style.after == "zeros":
        stops = np.where(failing, fate.ends + rng.integers(2, 30, count), stops)
    away = np.clip(city.them.away * (1 + 2 * city.manner["late"] * fate.strain), 0, 0.7)
    missing = rng.random((weeks, count)) < away
    # A till is replaced, a bookkeeper leaves: the sound, too, fall silent for a while.
    missing |= spells(rng, weeks, count, 0.12, 7)
    return Desk(
        sends=(week >= fate.begins) & (week < stops) & ~missing,
        blank={name: rng.random(count) < style.blanks for name in ("discount_pct", "long")},
        deeper=rng.uniform(4, 35, count),
        longer=rng.uniform(0.1, 0.8, count) * (rng.random(count) < 0.8),
        waiting={name: np.zeros(count) for name in FLOWS},
    )


def batches(rng: Generator, city: City, desk: Desk, at: int) -> Columns:
    """Return the operators' own batches of a week."""
    books, fate, style = city.books, city.fate, city.style
    flows = {name: getattr(books, name)[at] + desk.waiting[name] for name in FLOWS}
    who = np.flatnonzero(desk.sends[at])
    if style.catching_up:
        for name in FLOWS:
            desk.waiting[name] = np.where(desk.sends[at], 0.0, flows[name])
    ask = np.maximum(fate.strain[at], 0.5 * fate.greed[at])
    late = np.clip(city.them.late + 0.4 * city.manner["late"] * ask**2, 0, 0.95)
    return {
        "who": who,
        "issued_fen": flows["issued"][who],
        "issued_cards": flows["cards"][who],
        "redeemed_fen": flows["redeemed"][who],
        "refunded_fen": flows["refunded"][who],
        "reported_balance_fen": books.told[at][who],
        "long_card_share": _long(rng, city, desk, at, flows["cards"])[who],
        "discount_pct": _discount(rng, city, desk, at, flows["cards"])[who],
        "late_batches": rng.binomial(7, late)[who].astype(float),
    }


def _discount(rng: Generator, city: City, desk: Desk, at: int, cards: Floats) -> Floats:
    fate, count = city.fate, len(city.them)
    push = np.minimum(fate.push[at], 2.0) / 2.0
    need = np.maximum(fate.greed[at], 0.6 * fate.strain[at] * (city.manner["sales"] < 0))
    deep = np.maximum(push, city.manner["discount"] * need)
    off = city.them.discount + desk.deeper * np.clip(deep, 0, 1.6) + rng.normal(0, 1.0, count)
    off = np.rint(np.clip(off, 0, 75))
    told = 100 - off if city.style.discount == "left" else off
    return np.where(desk.blank["discount_pct"] | (cards == 0), np.nan, told)


def _long(rng: Generator, city: City, desk: Desk, at: int, cards: Floats) -> Floats:
    fate = city.fate
    need = np.maximum(fate.greed[at], 0.4 * fate.strain[at] + 0.3 * (fate.push[at] > 0.8))
    share = city.them.long_share + desk.longer * city.manner["long"] * need
    sold = rng.binomial(cards.astype(np.int64), np.clip(share, 0, 0.98))
    told = np.round(sold / np.maximum(cards, 1), 3)
    return np.where(desk.blank["long"] | (cards == 0), np.nan, told)


def _open(city: City, at: int) -> Flags:
    return np.asarray((at + 1 >= city.fate.begins) & (at + 1 < city.fate.ends))


def custody(city: City, at: int) -> Columns:
    """Return the banks' balances; in some cities banks tell nothing of those without an account."""
    held = city.books.custody[at]
    some = held > 0 if city.style.bank_rule == "none_small" else np.ones(len(held), bool)
    had = city.books.custody[: at + 1].max(axis=0) > 0
    who = np.flatnonzero(_open(city, at) & (some | had))
    return {"who": who, "custody_fen": held[who]}


def bonds(city: City, at: int) -> Columns:
    """Return the insurers' bonds in force."""
    who = np.flatnonzero(city.books.bond[at] > 0)
    return {"who": who, "bond_fen": city.books.bond[at][who]}


def cardholders(city: City, at: int) -> Floats:
    """Return about how many people hold a card."""
    return np.asarray(1.6 * city.books.owed[at] / city.them.face)
