"""What is sold, redeemed and refunded, what is owed, and what lies at the bank and the insurer for it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from city.worlds.fifth.fates import CLOSING, PHOENIX, SEASONAL, SLOW, Fates
from city.worlds.fifth.firms import YEAR, Firms, Floats, Whole
from city.worlds.fifth.style import Style
from city.worlds.fifth.words import SECTORS

SIGNS = (
    "sales",
    "service",
    "discount",
    "long",
    "late",
    "custody",
    "bond",
    "voice",
    "bills",
    "change",
)
YUAN = 100
GENERAL, SPECIAL, CAP = (
    200_000 * YUAN,
    0.2,
    50_000_000 * YUAN,
)  # the yuan and shares of the handbook's steps


@dataclass(frozen=True)
class Ledger:
    """The books, weeks by operators, in whole fen; `told` is what the operator's own system says."""

    issued: Floats
    cards: Floats
    redeemed: Floats
    refunded: Floats
    told: Floats
    owed: Floats
    custody: Floats
    bond: Floats
    season: Floats


def manners(rng: Generator, style: Style, operators: int) -> dict[str, Floats]:
    """Return how strongly each operator shows each sign of strain: often hardly, sometimes the more."""
    told = {}
    for sign in SIGNS:
        loud = style.loudness * rng.gamma(3.0, 1 / 3, operators)
        told[sign] = np.where(rng.random(operators) < style.silence, 0.1 * loud, loud)
    # A third of those in need of money sell harder instead of less.
    told["sales"] *= np.where(rng.random(operators) < 0.33, -1.0, 1.0)
    return told


def seasons(rng: Generator, style: Style, them: Firms, fate: Fates, weeks: int) -> Floats:
    """Return how much of a usual week's sales a week of the year brings, weeks by operators."""
    year = np.arange(YEAR)
    shape = np.ones((YEAR, len(SECTORS)))
    for place, (*_, peaks, height) in enumerate(SECTORS.values()):
        for peak in peaks:
            apart = np.minimum((year - peak) % YEAR, (peak - year) % YEAR)
            shape[:, place] += style.festival * height * np.exp(-((apart / 2.5) ** 2))
    shape /= shape.mean(axis=0)
    when = (np.arange(weeks) + style.first_week) % YEAR
    usual = np.asarray(shape[when][:, them.sector])
    own = rng.integers(0, YEAR, len(them))
    apart = np.minimum((when[:, None] - own) % YEAR, (own - when[:, None]) % YEAR)
    strong = 0.1 + rng.uniform(2.0, 6.0, len(them)) * np.exp(-((apart / rng.uniform(3, 7)) ** 2))
    return np.where(fate.kind == SEASONAL, strong, usual)


def books(
    rng: Generator, style: Style, them: Firms, fate: Fates, manner: dict[str, Floats]
) -> Ledger:
    """Return the books of a world."""
    weeks, count = len(fate.strain), len(them)
    season = seasons(rng, style, them, fate, weeks)
    issued, cards, hidden = _sales(rng, them, fate, manner, season)
    redeemed, refunded, owed, told = (np.zeros((weeks, count)) for _ in range(4))
    owed_now = np.rint(np.where(fate.begins == 1, them.sales * them.life, 0))
    owed_now = np.rint(owed_now * rng.uniform(0.6, 1.15, count))
    kept = np.rint(np.where(fate.hides_from == 1, fate.hides, 0) * owed_now)
    told_now = owed_now - kept
    refuses = rng.random(count) < 0.6
    trimmed = np.where(rng.random(count) < 0.3, rng.uniform(0.05, 0.3, count), 0.0)
    for week in range(weeks):
        open_now = (week + 1 >= fate.begins) & (week + 1 < fate.ends)
        ask = fate.strain[week]
        serving = np.exp(-0.8 * manner["service"] * ask) * rng.gamma(12.0, 1 / 12, count)
        winding = (fate.kind == CLOSING) & (week + 1 >= fate.notice)
        share = np.clip((1.6 * winding + 1) * serving * season[week] ** 0.35 / them.life, 0, 0.9)
        wants = rng.poisson(0.0006 * (1 + 5 * ask) * told_now / them.face + 0.002)
        paid = wants * them.face * 0.6 * ~(refuses & (ask > 0.8))
        left = np.maximum(fate.ends - 1 - week, 1)
        paid = np.where(winding, told_now / left, paid)
        told_now = told_now + (issued[week] - hidden[week]) * open_now
        kept = kept + hidden[week] * open_now
        redeemed[week] = np.minimum(np.rint(told_now * share), told_now) * open_now
        told_now = told_now - redeemed[week]
        refunded[week] = np.minimum(np.rint(paid), told_now) * open_now
        refunded[week] = np.where(winding & (left == 1), told_now, refunded[week])
        told_now = told_now - refunded[week]
        kept = kept - np.rint(kept * share) * open_now
        trim = trimmed * (fate.hides > 0) * (week + 1 >= fate.hides_from)
        told[week] = np.rint(told_now * (1 - trim))
        owed[week] = told_now + kept
    custody, bond = _covers(rng, style, them, fate, manner, told)
    shown = issued - hidden
    with np.errstate(invalid="ignore", divide="ignore"):
        cards = np.where(issued > 0, np.rint(cards * shown / issued), 0)
    cards = np.where((shown > 0) & (cards == 0), 1, cards)
    return Ledger(shown, cards, redeemed, refunded, told, owed, custody, bond, season)


def _sales(
    rng: Generator, them: Firms, fate: Fates, manner: dict[str, Floats], season: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return money taken, cards sold and money that is not told."""
    weeks, count = len(season), len(them)
    week = np.arange(1, weeks + 1)[:, None]
    boost = rng.lognormal(0.5, 0.6, count)
    boost = np.where(fate.kind == PHOENIX, 0.6 * boost, boost)
    level = season * np.exp(-0.7 * manner["sales"] * fate.strain)
    level *= (1 + fate.push) * (1 + boost * fate.greed)
    level *= rng.gamma(1 / them.lumpy, them.lumpy, (weeks, count))
    trend = np.exp(rng.normal(0, 0.15, count) * week / YEAR)
    level *= trend * np.minimum(1, 0.3 + (week - fate.begins) / 10)
    selling = (week >= fate.begins) & (week < fate.ends) & (week < fate.notice)
    face = np.where(fate.greed > 0.2, them.face * 1.3, them.face)
    cards = rng.poisson(np.where(selling, level * them.sales / face, 0)).astype(float)
    spread = rng.lognormal(0, 0.3 / np.sqrt(np.maximum(cards, 1)))
    issued = np.rint(cards * face * spread / YUAN) * YUAN
    hiding = fate.hides * (week >= fate.hides_from)
    hidden = np.rint(issued * np.clip(hiding * rng.gamma(20.0, 1 / 20, (weeks, count)), 0, 0.9))
    return issued, cards, hidden


def required(style: Style, balance: Floats, revenue: Floats) -> Floats:
    """Return what must lie at the bank for a balance."""
    if style.bank_rule == "quarter":
        return np.asarray(0.2 * balance)
    special = np.clip(SPECIAL * np.nan_to_num(revenue), GENERAL, CAP)
    share = np.where(balance > special, 1.0, np.where(balance > GENERAL, 0.4, 0.0))
    return np.asarray(share * balance)


def _covers(
    rng: Generator, style: Style, them: Firms, fate: Fates, manner: dict[str, Floats], told: Floats
) -> tuple[Floats, Floats]:
    weeks, count = len(told), len(them)
    strict = np.clip(rng.beta(14 * style.compliance, 14 * (1 - style.compliance), count), 0, 1)
    every = rng.choice([1, 2, 4, 13 if style.bank_rule == "quarter" else 4], count)
    insured = rng.random(count) < style.insured
    worth = rng.uniform(0.2, 0.9, count)
    renewal: Whole = rng.integers(0, YEAR, count)
    custody, bond = np.zeros((weeks, count)), np.zeros((weeks, count))
    unit = 10_000 * YUAN
    held = np.zeros(count)
    cover = np.where(insured, np.ceil(told[0] * worth / unit) * unit, 0)
    fading = np.maximum(fate.greed, fate.strain)
    for week in range(weeks):
        base = told[week - week % 13] if style.bank_rule == "quarter" else told[max(week - 1, 0)]
        renews = insured & ((week + renewal) % YEAR == 0)
        keeps = rng.random(count) < 0.95 * (1 - np.clip(0.7 * manner["bond"] * fading[week], 0, 1))
        cover = np.where(renews, np.where(keeps, np.ceil(base * worth / unit) * unit, 0), cover)
        goal = np.maximum(required(style, base, them.revenue) - cover, 0) * strict
        goal *= np.exp(-1.4 * manner["custody"] * fading[week])
        goal *= rng.normal(1, 0.03, count)
        acts = ((week + renewal) % every == 0) | (week == 0)
        held = np.where(acts, np.maximum(np.rint(goal / YUAN) * YUAN, 0), held)
        open_now = (week + 1 >= fate.begins) & (week + 1 < fate.ends)
        custody[week], bond[week] = held * open_now, cover * open_now
    return custody, bond


def losses(ledger: Ledger, fate: Fates) -> Floats:
    """Return what customers lose where an operator fails: what was owed in the last week, less what secures it."""
    lost = np.zeros(len(fate.kind))
    who = np.flatnonzero((fate.kind >= SLOW) & (fate.fails <= len(ledger.owed)))
    last = np.maximum(fate.fails[who] - 2, 0)
    secured = ledger.custody[last, who] + ledger.bond[last, who]
    lost[who] = np.maximum(ledger.owed[last, who] - secured, 0)
    return lost
