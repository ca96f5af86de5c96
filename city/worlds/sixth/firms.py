"""Who trades in a world: small firms, some in chains, and the people who own them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import BEGINS, People
from city.worlds.sixth.look import BILLS, DISTRICTS, LEVERS, Look

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
SECTORS = (
    *("餐饮", "美容", "美发", "健身", "校外培训", "洗车", "亲子乐园", "洗衣"),
    *("烘焙", "宠物", "足浴", "摄影"),
)
IN_ENGLISH = (
    *("restaurant", "beauty", "hairdresser", "gym", "after-school", "car wash", "children"),
    *("laundry", "bakery", "pets", "foot massage", "photo studio"),
)
OFF = 9.0  # a strain nobody reaches: the lever is not there


@dataclass
class Firms:
    """Every firm and its owner, one place in each array; money in fen, times in weeks."""

    sector: Whole
    district: Whole
    brand: Whole  # own place in the register of brands
    site: Whole
    begins: Whole
    age_days: Whole
    sales: Floats
    carded: Floats
    life: Floats
    goods: Floats
    bills: Floats  # BILLS x firms, per week at full size
    season: Floats
    peak: Floats
    swing: Floats
    custom: Floats  # the usual discount
    long: Floats  # the usual share of long cards
    buffer: Floats
    greed: Floats
    wealth: Floats
    skill: Floats
    honest: Floats
    rank: Floats  # a number of each owner's own, for rare decisions
    levels: Floats  # LEVERS x firms
    hides: Floats  # the part of the cards sold that is not told
    hides_from: Whole
    tells_all: Flags  # of those who hide, who tells every redemption
    promotes: Flags
    bunches: Flags
    bonded: Flags
    sloppy: Floats
    heir: Whole  # the firm whose owner came back here, -1 if none

    def __len__(self) -> int:
        return len(self.sales)


def firms(rng: Generator, look: Look, count: int, weeks: int) -> Firms:
    """Return the firms of a world that is watched for so many weeks."""
    sector = rng.integers(0, look.sectors, count)
    of_sector = rng.uniform(0.75, 1.3, (5, look.sectors))[:, sector]
    brand, site, chained = _brands(rng, look, count)
    sales = look.size_fen * np.exp(rng.normal(0, look.spread, count)) * np.where(chained, 1.5, 1)
    young = rng.random(count) < look.entering * weeks / 52
    begins = np.where(young & ~chained, rng.integers(2, max(weeks, 3), count), 1)
    goods = np.clip(0.28 * of_sector[0], 0.12, 0.5)
    split = np.array([0.3, 0.48, 0.12, 0.06, 0.04])[:, None] * rng.uniform(0.7, 1.4, (BILLS, count))
    honest = rng.beta(4, 1.5, count)
    hides = rng.random(count) < look.hiders * 2 * (1 - honest) / 0.55
    levels = np.array(look.order)[:, None] + rng.normal(0, 0.17, (len(LEVERS), count))
    levels = np.maximum(levels, 0.2)
    levels[rng.random(levels.shape) > look.blunt] = OFF
    return Firms(
        sector=sector,
        district=rng.choice(DISTRICTS, count, p=rng.dirichlet(np.full(DISTRICTS, look.crowded))),
        brand=brand,
        site=site,
        begins=begins,
        age_days=(rng.exponential(1400, count) + 90).astype(np.int64),
        sales=sales,
        carded=np.clip(look.carded * of_sector[1] * rng.uniform(0.6, 1.4, count), 0.08, 0.85),
        life=np.clip(look.life * of_sector[2] * rng.lognormal(0, 0.3, count), 5, 70),
        goods=goods,
        bills=split / split.sum(axis=0) * sales * (1 - goods),
        season=np.abs(rng.normal(0, look.seasons, count)) * of_sector[3]
        + np.where(rng.random(count) < 0.05, rng.uniform(0.3, 0.6, count), 0),
        peak=rng.normal(0, 0.5, count) + rng.uniform(0, 2 * np.pi, look.sectors)[sector],
        swing=rng.uniform(0.008, 0.035, count),
        custom=np.clip(rng.gamma(3, 0.035, count) * of_sector[4], 0, 0.4),
        long=rng.beta(1.5, 8, count),
        buffer=rng.lognormal(1.4, 0.5, count),
        greed=rng.beta(2, 3, count),
        wealth=np.where(rng.random(count) < 0.5, rng.exponential(6, count), 0),
        skill=rng.normal(0, 1, count),
        honest=honest,
        rank=rng.random(count),
        levels=levels,
        hides=np.where(hides, rng.uniform(0.15, 0.6, count), 0),
        hides_from=rng.integers(-20, max(int(0.8 * weeks), 2), count),
        tells_all=rng.random(count) < 0.5,
        promotes=rng.random(count) < 0.06,
        bunches=rng.random(count) < look.bunching,
        bonded=rng.random(count) < look.bonded,
        sloppy=np.where(rng.random(count) < 0.08 * look.noise, rng.uniform(0.05, 0.4, count), 0.01),
        heir=np.full(count, -1),
    )


def _brands(rng: Generator, look: Look, count: int) -> tuple[Whole, Whole, Flags]:
    """Return brand, site and who is one of a chain; most have a brand and a site of their own."""
    chained = rng.random(count) < look.chained
    chains = max(1, int(count * look.chained / 7))
    weight = np.minimum(rng.pareto(1.3, chains) + 0.3, 12)
    brand = np.arange(count)
    brand[chained] = count + rng.choice(chains, chained.sum(), p=weight / weight.sum())
    site = np.arange(count)
    inside = rng.random(count) < look.malls
    site[inside] = count + rng.integers(0, count // 12 + 1, inside.sum())
    return brand, site, chained


def register(rng: Generator, look: Look, them: Firms, courses: dict[str, Any]) -> People:
    """Return the firms as the register knows them; `courses` are the arrays found by playing."""
    count = len(them)
    words = np.array(IN_ENGLISH if look.tongue == 1 else SECTORS, object)
    young = them.begins > 1
    lead = rng.integers(3, 90, count)  # registered some days before the first card is sold
    days = np.where(young, (them.begins - 1) * 7 - lead, -them.age_days)
    blank = rng.random((4, count)) < np.array([0.01, 0.06, 0.05, 0.03])[:, None]
    revenue = them.sales * 52 * rng.lognormal(0, 0.15, count)
    revenue[days > -200] = 0
    revenue[blank[1]] = np.nan

    def named(letter: str, numbers: Whole, unknown: Flags) -> NDArray[np.object_]:
        names = np.array([f"{letter}{number:05d}" for number in numbers], object)
        names[unknown] = ""
        return names

    return People(
        sector=words[them.sector],
        district=np.array(
            [f"第{d + 1}区" if look.tongue != 1 else f"Q{d + 1}" for d in them.district], object
        ),
        brand=named("b", them.brand, blank[2]),
        address=named("site", them.site, blank[3]),
        opened_on=np.array(
            [
                None if no else BEGINS + timedelta(days=int(day))
                for day, no in zip(days, blank[0], strict=True)
            ],
            object,
        ),
        revenue=np.rint(revenue),
        begins=them.begins,
        **courses,
    )


def returns(them: Firms, slot: int, failed: int, u: Floats) -> None:
    """Let a failed firm's owner be the one behind a firm that is about to open."""
    same = [u[0] < 0.5, u[1] < 0.4, u[2] < 0.7]
    if not (same[0] or same[1]):
        same[0 if u[0] < u[1] else 1] = True
    if same[0]:
        them.site[slot] = them.site[failed]
    if same[1]:
        them.brand[slot] = them.brand[failed]
    if same[2]:
        them.district[slot] = them.district[failed]
    them.sector[slot] = them.sector[failed]
    for own in (them.honest, them.greed, them.buffer, them.rank):
        own[slot] = own[failed]
    for own in (them.wealth, them.hides):
        own[slot] *= 0.3
    them.honest[slot] *= 0.6
    them.heir[slot] = failed
