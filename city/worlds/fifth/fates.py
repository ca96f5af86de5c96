"""What becomes of whom, and when: by distance to default, by temptation, or by an owner's plan."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from city.worlds.fifth.distance import BEFORE, crossing, spells, strain, wander
from city.worlds.fifth.firms import YEAR, Firms, Flags, Floats, Whole, first_day
from city.worlds.fifth.style import Style
from city.worlds.people import KINDS, NEVER

HEALTHY, PROMOTION, SEASONAL, RECOVERING, CLOSING = range(5)
SLOW, GRAB, HIDDEN, PHOENIX = range(5, 9)
NAMED = (
    *("healthy", "promotion", "seasonal", "recovering", "orderly_closing"),
    *("slow_failure", "cash_grab", "hidden_issuance", "phoenix"),
)


@dataclass
class Fates:
    """What happens to every operator; weeks count from 1, matrices are weeks by operators."""

    kind: Whole
    begins: Whole
    onset: Whole
    fails: Whole
    ends: Whole
    strain: Floats
    greed: Floats  # how far an owner who means to run has gone, 0 to 1
    push: Floats  # how much more is sold for a campaign, 0 if none
    hides: Floats  # share of sales that is not told
    hides_from: Whole
    notice: Whole  # week in which an orderly closing is announced

    def kinds(self) -> Whole:
        """Return the kinds as places in the list that all worlds share."""
        return np.array([KINDS.index(name) for name in NAMED])[self.kind]


def fates(rng: Generator, style: Style, them: Firms, weeks: int) -> tuple[Fates, Firms]:
    """Return everybody's fate, and the operators with those in their place who come back under a new name."""
    count = len(them)
    shares = np.array(style.causes) / sum(style.causes)
    failures = rng.poisson(style.failures_a_year * weeks / YEAR * count)
    slow, grab, hidden, phoenix = rng.multinomial(min(failures, count // 2), shares)
    none = np.full(count, NEVER)
    fate = Fates(
        kind=np.zeros(count, np.int64),
        begins=them.begins.copy(),
        onset=none.copy(),
        fails=none.copy(),
        ends=none.copy(),
        strain=np.zeros((weeks, count)),
        greed=np.zeros((weeks, count)),
        push=np.zeros((weeks, count)),
        hides=np.zeros(count),
        hides_from=none.copy(),
        notice=none.copy(),
    )
    _by_distance(rng, style, them, fate, (int(slow), int(hidden)))
    _grabs(rng, them, fate, int(grab))
    them = _phoenixes(rng, first_day(style), them, fate, int(phoenix))
    _plans(rng, style, fate)
    _campaigns(rng, style, fate)
    fate.ends = np.where(fate.kind >= SLOW, fate.fails, fate.ends)
    return fate, them


def _by_distance(
    rng: Generator, style: Style, them: Firms, fate: Fates, counts: tuple[int, int]
) -> None:
    slow, hidden = counts
    weeks, count = len(fate.strain), len(fate.kind)
    pool = rng.random(count) < style.small_hiders + 8 * hidden / count
    young = them.begins > 1
    paths = wander(rng, style, them.sector, weeks, 0.25 * young + 0.2 * pool)
    sunk, barrier = crossing(paths, them.begins, ~pool, slow)
    false, lower = crossing(paths, them.begins, pool, hidden)
    for crossed, kind in ((sunk, SLOW), (false, HIDDEN)):
        fate.kind[crossed > 0] = kind
        fate.fails = np.where(crossed > 0, crossed, fate.fails)
    gap = paths[BEFORE:] - np.where(pool, lower if hidden else barrier, barrier)
    fate.strain = strain(rng, style, gap, fate.kind >= SLOW)
    # Money that is not told pays the bills: who hides it shows less of the strain.
    fate.strain[:, fate.kind == HIDDEN] *= rng.uniform(0.3, 0.9, (fate.kind == HIDDEN).sum())
    worst = fate.strain.argmax(axis=0)
    peak, last = fate.strain.max(axis=0), fate.strain[-6:].mean(axis=0)
    back = (fate.kind == HEALTHY) & (peak > 0.75) & (last < 0.25) & (worst + 1 > them.begins)
    fate.kind[back] = RECOVERING
    fate.fails[back] = worst[back] + 1
    strained = fate.strain > 0.5 * peak
    fate.onset = np.where(fate.kind >= RECOVERING, strained.argmax(axis=0) + 1, fate.onset)
    small = pool & (fate.kind != HIDDEN) & (rng.random(count) < 0.5)
    fate.hides[small] = rng.uniform(0.01, 0.12, small.sum())
    deep = fate.kind == HIDDEN
    fate.hides[deep] = rng.uniform(0.12, 0.7, deep.sum())
    fate.hides_from[small] = 1
    fate.hides_from[deep] = np.maximum(fate.fails[deep] - rng.integers(10, 80, deep.sum()), 1)


def _free(fate: Fates) -> Flags:
    return np.asarray((fate.kind == HEALTHY) & (fate.hides == 0))


def _grabs(rng: Generator, them: Firms, fate: Fates, count: int) -> None:
    """Owners run for whom customers' money is much against a year's takings, and some others."""
    weeks = len(fate.strain)
    free = np.flatnonzero(_free(fate) & (them.begins < weeks - 12))
    tempted = (them.life[free] ** 0.7) * (0.3 + fate.strain[:, free].mean(axis=0))
    count = min(count, len(free))
    chosen = (
        rng.choice(free, count, replace=False, p=tempted / tempted.sum()) if count else free[:0]
    )
    fate.kind[chosen] = GRAB
    first = np.maximum(them.begins[chosen] + 8, 2)
    fate.fails[chosen] = np.minimum(rng.integers(first, np.maximum(weeks, first) + 1), weeks)
    window = np.clip(np.rint(2 + rng.gamma(2.2, 5.5, count)), 2, 45).astype(np.int64)
    fate.onset[chosen] = np.maximum(fate.fails[chosen] - window, them.begins[chosen])
    _ramp(fate.greed, fate, chosen, rng.uniform(0.4, 1.6, count))
    # The landlord and the staff wait for their money in the last weeks.
    late = np.clip(fate.greed[:, chosen] - 0.35, 0, 1) * rng.uniform(0.2, 1.2, count)
    fate.strain[:, chosen] = np.clip(0.5 * fate.strain[:, chosen] + late, 0, 1)


def _ramp(matrix: Floats, fate: Fates, who: Whole, bend: Floats) -> None:
    week = np.arange(1, len(matrix) + 1)[:, None]
    span = np.maximum(fate.fails[who] - fate.onset[who], 1)
    matrix[:, who] = np.clip((week - fate.onset[who]) / span, 0, 1) ** bend


def _phoenixes(rng: Generator, start: date, them: Firms, fate: Fates, count: int) -> Firms:
    """People of a failed operator open again, at the old address or under the old brand, and fail again."""
    weeks = len(fate.strain)
    before = np.flatnonzero((fate.kind >= SLOW) & (fate.fails < weeks - 30))
    before = rng.permutation(before)[:count]
    free = np.flatnonzero(_free(fate))
    chosen = rng.choice(free, min(count, len(free)), replace=False)
    seen, unseen = chosen[: len(before)], chosen[len(before) :]
    fate.kind[chosen] = PHOENIX
    fate.begins[seen] = np.maximum(fate.fails[before] + rng.integers(-6, 14, len(before)), 2)
    # The others' old firm failed before the world began: nothing in the files ties them to it.
    fate.begins[unseen] = np.maximum(rng.integers(-30, max(weeks - 16, 1), len(unseen)), 1)
    room = np.maximum(weeks - fate.begins[chosen], 12)
    lives = rng.integers(12, np.minimum(room, 50) + 1)
    fate.fails[chosen] = fate.begins[chosen] + lives
    honest = np.floor(lives * rng.uniform(0.1, 0.7, len(chosen))).astype(np.int64)
    fate.onset[chosen] = fate.begins[chosen] + honest
    _ramp(fate.greed, fate, chosen, rng.uniform(0.5, 1.5, len(chosen)))
    fate.greed[:, chosen] *= rng.uniform(0.4, 1.0, len(chosen))
    fate.strain[:, chosen] = fate.greed[:, chosen] * rng.uniform(0.2, 1.2, len(chosen))
    address, brand, district = them.address.copy(), them.brand.copy(), them.district.copy()
    sector, opened, revenue = them.sector.copy(), them.opened.copy(), them.revenue.copy()
    sales = them.sales.copy()
    tie = rng.random(len(before))
    address[seen[tie < 0.65]] = address[before[tie < 0.65]]
    brand[seen[(tie > 0.5) & (tie < 0.9)]] = brand[before[(tie > 0.5) & (tie < 0.9)]]
    sector[seen], district[seen] = sector[before], district[before]
    sales[seen] = sales[before] * rng.uniform(0.3, 1.1, len(before))
    # An honest tenant, too, may open where somebody has failed.
    gone = rng.permutation(np.flatnonzero(fate.kind >= SLOW))
    new = np.flatnonzero((fate.kind == HEALTHY) & (fate.begins > 1))
    heirs = rng.permutation(new)[: len(gone)]
    gone = gone[: len(heirs)]
    after = (fate.begins[heirs] > fate.fails[gone]) & (rng.random(len(heirs)) < 0.6)
    address[heirs[after]] = address[gone[after]]
    revenue[chosen] = np.nan
    wait = np.where(fate.begins[chosen] > 1, rng.integers(0, 8, len(chosen)), rng.integers(0, 60))
    for one, weeks_before in zip(chosen, wait, strict=True):
        opened[one] = start + timedelta(weeks=int(fate.begins[one] - 1 - weeks_before))
    return replace(
        them,
        address=address,
        brand=brand,
        district=district,
        sector=sector,
        opened=opened,
        revenue=revenue,
        sales=sales,
        begins=fate.begins,
    )


def _plans(rng: Generator, style: Style, fate: Fates) -> None:
    weeks, count = len(fate.strain), len(fate.kind)
    draw = rng.random(count)
    closes = style.closing * weeks / YEAR
    healthy = (fate.kind == HEALTHY) & (fate.hides == 0)
    closing = healthy & (draw < closes) & (fate.begins < weeks - 14)
    fate.kind[closing] = CLOSING
    first = fate.begins[closing] + 12
    fate.ends[closing] = rng.integers(first, weeks + 8)
    fate.notice[closing] = np.maximum(fate.ends[closing] - rng.integers(5, 11, closing.sum()), 1)
    fate.onset[closing] = fate.notice[closing]
    rest = healthy & ~closing
    fate.kind[rest & (draw > 1 - style.seasonals)] = SEASONAL
    low = 1 - style.seasonals - style.campaigners
    fate.kind[rest & (draw > low) & (draw <= 1 - style.seasonals)] = PROMOTION
    sound = (fate.kind <= SEASONAL) & (rng.random(count) < 0.6)
    nerves = spells(rng, weeks, count, style.nerves, 10) & sound
    height = rng.uniform(0.25, 0.95, (weeks, count))
    height = np.repeat(height[::10], 10, axis=0)[:weeks]
    fate.strain = np.where(nerves, np.maximum(fate.strain, height), fate.strain)


def _campaigns(rng: Generator, style: Style, fate: Fates) -> None:
    weeks, count = len(fate.strain), len(fate.kind)
    eager = fate.kind == PROMOTION
    usual = spells(rng, weeks, count, 0.5, 4)
    large = spells(rng, weeks, count, 1.6, 7) & eager
    fate.push = usual * rng.uniform(0.1, 0.9, count) + large * rng.uniform(0.8, 4.0, count)
    fate.onset[eager] = large[:, eager].argmax(axis=0) + 1
