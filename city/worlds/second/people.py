"""Who trades in a world of the second author, and what is going to happen to whom."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from city.worlds.people import KIND, KINDS, NEVER, People, Whole, Words
from city.worlds.second.style import SECTORS, Style
from city.worlds.style import CONFOUNDING, FAILING

FIRST_DAY = date(2023, 7, 3)
DISTRICTS = 12
# Last year's revenue of the middle operator, in fen.
MIDDLE_REVENUE = 1.2e8


def people(rng: Generator, style: Style, *, operators: int, weeks: int) -> People:
    """Return the operators of a world and their courses; weeks count from 1."""
    kind = _kinds(rng, style, operators, weeks)
    begins = np.where(
        rng.random(operators) < style.opening, rng.integers(2, weeks, operators), 1
    ).astype(np.int64)
    onset, fails = _courses(rng, style, kind, weeks)
    # Who is in trouble or closes has traded before; only a phoenix opens for it.
    begins = np.where(fails < NEVER, 1, begins)
    address = np.array([f"A{place}" for place in rng.integers(0, operators * 4, operators)], object)
    chained = rng.random(operators) < 0.25
    brand = np.array(
        [
            f"B{name}" if chain else f"S{place}"
            for place, (name, chain) in enumerate(
                zip(rng.integers(0, max(operators // 15, 1), operators), chained, strict=True)
            )
        ],
        object,
    )
    _phoenix(rng, kind, (begins, onset, fails), (brand, address), weeks)
    _successors(rng, style, (kind, begins, fails), address, weeks)
    ends = np.where(np.isin(kind, [KIND[name] for name in FAILING]), fails, NEVER)
    ends = np.where(kind == KIND["orderly_closing"], fails, ends)
    leaves = (kind == KIND["healthy"]) & (rng.random(operators) < style.leaving * weeks / 52)
    ends = np.where(leaves, rng.integers(10, weeks + 10, operators), ends)
    days: list[date | None] = [
        FIRST_DAY + timedelta(days=int(7 * week - 7))
        if week > 1
        else FIRST_DAY - timedelta(days=int(age))
        for week, age in zip(begins, rng.gamma(1.5, 900, operators), strict=True)
    ]
    untold = rng.random(operators) < style.sparse_roster / 2
    days = [None if blank else day for day, blank in zip(days, untold, strict=True)]
    told = np.where(rng.random(operators) < style.sparse_roster / 2, np.nan, 1.0)
    return People(
        kind=kind,
        sector=_some(rng, style, np.array(SECTORS, object)[_sectors(rng, operators)]),
        district=np.array([f"D{one}" for one in rng.integers(0, DISTRICTS, operators)], object),
        brand=_some(rng, style, brand),
        address=_some(rng, style, address),
        opened_on=np.array(days, object),
        revenue=told * MIDDLE_REVENUE * np.exp(rng.normal(0, style.spread, operators)),
        begins=begins,
        onset=onset,
        fails=fails,
        ends=ends,
    )


def _sectors(rng: Generator, count: int) -> Whole:
    share = rng.dirichlet(np.full(len(SECTORS), 3.0))
    return rng.choice(len(SECTORS), count, p=share).astype(np.int64)


def _some(rng: Generator, style: Style, words: Words) -> Words:
    """Leave some of the words out of the list."""
    return np.where(rng.random(len(words)) < style.sparse_roster / 2, "", words).astype(object)


def _kinds(rng: Generator, style: Style, operators: int, weeks: int) -> Whole:
    years = weeks / 52
    shares = [share * years / 2 for share in style.confounding]
    shares += [style.failures_a_year * years * share for share in style.failing]
    return rng.choice(len(KINDS), operators, p=[1 - sum(shares), *shares]).astype(np.int64)


def _courses(rng: Generator, style: Style, kind: Whole, weeks: int) -> tuple[Whole, Whole]:
    """Return the first and last week of what happens to each; a healthy one's never begin."""
    count = len(kind)
    onset, fails = np.full(count, NEVER), np.full(count, NEVER)
    spans = {
        "slow_failure": style.slow_weeks,
        "cash_grab": style.grab_weeks,
        "hidden_issuance": style.hidden_weeks,
        "phoenix": style.grab_weeks,
        "promotion": (2, 9),
        "recovering": style.slow_weeks,
        "orderly_closing": (5, 16),
        "seasonal": (1, 2),
    }
    for name in (*CONFOUNDING, *FAILING):
        mine = np.flatnonzero(kind == KIND[name])
        low, high = spans[name]
        fails[mine] = rng.integers(8, weeks + 12, len(mine))
        onset[mine] = fails[mine] - rng.integers(low, high + 1, len(mine))
    return onset, fails


def _phoenix(
    rng: Generator,
    kind: Whole,
    course: tuple[Whole, Whole, Whole],
    marks: tuple[Words, Words],
    weeks: int,
) -> None:
    """Let each phoenix open where another failed, under its brand or address, and fail again."""
    begins, onset, fails = course
    brand, address = marks
    mine = np.flatnonzero(kind == KIND["phoenix"])
    parents = np.flatnonzero(
        (kind >= KIND[FAILING[0]]) & (kind != KIND["phoenix"]) & (fails < weeks - 20)
    )
    if not len(parents):
        kind[mine] = KIND["healthy"]
        fails[mine] = onset[mine] = NEVER
        return
    parent = rng.choice(parents, len(mine), replace=len(parents) < len(mine))
    begins[mine] = fails[parent] + rng.integers(5, 31, len(mine))
    lives = rng.integers(12, 45, len(mine))
    fails[mine] = begins[mine] + lives
    onset[mine] = np.maximum(begins[mine] + 4, fails[mine] - rng.integers(4, 20, len(mine)))
    same_brand = rng.random(len(mine)) < 0.5
    same_place = ~same_brand | (rng.random(len(mine)) < 0.4)
    brand[mine[same_brand]] = brand[parent[same_brand]]
    address[mine[same_place]] = address[parent[same_place]]


def _successors(
    rng: Generator,
    style: Style,
    course: tuple[Whole, Whole, Whole],
    address: Words,
    weeks: int,
) -> None:
    """Let honest newcomers move into premises that a failed operator left."""
    kind, begins, fails = course
    left = np.flatnonzero((kind >= KIND[FAILING[0]]) & (fails < weeks - 10))
    left = left[rng.random(len(left)) < style.successors]
    new = np.flatnonzero((kind == KIND["healthy"]) & (begins > 1))
    few = min(len(left), len(new) // 2)
    if few:
        into, who = rng.choice(left, few, replace=False), rng.choice(new, few, replace=False)
        address[who] = address[into]
        begins[who] = fails[into] + rng.integers(3, 30, few)
