"""How far each operator is from default, week by week: a wandering distance with slumps, and a barrier.

A firm lives while the distance stays above a barrier. Nobody sees either; strain, what others may notice, grows
as the distance shrinks.
"""

import numpy as np
from numpy.random import Generator

from city.worlds.fifth.firms import YEAR, Flags, Floats, Whole
from city.worlds.fifth.style import Style

BEFORE = 80  # weeks lived through before the world begins, so that it does not begin with a wave of failures
SETTLING = 8  # weeks that a new shop lasts at least
WIDTH = 0.27  # how sharply strain grows as the distance shrinks


def wander(rng: Generator, style: Style, sector: Whole, weeks: int, burden: Floats) -> Floats:
    """Return the distances, weeks by operators, with the weeks before the world in front."""
    count, span = len(sector), weeks + BEFORE
    home = rng.normal(2.3, 0.55, count) - burden
    now = home + rng.normal(0, style.wander * 2, count)
    slump = np.zeros(count, bool)
    depth = style.slump_depth * rng.gamma(6.0, 1 / 6, count)
    mood = np.zeros(int(sector.max()) + 1)
    told = np.empty((span, count))
    for week in range(span):
        chance = rng.random(count)
        slump = np.where(slump, chance > 1 / style.slump_weeks, chance < style.slump_begins / YEAR)
        mood = 0.9 * mood + rng.normal(0, style.sector_shock, len(mood))
        now = now + style.pull * (home - now) - depth * slump + style.pull * 4 * mood[sector]
        now = now + rng.normal(0, style.wander, count)
        told[week] = now
    return told


def crossing(paths: Floats, begins: Whole, among: Flags, count: int) -> tuple[Whole, float]:
    """Return the week (from 1, 0 if none) in which operators cross a barrier set so that `count` of them do.

    Who was below it before the world began had failed by then and would not be here.
    """
    weeks = len(paths) - BEFORE
    inside = paths[BEFORE:].copy()
    young = begins > 1
    inside[(np.arange(weeks)[:, None] < begins - 1 + SETTLING) & young] = np.inf
    lowest = inside.min(axis=0)
    earlier = np.where(young, np.inf, paths[: BEFORE + 2].min(axis=0))
    could = among & (lowest < earlier)
    crossed = np.zeros(paths.shape[1], np.int64)
    if not count or not could.any():
        return crossed, float(paths.min())
    barriers = np.sort(lowest[could]) + 1e-9
    reached = np.searchsorted(barriers, barriers, "right") - np.searchsorted(
        np.sort(earlier[could]), barriers, "right"
    )
    enough = np.flatnonzero(reached >= count)
    barrier = float(barriers[enough[0] if len(enough) else reached.argmax()])
    fails = could & (lowest <= barrier) & (earlier > barrier)
    crossed[fails] = (inside[:, fails] <= barrier).argmax(axis=0) + 1
    return crossed, barrier


def strain(rng: Generator, style: Style, gap: Floats, fails: Flags) -> Floats:
    """Return what distance to the barrier others could notice, 0 to 1; survivors are lifted over the barrier."""
    low = ~fails & (gap.min(axis=0) < 0.05)
    lift = np.where(low, 0.05 - gap.min(axis=0) + rng.gamma(2.0, 0.25, gap.shape[1]), 0.0)
    return np.asarray(1 / (1 + np.exp(np.clip((gap + lift - style.sight) / WIDTH, -40, 40))))


def spells(rng: Generator, weeks: int, operators: int, a_year: float, longest: int) -> Flags:
    """Return when short spells last that begin at random, weeks by operators."""
    starts = rng.random((weeks, operators)) < a_year / YEAR
    when, who = np.nonzero(starts)
    lasts = rng.integers(2, longest + 1, len(when))
    told = np.zeros((weeks + longest + 1, operators), bool)
    for step in range(longest):
        on = lasts > step
        told[when[on] + step, who[on]] = True
    return told[:weeks]
