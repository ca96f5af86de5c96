"""Who keeps a shop, with what habits and money, and who has set out to do what."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.people import BEGINS, DISTRICTS, KIND, NEVER, Floats, People, Whole, Words
from city.worlds.third.style import SECTORS, Style

Flags = NDArray[np.bool_]
PUSHER, CUTTER, DENIER = range(3)
MALLS, IN_A_MALL, FRANCHISE = 40, 0.2, 0.15


@dataclass(frozen=True)
class Habits:
    """What never changes of a shop. Money is fen a week, lives are weeks."""

    turnover: Floats
    card_part: Floats
    life: Floats
    cost_part: Floats
    fixed: Floats
    temper: Whole
    season: Floats
    phase: Floats
    ticket: Floats
    discount: Floats
    long: Floats
    late: Floats
    noise: Floats
    lumpy: Floats
    kept: Floats
    strict: Floats
    patience: Floats


@dataclass(frozen=True)
class Plan:
    """From when to when something is under way, how strongly, and what may be seen of it at all."""

    starts: Whole
    force: Floats
    hides: Floats
    burst_from: Whole
    burst_to: Whole
    burst: Floats
    person: Whole
    says: Whole


def shops(rng: Generator, style: Style, operators: int, weeks: int) -> tuple[People, Habits, Plan]:
    """Return the shops of a world, their habits, and their plans."""
    kind = _kinds(rng, style, operators, weeks)
    begins = np.where(
        rng.random(operators) < 0.08, rng.integers(2, max(weeks, 3), operators), 1
    ).astype(np.int64)
    starts, fails, ends = _times(rng, style, kind, begins, weeks)
    habits = _habits(rng, style, operators)
    brand, address = _marks(rng, operators)
    _ashes(rng, kind, (begins, starts, fails), (brand, address), weeks)
    _relet(rng, kind, begins, fails, address)
    lines = rng.permutation(np.array(SECTORS, object))[: style.lines]
    crowd = rng.dirichlet(np.full(style.lines, 0.8)) + 0.01
    district = np.array([f"区{one:02d}" for one in range(DISTRICTS)], object)
    revenue = 52 * habits.turnover * rng.lognormal(0, 0.3, operators)
    revenue[(begins > 26) | (rng.random(operators) < style.blank_roster)] = np.nan
    opened = [
        None
        if rng.random() < style.blank_roster
        else BEGINS + timedelta(weeks=int(week) - 1)
        if week > 1
        else BEGINS - timedelta(days=int(rng.exponential(1500)) + 30)
        for week in begins
    ]
    everyone = People(
        kind=kind,
        sector=rng.choice(lines, operators, p=crowd / crowd.sum()),
        district=rng.choice(district, operators),
        brand=brand,
        address=address,
        opened_on=np.array(opened, object),
        revenue=revenue,
        begins=begins,
        onset=starts,
        fails=fails,
        ends=ends,
    )
    return everyone, habits, _plan(rng, style, everyone)


def _kinds(rng: Generator, style: Style, count: int, weeks: int) -> Whole:
    years = weeks / 52
    chances = {
        "promotion": style.promotions * 0.3,
        "seasonal": 0.12,
        "recovering": style.strain * years,
        "orderly_closing": style.closings * years,
        # Of those in trouble about half are not at the end when the world is.
        "slow_failure": 2 * style.failures_a_year * style.slow_share * years,
        "cash_grab": style.failures_a_year * style.grab_share * years,
        "hidden_issuance": style.failures_a_year * style.hidden_share * years,
        "phoenix": style.failures_a_year * style.phoenix_share * years,
    }
    drawn = rng.random(count)
    kind = np.zeros(count, np.int64)
    upper = 0.0
    for name, chance in chances.items():
        kind[(drawn >= upper) & (drawn < upper + chance)] = KIND[name]
        upper += chance
    return kind


def _times(
    rng: Generator, style: Style, kind: Whole, begins: Whole, weeks: int
) -> tuple[Whole, Whole, Whole]:
    """Return when trouble starts, when it is planned to end (slow failures end when they end), and who leaves."""
    count = len(kind)
    starts, fails, ends = (np.full(count, NEVER) for _ in range(3))
    slow = np.isin(kind, [KIND["slow_failure"], KIND["recovering"]])
    # Trouble takes its time: what is to fail within the world must have begun early enough.
    starts[slow] = rng.integers(-20, max(weeks - 15, -19), slow.sum())
    for name, window in (("cash_grab", style.grab_weeks), ("hidden_issuance", (20, 75))):
        mine = np.flatnonzero(kind == KIND[name])
        fails[mine] = begins[mine] + rng.integers(6, weeks + 6, len(mine))
        starts[mine] = fails[mine] - rng.integers(window[0], window[1] + 1, len(mine))
    closes = kind == KIND["orderly_closing"]
    leaves = (kind == KIND["healthy"]) & (rng.random(count) < style.quiet_leavers * weeks / 52)
    ends[closes | leaves] = rng.integers(12, max(weeks + 8, 13), (closes | leaves).sum())
    starts[closes] = ends[closes] - rng.integers(4, 14, closes.sum())
    starts[leaves] = ends[leaves] - rng.integers(8, 30, leaves.sum())
    return starts, fails, ends


def _habits(rng: Generator, style: Style, count: int) -> Habits:
    turnover = np.clip(rng.lognormal(np.log(2.5e6), 1.25, count), 1e5, None)
    cost_part = rng.uniform(0.35, 0.55, count)
    return Habits(
        turnover=turnover,
        card_part=rng.beta(3, 2, count),
        life=rng.lognormal(np.log(22), 0.5, count),
        cost_part=cost_part,
        fixed=turnover * (1 - cost_part) * rng.uniform(0.6, 0.93, count),
        temper=rng.choice(3, count, p=style.tempers).astype(np.int64),
        season=style.season * rng.lognormal(-0.5, 0.6, count),
        phase=rng.normal(0, 4, count),
        ticket=rng.lognormal(np.log(6e4), 0.9, count),
        discount=rng.gamma(2.0, 5.0, count),
        long=rng.beta(1.2, 5, count),
        late=rng.gamma(0.5, 0.15, count),
        noise=style.noise * rng.lognormal(0, 0.4, count),
        lumpy=np.clip(style.lumpy * rng.beta(2, 2, count) * 2, 0, 0.85),
        kept=np.where(rng.random(count) < 0.25, 0.0, rng.beta(2, 3, count)),
        strict=(rng.random(count) < style.strict_banks).astype(float),
        patience=rng.uniform(4, 22, count),
    )


def _marks(rng: Generator, count: int) -> tuple[Words, Words]:
    brand = np.array([f"牌{one}" for one in range(count)], object)
    chained = rng.random(count) < FRANCHISE
    brand[chained] = [f"连锁{one}" for one in rng.integers(0, count // 60 + 1, chained.sum())]
    brand[rng.random(count) < 0.1] = ""
    address = np.array([f"loc-{one:x}" for one in rng.permutation(count)], object)
    within = rng.random(count) < IN_A_MALL
    address[within] = [f"mall-{one}" for one in rng.integers(0, MALLS, within.sum())]
    return brand, address


def _ashes(
    rng: Generator,
    kind: Whole,
    times: tuple[Whole, Whole, Whole],
    marks: tuple[Words, Words],
    weeks: int,
) -> None:
    """Let a phoenix rise from one that planned to go; one in three changes both name and door."""
    begins, starts, fails = times
    burnt = np.flatnonzero((fails < weeks - 10) & (kind != KIND["phoenix"]))
    for place in np.flatnonzero(kind == KIND["phoenix"]):
        if not len(burnt):
            kind[place] = KIND["healthy"]
            continue
        old = rng.choice(burnt)
        begins[place] = fails[old] + rng.integers(5, 28)
        starts[place] = begins[place] + rng.integers(0, 16)
        fails[place] = starts[place] + rng.integers(8, 34)
        chance = rng.random()
        if chance < 0.4:
            marks[0][place] = marks[0][old]
        if 0.25 < chance < 0.67:
            marks[1][place] = marks[1][old]


def _relet(rng: Generator, kind: Whole, begins: Whole, fails: Whole, address: Words) -> None:
    """Let honest newcomers rent where somebody failed."""
    gone = np.flatnonzero(fails < NEVER)
    for place in np.flatnonzero((begins > 10) & (kind != KIND["phoenix"])):
        if len(gone) and rng.random() < 0.15:
            old = rng.choice(gone)
            if fails[old] < begins[place]:
                address[place] = address[old]


def _plan(rng: Generator, style: Style, of: People) -> Plan:
    count = len(of)
    burst_from = np.full(count, NEVER)
    lively = (of.kind == KIND["promotion"]) | (rng.random(count) < style.promotions * 0.3)
    burst_from[lively] = of.begins[lively] + rng.integers(4, 80, lively.sum())
    force = rng.beta(2, 2, count)
    rogue = np.isin(of.kind, [KIND["cash_grab"], KIND["phoenix"], KIND["hidden_issuance"]])
    person = np.where(
        rogue & (rng.random(count) < 0.35), of.fails - rng.integers(2, 14, count), NEVER
    )
    innocent = rng.random(count) < style.trifles * 8
    person = np.where(innocent & (person == NEVER), rng.integers(1, 90, count), person)
    closes = (of.kind == KIND["orderly_closing"]) & (rng.random(count) < style.announced)
    return Plan(
        starts=of.onset,
        force=force,
        hides=np.where(of.kind == KIND["hidden_issuance"], rng.uniform(0.25, 0.75, count), 0.0),
        burst_from=burst_from,
        burst_to=burst_from + rng.integers(2, 8, count),
        burst=rng.uniform(1.4, 4.5, count),
        person=person,
        says=np.where(closes, of.onset, NEVER),
    )
