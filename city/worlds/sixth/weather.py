"""What happens to everybody alike: calendar, seasons, the economy of a district, a lockdown."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.sixth.look import DISTRICTS, Look

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
HOLIDAYS = ((5, 0.6), (6, 0.9), (18, 0.4), (40, 0.7), (52, 0.3))  # week of the year, strength
REACH = 12  # weeks after a lockdown in which customers come back by and by


@dataclass(frozen=True)
class Weather:
    """Demand by week and district, by week and sector, and how the calendar and a lockdown act on all."""

    districts: Floats
    sectors: Floats
    holiday: Floats
    shut: Floats
    first: int

    def demand(self, week: int, district: Whole, sector: Whole) -> Floats:
        """Return each firm's share of its usual demand in a week; seasons come on top."""
        place = week - self.first
        both = self.districts[place][district] * self.sectors[place][sector]
        return np.asarray(both * self.shut[place], np.float64)


def weather(rng: Generator, look: Look, first: int, last: int) -> Weather:
    """Return the weather of the weeks from `first` (before the records begin) to `last`."""
    weeks = np.arange(first, last + 1)
    count = len(weeks)
    period, phase = rng.uniform(40, 130, DISTRICTS), rng.uniform(0, 2 * np.pi, DISTRICTS)
    wave = np.sin(2 * np.pi * weeks[:, None] / period + phase) * look.cycle
    wander = np.cumsum(rng.normal(0, look.cycle / 12, (count, DISTRICTS)), axis=0)
    # Nothing drifts for ever: what a district wanders is taken back as far as it is common.
    wander -= np.linspace(0, 1, count)[:, None] * wander[-1]
    sectors = np.exp(np.cumsum(rng.normal(0, 0.004, (count, look.sectors)), axis=0))
    sector, at, left = look.slump
    sectors[weeks >= at, sector % look.sectors] *= left
    of_year = (weeks + int(rng.integers(0, 52))) % 52
    holiday = np.zeros(count)
    for when, strength in HOLIDAYS:
        holiday[of_year == when % 52] = strength * look.holidays
    start, long, left = look.lockdown
    since = weeks - start - long
    back = 1 - (1 - left) * 0.5 * np.exp(-since / (REACH / 3))
    shut = (
        np.where(since >= 0, back, np.where(weeks >= start, left, 1.0)) if long else np.ones(count)
    )
    return Weather(np.exp(wave + wander), sectors, holiday, shut, first)
