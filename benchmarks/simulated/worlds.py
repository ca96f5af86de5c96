"""One maker of years for each kind of target: counts, milestones, ratios, durations and budgets."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import exp, log
from random import Random

from benchmarks.simulated import year
from benchmarks.simulated.year import ENDS_ON, STARTS_ON, Made, month_end, observed
from shangwu.targets.rules.forecast.facts import Due, Question
from shangwu.targets.rules.numerals import exact
from shangwu.targets.rules.target import Part

ONES = [1] + [0] * 11


def count(rng: Random) -> Made:
    """Return a year of cases: 2 to 300 a month, on one of six courses, at times in lots of five."""
    name = rng.choice(year.COURSES)
    usual, months = year.level(rng, 2, 300), year.course(rng, name)
    uneven, lot = year.unevenness(rng, name), rng.choice((1, 1, 1, 5))
    added = [
        lot * year.poisson(rng, year.shaken(rng, usual * weight, uneven) / lot) for weight in months
    ]
    fewer = rng.random() < 0.15
    goal = max(round(usual * sum(months) * rng.uniform(0.75, 1.25)), 1)
    part = Part(
        "quant",
        cmp="le" if fewer else rng.choice(("ge", "ge", "ge", "gt")),
        value=str(goal),
        dim="count",
        polarity="lower" if fewer else "higher",
    )
    return _made(name, part, added, ONES, rng.randint(4, 10), Fraction(sum(added)))


def milestone(rng: Random) -> Made:
    """Return a year of installing towards three dates by teams of a fixed size.

    They start late, get faster, press before a date and rest after it; they do not grow with the plan.
    """
    whole = round(year.level(rng, 60, 900))
    shares = [rng.uniform(0.2, 0.35), rng.uniform(0.5, 0.7), 1.0]
    goals = dict(zip((6, 9, 12), (round(whole * share) for share in shares), strict=True))
    first = rng.randint(0, 3)
    usual = whole / (12 - first) * rng.uniform(0.7, 1.25)
    learning, uneven = rng.uniform(-0.02, 0.06), rng.uniform(0.02, 0.2)
    lot = rng.choice((1, 1, 5, 10))
    added: list[int] = []
    for month in range(1, 13):
        pressed = rng.uniform(1.0, 1.4) if month in goals else rng.uniform(0.8, 1.1)
        able = usual * (1 + learning) ** (month - first) * (0.5 if month == first + 1 else 1.0)
        mean = 0.0 if month <= first else year.shaken(rng, able * pressed, uneven)
        added.append(lot * year.poisson(rng, mean / lot))
    cut = rng.randint(4, 10)
    due = rng.choice([end for end in goals if end > cut])
    part = Part(
        "quant",
        cmp="ge",
        value=str(goals[due]),
        dim="count",
        polarity="higher",
        by=month_end(due).isoformat(),
    )
    name = f"to_month_{due}"
    return _made(name, part, added, ONES, cut, Fraction(sum(added[:due])))


def ratio(rng: Random) -> Made:
    """Return a year of a share: common, rare (complaints), or of a whole fixed from the start (courses)."""
    name = rng.choice(("common", "common", "rare", "fixed_whole"))
    if name == "fixed_whole":
        return _fixed_whole(rng)
    usual = year.level(rng, 5, 300) if name == "common" else year.level(rng, 1000, 8000)
    share = rng.uniform(0.55, 0.985) if name == "common" else year.level(rng, 1e-4, 3e-3)
    uneven, drift = rng.uniform(0.0, 0.35), rng.uniform(-0.04, 0.04)
    months = year.course(rng, rng.choice(("steady", "seasonal", "drifting")))
    items, hits = [], []
    for month, weight in enumerate(months):
        logit = log(share / (1 - share)) + rng.gauss(0, uneven) + drift * (month - 5)
        items.append(year.poisson(rng, year.shaken(rng, usual * weight, 0.05)))
        hits.append(year.binomial(rng, items[-1], 1 / (1 + exp(-logit))))
    goal = year.stepped(share + rng.uniform(-0.03, 0.03), 0.01)
    part = Part("quant", cmp="ge", value=exact(goal), dim="ratio", polarity="higher")
    if name == "rare":
        strict = year.stepped(max(share * rng.uniform(0.7, 1.5), 0.0001), 0.0001)
        part = Part("quant", cmp="lt", value=exact(strict), dim="ratio", polarity="lower")
    result = Fraction(sum(hits), max(sum(items), 1))
    return _made(name, part, hits, items, rng.randint(4, 10), result)


def _fixed_whole(rng: Random) -> Made:
    whole = rng.randint(10, 80)
    months = year.course(rng, rng.choice(("steady", "seasonal", "late", "year_end")))
    usual = whole * rng.uniform(0.8, 1.25) / sum(months)
    hits: list[int] = []
    for weight in months:
        drawn = year.poisson(rng, year.shaken(rng, usual * weight, 0.08))
        hits.append(min(drawn, whole - sum(hits)))
    part = Part(
        "quant",
        cmp="ge",
        value=rng.choice(("0.8", "0.9", "0.95", "1")),
        dim="ratio",
        polarity="higher",
    )
    wholes = [whole] + [0] * 11
    return _made("fixed_whole", part, hits, wholes, rng.randint(4, 10), Fraction(sum(hits), whole))


def duration(rng: Random) -> Made:
    """Return a year of items with a time limit; few are late, and late ones come together in bad months."""
    name = rng.choice(("every_item", "share"))
    usual = year.level(rng, 3, 150)
    late = year.level(rng, 2e-4, 2e-2) if name == "every_item" else year.level(rng, 3e-3, 0.12)
    items, kept = [], []
    for weight in year.course(rng, rng.choice(("steady", "seasonal"))):
        bad = min(late * (5 if rng.random() < 0.08 else rng.uniform(0.5, 1.4)), 0.6)
        items.append(year.poisson(rng, usual * weight))
        kept.append(year.binomial(rng, items[-1], 1 - bad))
    share = (
        "" if name == "every_item" else exact(year.stepped(1 - late * rng.uniform(0.6, 1.6), 0.01))
    )
    part = Part("duration", cmp="le", value="3", unit="wd", share=share)
    result = Fraction(sum(kept), max(sum(items), 1))
    return _made(name, part, kept, items, rng.randint(4, 10), result)


def budget(rng: Random) -> Made:
    """Return a year of payments: monthly ones without a plan, or instalments of a plan, paid late or cut."""
    whole = round(year.level(rng, 2e5, 5e7))
    goal = rng.choice(("0.8", "0.85", "0.9", "0.95"))
    part = Part("quant", cmp="ge", value=goal, dim="ratio", unit="ratio", polarity="higher")
    name = rng.choice(("planned", "unplanned"))
    plan, paid = (_instalments if name == "planned" else _monthly)(rng, whole)
    kept: list[int] = []
    for one in paid:
        kept.append(min(one, whole - sum(kept)))
    cut = rng.randint(4, 10)
    question = Question(
        part,
        observed(kept, [whole] + [0] * 11, cut),
        month_end(cut),
        STARTS_ON,
        ENDS_ON,
        is_budget=True,
        payments=plan,
    )
    return Made(name, question, Fraction(sum(kept), whole))


def _monthly(rng: Random, whole: int) -> tuple[tuple[Due, ...], list[int]]:
    months = year.course(rng, rng.choice(("steady", "seasonal", "late", "year_end")))
    spent = whole * rng.uniform(0.75, 1.05) / sum(months)
    uneven = rng.uniform(0.02, 0.6)
    return (), [round(year.shaken(rng, spent * weight, uneven)) for weight in months]


def _instalments(rng: Random, whole: int) -> tuple[tuple[Due, ...], list[int]]:
    parts = [rng.uniform(0.5, 1.5) for _ in range(rng.randint(4, 9))]
    last = [12, *(rng.randint(2, 11) for _ in parts[1:])]
    scale = whole * rng.uniform(0.93, 1.0) / sum(parts)
    on_time, cut_by = rng.uniform(0.4, 1.0), rng.uniform(0.0, 0.12)
    paid, dues = [0] * 12, []
    for month, part in zip(sorted(last), parts, strict=True):
        dues.append((month_end(month), round(part * scale)))
        paid_in = month
        while rng.random() > on_time and paid_in <= 12:
            paid_in += 1
        if paid_in > 12 and rng.random() < 0.5:
            paid_in = 12  # cleared before the books close
        if paid_in <= 12:
            paid[paid_in - 1] += round(part * scale * (1 - rng.uniform(0, 2) * cut_by))
    total, plan = 0, []
    for day, part_fen in dues:
        total += part_fen
        plan.append(Due(day, Decimal(total)))
    return tuple(plan), paid


def _made(
    name: str, part: Part, above: list[int], below: list[int], cut: int, result: Fraction
) -> Made:
    on: date = month_end(cut)
    return Made(name, Question(part, observed(above, below, cut), on, STARTS_ON, ENDS_ON), result)


KINDS: dict[str, Callable[[Random], Made]] = {
    "counts": count,
    "milestones": milestone,
    "ratios": ratio,
    "durations": duration,
    "budget_execution": budget,
}
