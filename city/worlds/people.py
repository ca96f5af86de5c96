"""Who trades in a world, and what is going to happen to whom."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.style import CONFOUNDING, FAILING, SECTORS, Style

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Words = NDArray[np.object_]
BEGINS = date(2024, 1, 1)
NEVER = 10**6
KINDS = ("healthy", *CONFOUNDING, *FAILING)
KIND = {kind: number for number, kind in enumerate(KINDS)}
DISTRICTS = 16


@dataclass(frozen=True)
class People:
    """Every operator of a world, one place in each array.

    Weeks count from 1. `begins` is the first week with a batch, `ends` the first without (NEVER if none),
    `onset` and `fails` bound the trouble; of those that recover, `fails` is the week of the worst.
    """

    kind: Whole
    sector: Words
    district: Words
    brand: Words
    address: Words
    opened_on: Words
    revenue: Floats
    begins: Whole
    onset: Whole
    fails: Whole
    ends: Whole

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Whether the operator fails on its customers."""
        return np.asarray(self.kind >= KIND[FAILING[0]])

    def id_of(self) -> list[str]:
        """Return the public numbers."""
        return [f"OP{place:06d}" for place in range(len(self))]


def people(rng: Generator, style: Style, *, operators: int, weeks: int) -> People:
    """Return the operators of a world of that many weeks."""
    kind = _kinds(rng, style, operators, weeks)
    begins = np.where(rng.random(operators) < style.entering, rng.integers(1, weeks, operators), 1)
    onset, fails, ends = _courses(rng, style, kind, begins, weeks)
    sector = rng.choice(np.array(SECTORS[: style.sectors], object), operators)
    brand = np.array([f"B{place}" for place in range(operators)], object)
    shared = rng.random(operators) < style.franchised
    brand[shared] = [f"F{one}" for one in rng.integers(0, operators // 12 + 1, shared.sum())]
    brand[rng.random(operators) < 0.1] = ""
    address = np.array([f"A{place}" for place in range(operators)], object)
    shared = rng.random(operators) < style.sharing
    address[shared] = [f"M{one}" for one in rng.integers(0, operators // 15 + 1, shared.sum())]
    age = np.where(begins > 1, -begins * 7, rng.exponential(1500, operators) + 20)
    _rise(rng, kind, begins, onset, fails, ends, (brand, address, age), style, weeks)
    revenue = style.revenue_fen * np.exp(rng.normal(0, style.spread, operators))
    revenue[(age < 365) & (rng.random(operators) < 0.6)] = 0
    return People(
        kind=kind,
        sector=sector,
        district=np.array([f"D{d:02d}" for d in rng.integers(0, DISTRICTS, operators)], object),
        brand=brand,
        address=address,
        opened_on=np.array([BEGINS - timedelta(days=int(days)) for days in age], object),
        revenue=revenue,
        begins=begins,
        onset=onset,
        fails=fails,
        ends=ends,
    )


def _kinds(rng: Generator, style: Style, operators: int, weeks: int) -> Whole:
    failing = 1 - (1 - style.failures_a_year) ** (weeks / 52)
    shares = [*style.confounding, *(failing * mix for mix in style.failing_mix)]
    return rng.choice(len(KINDS), operators, p=[1 - sum(shares), *shares]).astype(np.int64)


def _courses(
    rng: Generator, style: Style, kind: Whole, begins: Whole, weeks: int
) -> tuple[Whole, Whole, Whole]:
    """When trouble begins, is worst and ends, for each kind that has any."""
    count = len(kind)
    onset, fails, ends = (np.full(count, NEVER) for _ in range(3))
    windows = {
        "slow_failure": style.slow_weeks,
        "cash_grab": style.grab_weeks,
        "hidden_issuance": style.hidden_weeks,
        "recovering": (8, 30),
        "promotion": (3, 10),
        "orderly_closing": (6, 18),
    }
    for name, window in windows.items():
        mine = np.flatnonzero(kind == KIND[name])
        length = rng.integers(*window, len(mine))
        fails[mine] = rng.integers(2, weeks + 8, len(mine)) + begins[mine] - 1
        onset[mine] = fails[mine] - length
        if name in (*FAILING, "orderly_closing"):
            ends[mine] = fails[mine]
    # Some of the healthy leave without a word and owe nothing.
    leaving = (kind == KIND["healthy"]) & (rng.random(count) < style.leaving * weeks / 52)
    ends[leaving] = rng.integers(min(10, weeks), weeks + 1, leaving.sum())
    return onset, fails, np.maximum(ends, begins + 1)


def _rise(
    rng: Generator,
    kind: Whole,
    begins: Whole,
    onset: Whole,
    fails: Whole,
    ends: Whole,
    marks: tuple[Words, Words, Floats],
    style: Style,
    weeks: int,
) -> None:
    """Let each phoenix open some weeks after another has failed, with its brand, its address, or both."""
    brand, address, age = marks
    mine = np.flatnonzero(kind == KIND["phoenix"])
    ashes = np.flatnonzero((kind > KIND["orderly_closing"]) & (kind < KIND["phoenix"]))
    ashes = ashes[fails[ashes] < weeks - 6]
    if not len(ashes):
        kind[mine] = KIND["healthy"]
        return
    for place in mine:
        old = rng.choice(ashes)
        begins[place] = fails[old] + rng.integers(1, 14)
        fails[place] = begins[place] + rng.integers(*style.life_weeks)
        onset[place] = max(begins[place], fails[place] - rng.integers(6, 26))
        ends[place] = fails[place]
        age[place] = -7 * begins[place] + rng.integers(0, 40)
        which = rng.choice(3, p=[0.35, 0.35, 0.3])
        if which != 1:
            brand[place] = brand[old]
        if which != 0:
            address[place] = address[old]
