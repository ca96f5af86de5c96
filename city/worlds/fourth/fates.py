"""Who trades in a fourth world, and what befalls whom."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from city.worlds.fourth.style import SIGNS, Style
from city.worlds.fourth.words import LINES
from city.worlds.people import KIND, NEVER, Floats, People, Whole

Flags = NDArray[np.bool_]
BEGINS = date(2024, 1, 1)
FAILING = ("slow_failure", "cash_grab", "hidden_issuance", "phoenix")
BEYOND = 26
# Weeks of trouble before the end, from and to.
TROUBLE = {
    "slow_failure": (14, 56),
    "cash_grab": (4, 15),
    "hidden_issuance": (18, 64),
    "phoenix": (8, 20),
    "recovering": (8, 30),
}


@dataclass(frozen=True)
class Fates:
    """What an operator's trouble looks like: one place, or row, for each operator.

    `line` points into LINES. `healed` ends what recovers. `signs` holds how strongly each sign shows. A spell is an
    innocent mishap: `spell` its kind (0 none, 1 scare, 2 renovation, 3 scandal), from `spell_from` until `spell_to`.
    """

    line: Whole
    healed: Whole
    depth: Floats
    curve: Floats
    signs: Floats
    spell: Whole
    spell_from: Whole
    spell_to: Whole
    spell_depth: Floats

    def distress(self, week: int, people: People) -> Floats:
        """Return how deep each is in trouble, from 0 to about 1."""
        length = np.maximum(people.fails - people.onset, 1)
        way = np.clip((week - people.onset) / length, 0, 1)
        way = way**self.curve
        back = np.clip((self.healed - week) / np.maximum(self.healed - people.fails, 1), 0, 1)
        mends = people.kind == KIND["recovering"]
        way = np.where(mends & (week > people.fails), back, way)
        deep = np.where((people.onset < NEVER) & (people.fails < NEVER), self.depth * way, 0.0)
        return deep + self.spelled(1, week) * self.spell_depth

    def spelled(self, spell: int, week: int) -> Flags:
        """Return who is in a spell of this kind."""
        now = (self.spell_from <= week) & (week < self.spell_to)
        return np.asarray((self.spell == spell) & now)


def settle(rng: Generator, style: Style, *, operators: int, weeks: int) -> tuple[People, Fates]:
    """Return the operators of a world and their fates."""
    line = _lines(rng, operators)
    kind = _kinds(rng, style, line, weeks)
    begins = np.where(
        rng.random(operators) < style.entering_a_year * weeks / 52,
        rng.integers(2, weeks + 1, operators),
        1,
    )
    onset, fails, healed, ends = _courses(rng, kind, begins, weeks)
    brand, address = _places(rng, style, operators)
    _rise_again(rng, style, (kind, begins, onset, fails), (brand, address), weeks)
    ends = np.where(kind >= KIND[FAILING[0]], fails, ends)
    days = np.where(
        begins > 1, 7 * (begins - 1) - rng.integers(0, 60, operators), -_ages(rng, operators)
    )
    opened = [BEGINS + timedelta(days=int(one)) for one in days]
    revenue = _revenue(rng, style, line)
    unknown = (days > -365) & (rng.random(operators) < 0.7) | (rng.random(operators) < 0.02)
    naming = rng.random() < 0.5
    people = People(
        kind=kind,
        sector=np.array([LINES[one][0] if naming else f"S{one + 1:02d}" for one in line], object),
        district=np.array(
            [f"{one + 1:02d}" for one in np.minimum(rng.geometric(0.12, operators), 16) - 1],
            object,
        ),
        brand=brand,
        address=address,
        opened_on=np.array([None if rng.random() < 0.01 else one for one in opened], dtype=object),
        revenue=np.where(unknown, np.nan, revenue),
        begins=begins,
        onset=onset,
        fails=fails,
        ends=ends,
    )
    return people, _fates(rng, style, people, line, healed, weeks)


def _lines(rng: Generator, count: int) -> Whole:
    share = rng.dirichlet(np.full(len(LINES), 4.0))
    return rng.choice(len(LINES), count, p=share)


def _ages(rng: Generator, count: int) -> Whole:
    return np.rint(rng.gamma(1.6, 900, count)).astype(np.int64) + 15


def _revenue(rng: Generator, style: Style, line: Whole) -> Floats:
    """Log-normal in the middle, Pareto at the top."""
    of_line = np.array([one[1] for one in LINES]) ** 0.25
    body = np.exp(rng.normal(0, style.spread, len(line)))
    top = np.where(rng.random(len(line)) < 0.05, 1 + rng.pareto(style.tail, len(line)), 1.0)
    told = style.revenue_fen * of_line[line] / of_line.mean() * body * top
    return np.asarray(np.maximum(np.rint(told / 1e5) * 1e5, 1e6))


def _kinds(rng: Generator, style: Style, line: Whole, weeks: int) -> Whole:
    count, years = len(line), (weeks + BEYOND) / 52
    weight = np.array([one[8] for one in LINES])[line]
    kind = np.zeros(count, np.int64)
    for name, share in (
        ("promotion", style.promotion),
        ("seasonal", style.seasonal),
        ("recovering", style.recovering),
        ("orderly_closing", style.closing_a_year * years),
    ):
        kind[(kind == 0) & (rng.random(count) < share)] = KIND[name]
    fails = rng.random(count) < style.failures_a_year * years * weight / weight.mean()
    names = rng.choice(len(FAILING), count, p=np.array(style.mix) / sum(style.mix))
    return np.where(fails, np.array([KIND[name] for name in FAILING])[names], kind)


def _courses(
    rng: Generator, kind: Whole, begins: Whole, weeks: int
) -> tuple[Whole, Whole, Whole, Whole]:
    """Return from when, until when and how far the trouble of each goes, and when who closes has closed."""
    count = len(kind)
    onset, fails, healed, ends = (np.full(count, NEVER) for _ in range(4))
    late = rng.integers(8, weeks + BEYOND + 1, count)
    for name, (least, most) in TROUBLE.items():
        who = kind == KIND[name]
        length = rng.integers(least, most + 1, count)
        fails[who] = np.maximum(late, begins + 10)[who]
        onset[who] = (fails - length)[who]
        onset[who] = np.maximum(onset[who], begins[who] + 3)
    mends = kind == KIND["recovering"]
    healed[mends] = fails[mends] + rng.integers(5, 26, count)[mends]
    closes = kind == KIND["orderly_closing"]
    ends[closes] = np.maximum(late, begins + 16)[closes]
    onset[closes] = (ends - rng.integers(5, 27, count))[closes]
    return onset, fails, healed, ends


def _places(rng: Generator, style: Style, count: int) -> tuple[NDArray[np.object_], ...]:
    """Most stand alone; some share a mark, some an address, as in malls."""
    brand = np.array([f"brand-{one}" for one in range(count)], object)
    chain = rng.random(count) < style.franchised
    brand[chain] = [f"chain-{one}" for one in rng.zipf(1.6, chain.sum()) % max(count // 20, 1)]
    brand[~chain & (rng.random(count) < 0.25)] = ""
    address = np.array([f"addr-{one}" for one in range(count)], object)
    mall = rng.random(count) < style.sharing
    address[mall] = [f"mall-{one}" for one in rng.integers(0, count // 25 + 1, mall.sum())]
    return brand, address


def _rise_again(
    rng: Generator,
    style: Style,
    course: tuple[Whole, Whole, Whole, Whole],
    places: tuple[NDArray[np.object_], ...],
    weeks: int,
) -> None:
    """Let every phoenix begin after another's failure, mostly at its place or with its mark; let rooms be relet."""
    kind, begins, onset, fails = course
    address = places[1]
    risen = kind == KIND["phoenix"]
    fallen = np.flatnonzero((kind >= KIND[FAILING[0]]) & ~risen & (fails < weeks - 12))
    for one in np.flatnonzero(risen):
        lives = int(rng.integers(18, 62))
        least, most = TROUBLE["phoenix"]
        trouble = int(rng.integers(least, most + 1))
        earlier = fallen[fails[fallen] < fails[one] - lives] if len(fallen) else fallen
        begins[one] = max(fails[one] - lives, 1)
        if len(earlier):
            last = rng.choice(earlier)
            begins[one] = fails[last] + int(rng.integers(2, 20))
            fails[one] = max(fails[one], begins[one] + 14)
            _take_over(rng, style, int(one), int(last), places)
        onset[one] = max(fails[one] - trouble, begins[one] + 3)
    newcomers = np.flatnonzero((begins > 10) & ~risen & (rng.random(len(kind)) < style.relet))
    for one in newcomers:
        earlier = fallen[fails[fallen] < begins[one]]
        if len(earlier):
            address[one] = address[rng.choice(earlier)]


def _take_over(
    rng: Generator, style: Style, one: int, last: int, places: tuple[NDArray[np.object_], ...]
) -> None:
    brand, address = places
    if rng.random() >= style.linked:
        return
    way = rng.random()
    if way < 0.7:
        address[one] = address[last]
    if way > 0.45 and brand[last]:
        brand[one] = brand[last]


def _fates(
    rng: Generator, style: Style, people: People, line: Whole, healed: Whole, weeks: int
) -> Fates:
    count = len(people)
    shown = rng.random((count, len(SIGNS))) < style.shown
    signs = shown * rng.gamma(3.0, 1 / 3, (count, len(SIGNS)))
    depth = np.where(
        people.kind == KIND["recovering"],
        rng.uniform(0.35, 0.9, count),
        rng.uniform(0.6, 1.2, count),
    )
    rates = np.array([style.scares_a_year, style.renovations_a_year, style.scandals_a_year])
    years = weeks / 52
    odds = np.concatenate([[max(0.0, 1 - rates.sum() * years)], rates * years])
    spell = rng.choice(4, count, p=odds / odds.sum())
    spell[people.kind == KIND["orderly_closing"]] = 0
    starts = rng.integers(1, weeks + 1, count)
    length = np.array([0, 12, 5, 4])[spell] * rng.uniform(0.5, 1.8, count)
    return Fates(
        line=line,
        healed=healed,
        depth=depth,
        curve=rng.uniform(0.6, 1.8, count),
        signs=signs * np.array(style.signs) * style.strength,
        spell=spell,
        spell_from=starts,
        spell_to=starts + np.rint(length).astype(np.int64),
        spell_depth=rng.uniform(0.15, 0.6, count),
    )
