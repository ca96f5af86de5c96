"""What others say of an operator: customers who complain or look, creditors who wait, the register of firms."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from city.worlds.fifth import words
from city.worlds.fifth.distance import spells
from city.worlds.fifth.fates import CLOSING, SLOW
from city.worlds.fifth.firms import YEAR, Flags, Floats, Whole
from city.worlds.fifth.told import City, Columns, cardholders

CONSUMERS_DAY = 10  # week of the year of 15 March
USUAL = np.array(
    [0.18, 0.03, 0.42, 0.22, 0.15]
)  # what people complain of, in the order of the words
IN_NEED = np.array([0.45, 0.15, 0.2, 0.1, 0.1])
IN_REGISTER = np.array([0.2, 0.16, 0.22, 0.27, 0.03, 0.12])
RUNNING = np.array([0.45, 0.12, 0.25, 0.0, 0.05, 0.13])


@dataclass
class Ears:
    """Who is heard, by whom, and the bills that wait."""

    touchy: Floats
    gossip: Flags  # weeks in which people talk of an operator, with or without reason
    asked: Flags
    misread: Floats
    seen: Floats  # how much of what is hidden a look-up finds
    covered: Flags  # kinds of arrears by operators
    frail: Floats
    waits: Whole
    announces: Flags


def ears(rng: Generator, city: City) -> Ears:
    """Return the witnesses of a world."""
    weeks, count = len(city.fate.strain), len(city.them)
    style = city.style
    careless = rng.random(count) < 0.05
    return Ears(
        touchy=rng.lognormal(-0.3, 0.8, count),
        gossip=spells(rng, weeks, count, 0.2, 6),
        asked=rng.random(count) < style.asked_at,
        misread=np.minimum(style.misreading * np.where(careless, 10.0, 1.0), 0.3),
        seen=rng.uniform(0.25, 1.0, count),
        covered=rng.random((5, count)) < np.array(style.arrears_coverage)[:, None],
        frail=rng.gamma(0.8, 1.25, count),
        waits=np.zeros((5, count), np.int64),
        announces=rng.random(count) < 0.85,
    )


def _alive(city: City, at: int) -> Flags:
    return np.asarray((at + 1 >= city.fate.begins) & (at + 1 < city.fate.ends))


def complaints(rng: Generator, city: City, ears: Ears, at: int) -> Columns:
    """Return the complaints of a week; they speak of some weeks ago, and most loudly of a closed door."""
    style, fate = city.style, city.fate
    then = max(at - style.complaint_delay, 0)
    ask = np.clip(fate.strain[then] + 0.3 * fate.greed[then], 0, 1.2)
    rate = style.complaining / 1000 * cardholders(city, at) * ears.touchy
    rate = (
        rate * np.exp(np.minimum(2.2 * city.manner["voice"] * ask, 3.0)) * (1 + 3 * ears.gossip[at])
    )
    week_of_year = (at + style.first_week) % YEAR
    rate = rate * (1.8 if abs(week_of_year - CONSUMERS_DAY) <= 1 else 1.0)
    since = at + 1 - fate.ends
    closed = (fate.kind >= SLOW) & (since >= 0)
    after = 0.06 * cardholders(city, at) * np.exp(-np.clip(since, 0, 60) / 4)
    rate = np.where(_alive(city, at), rate, 0) + np.where(closed, after, 0)
    mix = USUAL[:, None] * (1 - np.minimum(ask, 1)) + IN_NEED[:, None] * np.minimum(ask, 1)
    mix = np.where(closed, np.array([0.2, 0.7, 0.0, 0.05, 0.05])[:, None], mix)
    counts = rng.poisson(np.minimum(rate, 500) * mix)
    kind, who = np.nonzero(counts)
    told = np.array(words.COMPLAINTS[style.language], object)[kind]
    return {"who": who, "kind": told, "count": counts[kind, who].astype(float)}


def lookups(rng: Generator, city: City, ears: Ears, at: int) -> Columns:
    """Return how many customers compared their card with the platform, and how many found another figure."""
    style, fate = city.style, city.fate
    rate = style.asking / 1000 * cardholders(city, at) * (1 + 2 * ears.gossip[at])
    rate = rate * (1 + 1.5 * city.manner["voice"] * fate.strain[at])
    counts = rng.poisson(np.where(ears.asked & _alive(city, at), np.minimum(rate, 5000), 0))
    hidden = 1 - city.books.told[at] / np.maximum(city.books.owed[at], 1)
    wrong = np.clip(ears.misread + ears.seen * np.clip(hidden, 0, 1), 0, 0.95)
    differ = rng.binomial(counts, wrong)
    who = np.flatnonzero(counts)
    return {
        "who": who,
        "lookups": counts[who].astype(float),
        "mismatches": differ[who].astype(float),
    }


def arrears(rng: Generator, city: City, ears: Ears, at: int) -> Columns:
    """Return how long bills have waited, of those kinds and operators for which somebody tells."""
    fate = city.fate
    need = np.maximum(fate.strain[at], 0.6 * fate.greed[at])
    chance = rng.random(ears.waits.shape)
    starts = chance < 0.0018 * ears.frail + 0.15 * city.manner["bills"] * need**2
    paid = rng.random(ears.waits.shape) < 0.22 * (1 - 0.85 * need)
    waiting = ears.waits > 0
    ears.waits = np.where(waiting, np.where(paid, 0, ears.waits + 1), starts.astype(np.int64))
    if (at + 1) % city.style.arrears_every:
        kind = who = np.zeros(0, np.int64)
    else:
        kind, who = np.nonzero((ears.waits > 0) & ears.covered & _alive(city, at))
    told = np.array(words.ARREARS[city.style.language], object)[kind]
    return {"who": who, "kind": told, "weeks": ears.waits[kind, who].astype(float)}


def changes(rng: Generator, city: City, ears: Ears, at: int) -> Columns:
    """Return what is newly entered in the register of firms, and the notices of who closes in good order."""
    style, fate = city.style, city.fate
    count = len(city.them)
    alive = _alive(city, at)
    run = 0.06 * city.manner["change"] * fate.greed[at] ** 2
    quiet = style.restructuring / YEAR * (1 + 3 * city.manner["change"] * fate.strain[at])
    happens = (rng.random(count) < quiet + run) & alive
    running = rng.random(count) < run / np.maximum(quiet + run, 1e-12)
    usual = rng.choice(len(IN_REGISTER), count, p=IN_REGISTER)
    what = np.where(running, rng.choice(len(RUNNING), count, p=RUNNING), usual)
    stops = (fate.kind == CLOSING) & (fate.notice == at + 1) & ears.announces
    # A shop under repair announces it, too.
    stops |= alive & (rng.random(count) < 0.006 / YEAR)
    who = np.concatenate([np.flatnonzero(happens), np.flatnonzero(stops)])
    which = np.concatenate([what[happens], np.full(int(stops.sum()), words.NOTICE)])
    return {"who": who, "what": np.array(words.CHANGES[style.language], object)[which]}
