"""Fit the model of early warning: `python -m benchmarks.warning.train [--worlds 12] [--out FILE]`.

Weights (a logistic model, none of whose warning signs may count in favour) and boosted trees under the same bounds are
fitted on seeds 1 to `--worlds` of each author of `city.worlds`. Policy figures were chosen on seeds 101 and up, on worlds
of authors left out; nothing is ever chosen on 1001 and up. The same seeds give the same file, to the byte.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from benchmarks.warning.played import play
from city.worlds.writing import AUTHORS
from shangwu.prepaid.rules.warning.model import EITHER_WAY, IN_FAVOUR, MODEL_FILE
from shangwu.prepaid.rules.warning.sight import Sight

# Worlds differ in size and length, and fail more often than ours would: more failures teach more.
OPERATORS, WEEKS, RATES = (1_500, 2_500), (64, 78), (0.015, 0.05)
FIRST_WEEK, STEP = 22, 3
SOONEST, LATEST, SURELY_NOT = 3, 26, 60
GOOD_A_WEEK = 120
# A world with few failures says less of them.
FEWEST = 30
# For each world: how firmly warning signs are held to one weight that they share, and all others to nothing. What the
# worlds of some authors say beyond that, those of another seldom bear out.
RIDGE = 80.0
VERSION = "2026.11-e"
WORLDS = 12
POLICY = {
    "starts_week": 30,
    "operators_an_alert": 1000,
    "pause_weeks": 13,
    "stake_weight": 0.2,
    "repeat_cost": 1.0,
    "trees_share": 0.2,
}
TREES = {
    "max_iter": 110,
    "learning_rate": 0.1,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 200,
    "l2_regularization": 5.0,
    "max_features": 0.3,
    "max_bins": 63,
    "random_state": 0,
}


# The names of the features, a row for each operator and week, and whether it is about to fail.
Sample = tuple[tuple[str, ...], Any, Any]


def sample(asked: tuple[str, int]) -> Sample:
    """Return features and truth of a world: all rows of those about to fail, some of those who never do."""
    author, seed = asked
    rng = np.random.default_rng([seed, AUTHORS.index(author)])
    operators, length = int(rng.choice(OPERATORS)), int(rng.choice(WEEKS))
    world, roster, weeks = play(
        seed,
        operators=operators,
        weeks=length,
        author=author,
        changes={"failures_a_year": float(rng.uniform(*RATES))},
    )
    fails = world.truth(length)["failed_week"]
    sight = Sight(roster)
    rows, truth = [], []
    names: tuple[str, ...] = ()
    for number, feeds in weeks:
        week = sight.add(number, feeds)
        names = sight.names
        if number < FIRST_WEEK or number % STEP:
            continue
        left = fails - number
        bad = np.flatnonzero(week.here & (left >= SOONEST) & (left <= LATEST))
        good = np.flatnonzero(week.here & (left > SURELY_NOT))
        good = np.sort(rng.choice(good, min(GOOD_A_WEEK, len(good)), replace=False))
        rows += [week.features[bad], week.features[good]]
        truth += [np.ones(len(bad)), np.zeros(len(good))]
    return names, np.concatenate(rows), np.concatenate(truth)


def weigh(truth: Any) -> Any:
    """Return a weight for each row, so that each world says as much as another."""
    bad = truth > 0
    return np.where(bad, 1 / max(bad.sum(), FEWEST), 1 / (~bad).sum()) * 1000


def weights_of(rows: Any, truth: Any, weight: Any, names: Sequence[str], ridge: float) -> Any:
    """Return intercept and weights of the logistic model, bounded where a sign has but one meaning.

    Signs that can only be bad share one weight, which is free; what a sign weighs beyond it has its price, as has every
    weight of the others.
    """
    bad = np.array([name not in EITHER_WAY for name in names])
    shared = rows[:, bad].mean(axis=1)
    wide = np.column_stack([np.ones(len(rows)), rows, shared]).astype(np.float64)
    price = np.full(wide.shape[1], ridge)
    price[[0, -1]] = 0

    def loss(found: Any) -> tuple[float, Any]:
        z = wide @ found
        chance = 1 / (1 + np.exp(-z))
        total = (weight * (np.logaddexp(0, z) - truth * z)).sum() + (price / 2 * found**2).sum()
        return float(total), wide.T @ (weight * (chance - truth)) + price * found

    bounds = [
        (None, None),
        *(
            (0 if name not in EITHER_WAY else None, 0 if name in IN_FAVOUR else None)
            for name in names
        ),
        (0, None),
    ]
    found = minimize(
        loss,
        np.zeros(wide.shape[1]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 300},
    ).x
    return found[:-1] + np.concatenate([[0.0], bad * found[-1] / bad.sum()])


def flattened(fitted: HistGradientBoostingClassifier) -> dict[str, list[Any]]:
    """Return fitted trees as the model file holds them; the baseline goes into the first leaf values."""
    base = float(np.ravel(fitted._baseline_prediction)[0]) / len(fitted._predictors)
    flat: dict[str, list[Any]] = {
        key: [] for key in ("starts", "feature", "threshold", "left", "right", "value")
    }
    for (tree,) in fitted._predictors:
        start = len(flat["feature"])
        flat["starts"].append(start)
        for node in tree.nodes:
            leaf = bool(node["is_leaf"])
            flat["feature"].append(-1 if leaf else int(node["feature_idx"]))
            flat["threshold"].append(0 if leaf else round(float(node["num_threshold"]), 5))
            flat["left"].append(0 if leaf else start + int(node["left"]))
            flat["right"].append(0 if leaf else start + int(node["right"]))
            flat["value"].append(round(float(node["value"]) + base, 6) if leaf else 0)
    return flat


def fit(worlds: int) -> dict[str, Any]:
    """Return the content of a model file, fitted on the seeds from 1 of each author."""
    asked = [(author, seed) for seed in range(1, worlds + 1) for author in AUTHORS]
    with Pool(2) as pool:
        sampled = pool.map(sample, asked, chunksize=1)
    return fitted(sampled, worlds)


def fitted(sampled: Sequence[Sample], worlds: int) -> dict[str, Any]:
    """Return the content of a model file, fitted on what was sampled of so many worlds of each author."""
    names = sampled[0][0]
    rows = np.concatenate([one for _, one, _ in sampled])
    truth = np.concatenate([one for _, _, one in sampled])
    weight = np.concatenate([weigh(one) for _, _, one in sampled])
    rising = [int(name not in EITHER_WAY) for name in names]
    # One thread: sums of floats come out the same whatever the number of processors.
    with threadpool_limits(1):
        found = weights_of(rows, truth, weight, names, RIDGE * len(sampled))
        trees = HistGradientBoostingClassifier(monotonic_cst=rising, **TREES)
        trees.fit(rows, truth, sample_weight=weight)
    return {
        "version": VERSION,
        "made_on": date(2026, 11, 27).isoformat(),
        "worlds": f"city.worlds, authors {', '.join(AUTHORS)}, seeds 1-{worlds}",
        "policy": POLICY,
        "intercept": round(float(found[0]), 5),
        "weights": {
            name: round(float(one), 5) + 0.0 for name, one in zip(names, found[1:], strict=True)
        },
        "trees": flattened(trees),
    }


def written(model: Mapping[str, Any]) -> str:
    """Return a model as its file holds it: a line for each part."""
    parts = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in model.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    """Fit, write and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    asked = parser.parse_args()
    model = fit(asked.worlds)
    asked.out.write_text(written(model), "utf-8")
    print(
        f"{asked.out.name}: {len(model['weights'])} features, {len(model['trees']['starts'])} trees"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
