"""Fit the model of early warning: `python -m benchmarks.warning.train [--worlds 30] [--out FILE]`.

Weights (a logistic model, none of whose warning signs may count in favour) and boosted trees under the same bounds are
fitted on seeds 1 to `--worlds` of each author of `city.worlds`. Policy figures were chosen on seeds 101 and up; nothing
is ever chosen on 1001 and up.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

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
RIDGE = 3.0
VERSION = "2026.11-b"
POLICY = {
    "starts_week": 30,
    "operators_an_alert": 1000,
    "pause_weeks": 13,
    "stake_weight": 0.3,
    "repeat_cost": 3.0,
    "trees_share": 0.5,
}
TREES = {
    "max_iter": 110,
    "learning_rate": 0.1,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 200,
    "l2_regularization": 5.0,
    "max_features": 0.3,
    "random_state": 0,
}


def sample(asked: tuple[str, int]) -> tuple[tuple[str, ...], Any, Any]:
    """Return features and truth of a world: all rows of those about to fail, some of those who never do."""
    author, seed = asked
    rng = np.random.default_rng(seed)
    operators, length = int(rng.choice(OPERATORS)), int(rng.choice(WEEKS))
    rate = float(np.random.default_rng(seed).uniform(*RATES))
    world, roster, weeks = play(
        seed,
        operators=operators,
        weeks=length,
        author=author,
        changes={"failures_a_year": rate},
    )
    fails = world.truth(length)["failed_week"]
    sight = Sight(roster)
    rows, truth = [], []
    names: tuple[str, ...] = ()
    for number, feeds in weeks:
        week = sight.add(number, feeds)
        names = sight.features.names if sight.features else ()
        if number < FIRST_WEEK or number % STEP:
            continue
        left = fails - number
        bad = np.flatnonzero(week.here & (left >= SOONEST) & (left <= LATEST))
        good = np.flatnonzero(week.here & (left > SURELY_NOT))
        good = rng.choice(good, min(GOOD_A_WEEK, len(good)), replace=False)
        rows += [week.features[bad], week.features[good]]
        truth += [np.ones(len(bad)), np.zeros(len(good))]
    return names, np.concatenate(rows), np.concatenate(truth)


def weigh(truth: Any) -> Any:
    """Return a weight for each row, so that each world says as much as another."""
    bad = truth > 0
    return np.where(bad, 1 / max(bad.sum(), FEWEST), 1 / (~bad).sum()) * 1000


def weights_of(rows: Any, truth: Any, weight: Any, names: Sequence[str]) -> Any:
    """Return intercept and weights of the logistic model, bounded where a sign has but one meaning."""
    wide = np.column_stack([np.ones(len(rows)), rows]).astype(np.float64)

    def loss(found: Any) -> tuple[float, Any]:
        z = wide @ found
        chance = 1 / (1 + np.exp(-z))
        total = (weight * (np.logaddexp(0, z) - truth * z)).sum() + RIDGE / 2 * (
            found[1:] ** 2
        ).sum()
        slope = wide.T @ (weight * (chance - truth))
        slope[1:] += RIDGE * found[1:]
        return float(total), slope

    bounds = [
        (None, None),
        *(
            (0 if name not in EITHER_WAY else None, 0 if name in IN_FAVOUR else None)
            for name in names
        ),
    ]
    return minimize(
        loss,
        np.zeros(wide.shape[1]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 300},
    ).x


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
    with Pool(2) as pool:
        asked = [(author, seed) for seed in range(1, worlds + 1) for author in AUTHORS]
        sampled = pool.map(sample, asked, chunksize=1)
    return fitted(sampled, f"city.worlds, authors {' and '.join(AUTHORS)}, seeds 1-{worlds}")


def fitted(sampled: list[tuple[tuple[str, ...], Any, Any]], worlds: str) -> dict[str, Any]:
    """Return the content of a model file, fitted on what was sampled of some worlds."""
    names = sampled[0][0]
    rows = np.concatenate([one[1] for one in sampled])
    truth = np.concatenate([one[2] for one in sampled])
    weight = np.concatenate([weigh(one[2]) for one in sampled])
    rising = [name not in EITHER_WAY for name in names]
    found = weights_of(rows, truth, weight, names)
    trees = HistGradientBoostingClassifier(monotonic_cst=[int(r) for r in rising], **TREES)
    trees.fit(rows, truth, sample_weight=weight)
    return {
        "version": VERSION,
        "made_on": date(2026, 11, 26).isoformat(),
        "worlds": worlds,
        "policy": POLICY,
        "intercept": round(float(found[0]), 5),
        "weights": {
            name: round(float(one), 5) + 0.0 for name, one in zip(names, found[1:], strict=True)
        },
        "trees": flattened(trees),
    }


def main() -> int:
    """Fit, write and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=30)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    asked = parser.parse_args()
    model = fit(asked.worlds)
    parts = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in model.items()]
    asked.out.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
    print(
        f"{asked.out.name}: {len(model['weights'])} features, {len(model['trees']['starts'])} trees"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
