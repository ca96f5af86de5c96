"""What differs from one world to the next, drawn once per world."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.random import Generator

FEEDS = ("batches", "custody", "bonds", "complaints", "lookups", "arrears", "changes")
DISTRICTS = 16
# What an owner can do about an empty till; in which order depends on the world and on the owner.
LEVERS = (
    *("rent", "wages", "contributions", "tax", "utilities"),
    *("discount", "long", "custody", "bond", "bookkeeper"),
    *("outlets", "representative", "borrow", "quality"),
)
LEVER = {name: place for place, name in enumerate(LEVERS)}
BILLS = 5  # the first five levers are bills left unpaid


@dataclass(frozen=True)
class Look:
    """A world's own figures; shares lie between 0 and 1, amounts are fen, times are weeks."""

    failures_a_year: float
    grabs: float  # of the failures, those of owners who mean to run
    hiders: float  # of the firms, those that sell cards they do not report
    returning: float  # of the failed owners, those who open again under another name
    entering: float
    sectors: int
    crowded: float  # how unevenly districts are settled; small is uneven
    chained: float
    malls: float
    size_fen: float  # median weekly sales
    spread: float
    carded: float  # of the sales, the part redeemed by card
    life: float  # how long a card lasts
    cycle: float
    seasons: float
    holidays: float
    slump: tuple[int, int, float]  # sector, week, what remains of demand
    lockdown: tuple[int, int, float]  # week, weeks, what remains of demand
    threshold_fen: float
    custody_rate: float
    new_rule: tuple[int, float, float]  # week, threshold, rate
    bunching: float
    bonded: float
    order: tuple[float, ...]  # the strain at which each lever is pulled on average
    blunt: float  # of the levers, those an owner has at all
    panic: float
    rumours: float
    noise: float
    tongue: int
    discount_as: str
    lumps: float
    rounding: float
    correcting: float
    covered: tuple[float, ...]  # of the firms, those whose unpaid bills of each kind are told
    arrears_after: int
    bank_lag: int
    bank_gaps: float
    insurers_every: int
    lookups: float
    mistakes: float
    missing_weeks: float
    missing_rows: float
    absent: tuple[str, ...]
    echo: int


def draw(rng: Generator) -> Look:
    """Return one world's figures."""
    u = rng.uniform
    threshold = float(rng.choice([1e7, 2e7, 2e7, 5e7]))
    rate = float(rng.choice([0.2, 0.3, 0.4, 0.4]))
    change = int(rng.integers(25, 80)) if rng.random() < 0.35 else 0
    optional = np.array(FEEDS[1:], object)
    return Look(
        failures_a_year=float(np.clip(0.019 * np.exp(rng.normal(0, 0.25)), 0.011, 0.036)),
        grabs=u(0.1, 0.35),
        hiders=u(0.008, 0.025),
        returning=u(0.25, 0.7),
        entering=u(0.06, 0.22),
        sectors=int(rng.integers(6, 13)),
        crowded=u(1, 6),
        chained=u(0.05, 0.2),
        malls=u(0.08, 0.35),
        size_fen=float(np.exp(u(np.log(0.8e6), np.log(2.5e6)))),
        spread=u(0.7, 1.15),
        carded=u(0.28, 0.55),
        life=u(12, 34),
        cycle=u(0, 0.1),
        seasons=u(0.03, 0.15),
        holidays=u(0.1, 0.9),
        slump=_slump(rng),
        lockdown=_lockdown(rng),
        threshold_fen=threshold,
        custody_rate=rate,
        new_rule=(
            change,
            threshold * float(rng.choice([0.5, 0.75, 1.5, 2])),
            min(1, rate * u(0.7, 1.4)),
        ),
        bunching=u(0, 0.12),
        bonded=u(0.05, 0.4),
        order=tuple(u(0.3, 0.95) for _ in LEVERS),
        blunt=u(0.5, 0.9),
        panic=u(0.05, 0.5),
        rumours=u(0, 0.03),
        noise=float(np.exp(u(np.log(0.4), np.log(2)))),
        tongue=int(rng.integers(0, 3)),
        discount_as=str(rng.choice(["off", "off", "left"])),
        lumps=u(0, 0.15),
        rounding=u(0, 0.12),
        correcting=u(0, 0.1),
        covered=tuple(u(0.1, 0.8) for _ in range(BILLS)),
        arrears_after=int(rng.integers(1, 7)),
        bank_lag=int(rng.integers(0, 4)),
        bank_gaps=u(0, 0.03),
        insurers_every=int(rng.choice([1, 1, 2, 4])),
        lookups=float(np.exp(u(np.log(0.2), np.log(3)))),
        mistakes=u(0.003, 0.03),
        missing_weeks=u(0, 0.03),
        missing_rows=u(0, 0.03),
        absent=tuple(optional[rng.random(len(optional)) < 0.06]),
        echo=int(rng.choice([0, 0, 0, 2, 4])),
    )


def _slump(rng: Generator) -> tuple[int, int, float]:
    hit = rng.random() < 0.3
    return int(rng.integers(0, 6)), int(rng.integers(10, 70)), rng.uniform(0.7, 0.9) if hit else 1.0


def _lockdown(rng: Generator) -> tuple[int, int, float]:
    weeks = int(rng.integers(3, 9)) if rng.random() < 0.3 else 0
    return int(rng.integers(12, 75)), weeks, rng.uniform(0.1, 0.5)


def with_changes(look: Look, changes: Mapping[str, Any]) -> Look:
    """Return the look with some figures set by hand."""
    known = {field.name for field in fields(look)}
    for name in changes:
        if name not in known:
            message = f"A world has no {name}."
            raise ValueError(message)
    return replace(look, **changes)
