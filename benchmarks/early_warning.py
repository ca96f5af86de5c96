"""How many failures are warned of in time, on worlds that nothing was chosen on, and who is named for nothing.

Run: `python -m benchmarks.early_warning [--seed FIRST] [--seeds NUMBER] [--operators N] [--weeks W]`. Needs no
database. The model was fitted on seeds 1 to 12 of every author and its policy chosen on 101 to 106; the verdict is of
1001 and up: unseen worlds, but of known authors. What an unknown author does to it is in decision 0017.

A failure counts from four weeks after the first alert may be given. It is warned in time by an alert 4 to 26 weeks
before it; `recall_4_any` sets no such end. Money is what customers lose. All methods have the same budget and pause.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.warning.played import play
from city.worlds.people import KIND, KINDS, NEVER
from city.worlds.writing import AUTHORS
from shangwu.prepaid.rules.warning.budget import Budget
from shangwu.prepaid.rules.warning.features import KINDS as EVIDENCE
from shangwu.prepaid.rules.warning.feeds import Floats
from shangwu.prepaid.rules.warning.model import Model, load
from shangwu.prepaid.rules.warning.record import Record
from shangwu.prepaid.rules.warning.sight import Week
from shangwu.prepaid.rules.warning.thresholds import Line, required
from shangwu.prepaid.rules.warning.watch import Alert, Watcher, budget_of

FIRST, NUMBER = 1001, 12
SOONEST, LATEST = 4, 26
SIZE_NAMES = ("small", "middle", "large")
Named = list[tuple[int, int]]
Scorer = Callable[[Week, Record, tuple[Line, ...], Budget], Floats]


@dataclass(frozen=True)
class Judged:
    """What one method came to in one world."""

    figures: dict[str, float]
    by_kind: dict[str, float]
    by_sector: dict[str, tuple[int, int]]
    by_size: dict[str, tuple[int, int]]


def rivals(model: Model, truth: dict[str, Any], seed: int) -> dict[str, Scorer]:
    """Return a scorer for each method to compare with."""
    rng = np.random.default_rng(seed)
    at = {name: place for place, name in enumerate(model.names)}
    signals = [at[name] for names in EVIDENCE.values() for name in names]

    def legal(week: Week, record: Record, drawn: tuple[Line, ...], budget: Budget) -> Floats:
        short = required(drawn, record.balance) - record.cover
        # Those who keep the law differ by nothing: chance decides.
        return np.nan_to_num(short / np.maximum(record.balance, 1)) + rng.random(len(short)) / 1e6

    def oracle(week: Week, *_: Any) -> Floats:
        left = truth["failed_week"] - week.number
        return np.where((left >= SOONEST) & (left <= LATEST), 1 + truth["lost_fen"], 0.0)

    return {
        "random": lambda week, *_: rng.random(len(week.here)),
        "legal_thresholds": legal,
        "equal_weight_rules": lambda week, *_: week.features[:, signals].sum(axis=1),
        "weights_alone": lambda week, record, drawn, budget: (
            model.weights.logit(week.features) + stake(model, week, budget)
        ),
        "trees_alone": lambda week, record, drawn, budget: (
            model.trees.logit(week.features) + stake(model, week, budget)
        ),
        "oracle": oracle,
    }


def stake(model: Model, week: Week, budget: Budget) -> Floats:
    """Return what policy adds for money and takes for having been named before, as the watcher does."""
    money = np.log(np.maximum(week.stake, 1))
    money = model.policy.stake_weight * (money - np.median(money[week.here]))
    return np.asarray(money - model.policy.repeat_cost * budget.before)


def judge(named: Named, truth: dict[str, Any], groups: tuple[Any, Any], starts: int) -> Judged:
    """Return how far the alerts of one method warned of what came."""
    fails, lost, kind = truth["failed_week"], truth["lost_fen"], truth["kind"]
    failing = np.flatnonzero((fails < NEVER) & (fails >= starts + SOONEST))
    first, in_time, in_time_any, hit, lead = set(), set(), set(), 0, {}
    false: list[int] = []
    for week, who in named:
        left = int(fails[who]) - week
        hit += 0 < left <= LATEST
        if fails[who] == NEVER:
            false.append(who)
        if 0 < left <= LATEST:
            first.add(who)
            lead[who] = max(lead.get(who, 0), left)
        if SOONEST <= left < NEVER // 2:
            in_time_any.add(who)
        if SOONEST <= left <= LATEST:
            in_time.add(who)
    of = set(failing.tolist())
    money = lost[failing].sum() or 1

    def share(found: set[int]) -> float:
        return len(found & of) / max(len(of), 1)

    def false_by(group: Any) -> dict[str, tuple[int, int]]:
        named_of = defaultdict(int)
        for who in false:
            named_of[group[who]] += 1
        healthy = group[fails == NEVER]
        return {one: (named_of[one], int((healthy == one).sum())) for one in sorted(set(healthy))}

    closing = sum(kind[who] == KIND["orderly_closing"] for who in false)
    return Judged(
        {
            "failures": len(of),
            "alerts": len(named),
            "precision": hit / max(len(named), 1),
            "recall": share(first),
            "recall_4": share(in_time),
            "recall_4_any": share(in_time_any),
            "money_4": float(lost[list(in_time & of)].sum() / money),
            "money_4_any": float(lost[list(in_time_any & of)].sum() / money),
            "weeks_ahead": fmean(lead.values()) if lead else 0.0,
            "closing_named": closing / max(int((kind == KIND["orderly_closing"]).sum()), 1),
        },
        {
            name: float(np.mean([who in in_time for who in failing[kind[failing] == number]]))
            for number, name in enumerate(KINDS)
            if (kind[failing] == number).any()
        },
        false_by(groups[0]),
        false_by(groups[1]),
    )


def one_world(asked: tuple[str, int, int, int]) -> dict[str, Any]:
    """Play one world once, let every method name its own, and judge them."""
    author, seed, operators, weeks = asked
    model = load()
    # What will be lost is known only when the world has been played to its end.
    first, _, early = play(seed, operators=operators, weeks=weeks, author=author)
    for _ in early:
        pass
    truth = first.truth(weeks)
    world, roster, played = play(seed, operators=operators, weeks=weeks, author=author)
    watcher = Watcher(roster, model)
    scorers = rivals(model, truth, seed)
    budgets = {method: budget_of(model, operators) for method in scorers}
    named: dict[str, Named] = {method: [] for method in scorers}
    alerts: list[Alert] = []
    seconds = 0.0
    for number, feeds in played:
        started = time.perf_counter()
        week = watcher.see(number, feeds)
        alerts += watcher.decide(week)
        seconds += time.perf_counter() - started
        for method, scorer in scorers.items():
            budget = budgets[method]
            if budget.allowed(number):
                scores = scorer(week, watcher.sight.record, watcher.sight.lines, budget)
                who = budget.spend(number, scores, week.here)
                named[method] += [(number, int(one)) for one in who]
    place = {name: one for one, name in enumerate(roster.ids)}
    named["model"] = [(alert.week, place[alert.operator]) for alert in alerts]
    cuts = np.nanquantile(roster.revenue, [1 / 3, 2 / 3])
    size = np.array(SIZE_NAMES, object)[np.searchsorted(cuts, roster.revenue)]
    groups = (world.people.sector, size)
    starts = model.policy.starts_week
    judged = {method: judge(found, truth, groups, starts) for method, found in named.items()}
    judged["model"].figures["explained"] = fmean(bool(alert.reasons) for alert in alerts)
    return {
        "author": author,
        "seed": seed,
        "rate": round(world.style.failures_a_year, 4),
        "absent": list(world.style.absent),
        "seconds": round(seconds, 2),
        "judged": judged,
    }


def averaged(worlds: Sequence[dict[str, Any]], method: str) -> dict[str, float]:
    """Return the plain mean over worlds of each figure of a method."""
    figures = [world["judged"][method].figures for world in worlds]
    return {name: round(fmean(one[name] for one in figures), 3) for name in figures[0]}


def by_kind(worlds: Sequence[dict[str, Any]], method: str) -> dict[str, float]:
    """Return the share warned in time of each kind of failure, worlds weighing alike."""
    found = defaultdict(list)
    for world in worlds:
        for kind, share in world["judged"][method].by_kind.items():
            found[kind].append(share)
    return {kind: round(fmean(found[kind]), 3) for kind in KINDS if kind in found}


def false_alerts(worlds: Sequence[dict[str, Any]], group: str) -> dict[str, float]:
    """Return false alerts for each thousand operators of a group that did not fail, and year."""
    named, healthy = defaultdict(int), defaultdict(float)
    for world in worlds:
        for name, (false, count) in getattr(world["judged"]["model"], group).items():
            named[name] += false
            healthy[name] += count * world["years"]
    return {name: round(1000 * named[name] / healthy[name], 1) for name in sorted(named)}


def run(author: str, seeds: Sequence[int], operators: int, weeks: int) -> dict[str, Any]:
    """Return what every method came to on these worlds."""
    with Pool(2) as pool:
        asked = [(author, seed, operators, weeks) for seed in seeds]
        worlds = list(pool.imap(one_world, asked))
    starts = load().policy.starts_week
    for world in worlds:
        world["years"] = (weeks - starts + 1) / 52
    methods = list(worlds[0]["judged"])
    return {
        "benchmark": "early_warning",
        "author": author,
        "model": load().version,
        "worlds": len(worlds),
        "operators": operators,
        "weeks": weeks,
        "methods": {method: averaged(worlds, method) for method in methods},
        "recall_4_by_kind": {method: by_kind(worlds, method) for method in methods},
        "false_alerts_per_1000_and_year_by_sector": false_alerts(worlds, "by_sector"),
        "false_alerts_per_1000_and_year_by_size": false_alerts(worlds, "by_size"),
        "by_world": [
            {
                **{key: world[key] for key in ("seed", "rate", "absent", "seconds")},
                **{
                    method: {
                        name: round(world["judged"][method].figures[name], 3)
                        for name in ("failures", "precision", "recall", "recall_4", "money_4")
                    }
                    for method in ("model", "equal_weight_rules", "oracle")
                },
            }
            for world in worlds
        ],
    }


def main() -> int:
    """Print the verdict; fail when the model does not beat what it replaces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--author", choices=AUTHORS, default=AUTHORS[0])
    parser.add_argument("--seed", type=int, default=FIRST)
    parser.add_argument("--seeds", type=int, default=NUMBER)
    parser.add_argument("--operators", type=int, default=5_000)
    parser.add_argument("--weeks", type=int, default=90)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.seeds)
    result = run(asked.author, seeds, asked.operators, asked.weeks)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    reached = {method: figures["recall_4"] for method, figures in result["methods"].items()}
    rivals_best = max(
        reached[name] for name in ("random", "legal_thresholds", "equal_weight_rules")
    )
    return 0 if reached["model"] > rivals_best else 1


if __name__ == "__main__":
    sys.exit(main())
