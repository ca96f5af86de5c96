"""What each operator of a second author's world is used to, and how it would act in trouble."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import KIND, Floats, People
from city.worlds.second.style import SYMPTOMS, Style

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Habits:
    """One place for each operator. Money in fen a week, discounts in per cent off, `phase` in years."""

    issue: Floats
    visit: Floats
    ticket: Floats
    deposit: Floats
    pays_in: Floats
    takes: Floats
    bank_sees_all: Flags
    bond: Floats
    discount: Floats
    long: Floats
    season: Floats
    phase: Floats
    refunds: Floats
    pays_back: Floats
    campaign: Floats
    campaign_off: Floats
    grab: Floats
    bold: Floats
    greedy: Flags
    pushes: Flags
    tells: Floats
    careless: Floats
    covered: Flags
    angry: Floats
    late: Floats
    skips: Flags
    zeros: Floats
    shape: Floats
    starts: Floats
    strength: Floats
    notice: Floats


def habits(rng: Generator, style: Style, everyone: People) -> Habits:
    """Draw the habits of everyone."""
    count = len(everyone)

    def even(low: float, high: float) -> Floats:
        return rng.uniform(low, high, count)

    def some(share: float) -> Flags:
        return np.asarray(rng.random(count) < share)

    # What an operator did not tell it earned all the same.
    drawn = np.exp(rng.normal(np.log(1e8), 1, count))
    earned = np.where(np.isfinite(everyone.revenue), everyone.revenue, drawn)
    prepaid = rng.beta(2, 5, count) * 0.8
    seasonal = everyone.kind == KIND["seasonal"]
    deposit = rng.choice([0.0, 0.4, 1.0], count, p=[0.45, 0.35, 0.2])
    deposit = np.where(some(style.deposits_kept), deposit, deposit * even(0.0, 0.7))
    shown = rng.random((count, len(SYMPTOMS))) < style.symptom_share
    return Habits(
        issue=earned * prepaid / 52,
        visit=np.exp(rng.normal(np.log(0.04), 0.5, count)),
        ticket=np.exp(rng.normal(np.log(9e4), 0.8, count)),
        deposit=deposit,
        pays_in=rng.choice([0.08, 0.25, 0.9], count),
        takes=even(0.0, 1.5),
        bank_sees_all=some(0.4),
        bond=np.where(some(style.bonded), earned * prepaid * even(0.05, 0.4), 0.0),
        discount=rng.gamma(1.5, 5, count),
        long=rng.beta(1, 6, count),
        season=np.where(seasonal, even(0.6, 1.3), style.season * even(0, 1)),
        phase=np.where(seasonal, even(0, 1), 0.2 + rng.normal(0, 0.05, count)),
        refunds=np.exp(rng.normal(0, 0.7, count)),
        pays_back=even(0.05, 0.3),
        campaign=even(1.5, 4.0),
        campaign_off=even(5, 35),
        grab=even(0.8, 5.0) * style.strength,
        bold=even(0.2, 1.3) * style.strength,
        greedy=some(0.5),
        pushes=some(0.5),
        tells=even(0.4, 0.9),
        careless=even(0.0, 0.006),
        covered=some(style.arrears_covered),
        angry=rng.gamma(1.2, 1, count),
        late=rng.beta(0.6, 12, count),
        skips=some(style.skipping),
        zeros=np.where(some(style.zeros), rng.integers(1, 9, count), 0).astype(float),
        shape=np.exp(rng.normal(0, 0.5, count)),
        starts=even(0, 0.7)[:, None] * rng.uniform(0.3, 1.0, (count, len(SYMPTOMS))),
        strength=shown * rng.lognormal(0, 0.4, (count, len(SYMPTOMS))) * style.strength,
        notice=np.where(some(0.9), rng.integers(0, 5, count), 10**6).astype(float),
    )
