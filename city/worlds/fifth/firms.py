"""Who trades in the city: sector, size, age, place and name, and habits that never change."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.fifth.style import Style
from city.worlds.fifth.words import CHINESE_SECTORS, SECTORS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]
YEAR = 52
MONDAY = date(2023, 1, 2)


@dataclass(frozen=True)
class Firms:
    """Every operator, one place in each array; money in fen a week or fen a card."""

    sector: Whole
    district: Whole
    brand: Words
    address: Words
    revenue: Floats
    opened: Words
    begins: Whole
    life: Floats  # weeks for a balance to be used up
    sales: Floats  # prepaid money a usual week
    face: Floats
    long_share: Floats
    discount: Floats
    lumpy: Floats
    late: Floats
    away: Floats

    def __len__(self) -> int:
        return len(self.sector)


def firms(rng: Generator, style: Style, operators: int, weeks: int) -> Firms:
    """Return the operators of a city; who opens a shop in the middle of the weeks has no revenue yet."""
    table = np.array([row[:3] for row in SECTORS.values()])
    weight = rng.dirichlet(np.full(len(table), 3.0))
    sector = rng.choice(len(table), operators, p=weight)
    yearly = style.median_revenue * 100 * rng.lognormal(0, style.size_spread, operators)
    chain = rng.random(operators) < style.chains
    yearly[chain] *= rng.uniform(4, 25, chain.sum())
    joins = rng.random(operators) < style.entering * weeks / YEAR
    begins = np.where(joins, rng.integers(1, weeks + 1, operators), 1)
    life = table[sector, 0] * rng.lognormal(0, 0.25, operators)
    prepaid = np.clip(table[sector, 1] * rng.lognormal(-0.1, 0.35, operators), 0.03, 0.95)
    told = yearly * rng.lognormal(0, 0.12, operators)
    told[(begins > 1) | (rng.random(operators) < style.blank_roster)] = np.nan
    brand, address = _names(rng, operators, chain)
    return Firms(
        sector=sector,
        district=rng.choice(16, operators, p=rng.dirichlet(np.full(16, 4.0))),
        brand=brand,
        address=address,
        revenue=told,
        opened=_openings(rng, style, begins),
        begins=begins,
        life=life,
        sales=yearly * prepaid / YEAR,
        face=table[sector, 2] * 100 * rng.lognormal(0, 0.35, operators),
        long_share=rng.beta(2, 9, operators),
        discount=rng.choice([0, 5, 10, 12, 15, 20, 25, 30], operators).astype(float),
        lumpy=rng.gamma(4.0, 0.06, operators),
        late=np.clip(rng.gamma(1.2, style.lateness / 1.2, operators), 0, 0.6),
        away=np.clip(rng.gamma(0.7, style.missing_rows / 0.7, operators), 0, 0.5),
    )


def _names(rng: Generator, operators: int, chain: Flags) -> tuple[Words, Words]:
    brand = np.array([f"brand-{place:05d}" for place in range(operators)], object)
    branches = chain | (rng.random(operators) < 0.08)
    brand[branches] = [
        f"chain-{one:04d}" for one in rng.integers(0, operators // 25 + 2, branches.sum())
    ]
    brand[rng.random(operators) < 0.15] = ""
    address = np.array([f"addr-{place:06d}" for place in rng.permutation(operators)], object)
    mall = rng.random(operators) < 0.2
    address[mall] = [f"mall-{one:04d}" for one in rng.integers(0, operators // 20 + 2, mall.sum())]
    return brand, address


def first_day(style: Style) -> date:
    """Return the Monday on which the world begins."""
    return MONDAY + timedelta(weeks=style.first_week)


def _openings(rng: Generator, style: Style, begins: Whole) -> Words:
    start = first_day(style)
    before = np.rint(rng.gamma(1.3, 1400, len(begins))).astype(int) + 15
    days = [
        start + timedelta(days=int(7 * (begin - 1) - wait))
        if begin > 1
        else start - timedelta(days=int(age))
        for begin, wait, age in zip(begins, rng.integers(0, 60, len(begins)), before, strict=True)
    ]
    unknown = rng.random(len(begins)) < style.blank_roster / 3
    return np.array(
        [None if gone else day for day, gone in zip(days, unknown, strict=True)], object
    )


def sector_words(style: Style, sector: Whole) -> Words:
    """Return the sectors in the city's language."""
    english = tuple(SECTORS)
    if style.language == "chinese":
        return np.array(CHINESE_SECTORS, object)[sector]
    if style.language == "codes":
        return np.array([f"H{place + 1:02d}" for place in range(len(english))], object)[sector]
    return np.array(english, object)[sector]
